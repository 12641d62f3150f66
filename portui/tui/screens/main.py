"""The main screen: one port, looked up, seen, edited, deleted."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Input
from textual.worker import Worker

from portui.clock import Clock
from portui.explain.explanation import Explanation
from portui.port.model import Field
from portui.settings import Settings
from portui.tui.keymap import PORT_KEYS
from portui.tui.screens.dialog import Dialog
from portui.tui.state import (
    Access,
    AccessState,
    Activity,
    Failed,
    Gone,
    Loading,
    Nothing,
    Seeking,
    Showing,
    State,
)
from portui.tui.widgets.bars import HeaderBar, KeyBar
from portui.tui.widgets.id_bar import IdBar
from portui.tui.widgets.lines import Rule, TooSmall
from portui.tui.widgets.port_pane import PortPane
from portui.tui.widgets.port_rows import PortRows
from portui.tui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from portui.tui.actions import Acts

T = TypeVar("T")

PASSING: Final = 4.0  # seconds that a word in passing stays


class MainScreen(Screen[None]):
    """Holds `state`, which the widgets show, and changes it by what the operator asks for."""

    AUTO_FOCUS = "#port-id"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-narrow"), (60, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (12, "-short"), (18, "-tall")]

    BINDINGS = PORT_KEYS

    focused = reactive(None, repaint=False)  # Textual's repaints the screen at every change
    state: reactive[State] = reactive(Nothing(), init=False, repaint=False)
    access: reactive[AccessState] = reactive(Seeking(), init=False, repaint=False)
    can_undo: reactive[bool] = reactive(default=False, init=False, repaint=False)
    hint: reactive[str] = reactive("", init=False, repaint=False)
    """A word in passing."""
    progress: reactive[str] = reactive("", init=False, repaint=False)
    """What is under way, as long as it is."""
    insisted: reactive[str] = reactive("", init=False, repaint=False)
    """What no word in passing may cover."""
    ticks: reactive[int] = reactive(0, init=False, repaint=False)

    id_bar = getters.query_one(IdBar)
    rows = getters.query_one(PortRows)

    @dataclass
    class Settled(Message):
        """A change has come to its end; `notice` says to which."""

        notice: Explanation | None

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        acts_of: Callable[["MainScreen"], "Acts"],
        first: UUID | None,
    ) -> None:
        super().__init__()
        self._settings = settings
        self._clock = clock
        self._first = first
        self._acts_of = acts_of
        self._hint_until = float("-inf")

    @cached_property
    def acts(self) -> "Acts":
        """What is done with ports; its code is loaded behind the first paint."""
        return self._acts_of(self)

    def leave(self) -> None:
        """Write what was typed last, and let the run be known to have ended."""
        if acts := vars(self).get("acts"):
            acts.leave()

    def compose(self) -> ComposeResult:
        """Header, port ID, the port, when it was read, and the keys."""
        yield HeaderBar(self._settings).data_bind(MainScreen.access)
        yield IdBar()
        yield Rule()
        yield PortPane(self._settings, self._clock).data_bind(
            MainScreen.state, MainScreen.access, MainScreen.ticks
        )
        yield StatusLine(self._clock).data_bind(
            MainScreen.state,
            MainScreen.hint,
            MainScreen.progress,
            MainScreen.insisted,
            MainScreen.ticks,
        )
        yield KeyBar()
        yield TooSmall()

    def on_mount(self) -> None:
        """Start with the port from the command line."""
        self.set_interval(1.0, self._tick)
        if self._first is not None:
            self.id_bar.show(self._first)
            self.state = Loading(self._first)  # it's read once there's a token

    def say(self, words: str, seconds: float = PASSING) -> None:
        """Say something in passing: for some seconds, or until something else is going on."""
        self.hint = words
        self._hint_until = self._clock.seconds() + seconds

    def _tick(self) -> None:
        if self.hint and self._clock.seconds() >= self._hint_until:
            self.hint = ""
        if isinstance(self.state, Showing | Gone):
            self.ticks += 1

    # --- what can be done now ---

    def watch_state(self) -> None:
        """What can be done follows from the state."""
        if not isinstance(self.state, Showing):
            self.can_undo = False
        self.refresh_bindings()

    def watch_can_undo(self) -> None:
        """The key bar shows Undo only where there is something to undo."""
        self.refresh_bindings()

    def watch_access(self) -> None:
        """Read what waited for a token."""
        self.refresh_bindings()
        if isinstance(self.state, Loading | Failed) and not isinstance(self.access, Seeking):
            self.acts.look_ups.look_up(self.state.port_id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Letters are text in an input; the rest depends on what is shown."""
        typing = isinstance(self.focused, Input)
        state = self.state
        match action:
            case "edit" | "delete":
                return not typing and self._changeable
            case "undo":
                return not typing and self._changeable and (self.can_undo or None)
            case "create_again":
                return not typing and isinstance(state, Gone)
            case "history":
                return not self.writing and not (typing and parameters == ("h",))
            case "read_again":
                return not typing and not isinstance(state, Nothing | Loading)
            case "copy":
                letter = parameters != ("curl",)
                shown = isinstance(state, Showing | Gone) and not self.writing
                return shown and not (typing and letter)
            case "look_up_another":
                return not typing
            case "to_rows":
                return typing and isinstance(state, Showing | Gone)
            case _:
                return True

    @property
    def _changeable(self) -> bool:
        state = self.state
        return isinstance(state, Showing) and state.changeable and not self._read_only

    @property
    def _read_only(self) -> bool:
        return self._settings.profile.read_only

    @property
    def writing(self) -> bool:
        """Whether a change is under way, whose outcome isn't known yet."""
        return isinstance(self.state, Showing) and self.state.activity.writing

    @property
    def open_end(self) -> str:
        """For the shell's screen: the change that is under way, and how to check it."""
        if not self.writing or (change := self.acts.changes.under_way) is None:
            return ""
        from portui.explain.outcomes import explain_open_end

        words = f"{change.words} of port {change.port_id}"
        return explain_open_end(words, self._settings.command(change.port_id), sent=change.sent)

    def explain_disabled(self, action: str) -> None:
        """Say why a key does nothing now."""
        if action == "undo":
            self.action_undo()

    # --- looking up ---

    def action_look_up_another(self) -> None:
        """To the port ID."""
        self._forget_changes()
        self.to_id()

    def action_to_rows(self) -> None:
        """From the input to the rows."""
        self.rows.focus()

    def action_back(self) -> None:
        """Stop a read; from the input, back to the rows."""
        match self.state:
            case Loading():
                self.acts.look_ups.stop()
                self.state = Nothing()
            case Showing(activity=Activity.READING):
                self.acts.look_ups.stop()
            case Showing(activity=Activity.SAVING | Activity.DELETING):
                self.acts.changes.wait_no_longer()
            case Showing(reading=reading) | Gone(reading=reading):
                self.to_port(reading.asked)
            case _:
                self.rows.focus()  # where letters are keys

    def action_read_again(self) -> None:
        """Read the port on screen again."""
        match self.state:
            case Showing(reading=reading) | Gone(reading=reading):
                self.acts.look_ups.look_up(reading.asked)
            case Failed(port_id=port_id):
                self.acts.look_ups.look_up(port_id)

    @on(IdBar.Wanted)
    def _wanted(self, message: IdBar.Wanted) -> None:
        self.acts.look_ups.look_up(message.port_id)

    def on_paste(self, event: events.Paste) -> None:
        """A paste on the pane is meant for the input."""
        event.stop()
        self.id_bar.edit()
        self.id_bar.take(event.text)

    def _forget_changes(self) -> None:
        """Go elsewhere: what the last read changed has been seen."""
        if isinstance(self.state, Showing):
            self.state = replace(self.state, was=None)

    # --- as the place of reads ---

    def start_read(self, read: Coroutine[Any, Any, None]) -> Worker[None]:
        """Run a read in place of the one before."""
        return self.run_worker(read, group="read", exclusive=True)

    def stop_read(self) -> None:
        """Stop the read that runs."""
        self.workers.cancel_group(self, "read")

    def to_port(self, port_id: UUID) -> None:
        """A port is there: its ID into the input, the focus to its fields."""
        self.id_bar.show(port_id)
        self.rows.focus()

    def to_id(self) -> None:
        """To the input, its text selected."""
        self.id_bar.edit()

    # --- editing and deleting ---

    @on(PortRows.Chosen)
    def _chosen(self, message: PortRows.Chosen) -> None:
        if self._changeable:
            self._edit(message.field)

    def action_edit(self) -> None:
        """Open the form on the chosen field, if that can be edited; else on the first."""
        row = self.rows.chosen
        self._edit(row.field if row and row.editable else None)

    @work(group="write")
    async def _edit(self, focus: Field | None) -> None:
        if isinstance(self.state, Showing) and isinstance(self.access, Access):
            self.acts.look_ups.stop()
            self._forget_changes()
            await self.acts.changes.edit(self.access.reader, self.state.reading, focus)

    @work(group="write")
    async def action_delete(self) -> None:
        """Delete the port, after a question."""
        if isinstance(self.state, Showing) and isinstance(self.access, Access):
            self.acts.look_ups.stop()
            self._forget_changes()
            await self.acts.changes.delete(self.access.reader, self.state.reading)

    @work(group="write")
    async def action_undo(self) -> None:
        """Undo the last change."""
        if isinstance(self.state, Showing) and isinstance(self.access, Access):
            self.acts.look_ups.stop()
            self._forget_changes()
            await self.acts.recovery.undo(self.access.reader, self.state.reading)

    @work(group="write")
    async def action_create_again(self) -> None:
        """Tell how to create a port like the deleted one."""
        if isinstance(self.state, Gone):
            await self.acts.recovery.tell_creation(self.state.reading.port)

    @work(group="write")
    async def action_history(self, _: str) -> None:
        """The changes, and what each port was before."""
        self._forget_changes()
        state = self.state
        port_id = state.reading.asked if isinstance(state, Showing | Gone) else None
        reader = self.access.reader if isinstance(self.access, Access) else None
        await self.acts.recovery.show_history(reader, port_id)

    @work(group="copy", exclusive=True)
    async def action_copy(self, what: str) -> None:
        """Copy the chosen field, the port, or a call that reads it."""
        match what, self.state, self.access:
            case "field", Showing(reading=reading) | Gone(reading=reading), _ if self.rows.chosen:
                await self.acts.copying.copy_field(reading.port, self.rows.chosen)
            case "port", Showing(reading=reading) | Gone(reading=reading), _:
                await self.acts.copying.copy_port(reading.port)
            case "curl", Showing(reading=reading) | Gone(reading=reading), Access(held=held):
                await self.acts.copying.copy_call(reading, held.token)

    # --- as the stage of changes ---

    async def ask(self, dialog: Dialog[T]) -> T:
        """Open a dialog and wait for its answer; only workers may."""
        return await self.app.push_screen_wait(dialog)

    async def read(self, port_id: UUID) -> None:
        """Look a port up, until `state` shows it or why not."""
        self.id_bar.show(port_id)
        await self.acts.look_ups.until_read(port_id)

    def to_terminal(self, text: str) -> None:
        """Send a text to the terminal's clipboard, which never says whether it took it."""
        self.app.copy_to_clipboard(text)

    def settled(self) -> None:
        """A change has come to its end."""
        notice = self.state.notice if isinstance(self.state, Showing | Gone) else None
        self.post_message(self.Settled(notice))
        if isinstance(self.state, Showing):
            self.run_worker(self.acts.recovery.note_undo(self.state.reading), group="undo")
