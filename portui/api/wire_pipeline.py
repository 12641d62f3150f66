"""One pipeline and the core instances in JSON, read leniently. What is odd counts as missing."""

from typing import Any

from portui.api import wire
from portui.api.wire_lists import Redact, cursor_from, items_in, name_from, pipeline_from
from portui.port.pipeline import CoreInstance, CoreInstances, PipelineDetails, PipelineEvent


def details_from(value: object, redact: Redact) -> PipelineDetails | None:
    """Return the pipeline in a decoded body, or `None` if it has no ID.

    Nothing is kept of its configuration, its files and its ports.
    """
    if not isinstance(value, dict):
        return None
    pipeline = pipeline_from(value, redact)
    if pipeline.id is None:
        return None
    status = value.get("status")
    known: dict[str, Any] = status if isinstance(status, dict) else {}
    return PipelineDetails(
        pipeline,
        name_from(value.get("kind"), redact),
        wire.moment_from(known.get("createdAt")),
        _latest(known.get("events"), redact),
        name_from(value.get("error"), redact),
    )


def core_instances_from(value: object, redact: Redact) -> CoreInstances | None:
    """Return the core instances with an ID in a decoded page, or `None` if it isn't a page.

    The list is complete only if all its entries are readable and no other page follows.
    """
    if not isinstance(value, dict) or (items := items_in(value)) is None:
        return None
    instances = tuple(filter(None, (_core_instance(item, redact) for item in items)))
    is_last = cursor_from(value.get("endCursor"), redact) is None
    return CoreInstances(instances, is_last and len(instances) == len(items))


def _latest(events: object, redact: Redact) -> PipelineEvent | None:
    """Return the latest of a pipeline's events, whose order is not documented."""
    if not isinstance(events, list):
        return None
    found = filter(None, (_event(each, redact) for each in events))
    return max(found, key=lambda event: event.at, default=None)


def _event(value: object, redact: Redact) -> PipelineEvent | None:
    if not isinstance(value, dict) or (at := wire.moment_from(value.get("loggedAt"))) is None:
        return None
    texts = (name_from(value.get(name), redact) for name in ("source", "reason", "message"))
    return PipelineEvent(at, *texts)


def _core_instance(value: object, redact: Redact) -> CoreInstance | None:
    if not isinstance(value, dict) or (instance_id := wire.uuid_from(value.get("id"))) is None:
        return None
    return CoreInstance(
        instance_id,
        name_from(value.get("name"), redact),
        name_from(value.get("status"), redact),
        value.get("skipServiceCreation") is True,
    )
