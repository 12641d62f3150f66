"""The main screen: one port, looked up, seen, edited, deleted."""

from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Input

from portui.api.errors import NoToken, ServiceError
from portui.explain import explain_error
from portui.operations import Clock, Retrying
from portui.port.model import Field
from portui.settings import Settings
from portui.tui.changes import Changes
from portui.tui.screens.dialog import Dialog
from portui.tui.state import (
    Access,
    Activity,
    Entry,
    Failed,
    Gone,
    Loading,
    Nothing,
    Seeking,
    Showing,
    State,
)
from portui.tui.transitions import after_failed_read, after_read
from portui.tui.widgets.bars import HeaderBar, KeyBar
from portui.tui.widgets.id_bar import IdBar
from portui.tui.widgets.lines import Rule, TooSmall
from portui.tui.widgets.port_pane import PortPane
from portui.tui.widgets.port_rows import PortRows
from portui.tui.widgets.status_line import StatusLine

T = TypeVar("T")

_SMALLEST = (40, 12)  # columns, rows


class MainScreen(Screen[None]):
    """Holds `state`, which the widgets show, and changes it by what the operator asks for."""

    AUTO_FOCUS = "#port-id"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-narrow"), (60, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (12, "-short"), (18, "-tall")]

    BINDINGS = [
        Binding("slash", "look_up_another", "Look up", id="look-up", tooltip="Go to the port ID"),
        Binding("e", "edit", "Edit", id="edit", tooltip="Edit the port, the chosen field first"),
        Binding("d", "delete", "Delete", id="delete", tooltip="Delete the port, after a question"),
        Binding("r", "read_again", "Refresh", id="refresh", tooltip="Read the port again"),
        Binding(
            "escape", "back", "Back", show=False, id="back", tooltip="Stop reading; to the fields"
        ),
        Binding(
            "down", "to_rows", "Fields", show=False, id="to-rows", tooltip="To the port's fields"
        ),
    ]

    focused = reactive(None, repaint=False)  # Textual's repaints the screen at every change
    state: reactive[State] = reactive(Nothing(), init=False, repaint=False)
    entry: reactive[Entry] = reactive(Seeking(), init=False, repaint=False)
    hint: reactive[str] = reactive("", init=False, repaint=False)
    """A word in passing."""
    ticks: reactive[int] = reactive(0, init=False, repaint=False)

    id_bar = getters.query_one(IdBar)
    rows = getters.query_one(PortRows)

    def __init__(self, settings: Settings, clock: Clock, first: UUID | None) -> None:
        super().__init__()
        self._settings = settings
        self._clock = clock
        self._first = first
        self._changes = Changes(self, settings.profile, clock)

    def compose(self) -> ComposeResult:
        """Header, port ID, the port, when it was read, and the keys."""
        yield HeaderBar(self._settings).data_bind(MainScreen.entry)
        yield IdBar()
        yield Rule()
        yield PortPane(self._settings, self._clock).data_bind(
            MainScreen.state, MainScreen.entry, MainScreen.ticks
        )
        yield StatusLine(self._clock).data_bind(MainScreen.state, MainScreen.hint, MainScreen.ticks)
        yield KeyBar()
        yield TooSmall(*_SMALLEST)

    def on_mount(self) -> None:
        """Start with the port from the command line."""
        self.set_interval(1.0, self._tick)
        if self._first is not None:
            self.id_bar.show(self._first)
            self.look_up(self._first)

    def _tick(self) -> None:
        if isinstance(self.state, Showing | Gone):
            self.ticks += 1

    # --- what can be done now ---

    def watch_state(self) -> None:
        """What can be done follows from the state."""
        self.refresh_bindings()

    def watch_entry(self) -> None:
        """Read what waited for a token."""
        self.refresh_bindings()
        if isinstance(self.state, Loading | Failed) and not isinstance(self.entry, Seeking):
            self.look_up(self.state.port_id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Letters are text in an input; the rest depends on what is shown."""
        typing = isinstance(self.focused, Input)
        state = self.state
        match action:
            case "edit" | "delete":
                return not typing and self._changeable
            case "read_again":
                return not typing and not isinstance(state, Nothing | Loading)
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

    # --- looking up ---

    def action_look_up_another(self) -> None:
        """To the input, its text selected."""
        self.id_bar.edit()

    def action_to_rows(self) -> None:
        """From the input to the rows."""
        self.rows.focus()

    def action_back(self) -> None:
        """Stop a read; from the input, back to the rows."""
        match self.state:
            case Loading():
                self._stop_reading()
                self.state = Nothing()
            case Showing(activity=Activity.READING):
                self._stop_reading()
            case Showing(reading=reading) | Gone(reading=reading):
                self.id_bar.show(reading.asked)
                self.rows.focus()

    def action_read_again(self) -> None:
        """Read the port on screen again."""
        match self.state:
            case Showing(reading=reading) | Gone(reading=reading):
                self.look_up(reading.asked)
            case Failed(port_id=port_id):
                self.look_up(port_id)

    @on(IdBar.Wanted)
    def _wanted(self, message: IdBar.Wanted) -> None:
        self.look_up(message.port_id)

    def on_paste(self, event: events.Paste) -> None:
        """A paste on the pane is meant for the input."""
        event.stop()
        self.id_bar.edit()
        self.id_bar.take(event.text)

    def look_up(self, port_id: UUID) -> None:
        """Read a port; the one on screen stays until there is another."""
        if self.writing:
            self.hint = "A change is under way; its outcome comes first"
            return
        self.hint = ""
        if isinstance(self.state, Showing) and self.state.reading.asked == port_id:
            self.state = replace(self.state, activity=Activity.READING)
        elif not isinstance(self.state, Gone) or self.state.reading.asked != port_id:
            self.state = Loading(port_id)
        if not isinstance(self.entry, Seeking):
            self._read(port_id)

    @work(group="read", exclusive=True)
    async def _read(self, port_id: UUID) -> None:
        before = self.state
        try:
            if not isinstance(self.entry, Access):
                raise NoToken
            reading = await self.entry.reader.look_up(port_id, self._report)
        except ServiceError as error:
            self.hint = ""
            self.state = after_failed_read(before, port_id, error)
            if isinstance(self.state, Failed):
                self.action_look_up_another()
            return
        self.hint = ""
        self.state = after_read(reading)
        self.id_bar.show(port_id)
        self.rows.focus()

    def _report(self, retrying: Retrying) -> None:
        self.hint = f"{explain_error(retrying.error).what}; attempt {retrying.attempt} follows"

    def _stop_reading(self) -> None:
        self.workers.cancel_group(self, "read")
        self.hint = ""
        if isinstance(self.state, Showing):
            self.state = replace(self.state, activity=Activity.IDLE)

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
        if isinstance(self.state, Showing) and isinstance(self.entry, Access):
            self._stop_reading()
            await self._changes.edit(self.entry.reader, self.state.reading, focus)

    @work(group="write")
    async def action_delete(self) -> None:
        """Delete the port, after a question."""
        if isinstance(self.state, Showing) and isinstance(self.entry, Access):
            self._stop_reading()
            await self._changes.delete(self.entry.reader, self.state.reading)

    async def ask(self, dialog: Dialog[T]) -> T:
        """Open a dialog and wait for its answer; only workers may."""
        return await self.app.push_screen_wait(dialog)
