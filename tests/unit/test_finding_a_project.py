"""Which project is listed, and why none is."""

import asyncio
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import pytest

from portui.api.errors import RefusedError, ServiceError
from portui.operations.find_project import (
    LostProject,
    NoProject,
    NoProjects,
    NoSuchProject,
    ProjectsUnknown,
    SeveralProjects,
    find_others,
    find_project,
)
from portui.port.listed import Project

PLANT: Final = Project(UUID(int=1), "plant")
OFFICE: Final = Project(UUID(int=2), "office")
DENIED: Final = RefusedError(403, "permission denied")


@dataclass
class Projects:
    """A service with projects, and a token that may name one."""

    projects: tuple[Project, ...] = (PLANT, OFFICE)
    project_id: UUID | None = None
    failure: ServiceError | None = None
    calls: list[str] = field(default_factory=list)

    async def list_projects(self, name: str | None = None) -> tuple[Project, ...]:
        self._call(f"projects named {name}")
        return tuple(each for each in self.projects if name is None or name in str(each.name))

    async def get_project(self, project_id: UUID) -> Project:
        self._call("project")
        return next(each for each in self.projects if each.id == project_id)

    def _call(self, call: str) -> None:
        self.calls.append(call)
        if self.failure:
            raise self.failure


PLANTS: Final = (PLANT, Project(UUID(int=3), "plant-2"), Project(UUID(int=4), "plant"))


@pytest.mark.parametrize(
    ("service", "chosen", "found", "calls"),
    [
        (Projects((PLANT,)), None, PLANT, 1),
        (Projects(), None, SeveralProjects((PLANT, OFFICE)), 1),
        (Projects(()), None, NoProjects(), 1),
        (Projects(), "office", OFFICE, 1),
        (Projects(), "", SeveralProjects((PLANT, OFFICE)), 1),
        (Projects(), "attic", NoSuchProject("attic", (PLANT, OFFICE)), 2),
        (Projects(PLANTS[:2]), "plant", PLANT, 1),
        (Projects(PLANTS[:2]), "plan", NoSuchProject("plan", PLANTS[:2]), 2),
        (Projects(PLANTS), "plant", SeveralProjects((PLANTS[0], PLANTS[2])), 1),
        (Projects(()), str(OFFICE.id), Project(OFFICE.id), 0),
        (Projects(project_id=PLANT.id), None, Project(PLANT.id), 0),
        (Projects(project_id=PLANT.id), str(PLANT.id).upper(), Project(PLANT.id), 0),
        (Projects(project_id=PLANT.id), "plant", PLANT, 1),
        (Projects(project_id=PLANT.id), "office", NoSuchProject("office", (PLANT,)), 1),
        (
            Projects(project_id=PLANT.id),
            str(OFFICE.id),
            NoSuchProject(str(OFFICE.id), (PLANT,)),
            1,
        ),
        (Projects(failure=DENIED), None, ProjectsUnknown(DENIED), 1),
        (Projects(failure=DENIED), "plant", ProjectsUnknown(DENIED), 1),
        (Projects(failure=DENIED, project_id=PLANT.id), "x", ProjectsUnknown(DENIED), 1),
    ],
)
def test_the_project_is_the_tokens_or_the_chosen_or_the_only_one(
    service: Projects, chosen: str | None, found: Project | NoProject, calls: int
) -> None:
    assert asyncio.run(find_project(service, chosen)) == found
    assert len(service.calls) == calls


@pytest.mark.parametrize(
    ("service", "remembered", "others"),
    [
        (Projects((OFFICE,)), True, LostProject(PLANT.id, (OFFICE,))),
        (Projects((OFFICE,)), False, NoSuchProject("plant", (OFFICE,))),
        (Projects(()), True, LostProject(PLANT.id, ())),
        (Projects(), True, None),
        (Projects((OFFICE,), project_id=PLANT.id), False, None),
        (Projects((OFFICE,), failure=DENIED), True, None),
    ],
)
def test_in_place_of_a_refused_project_those_of_a_user_token_can_be_chosen(
    service: Projects,
    remembered: bool,  # noqa: FBT001 - a column of the table
    others: NoProject | None,
) -> None:
    assert asyncio.run(find_others(service, PLANT, remembered=remembered)) == others
