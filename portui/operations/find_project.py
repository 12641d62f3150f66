"""Find the project to list: the token's, the chosen one, or the only one there is."""

from dataclasses import dataclass
from typing import Protocol, TypeAlias
from uuid import UUID

from portui.api.errors import ServiceError
from portui.port.listed import Project


class ProjectService(Protocol):
    """The service's calls about projects. Each may raise a `ServiceError`; none retries."""

    @property
    def project_id(self) -> UUID | None: ...
    async def list_projects(self, name: str | None = None) -> tuple[Project, ...]: ...
    async def get_project(self, project_id: UUID) -> Project: ...


@dataclass(frozen=True, slots=True)
class SeveralProjects:
    """The token gives access to several projects, and none is chosen."""

    projects: tuple[Project, ...]


@dataclass(frozen=True, slots=True)
class NoSuchProject:
    """The chosen project isn't one of those that the token gives access to."""

    chosen: str
    projects: tuple[Project, ...]


@dataclass(frozen=True, slots=True)
class LostProject:
    """The project chosen in an earlier run was deleted, or the token gives no access to it."""

    project_id: UUID
    projects: tuple[Project, ...]


@dataclass(frozen=True, slots=True)
class NoProjects:
    """The token gives access to no project."""


@dataclass(frozen=True, slots=True)
class ProjectsUnknown:
    """The projects can't be read."""

    error: ServiceError


NoProject: TypeAlias = SeveralProjects | NoSuchProject | LostProject | NoProjects | ProjectsUnknown
"""Why there is no project to list. The ports of one pipeline can be listed without one."""


async def find_project(service: ProjectService, chosen: str | None = None) -> Project | NoProject:
    """Return the project to list. `chosen` is a UUID or a name, from the operator or a profile.

    A project's UUID and a project token need no call; that project's name is still unknown.
    """
    chosen_id = _uuid(chosen)
    own_id = service.project_id
    if own_id and (not chosen or chosen_id == own_id):
        return Project(own_id)
    if chosen_id and not own_id:
        return Project(chosen_id)
    try:
        if own_id:
            projects: tuple[Project, ...] = (await service.get_project(own_id),)
        else:
            projects = await service.list_projects(chosen or None)
            if chosen and not any(project.name == chosen for project in projects):
                projects = await service.list_projects()  # to choose from
    except ServiceError as error:
        return ProjectsUnknown(error)
    return _pick(projects, chosen)


async def find_others(
    service: ProjectService, refused: Project, *, remembered: bool
) -> NoSuchProject | LostProject | None:
    """Return what can be chosen in place of a project that the service refuses to list.

    `remembered`: whether it was chosen in an earlier run. The result is `None` if the token does
    give access to it, or has no choice: a project token, or projects that can't be listed.
    """
    if service.project_id:
        return None
    try:
        projects = await service.list_projects()
    except ServiceError:
        return None
    if any(project.id == refused.id for project in projects):
        return None
    if remembered:
        return LostProject(refused.id, projects)
    return NoSuchProject(refused.name or str(refused.id), projects)


def _pick(projects: tuple[Project, ...], chosen: str | None) -> Project | NoProject:
    if chosen:
        named = [project for project in projects if project.name == chosen]
        match named:
            case [project]:
                return project
            case []:
                return NoSuchProject(chosen, projects)
            case _:
                return SeveralProjects(tuple(named))
    match projects:
        case ():
            return NoProjects()
        case (project,):
            return project
        case _:
            return SeveralProjects(projects)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
