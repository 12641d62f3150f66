"""Find the pipeline that a name means, as the service's search finds it."""

from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from portui.api.errors import ServiceError
from portui.operations.walk import ListService
from portui.port.listed import Pipeline


@dataclass(frozen=True, slots=True)
class SeveralPipelines:
    """Several pipelines have the name or, if none has it, contain it."""

    name: str
    pipelines: tuple[Pipeline, ...]


@dataclass(frozen=True, slots=True)
class NoSuchPipeline:
    """No pipeline's name contains the name."""

    name: str


@dataclass(frozen=True, slots=True)
class PipelinesUnknown:
    """The pipelines can't be searched."""

    error: ServiceError


NoPipeline: TypeAlias = SeveralPipelines | NoSuchPipeline | PipelinesUnknown
"""Why a name doesn't mean one pipeline."""


async def find_pipeline(service: ListService, project_id: UUID, name: str) -> Pipeline | NoPipeline:
    """Return the pipeline of that name or, if there is none, the only one that contains it.

    How the search treats parts of names and letter case isn't documented, so its results are
    compared here.
    """
    try:
        found = await service.search_pipelines(project_id, name)
    except ServiceError as error:
        return PipelinesUnknown(error)
    exact = tuple(each for each in found if each.name == name)
    part = name.casefold()
    match exact or tuple(each for each in found if part in (each.name or "").casefold()):
        case ():
            return NoSuchPipeline(name)
        case (pipeline,):
            return pipeline
        case several:
            return SeveralPipelines(name, several)


async def add_name(service: ListService, project_id: UUID, pipeline: Pipeline) -> Pipeline:
    """Return a pipeline with its name, or as it is if the project's search doesn't have it."""
    try:
        found = await service.search_pipelines(project_id)
    except ServiceError:
        return pipeline
    return next((each for each in found if each.id == pipeline.id), pipeline)
