"""What is known about a port without an endpoint, as the service says it. Nothing is concluded."""

from datetime import UTC, datetime

from portui.api.errors import ServiceError
from portui.explain.errors import explain_error
from portui.operations.why_pending import WhyPending
from portui.port.display import safe, time_of_day
from portui.port.model import Port
from portui.port.pipeline import CoreInstance, PipelineDetails, PipelineEvent

_WORD = 24  # characters of a status or a reason
_NAME = 40
_MESSAGE = 120
_CLUSTER_ONLY = "A ClusterIP gets no address from outside its cluster"


def explain_pending(port: Port, why: WhyPending | None, now: datetime) -> tuple[str, ...]:
    """Return one phrase for each fact, the most useful one first; none if nothing is known."""
    facts = () if why is None else (*_pipeline(why, now), *_instance(why))
    if why and facts:
        first, *others = facts
        facts = (f"{first} · read {time_of_day(why.pipeline_at)}", *others)
    return (*facts, _CLUSTER_ONLY) if port.kind == "ClusterIP" else facts


def _pipeline(why: WhyPending, now: datetime) -> tuple[str, ...]:
    match why.pipeline:
        case PipelineDetails(pipeline=pipeline, status_at=since, event=event, error=error):
            status = safe(pipeline.status or "", _WORD)
            found = [f"Pipeline {status}{_since(since, now)}"] if status else []
            found += [_event(event, now)] if event else []
            found += [f"Its configuration: {safe(error, _MESSAGE)}"] if error else []
            return tuple(found)
        case ServiceError() as failure:
            return (f"Pipeline not read: {explain_error(failure).what}",)
        case None:
            return ()


def _event(event: PipelineEvent, now: datetime) -> str:
    reason, source = safe(event.reason or "", _WORD), safe(event.source or "", _WORD)
    name = " ".join(filter(None, (source, reason)))
    message = f": {safe(event.message, _MESSAGE)}" if event.message else ""
    return f"Last event {_moment(event.at, now)}{f', {name}' if name else ''}{message}"


def _instance(why: WhyPending) -> tuple[str, ...]:
    match why.instance:
        case CoreInstance() as instance:
            only = ", the only one," if why.is_only_instance else ""
            name = f" {safe(instance.name, _NAME)}" if instance.name else ""
            status = safe(instance.status or "", _WORD) or "of unknown status"
            services = " and creates no Services" if instance.skips_services else ""
            return (f"Core instance{name}{only} is {status}{services}",)
        case ServiceError() as failure:
            return (f"Core instance not read: {explain_error(failure).what}",)
        case None:
            return ()


def _since(moment: datetime | None, now: datetime) -> str:
    return f" since {_moment(moment, now)}" if moment else ""


def _moment(moment: datetime, now: datetime) -> str:
    """Return a time of today, or else a date and a time."""
    if moment.astimezone(UTC).date() == now.astimezone(UTC).date():
        return time_of_day(moment)
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
