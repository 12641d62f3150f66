"""The history: the journal's changes, and what each port was before."""

from dataclasses import dataclass
from enum import Enum, auto
from uuid import UUID

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from portui.clock import Clock
from portui.explain.history import intent_words, result_words
from portui.journal import Call, Entry, Result
from portui.port.display import field_text, safe, summary, utc
from portui.port.model import Field
from portui.tui.marks import MARKS
from portui.tui.screens.dialog import Dialog
from portui.tui.widgets.bars import KeyBar
from portui.tui.widgets.lines import (
    ACCENT,
    LABEL,
    PLAIN,
    STRONG,
    UNSURE,
    Line,
    Lines,
    flow,
)

_NARROW = 60  # columns


class About(Enum):
    """What is to be done with an entry."""

    RESTORE = auto()
    CHECK = auto()
    COPY = auto()


@dataclass(frozen=True, slots=True)
class Picked:
    """An entry, and what is to be done with it."""

    entry: Entry
    about: About


class HistoryScreen(Dialog[Picked | None]):
    """All changes, or one port's, newest first; dismissed with what is to be done."""

    BINDINGS = [
        Binding(
            "enter",
            "pick('restore')",
            "Restore",
            id="restore",
            tooltip="Back to the values before it",
        ),
        Binding("enter", "pick('check')", "Check", id="check", tooltip="See what came of it"),
        Binding("c", "copy", "Copy", id="copy", tooltip="Copy what the port was, as JSON"),
        Binding("a", "all", "All ports", id="all", tooltip="This port's changes, or all ports'"),
        Binding("escape,h,q", "leave", "Back", id="leave", tooltip="Back"),
        Binding("down,j", "move(1)", show=False, id="down", tooltip="Walk the changes"),
        Binding("up,k", "move(-1)", show=False, id="up", tooltip="Walk the changes"),
        Binding("pagedown", "move(5)", show=False, id="page-down"),
        Binding("pageup", "move(-5)", show=False, id="page-up"),
    ]

    heading = getters.query_one("#heading", Lines)
    listed = getters.query_one("#listed", Lines)
    details = getters.query_one("#details", Lines)

    def __init__(self, entries: tuple[Entry, ...], port_id: UUID | None, clock: Clock) -> None:
        super().__init__(clock)
        self._entries = entries
        self._port_id = port_id
        self._all = port_id is None
        self._cursor = 0

    def compose(self) -> ComposeResult:
        """The list, and the chosen one's details."""
        with Vertical(id="dialog"):
            yield Lines(id="heading")
            yield Lines(id="listed")
            yield Lines(id="details")
        yield KeyBar()

    def on_mount(self) -> None:
        """Keys go to the screen itself."""
        self.set_focus(None)

    def on_resize(self) -> None:
        """Fill the room."""
        self.call_after_refresh(self._draw)

    @property
    def _shown(self) -> tuple[Entry, ...]:
        if self._all:
            return self._entries
        return tuple(e for e in self._entries if e.intent.port_id == self._port_id)

    @property
    def _chosen(self) -> Entry | None:
        shown = self._shown
        return shown[self._cursor] if shown else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What can be done follows from the chosen entry."""
        match action:
            case "pick":
                entry = self._chosen
                return entry is not None and parameters == (_about(entry).name.lower(),)
            case "copy":
                return self._chosen is not None
            case "all":
                return self._port_id is not None
            case _:
                return True

    def action_move(self, rows: int) -> None:
        """Choose another."""
        self._cursor = max(0, min(self._cursor + rows, len(self._shown) - 1))
        self._draw()

    def action_all(self) -> None:
        """This port's changes, or all ports'."""
        self._all, self._cursor = not self._all, 0
        self._draw()

    def action_pick(self, _: str) -> None:
        """Do what the entry is best for."""
        if entry := self._chosen:
            self.dismiss(Picked(entry, _about(entry)))

    def action_copy(self) -> None:
        """Copy what the port was."""
        if entry := self._chosen:
            self.dismiss(Picked(entry, About.COPY))

    def action_leave(self) -> None:
        """Back to where you were."""
        self.dismiss(None)

    def _draw(self) -> None:
        width = self.listed.size.width
        if not width:
            return
        whose = "all ports" if self._all else str(self._port_id)
        self.heading.set_lines(((("Changes", STRONG), (f"  {whose}", LABEL)),))
        shown = self._shown
        short = self.has_class("-short")
        details = _details(shown[self._cursor], width, short=short) if shown else ()
        room = max(3, self.query_one("#dialog").size.height - len(details) - (1 if short else 3))
        first = max(0, min(self._cursor - room // 2, len(shown) - room))
        rows = [
            _row(entry, width, current=number == self._cursor, port=self._all)
            for number, entry in enumerate(shown[first : first + room], start=first)
        ]
        nothing: Line = (("Nothing is written down yet.", LABEL),)
        self.listed.set_lines(tuple(rows) or (nothing,))
        self.details.set_lines(details)
        self.refresh_bindings()


def _about(entry: Entry) -> About:
    """A change that nobody saw the end of is looked after before anything is restored."""
    return About.RESTORE if entry.result else About.CHECK


def _row(entry: Entry, width: int, *, current: bool, port: bool) -> Line:
    open_end = entry.result in (None, Result.UNKNOWN, Result.NOT_SEEN)
    style = ACCENT + STRONG if current else PLAIN
    pointer = f"{MARKS.cursor} " if current else "  "
    when, whose = utc(entry.at).removesuffix(" UTC"), str(entry.intent.port_id)[:8]
    if width < _NARROW:
        when, whose, port = when[5:16], "", False
    where = f"{when}  {whose}…  " if port else f"{when}  "
    words = "Deletion" if entry.intent.call is Call.DELETE else intent_words(entry.intent)
    came = f"  {result_words(entry)}"
    room = max(8, width - len(pointer) - len(where) - len(came))
    (what,) = flow([(words, style)], room, 1)
    return ((pointer, ACCENT), (where, LABEL), *what, (came, UNSURE if open_end else LABEL))


def _details(entry: Entry, width: int, *, short: bool) -> tuple[Line, ...]:
    """What the port was before a change; where room is short, on three lines."""
    before, port_id = entry.intent.before, str(entry.intent.port_id)
    if short:
        kind = field_text(before, Field.KIND, 40)
        endpoint = flow([(field_text(before, Field.ENDPOINT), PLAIN)], width, 1)
        return (
            ((port_id, LABEL),),
            ((f"{summary(before)} · {kind}", PLAIN),),
            *endpoint,
        )
    fields = (Field.PROTOCOL, Field.KIND, Field.FRONTEND_PORT, Field.BACKEND_PORT, Field.ENDPOINT)
    lines: list[Line] = [(), ((f"Before it, {port_id} was", LABEL),)]
    for field in fields:
        text = field_text(before, field)
        lines.append(((f"{field.label:<15}", LABEL), *flow([(text, PLAIN)], width - 15, 1)[0]))
    return (*lines, ((f"Profile        {safe(entry.intent.profile, 40)}", LABEL),))
