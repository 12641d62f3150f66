"""The main screen: look up, show, edit and delete one port."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from functools import cached_property
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, TypeAlias, TypeVar
from uuid import UUID

from textual import events, getters, on
from textual.actions import parse
from textual.app import ComposeResult
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Input

from portui.clock import Clock
from portui.port.model import Field
from portui.settings import Settings
from portui.tui.keymap import PORT_KEYS, explain_unavailable, is_available
from portui.tui.screens.dialog import Dialog
from portui.tui.state import (
    AccessState,
    EndpointTest,
    Failed,
    FindingToken,
    Gone,
    History,
    Loading,
    Nothing,
    Showing,
    State,
    Watching,
)
from portui.tui.widgets.bars import HeaderBar, KeyBar
from portui.tui.widgets.beside import found_in
from portui.tui.widgets.id_bar import IdBar
from portui.tui.widgets.lines import Rule, TooSmall
from portui.tui.widgets.port_pane import PortPane
from portui.tui.widgets.port_rows import PortRows, Row
from portui.tui.widgets.recent_ports import RecentList
from portui.tui.widgets.status_line import HINT_SECONDS, StatusLine

if TYPE_CHECKING:  # not needed for the first paint
    from portui.journal import RecentPort

T = TypeVar("T")

_AHEAD: Final = 1.0  # seconds after a refresh, in which keys are typed ahead of what it shows

What: TypeAlias = Literal["field", "port", "curl"]
"""What can be copied."""


class Actions(Protocol):
    """The actions that the main screen's keys run."""

    async def look_up(self, port_id: UUID) -> None: ...
    async def edit(self, focus: Field | None) -> None: ...
    async def delete(self) -> None: ...
    async def undo(self) -> None: ...
    async def create_again(self) -> None: ...
    async def show_history(self) -> None: ...
    async def copy(self, what: What, row: Row | None) -> None: ...
    async def test_endpoint(self) -> None: ...
    async def watch(self) -> None: ...
    def stop_watching(self) -> None: ...
    def forget_recent(self) -> None: ...
    def stop(self) -> None: ...


_OF_A_PORT: Final = frozenset(
    {"edit", "delete", "undo", "create_again", "refresh", "copy", "test", "watch"}
)
"""Actions on the port on screen, which a key never means while another one is being chosen."""


class MainScreen(Screen[None]):
    """Shows `state`, and turns keys into actions that change it."""

    AUTO_FOCUS = ""  # the state says where the focus belongs
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-narrow"), (60, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (12, "-short"), (18, "-tall")]

    BINDINGS = PORT_KEYS

    focused = reactive(None, repaint=False)  # Textual's repaints the whole screen
    state: reactive[State] = reactive(Nothing(), init=False, repaint=False)
    access: reactive[AccessState] = reactive(FindingToken(), init=False, repaint=False)
    recent: reactive[tuple["RecentPort", ...]] = reactive((), init=False, repaint=False)
    history: reactive[History | None] = reactive(None, init=False, repaint=False)
    typed: reactive[str | None] = reactive(None, init=False, repaint=False)
    """What is typed into the port ID's input, unless that's the ID of the port on screen."""

    endpoint_test: reactive[EndpointTest | None] = reactive(None, init=False, repaint=False)

    id_bar = getters.query_one(IdBar)
    pane = getters.query_one(PortPane)
    rows = getters.query_one(PortRows)
    status_line = getters.query_one(StatusLine)

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        make_actions: Callable[[], Actions],
        first: UUID | None,
    ) -> None:
        """`make_actions` is called once, on first use; `first` is looked up at startup."""
        super().__init__()
        self._settings = settings
        self._clock = clock
        self._make_actions = make_actions
        self._first = first
        self._refreshed_at = -inf

    @cached_property
    def _actions(self) -> Actions:
        return self._make_actions()

    def compose(self) -> ComposeResult:
        """Compose the header, the port ID, the port, the status line and the key bar."""
        yield HeaderBar(self._settings).data_bind(MainScreen.access)
        yield IdBar()
        yield Rule()
        pane = PortPane(self._settings, self._clock)
        pane.data_bind(MainScreen.recent, MainScreen.history, MainScreen.typed)
        yield pane.data_bind(MainScreen.state, MainScreen.access, MainScreen.endpoint_test)
        yield StatusLine(self._clock).data_bind(MainScreen.state)
        yield KeyBar()
        yield TooSmall()

    def on_mount(self) -> None:
        """Start with the port from the command line."""
        self.set_focus(self.id_bar.text)
        if self._first is not None:
            self.state = Loading(self._first)  # it's read once there's a token

    # --- used by actions ---

    @property
    def is_acting(self) -> bool:
        """Whether what a key set off is still under way."""
        return any(worker.group in ("actions", "refresh") for worker in self.workers)

    @property
    def is_covered(self) -> bool:
        """Whether a dialog is open."""
        return self.app.screen is not self

    def say(self, words: str, seconds: float = HINT_SECONDS) -> None:
        """Show a hint for some seconds; an empty string clears it."""
        self.status_line.say(words, seconds)

    async def ask(self, dialog: Dialog[T]) -> T:
        """Open a dialog and wait for its answer. Call this only from a worker."""
        return await self.app.push_screen_wait(dialog)

    async def painted(self) -> None:
        """Wait until a notice that was set is on the screen."""
        # The notice asks the screen for a new layout once it's idle, and only then comes the paint.
        for widget in (self.query_one(PortPane).notice, self):
            painted = asyncio.Event()
            widget.call_after_refresh(painted.set)
            await painted.wait()

    def watch_state(self, before: State, now: State) -> None:
        """Update the key bar and the port ID, and move the focus when a read ends."""
        self.refresh_bindings()
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

    def watch_access(self) -> None:
        """Look up the port that is waiting for a token or couldn't be read."""
        self.refresh_bindings()
        if isinstance(self.state, Loading | Failed) and not isinstance(self.access, FindingToken):
            self._run(self._actions.look_up(self.state.port_id))

    def watch_recent(self) -> None:
        """Update the keys that lead to the recent ports."""
        self.refresh_bindings()

    def watch_focused(self) -> None:
        """Show or hide what depends on the focus."""
        if self.is_mounted:
            self.pane.draw_beside()

    # --- available keys ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable the keys that apply to the state."""
        port_shown = isinstance(self.state, Showing | Gone)
        if action == "to_recent":
            return self._offers_recent or (None if port_shown else False)
        if action == "to_rows" and self._offers_recent:
            return False
        if action in _OF_A_PORT and self._is_choosing:
            return None
        if action == "forget_recent":
            return bool(self.recent)
        return is_available(
            action,
            parameters,
            self.state,
            typing=self._is_typing,
            read_only=self._settings.profile.read_only,
        )

    @property
    def _offers_recent(self) -> bool:
        """Whether there are recent ports to go to from the port ID."""
        return bool(found_in(self.recent, self.state, self.typed))

    @property
    def _is_typing(self) -> bool:
        """Whether the focus is in the port ID's input."""
        return isinstance(self.focused, Input)

    @property
    def _is_choosing(self) -> bool:
        """Whether the focus is in the recent ports."""
        return isinstance(self.focused, RecentList)

    def explain_key(self, key: str) -> str:
        """Return why a key does nothing now; empty if it isn't a key of this screen."""
        read_only = self._settings.profile.read_only
        if key == "down" and self._is_typing:
            return "No recent port matches" if self.recent else "No recent ports yet"
        for action, _ in self._actions_of(key):
            if action in _OF_A_PORT and self._is_choosing:
                return "Press Enter to look this port up first"
            if action == "undo" and isinstance(self.state, Showing) and not read_only:
                self.action_undo()  # which says how many changes the history has
                return ""
            return explain_unavailable(action, self.state, read_only=read_only)
        return ""

    def must_wait(self, event: events.Key | events.Paste) -> bool:
        """Return whether it's too early for a key: something before it is still under way.

        While a port is read, the way to another ID is open. While it's read again, the cursor
        moves, and after a while all keys work, since the port is there. Quitting never waits.
        """
        key = event.key if isinstance(event, events.Key) else ""
        if key == "q" and self.check_action("letter", ("quit_now",)):
            return False
        if isinstance(self.state, Loading):
            return not (isinstance(self.focused, Input) or key in ("", "f1", "slash"))
        under_way = {worker.group for worker in self.workers}
        typed_ahead = event.time - self._refreshed_at < _AHEAD
        moves = self.rows.has_focus and self.rows.moves(key)
        return "actions" in under_way or ("refresh" in under_way and typed_ahead and not moves)

    def _actions_of(self, key: str) -> Iterator[tuple[str, tuple[object, ...]]]:
        """Yield the actions of this screen that a key is bound to, with their parameters."""
        if key == "enter" and self.rows.has_focus:
            yield "edit", ()
        for binding in self._bindings.key_to_bindings.get(key, ()):
            _, action, parameters = parse(binding.action)
            yield action, parameters

    # --- keys ---

    def action_look_up_another(self) -> None:
        """Move the focus to the port ID."""
        self._hide_former_values()
        self.id_bar.edit()

    def action_to_rows(self) -> None:
        """Move the focus from the port ID to the rows."""
        self.rows.focus()

    def action_to_recent(self) -> None:
        """Move the focus from the port ID to the recent ports."""
        self.pane.choose_recent()

    def action_forget_recent(self) -> None:
        """Forget the recent ports."""
        self._actions.forget_recent()

    async def action_letter(self, action: str) -> None:
        """Run an app action bound to a letter; `check_action` disables it while typing."""
        await self.app.run_action(action)

    def action_back(self) -> None:
        """Cancel what is under way, or else move the focus to the rows."""
        match self.state:
            case Loading():
                self._actions.stop()
                self.state = Nothing()
            case Showing(activity=activity) if activity is not activity.IDLE:
                self._actions.stop()
            case Gone(progress=progress) if progress:
                self._actions.stop()
            case Showing() if self._is_testing:
                self._actions.stop()
            case Showing(watching=Watching()) if self.rows.has_focus:
                self.action_stop_watching()
            case Showing(reading=reading) | Gone(reading=reading):
                self.id_bar.show(reading.port_id)
                self.rows.focus()
            case Nothing() if self._is_choosing:
                self.id_bar.edit()
            case Nothing() if self._offers_recent:
                self.pane.choose_recent()
            case _:
                self.rows.focus()  # where letters are keys

    def action_refresh(self) -> None:
        """Read the port on screen again."""
        if not self._is_testing:
            self.endpoint_test = None
        match self.state:
            case Showing(reading=reading) | Gone(reading=reading):
                self._refreshed_at = monotonic()
                self.run_worker(self._actions.look_up(reading.port_id), group="refresh")
            case Failed(port_id=port_id):
                self._run(self._actions.look_up(port_id))

    @on(IdBar.LookUpRequested)
    def _on_look_up_requested(self, message: IdBar.LookUpRequested) -> None:
        self._run(self._actions.look_up(message.port_id))

    @on(IdBar.Typed)
    def _on_typed(self, message: IdBar.Typed) -> None:
        self.typed = message.text
        self.refresh_bindings()

    @on(RecentList.Opened)
    def _on_recent_opened(self, message: RecentList.Opened) -> None:
        self.set_focus(self.id_bar.text)
        self.id_bar.show(message.port_id)
        self._run(self._actions.look_up(message.port_id))

    @on(RecentList.LeftAbove)
    def _on_recent_left(self) -> None:
        self.id_bar.edit()

    @on(PortRows.Selected)
    def _on_row_selected(self, message: PortRows.Selected) -> None:
        field = message.row.field
        if not (field and field.editable):
            self.say(f"{message.row.label or 'This'} can't be edited")
        elif self.check_action("edit", ()):
            self._edit(field)
        else:
            self.say(self.explain_key("enter"))

    def on_paste(self, event: events.Paste) -> None:
        """Insert text pasted outside the port ID's input into it."""
        event.stop()
        self.id_bar.edit()
        self.id_bar.take(event.text)

    def action_watch(self) -> None:
        """Read the port on screen every few seconds, in the background."""
        # Not among the actions, for which the next key waits.
        self.run_worker(self._actions.watch(), group="watching", exclusive=True)

    def action_stop_watching(self) -> None:
        """Stop watching the port on screen."""
        self._actions.stop_watching()

    def action_edit(self) -> None:
        """Open the form on the selected field, or on the one that is edited most."""
        row = self.rows.selected
        self._edit(row.field if row and row.editable else Field.FRONTEND_PORT)

    def _edit(self, focus: Field | None) -> None:
        self._hide_former_values()
        self._run(self._actions.edit(focus))

    def action_delete(self) -> None:
        """Delete the port, after asking."""
        self._hide_former_values()
        self._run(self._actions.delete())

    def action_undo(self) -> None:
        """Undo the last change."""
        self._hide_former_values()
        self._run(self._actions.undo())

    def action_create_again(self) -> None:
        """Show how to create a port like the deleted one."""
        self._run(self._actions.create_again())

    def action_history(self, _: str) -> None:
        """Show the history."""
        self._hide_former_values()
        self._run(self._actions.show_history())

    def action_copy(self, what: What) -> None:
        """Copy the selected field, the port, or a command that reads it."""
        # Not among the actions, for which the next key waits.
        self.run_worker(self._actions.copy(what, self.rows.selected), group="copying")

    def action_test(self) -> None:
        """Test the endpoint."""
        # Not among the actions, for which the next key waits.
        self.run_worker(self._actions.test_endpoint(), group="testing")

    @property
    def _is_testing(self) -> bool:
        return self.endpoint_test is not None and self.endpoint_test.result is None

    def _run(self, action: Coroutine[Any, Any, None]) -> None:
        self.run_worker(action, group="actions")

    def _hide_former_values(self) -> None:
        """Hide what changed with the last read, which the operator has seen."""
        if isinstance(self.state, Showing):
            self.state = replace(self.state, was=None)
