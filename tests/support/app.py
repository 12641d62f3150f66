"""The app with scripted collaborators."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

from textual.pilot import Pilot

from portui.api.errors import RefusedError, ServiceError
from portui.clipboard import Clipboard
from portui.clock import Clock
from portui.credentials import TokenStoreError
from portui.journal import Storage
from portui.operations.reach import Address, Resolve
from portui.operations.service import Service
from portui.port.editing import Change, NewPort
from portui.port.listed import ListedPort, Pipeline, Project
from portui.port.model import Port
from portui.port.pages import PipelinePage, PipelinePorts, PortPage
from portui.port.pipeline import CoreInstance, CoreInstances, PipelineDetails
from portui.settings import DEMO, Settings, Token
from portui.settings.themes import TERMINAL
from portui.tui.actions.access import AccessActions
from portui.tui.actions.collaborators import Collaborators
from portui.tui.actions.port_actions import PortActions
from portui.tui.app import PortuiApp
from portui.tui.dependencies import AppResult, Dependencies
from portui.tui.screens.dialog import Dialog
from tests.support.port_lists import PROJECT
from tests.support.ports import PORT, PORT_ID
from tests.support.screen import same_if_alike, until

NEW_PORT_ID: Final = UUID("123e4567-e89b-12d3-a456-426614179000")
"""The ID of the first port that a test creates."""


@dataclass(kw_only=True)
class FakeLists:
    """A service's lists, with scripted errors in place of its next pages."""

    pipelines: tuple[PipelinePorts, ...] = ()
    """In the order in which they are listed."""
    page: int = 100
    """How many pipelines a page has at most."""
    token_project: UUID | None = PROJECT.id
    projects: tuple[Project, ...] = ()
    named: list[UUID] = field(default_factory=list)
    """The projects that were asked for their names."""
    details: dict[UUID | None, PipelineDetails] = field(default_factory=dict)
    """The pipelines by ID."""
    instances: tuple[CoreInstance, ...] = ()
    runs: dict[UUID, tuple[Pipeline, ...]] = field(default_factory=dict)
    """The pipelines that core instances run."""
    list_calls: list[str] = field(default_factory=list)
    list_failures: list[ServiceError] = field(default_factory=list)
    list_hold: Callable[[], Awaitable[object]] | None = None
    lists_under_way: int = 0

    @property
    def project_id(self) -> UUID | None:
        return self.token_project

    async def list_pipelines(
        self, project_id: UUID, last: int, before: str | None = None, *, with_ports: bool = True
    ) -> PipelinePage:
        await self._list_call(f"pipelines {before or ''}".strip())
        start = int(before or 0)
        end = start + min(last, self.page)
        cursor = str(end) if end < len(self.pipelines) else None
        return PipelinePage(self.pipelines[start:end], cursor, 0, 1_000, len(self.pipelines))

    async def list_ports(
        self, pipeline: Pipeline, last: int, before: str | None = None
    ) -> PortPage:
        await self._list_call(f"ports {pipeline.id}")
        ports = next((e.ports for e in self.pipelines if e.pipeline.id == pipeline.id), ()) or ()
        return PortPage(ports, None, len(ports), 0, 1_000)

    async def search_pipelines(self, project_id: UUID, term: str = "") -> tuple[Pipeline, ...]:
        await self._list_call("search")
        return tuple(each.pipeline for each in self.pipelines)

    async def list_projects(self, name: str | None = None) -> tuple[Project, ...]:
        await self._list_call("projects")
        return self.projects

    async def get_project(self, project_id: UUID) -> Project:
        self.named.append(project_id)
        for project in self.projects:
            if project.id == project_id:
                return project
        raise RefusedError(404, "project not found")

    async def get_pipeline(self, pipeline_id: UUID) -> PipelineDetails:
        await self._list_call(f"pipeline {pipeline_id}")
        if pipeline_id not in self.details:
            raise RefusedError(404, "pipeline not found")
        return self.details[pipeline_id]

    async def list_core_instances(self, project_id: UUID, last: int) -> CoreInstances:
        await self._list_call(f"core instances of {project_id}")
        return CoreInstances(self.instances[:last], len(self.instances) <= last)

    async def list_instance_pipelines(
        self, instance_id: UUID, name: str, last: int
    ) -> PipelinePage:
        await self._list_call(f"pipelines of {instance_id}")
        found = [each for each in self.runs.get(instance_id, ()) if name in (each.name or "")]
        entries = tuple(PipelinePorts(each, None) for each in found[:last])
        return PipelinePage(entries, None, 0, 1_000, len(found))

    async def _list_call(self, what: str) -> None:
        self.list_calls.append(what)
        self.lists_under_way += 1
        try:
            if self.list_hold:
                await self.list_hold()
            if self.list_failures:
                raise self.list_failures.pop(0)
        finally:
            self.lists_under_way -= 1


@dataclass
class FakeService(FakeLists):
    """A service with ports by ID, and scripted errors in place of its next responses."""

    ports: dict[UUID, Port] = field(default_factory=lambda: {PORT_ID: PORT})
    calls: list[tuple[str, UUID, object]] = field(default_factory=list)
    failures: dict[str, list[ServiceError]] = field(default_factory=dict)
    hold: Callable[[str, UUID], Awaitable[None]] | None = None
    added: list[UUID] = field(default_factory=list)

    async def get_port(self, port_id: UUID) -> Port:
        await self._call("GET", port_id, None)
        return self.ports[port_id]

    async def update_port(self, port_id: UUID, change: Change) -> None:
        await self._call("PATCH", port_id, dict(change))
        values = {field.attribute: value for field, value in change}
        self.ports[port_id] = replace(self.ports[port_id], **values)  # type: ignore[arg-type]

    async def create_port(self, pipeline_id: UUID, new: NewPort) -> UUID:
        """Create a port, whose ID is `NEW_PORT_ID` and is listed from then on."""
        self.calls.append(("POST", pipeline_id, dict(new)))
        if self.hold:
            await self.hold("POST", pipeline_id)
        if self.failures.get("POST"):
            raise self.failures["POST"].pop(0)
        return self.add(pipeline_id, new)

    def add(self, pipeline_id: UUID, new: NewPort) -> UUID:
        """Add a port to a pipeline, as anyone may, and return its ID."""
        port_id = UUID(int=NEW_PORT_ID.int + len(self.added))
        self.added.append(port_id)
        values = {field.attribute: value for field, value in new}
        port = replace(PORT, id=port_id, **values, plugin_id=None, plugin_name=None)  # type: ignore[arg-type]
        self.ports[port_id] = replace(port, plugin_alias=None)
        self.pipelines = tuple(
            replace(
                each,
                ports=(
                    ListedPort(port_id, self.ports[port_id], each.pipeline),
                    *(each.ports or ()),
                ),
            )
            if each.pipeline.id == pipeline_id
            else each
            for each in self.pipelines
        )
        return port_id

    async def delete_port(self, port_id: UUID) -> None:
        await self._call("DELETE", port_id, None)
        del self.ports[port_id]

    async def _call(self, method: str, port_id: UUID, body: object) -> None:
        self.calls.append((method, port_id, body))
        if self.hold:
            await self.hold(method, port_id)
        if self.failures.get(method):
            raise self.failures[method].pop(0)
        if port_id not in self.ports:
            raise RefusedError(404, "pipeline port not found")

    def made(self, method: str) -> list[object]:
        """Return the bodies of the calls made with a method."""
        return [body for name, _, body in self.calls if name == method]


def no_such_name(host: str, number: int) -> tuple[Address, ...]:
    """Fail as the resolver does for an unknown name."""
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@dataclass
class FakeStore:
    """A keyring in memory that can be made to fail."""

    token: Token | None = None
    official: Token | None = None
    trouble: TokenStoreError | None = None

    async def load(self) -> Token | None:
        self._check()
        return self.token

    async def load_official(self) -> Token | None:
        self._check()
        return self.official

    async def store(self, token: Token) -> None:
        self._check()
        self.token = token

    async def delete(self) -> bool:
        self._check()
        had, self.token = self.token is not None, None
        return had

    def _check(self) -> None:
        if self.trouble:
            raise self.trouble


class PicturedApp(PortuiApp):
    """The app, with screenshots that are equal if they look the same."""

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        return same_if_alike(super().export_screenshot(title=title, simplify=simplify))


_folders: "list[TemporaryDirectory[str]]" = []


def _own_folder() -> Path:
    """Return a new folder that exists until the tests end."""
    _folders.append(TemporaryDirectory(prefix="portui-bench-"))
    return Path(_folders[-1].name)


@dataclass
class Bench:
    """An app's collaborators, and the tokens that it connected with."""

    settings: Settings = DEMO
    service: FakeService = field(default_factory=FakeService)
    store: FakeStore = field(default_factory=FakeStore)
    connected: list[Token] = field(default_factory=list)
    clipboard: Clipboard = field(default_factory=Clipboard)
    seconds: float = 1000.0
    folder: Path = field(default_factory=_own_folder)
    resolve: Resolve = field(default=no_such_name)
    theme: str = TERMINAL
    kept_themes: list[str] = field(default_factory=list)
    full_disk: str = ""
    """Why no theme can be kept, if none can."""
    time_passes: bool = True
    """Whether pauses end at once, by advancing the clock. If not, only `pass_time` advances it."""

    @staticmethod
    def now() -> datetime:
        """Return the moment at which all tests take place."""
        return datetime(2026, 11, 24, 14, 3, 7, tzinfo=UTC)

    def clock(self) -> Clock:
        """Return a clock that only tests and pauses advance."""
        return Clock(now=self.now, seconds=lambda: self.seconds, sleep=self._sleep)

    async def _sleep(self, seconds: float) -> None:
        if self.time_passes:
            self.seconds += seconds
            return
        end = self.seconds + seconds
        while self.seconds < end:  # noqa: ASYNC110 - the test advances the clock
            await asyncio.sleep(0.001)

    async def pass_time(self, pilot: Pilot[AppResult], seconds: int) -> None:
        """Advance the clock second by second, with all that this sets off."""
        for _ in range(seconds):
            self.seconds += 1
            await asyncio.sleep(0.005)  # the pauses look at the clock more often
            await pilot.pause()

    def _keep_theme(self, name: str) -> str:
        self.kept_themes.append(name)
        return self.full_disk

    async def _connect(self, token: Token) -> Service:
        self.connected.append(token)
        return self.service

    def app(self, first: UUID | None = None, words: str = "") -> PortuiApp:
        """Return an app with these."""
        clock = self.clock()
        profile = self.settings.profile
        storage = Storage.under(self.folder, profile.origin.name, clock.now, profile.name)
        dependencies = Dependencies(
            settings=self.settings,
            actions=lambda app, screen: PortActions(
                app,
                screen,
                self.settings,
                lambda after_change: Collaborators(
                    app,
                    screen,
                    self.settings,
                    storage,
                    clock,
                    self.clipboard,
                    after_change,
                    self.resolve,
                ),
            ),
            access=lambda screen: AccessActions(
                screen, self.settings, self.store, self._connect, clock
            ),
            clipboard=lambda: self.clipboard,
            crash_folder=self.folder / "crashes",
            clock=clock,
            theme=self.theme,
            keep_theme=self._keep_theme,
        )
        return PicturedApp(dependencies, first, words)

    @asynccontextmanager
    async def run(
        self, first: UUID | None = None, size: tuple[int, int] = (80, 24), words: str = ""
    ) -> AsyncIterator[Pilot[AppResult]]:
        """Run the app, with notifications."""
        async with self.app(first, words).run_test(size=size, notifications=True) as pilot:
            yield pilot

    @asynccontextmanager
    async def shown(self, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[AppResult]]:
        """Run the app with the sample port on screen."""
        async with self.run(PORT_ID, size) as pilot:
            await until(pilot, "Read 14:03:07 UTC")
            yield pilot

    async def open_dialog(self, pilot: Pilot[AppResult], key: str, text: str) -> None:
        """Open a dialog and wait until it accepts keys."""
        await pilot.press(key)
        await until(pilot, text)
        await pilot.pause()
        await self.read_question(pilot)

    async def read_question(self, pilot: Pilot[AppResult]) -> None:
        """Let the time pass that someone needs to read what a dialog asks."""
        screen = pilot.app.screen
        if isinstance(screen, Dialog):  # the time counts from the paint on
            await until(pilot, lambda: screen._painted_at is not None or not screen.is_current)
        self.seconds += 1
        screen.refresh_bindings()  # the dialog's own timer may take longer
        await pilot.pause()

    async def type(self, pilot: Pilot[AppResult], *keys: str) -> None:
        """Press keys, each half a second after the last."""
        for key in keys:
            self.seconds += 0.5
            await pilot.press(key)
