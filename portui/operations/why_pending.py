"""Read what the service says around a port that has no endpoint yet. Nothing is concluded."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from portui.api.errors import ServiceError, UnexpectedReplyError
from portui.clock import Clock
from portui.port.listed import Pipeline
from portui.port.pages import PipelinePage
from portui.port.pipeline import CoreInstance, CoreInstances, PipelineDetails

_MOST_INSTANCES: Final = 20
_MOST_SEARCHED: Final = 5  # core instances, whose pipelines come with their configuration
_MOST_NAMESAKES: Final = 3  # pipelines of one core instance that have the name in theirs


class PipelineService(Protocol):
    """The service's calls for a pipeline. Each may raise a `ServiceError`; none retries."""

    async def get_pipeline(self, pipeline_id: UUID) -> PipelineDetails: ...
    async def list_core_instances(self, project_id: UUID, last: int) -> CoreInstances: ...
    async def list_instance_pipelines(
        self, instance_id: UUID, name: str, last: int
    ) -> PipelinePage: ...


@dataclass(frozen=True, slots=True)
class WhyPending:
    """What was read, or why it could not be. What was not asked for is `None`."""

    pipeline: PipelineDetails | ServiceError | None
    """`None` also if the service returned a different pipeline."""
    pipeline_at: datetime
    """When that was; the rest was read after it."""
    instance: CoreInstance | ServiceError | None = None
    """The core instance that runs the pipeline; `None` also if none is known to."""
    is_only_instance: bool = False
    """Whether it is known by being the project's only one."""


async def read_why_pending(
    service: PipelineService,
    clock: Clock,
    pipeline_id: UUID,
    project_id: UUID | None,
    before: WhyPending | None = None,
) -> AsyncIterator[WhyPending]:
    """Yield what is known after each of two reads: the pipeline's, then the core instance's.

    The second is left out without a project, and if the pipeline isn't known to be there. `before`
    is what was read of the same pipeline earlier, which spares finding its core instance again.
    """
    details: PipelineDetails | ServiceError | None
    try:
        details = await service.get_pipeline(pipeline_id)
    except ServiceError as error:
        details = error
    else:
        details = details if details.pipeline.id == pipeline_id else None
    why = WhyPending(details, clock.now())
    yield why
    if isinstance(details, PipelineDetails):
        pipeline = details.pipeline
    elif _is_large(details):
        pipeline = Pipeline(pipeline_id)
    else:
        return
    if project_id is None:
        return
    try:
        instance, is_only = await _instance_of(pipeline, service, project_id, before)
    except ServiceError as error:
        yield replace(why, instance=error)
    else:
        yield replace(why, instance=instance, is_only_instance=is_only)


async def _instance_of(
    pipeline: Pipeline, service: PipelineService, project_id: UUID, before: WhyPending | None
) -> tuple[CoreInstance | None, bool]:
    """Return the core instance that runs a pipeline, and whether it is the project's only one.

    Of several it is the one that lists the pipeline, which a pipeline itself doesn't say.
    """
    found = await service.list_core_instances(project_id, _MOST_INSTANCES)
    if found.is_complete and len(found.instances) == 1:
        return found.instances[0], True
    if before and isinstance(known := before.instance, CoreInstance):
        for instance in found.instances:
            if instance.id == known.id and not before.is_only_instance:
                return instance, False
    if pipeline.name is not None:
        for instance in found.instances[:_MOST_SEARCHED]:
            page = await service.list_instance_pipelines(
                instance.id, pipeline.name, _MOST_NAMESAKES
            )
            if any(entry.pipeline.id == pipeline.id for entry in page.pipelines):
                return instance, False
    return None, False


def _is_large(error: ServiceError | None) -> bool:
    """Return whether there is a pipeline, but with too large a configuration."""
    too_large = UnexpectedReplyError.Why.TOO_LARGE
    return isinstance(error, UnexpectedReplyError) and error.why is too_large
