"""What the main screen shows, and where the focus is; the actions' view of it."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from textual import getters
from textual.app import ComposeResult
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input

from portui.clock import Clock
from portui.settings import Settings
from portui.tui.screens.base import BaseScreen
from portui.tui.state import (
    AccessState,
    EndpointTest,
    Failed,
    FindingToken,
    Gone,
    History,
    Loading,
    Nothing,
    PortPipeline,
    Showing,
    State,
)
from portui.tui.widgets.bars import HeaderBar, KeyBar
from portui.tui.widgets.id_bar import IdBar
from portui.tui.widgets.lines import Lines, Rule, TooSmall
from portui.tui.widgets.port_pane import PortPane
from portui.tui.widgets.port_rows import PortRows
from portui.tui.widgets.recent_matches import ROOMY, found_in
from portui.tui.widgets.status_line import StatusLine

if TYPE_CHECKING:  # not needed for the first paint
    from portui.journal import RecentPort
    from portui.operations.listing import Listing
    from portui.port.known import KnownPorts
    from portui.port.listed import ListedPort, Pipeline, Project

_PATIENCE: Final = 0.5  # seconds; what is loaded then would slow down a quick service's port


class PortView(BaseScreen):
    """Shows `state` and what is beside it; actions change both through the `View` protocol."""

    @dataclass
    class ListRequested(Message):
        """A key asks for the list of ports, or for the port some rows further down in it."""

        rows: int = 0
        words: str | None = None
        """The words to filter the list by; if given, it is read again."""

    AUTO_FOCUS = ""  # the state says where the focus belongs
    state: reactive[State] = reactive(Nothing(), init=False, repaint=False)
    access: reactive[AccessState] = reactive(FindingToken(), init=False, repaint=False)
    recent: reactive[tuple["RecentPort", ...]] = reactive((), init=False, repaint=False)
    history: reactive[History | None] = reactive(None, init=False, repaint=False)
    project: reactive["Project | None"] = reactive(None, init=False, repaint=False)
    """The project in use, once its name has been read."""
    typed: reactive[str | None] = reactive(None, init=False, repaint=False)
    """What is typed into the port ID's input, unless that's the ID of the port on screen."""

    pipeline: reactive[PortPipeline | None] = reactive(None, init=False, repaint=False)
    """What is known about a port's pipeline, usually the port on screen."""
    endpoint_test: reactive[EndpointTest | None] = reactive(None, init=False, repaint=False)

    id_bar = getters.query_one(IdBar)
    pane = getters.query_one(PortPane)
    rows = getters.query_one(PortRows)

    def __init__(self, settings: Settings, clock: Clock) -> None:
        super().__init__()
        self._settings = settings
        self._clock = clock
        self.listed: ListedPort | None = None
        """The port as listed, if the one on screen was opened from the list."""
        self.listed_in: UUID | None = None
        """The project in which it was listed."""
        self.listing: Listing | None = None
        """The list of ports, if it was read to its end."""
        self.listing_of: UUID | None = None
        """The project that it is of."""
        self.known_ports: KnownPorts | None = None
        self._has_opened = asyncio.Event()
        """Whether the port that the app opens on was read, or couldn't be."""

    def compose(self) -> ComposeResult:
        """Compose the header, the port ID, the port, the status line and the key bar."""
        yield HeaderBar(self._settings).data_bind(PortView.access, PortView.project)
        yield IdBar()
        yield Rule()
        pane = PortPane(self._settings, self._clock)
        pane.data_bind(PortView.recent, PortView.history, PortView.typed)
        pane.data_bind(PortView.endpoint_test, PortView.pipeline)
        yield pane.data_bind(PortView.state, PortView.access)
        yield StatusLine(self._clock).data_bind(PortView.state)
        yield KeyBar()
        yield TooSmall()

    # --- used by actions ---

    @property
    def is_acting(self) -> bool:
        """Whether an action that a key started is still under way."""
        return any(worker.group in ("actions", "refresh") for worker in self.workers)

    @property
    def is_covered(self) -> bool:
        """Whether a dialog is open."""
        return self.app.screen is not self

    @property
    def is_roomy(self) -> bool:
        """Whether there's room beside the port."""
        return self.size.width >= ROOMY

    def in_background(self, work: Coroutine[Any, Any, None]) -> None:
        """Start background work, which no key waits for, in place of any under way."""
        self.run_worker(work, group="background", exclusive=True)

    def stop_background(self) -> None:
        """Cancel the background work."""
        self.workers.cancel_group(self, "background")

    def pipeline_of(self, port_id: UUID) -> "Pipeline | None":
        """Return a port's pipeline, if it was opened from the list, or the list knows it."""
        if self.listed and self.listed.id == port_id:
            return self.listed.pipeline
        return self.known_ports.pipeline_of(port_id) if self.known_ports else None

    def show_created(self, listed: "ListedPort", showing: Showing) -> None:
        """Show a port that was just created in a pipeline."""
        self.listed = listed
        self.state = showing
        self.id_bar.show(listed.id)
        self.set_focus(self.rows)

    def find(self, words: str) -> None:
        """Ask for the list of ports, read again and filtered by words."""
        self.post_message(self.ListRequested(words=words))

    async def painted(self) -> None:
        """Wait until a notice that was set is on the screen."""
        # The notice asks the screen for a new layout once it's idle, and only then comes the paint.
        for widget in (self.query_one(PortPane).notice, self):
            painted = asyncio.Event()
            widget.call_after_refresh(painted.set)
            await painted.wait()

    async def opened(self) -> None:
        """Wait until the port that the app opens on is on the screen, but not for long."""
        if not isinstance(self.state, Loading):
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await self._has_opened.wait()
                await self.painted()

    def hide_former_values(self) -> None:
        """Hide what changed with the last read, which the operator has seen."""
        if isinstance(self.state, Showing):
            self.state = self.state._replace(was=None)

    # --- the focus ---

    @property
    def offers_recent(self) -> bool:
        """Whether there are recent ports to go to from the port ID."""
        return bool(found_in(self.recent, self.state, self.typed))

    @property
    def is_typing(self) -> bool:
        """Whether the focus is in the port ID's input."""
        return isinstance(self.focused, Input)

    @property
    def is_choosing(self) -> bool:
        """Whether the focus is in the recent ports."""
        return isinstance(self.focused, Lines)  # no other lines take it

    @property
    def is_testing(self) -> bool:
        """Whether the endpoint is being tested."""
        return self.endpoint_test is not None and self.endpoint_test.result is None

    # --- changes ---

    def watch_state(self, before: State, now: State) -> None:
        """Update the key bar and the port ID, and move the focus when a read ends."""
        self.refresh_bindings()
        if not isinstance(now, Loading):
            self._has_opened.set()
        if self.endpoint_test and not self.endpoint_test.is_about(now):
            self.endpoint_test = None
        match before, now:
            case _, Loading(port_id=port_id):
                self.id_bar.show(port_id)
                self.set_focus(self.rows)  # letters are keys, which wait for the port
            case Loading(port_id=port_id), Showing() | Gone() if self.rows.has_focus:
                self.id_bar.show(port_id)
            case Loading(), Failed() if self.rows.has_focus:
                self.id_bar.edit()

    def watch_recent(self) -> None:
        """Update the keys that lead to the recent ports."""
        self.refresh_bindings()

    def watch_focused(self) -> None:
        """Show or hide what depends on the focus."""
        if self.is_mounted:
            self.pane.draw_beside()
