"""The service, with the token that is found for it, and its projects and pipelines."""

from typing import TYPE_CHECKING
from uuid import UUID

from portui.commands.command import CommandError, Dependencies, ExitStatus
from portui.credentials import Credential
from portui.operations.find_token import find_token
from portui.operations.look_up import Reader

if TYPE_CHECKING:
    from portui.operations.service import Service
    from portui.port.listed import Pipeline, Project
    from portui.settings import Settings


async def service_of(dependencies: Dependencies) -> "Service":
    """Connect to the service. Raises `CommandError` without a token or a connection."""
    from portui.api.errors import ServiceError

    found = await find_token(dependencies.settings, dependencies.store)
    if not isinstance(found, Credential):
        from portui.explain.tokens import explain_no_token

        raise CommandError(ExitStatus.NO_TOKEN, explain_no_token(found))
    try:
        return await dependencies.connect(found.token)
    except ServiceError as error:
        from portui.commands.failures import failed

        raise failed(error) from None


async def reader_of(dependencies: Dependencies) -> Reader:
    """Connect to the service, to read ports. Raises `CommandError`."""
    return Reader(await service_of(dependencies), dependencies.clock)


async def project_of(service: "Service", settings: "Settings") -> "Project":
    """Return the project to work with. Raises `CommandError` if there is none, or several."""
    from portui.commands.printing import list_failed
    from portui.explain.listings import explain_no_project
    from portui.operations.find_project import (
        NoSuchProject,
        ProjectsUnknown,
        SeveralProjects,
        find_project,
    )
    from portui.port.listed import Project

    found = await find_project(service, settings.project)
    if isinstance(found, Project):
        return found
    explanation = explain_no_project(found)
    match found:
        case SeveralProjects(projects=projects):
            raise CommandError(ExitStatus.WRONG_USAGE, explanation, projects)
        case NoSuchProject(projects=projects):
            raise CommandError(ExitStatus.NO_SUCH_PORT, explanation, projects)
        case ProjectsUnknown(error=error):
            raise CommandError(list_failed(error).status, explanation)
        case _:
            raise CommandError(ExitStatus.FAILED, explanation)


async def pipeline_of(service: "Service", settings: "Settings", name_or_id: str) -> "Pipeline":
    """Return a pipeline, which needs no project if it is given by ID. Raises `CommandError`.

    The name of one that is given by ID is `None` if it can't be found out.
    """
    try:
        pipeline_id = UUID(name_or_id)
    except ValueError:
        return await _named(service, settings, name_or_id)
    from portui.operations.find_pipeline import add_name
    from portui.operations.find_project import find_project
    from portui.port.listed import Pipeline, Project

    project = await find_project(service, settings.project)
    pipeline = Pipeline(pipeline_id)
    return (
        await add_name(service, project.id, pipeline) if isinstance(project, Project) else pipeline
    )


async def _named(service: "Service", settings: "Settings", name: str) -> "Pipeline":
    from portui.commands.printing import list_failed
    from portui.explain.listings import explain_no_pipeline
    from portui.operations.find_pipeline import (
        PipelinesUnknown,
        SeveralPipelines,
        find_pipeline,
    )
    from portui.port.listed import Pipeline

    project = await project_of(service, settings)
    found = await find_pipeline(service, project.id, name)
    if isinstance(found, Pipeline):
        return found
    explanation = explain_no_pipeline(found)
    match found:
        case SeveralPipelines(pipelines=pipelines):
            raise CommandError(ExitStatus.WRONG_USAGE, explanation, pipelines)
        case PipelinesUnknown(error=error):
            raise CommandError(list_failed(error).status, explanation)
        case _:
            raise CommandError(ExitStatus.NO_SUCH_PORT, explanation)
