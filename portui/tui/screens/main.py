"""The main screen: one port, looked up, seen, edited, deleted."""

from dataclasses import replace
from uuid import UUID

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Input

from portui import operations
from portui.api.errors import NoToken, Refused, ServiceError
from portui.explain import (
    Explanation,
    Tone,
    explain_delete,
    explain_error,
    explain_save,
    field_at_fault,
)
from portui.operations import Clock, Reading, Retrying
from portui.port.editing import Form, form_of
from portui.port.model import EDITABLE, Field
from portui.settings import Settings
from portui.tui import pane
from portui.tui.screens.delete import DeleteScreen
from portui.tui.screens.edit import Draft, Edited, EditScreen
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
from portui.tui.widgets.bars import HeaderBar, KeyBar
from portui.tui.widgets.lines import LABEL, Lines
from portui.tui.widgets.port_id_input import PortIdInput
from portui.tui.widgets.port_rows import PortRows

_ASKS_FOR_TOKEN = frozenset({401, 410})
_SMALLEST = (40, 12)  # columns, rows


class MainScreen(Screen[None]):
    """Shows `state`, and changes it by what the operator asks for."""

    AUTO_FOCUS = None
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-narrow"), (60, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (12, "-short"), (18, "-tall")]

    BINDINGS = [
        Binding("slash", "look_up_another", "Look up", id="look-up", tooltip="Go to the port ID"),
        Binding("e", "edit", "Edit", id="edit", tooltip="Edit the port, the chosen field first"),
        Binding("d", "delete", "Delete", id="delete", tooltip="Delete the port, after a question"),
        Binding("r", "read_again", "Refresh", id="refresh", tooltip="Read the port again"),
        Binding(
            "escape", "back", "Back", show=False, id="back", tooltip="Stop reading; to the rows"
        ),
        Binding("down", "to_rows", show=False, id="to-rows"),
    ]

    focused = reactive(None, repaint=False)  # Textual's repaints the screen at every change
    state: reactive[State] = reactive(Nothing(), init=False, repaint=False)
    entry: reactive[Entry] = reactive(Seeking(), init=False, repaint=False)

    id_input = getters.query_one("#port-id", PortIdInput)
    rows = getters.query_one(PortRows)
    head = getters.query_one("#head", Lines)
    notice = getters.query_one("#notice", Lines)
    status = getters.query_one("#status", Lines)

    def __init__(self, settings: Settings, clock: Clock, first: UUID | None) -> None:
        super().__init__()
        self._settings = settings
        self._clock = clock
        self._first = first
        self._draft: tuple[UUID, Form] | None = None
        self._hint = ""

    def compose(self) -> ComposeResult:
        """Header, port ID, the port, its notice, when it was read, and the keys."""
        yield HeaderBar(self._settings).data_bind(MainScreen.entry)
        with Horizontal(id="id-bar"):
            yield Lines(id="id-label")
            yield PortIdInput(id="port-id")
        yield Lines(id="rule")
        yield Lines(id="head")
        yield PortRows()
        yield Lines(id="notice")
        yield Lines(id="status")
        yield KeyBar()
        yield Lines(id="too-small")

    def on_mount(self) -> None:
        """Start with the port from the command line, or with the input."""
        self.query_one("#id-label", Lines).set_lines((((" Port ID  ", LABEL),),))
        self.id_input.focus()
        self.set_interval(1.0, self._tick)
        if self._first is not None:
            self.id_input.show(self._first)
            self.look_up(self._first)

    # --- showing ---

    def watch_state(self) -> None:
        """Show the new state."""
        self._draw()
        self.refresh_bindings()

    def watch_entry(self) -> None:
        """Show what the token allows; read what waited for it."""
        self._draw()
        self.refresh_bindings()
        if isinstance(self.state, Loading | Failed) and not isinstance(self.entry, Seeking):
            self.look_up(self.state.port_id)

    def on_resize(self) -> None:
        """Wrap anew, once the layout is done."""
        self.call_after_refresh(self._draw)

    def _tick(self) -> None:
        """Ages go on; what reads the same isn't redrawn."""
        if isinstance(self.state, Showing | Gone):
            self._draw()

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        width, height = self.size
        state = self.state
        reading = state.reading if isinstance(state, Showing | Gone) else None
        self.query_one("#rule", Lines).set_lines(((("─" * width, LABEL),),))
        blank = () if self.has_class("-short") else ((),)
        self.head.set_lines((*pane.head(state, self.entry, width), *blank))
        self.rows.show(reading, self._clock.now())
        brief = height < _BRIEF_BELOW and reading is not None
        self.notice.set_lines(pane.notice(state, width, brief=brief))
        words = self._hint or pane.status(state, self._clock)
        self.status.set_lines((((words, LABEL),),))
        columns, rows = _SMALLEST
        need = f"portui needs {columns} × {rows}; this is {width} × {height}"
        self.query_one("#too-small", Lines).set_lines((((need, LABEL),),))

    def hint(self, words: str) -> None:
        """Say something in passing on the status line; an empty text takes it back."""
        self._hint = words
        self._draw()

    # --- what can be done now ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What can be done follows from the state; letters are text in an input."""
        typing = isinstance(self.focused, Input)
        match action:
            case "edit" | "delete":
                return not typing and self._changeable
            case "read_again":
                return not typing and not isinstance(self.state, Nothing | Loading)
            case "look_up_another":
                return not typing
            case "to_rows":
                return typing and isinstance(self.state, Showing | Gone)
            case _:
                return True

    @property
    def _changeable(self) -> bool:
        match self.state:
            case Showing(reading=reading, activity=activity):
                return reading.genuine and not activity.writing and not self._read_only
            case _:
                return False

    @property
    def _read_only(self) -> bool:
        return self._settings.profile.read_only

    @property
    def writing(self) -> bool:
        """Whether a change is under way."""
        return isinstance(self.state, Showing) and self.state.activity.writing

    # --- looking up ---

    def action_look_up_another(self) -> None:
        """To the input, its text selected."""
        self.id_input.focus()
        self.id_input.select_everything()

    def action_to_rows(self) -> None:
        """From the input to the rows."""
        self.rows.focus()

    def action_back(self) -> None:
        """Stop a read; from the input, back to the rows."""
        reading = isinstance(self.state, Showing) and self.state.activity is Activity.READING
        if isinstance(self.state, Loading) or reading:
            self.workers.cancel_group(self, "read")
            if isinstance(self.state, Showing):
                self.state = replace(self.state, activity=Activity.IDLE)
            elif isinstance(self.state, Loading):
                self.state = Nothing()
        elif isinstance(self.state, Showing | Gone):
            self.rows.focus()

    def action_read_again(self) -> None:
        """Read the port on screen again."""
        match self.state:
            case Showing(reading=reading) | Gone(reading=reading):
                self.look_up(reading.asked)
            case Failed(port_id=port_id):
                self.look_up(port_id)

    @on(PortIdInput.Wanted)
    def _wanted(self, message: PortIdInput.Wanted) -> None:
        self.look_up(message.port_id)

    @on(PortIdInput.Unclear)
    def _unclear(self, message: PortIdInput.Unclear) -> None:
        if message.candidates:
            some = "  ".join(str(port_id) for port_id in message.candidates[:2])
            self.hint(f" {len(message.candidates)} IDs in there; leave one: {some}")
        else:
            self.hint(" No port ID in there: 8-4-4-4-12 hex digits, as in a URL or log line")

    @on(Input.Changed, "#port-id")
    def _typed(self) -> None:
        if self._hint:
            self.hint("")

    def on_paste(self, event: events.Paste) -> None:
        """A paste on the pane is meant for the input."""
        event.stop()
        self.id_input.focus()
        self.id_input.select_everything()
        self.id_input.take(event.text)

    def look_up(self, port_id: UUID) -> None:
        """Read a port; the one on screen stays until there is another."""
        if self.writing:
            self.hint(" A change is under way; its outcome comes first")
            return
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
            self._not_read(port_id, error, before)
            return
        notice = None if reading.genuine else _not_genuine(reading)
        self.state = Showing(reading, notice=notice)
        self.id_input.show(port_id)
        self.rows.focus()

    def _report(self, retrying: Retrying) -> None:
        note = f"{explain_error(retrying.error).what}; attempt {retrying.attempt} follows"
        if isinstance(self.state, Loading):
            self.state = replace(self.state, note=note)
        else:
            self.hint(f" {note}")

    def _not_read(self, port_id: UUID, error: ServiceError, before: State) -> None:
        """A failed read leaves the port on screen as it was, unless the service says it's gone."""
        notice = explain_error(error)
        self._hint = ""
        match before:
            case Showing(reading=reading) if operations.says_no_such_port(error):
                self.state = Gone(reading, notice)
            case Showing():
                self.state = replace(before, activity=Activity.IDLE, notice=notice)
            case Gone():
                self.state = replace(before, notice=notice)
            case _:
                self.state = Failed(port_id, notice)
                self.action_look_up_another()

    # --- editing ---

    @on(PortRows.Chosen)
    def _chosen(self, message: PortRows.Chosen) -> None:
        if self._changeable:
            self._edit(message.field)

    def action_edit(self) -> None:
        """Open the form on the chosen field, if that can be edited; else on the first."""
        chosen = self.rows.chosen
        self._edit(chosen if chosen in EDITABLE else EDITABLE[0])

    @work(group="write")
    async def _edit(self, focus: Field | None) -> None:
        """Form, save, and the form again as long as the service refuses."""
        if not isinstance(self.state, Showing) or not isinstance(self.entry, Access):
            return
        reader = self.entry.reader
        draft = Draft(self.state.reading, self._kept_form(self.state.reading), focus or EDITABLE[0])
        while (edited := await self._ask(draft)) is not None:
            self.state = Showing(draft.reading, Activity.SAVING)
            outcome = await operations.save(reader, draft.reading, edited.change)
            again = self._after_save(draft, edited, outcome)
            if again is None:
                return
            draft = again
        self._draft = None

    async def _ask(self, draft: Draft) -> Edited | None:
        self.workers.cancel_group(self, "read")
        if isinstance(self.state, Showing):
            self.state = replace(self.state, activity=Activity.IDLE)
        return await self.app.push_screen_wait(EditScreen(draft, self._clock))

    def _kept_form(self, reading: Reading) -> Form:
        if self._draft and self._draft[0] == reading.asked:
            return self._draft[1]
        return form_of(reading.port)

    def _after_save(
        self, draft: Draft, edited: Edited, outcome: operations.SaveOutcome
    ) -> Draft | None:
        """Show what became of a save. Returns the form to open again, where it was refused."""
        notice = explain_save(outcome, draft.reading.port, edited.change)
        match outcome:
            case operations.Vanished():
                self.state = Gone(draft.reading, notice)
                return None
            case operations.Refused(error=error, reading=now):
                now = now or draft.reading
                self._draft = (now.asked, _rebased(edited.form, draft.reading, now))
                if error.status in _ASKS_FOR_TOKEN:
                    self.state = Showing(now, notice=notice)
                    return None
                self.state = Showing(now)
                return _refused_draft(now, self._draft[1], edited, error, notice)
            case operations.NotSent() | operations.Stopped():
                self._draft = (draft.reading.asked, edited.form)
                self.state = Showing(draft.reading, notice=notice)
            case (
                operations.Saved(reading=now)
                | operations.NotSeen(reading=now)
                | operations.ChangedOtherwise(reading=now)
            ):
                self._draft = None
                self.state = Showing(now, notice=notice)
            case _:
                self.state = Showing(draft.reading, notice=notice)
        return None

    # --- deleting ---

    @work(group="write")
    async def action_delete(self) -> None:
        """Ask, delete, and say what became of it; the pane keeps what the port was."""
        if not isinstance(self.state, Showing) or not isinstance(self.entry, Access):
            return
        reading, reader = self.state.reading, self.entry.reader
        self.workers.cancel_group(self, "read")
        self.state = replace(self.state, activity=Activity.IDLE)
        dialog = DeleteScreen(reading, self._settings.profile, self._clock)
        if not await self.app.push_screen_wait(dialog):
            return
        self.state = Showing(reading, Activity.DELETING)
        outcome = await operations.delete(reader, reading)
        notice = explain_delete(outcome)
        match outcome:
            case operations.Gone() | operations.AlreadyGone():
                self.state = Gone(reading, notice)
            case operations.StillThere(reading=now):
                self.state = Showing(now, notice=notice)
            case operations.Refused(reading=now):
                self.state = Showing(now or reading, notice=notice)
            case _:
                self.state = Showing(reading, notice=notice)


_BRIEF_BELOW = 22  # rows, below which a notice beside a port leaves out its meaning


def _not_genuine(reading: Reading) -> Explanation:
    return Explanation(
        "The service answered with another port's ID",
        f"Asked for was {reading.asked}. Nothing can be edited or deleted here.",
        tone=Tone.BAD,
    )


def _rebased(form: Form, before: Reading, now: Reading) -> Form:
    """What was typed, and for the fields left alone what the port has now."""
    was, is_now = form_of(before.port), form_of(now.port)
    return {f: form[f] if form[f] != was[f] else is_now[f] for f in EDITABLE}


def _refused_draft(
    now: Reading, form: Form, edited: Edited, error: Refused, notice: Explanation
) -> Draft:
    at_fault = field_at_fault(error, edited.change)
    focus = at_fault or edited.change.values[0][0]
    return Draft(now, form, focus, problem=notice, at_fault=at_fault)
