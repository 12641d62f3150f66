"""The project in use: find it, remember which one was chosen, and name it in the header."""

import asyncio
from dataclasses import replace
from uuid import UUID

from portui.api.errors import ServiceError
from portui.journal import Choices
from portui.operations.find_project import NoProject, find_others, find_project
from portui.operations.service import Lists
from portui.port.listed import Project
from portui.settings import Settings, Token
from portui.tui.actions.stored import StoredValue
from portui.tui.actions.view import View
from portui.tui.state import Access, Failed, Loading


class CurrentProject:
    """The project of the token in use: its own, the one chosen, or the only one there is.

    What was chosen in an earlier run counts for the first token of this run alone.
    """

    def __init__(self, view: View, settings: Settings, choices: StoredValue[Choices]) -> None:
        self._view = view
        self._settings = settings
        self._choices = choices
        self._first: Token | None = None
        self._token: Token | None = None
        self._chosen: Project | None = None
        self._is_asked = False
        """Whether this token's project was asked for its name."""
        self._naming: asyncio.Task[None] | None = None
        self._is_finding = False
        """Whether the task still has to find the project to name."""

    async def find(self, access: Access) -> Project | NoProject:
        """Return the project to list, or why there is none."""
        if self._naming and self._is_finding:
            self._naming.cancel()  # the list needn't wait for it
        found = await self._find(access)
        if isinstance(found, Project) and found.name is not None:
            self._view.project = found
        return found

    async def find_others(self, service: Lists, refused: Project) -> NoProject | None:
        """Return what can be chosen in place of a project that the service refuses to list.

        The result is `None` if there is nothing to choose from.
        """
        remembered = not (self._settings.project or self._chosen)
        others = await find_others(service, refused, remembered=remembered)
        if others:
            self._chosen = self._view.project = None
        return others

    def choose(self, project: Project) -> None:
        """Use a project, now and in the runs to come."""
        self._chosen, self._is_asked = project, False
        self._view.project = project if project.name is not None else None
        self._choices.change(lambda choices: replace(choices, project=project.id))

    async def named(self, service: Lists, project: Project) -> Project:
        """Return a project with its name, and show it in the header.

        The name is asked for once. The project is as it was if its name can't be read.
        """
        if project.name is None and not self._is_asked:
            self._is_asked, token = True, self._token
            try:
                found = await service.get_project(project.id)
            except ServiceError:
                return project
            if found.id != project.id or self._token != token:
                return project
            project = found
        if project.name is not None:
            self._view.project = project
        return project

    def update(self) -> None:
        """Name the project in the header, in the background, once for each token.

        A failure isn't reported. Nothing is done while a port is being read, or after that failed.
        """
        access, state = self._view.access, self._view.state
        if not isinstance(access, Access):
            self._token = self._view.project = None
            return
        self._begin_with(access.credential.token)
        has_failed = isinstance(state, Failed) and not state.no_such_port
        is_late = self._is_asked or (self._naming and not self._naming.done())
        if not (is_late or has_failed or isinstance(state, Loading) or self._view.is_covered):
            self._naming = asyncio.create_task(self._name(access))

    async def _name(self, access: Access) -> None:
        service = access.service
        self._is_finding = True
        try:
            # Without any of these, it would take a list of projects to know, and perhaps a choice.
            known = service.project_id or self._settings.project or await self._remembered(service)
            found = await self._find(access) if known else None
        finally:
            self._is_finding = False
        if isinstance(found, Project):
            await self.named(service, found)

    async def _find(self, access: Access) -> Project | NoProject:
        self._begin_with(access.credential.token)
        if self._chosen:
            return self._chosen
        service, chosen = access.service, self._settings.project
        remembered = None if chosen else await self._remembered(service)
        found = Project(remembered) if remembered else await find_project(service, chosen)
        shown = self._view.project
        same = isinstance(found, Project) and shown and shown.id == found.id
        return shown if shown and same else found

    async def _remembered(self, service: Lists) -> UUID | None:
        """Return the project chosen in an earlier run, if that counts for this token."""
        if service.project_id or self._token != self._first:
            return None
        return (await self._choices.loaded()).project

    def _begin_with(self, token: Token) -> None:
        """Reset what is known about the project if the token is another one."""
        if self._first is None:
            self._first = token
        if self._token != token:
            self._token, self._chosen, self._is_asked = token, None, False
            self._view.project = None
