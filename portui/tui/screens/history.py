"""The history screen: the journal's changes, and each port's values before them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from enum import Enum, auto
from uuid import UUID

from rich.cells import cell_len, set_cell_size
from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll

from portui.clock import Clock
from portui.explain.edits import old_value, whole_value
from portui.explain.history import entry_words, result_words
from portui.journal import Call, Entry
from portui.operations.write import changed_fields
from portui.port.display import field_text, safe, summary, utc
from portui.port.model import Field, Port
from portui.tui.screens.dialog import Dialog
from portui.tui.widgets.bars import KeyBar
from portui.tui.widgets.columns import Cell, side_by_side
from portui.tui.widgets.glyphs import GLYPHS
from portui.tui.widgets.lines import (
    ACCENT,
    LABEL,
    PLAIN,
    STRONG,
    UNSURE,
    Line,
    Lines,
    flow,
    wrapped,
)

_NARROW = 60  # columns
_INDENT = "    "
_MOST_LINES = 4  # per change in the list; the details have its full values


class HistoryAction(Enum):
    """What to do with an entry."""

    RESTORE = auto()
    CHECK = auto()
    COPY = auto()


@dataclass(frozen=True, slots=True)
class HistoryChoice:
    """An entry, and what to do with it."""

    entry: Entry
    action: HistoryAction


class HistoryScreen(Dialog[HistoryChoice | None]):
    """All changes, or one port's, newest first; dismissed with what to do."""

    BINDINGS = [
        Binding(
            "enter",
            "pick('restore')",
            "Restore",
            id="restore",
            tooltip="Restore the values before it",
        ),
        Binding(
            "enter", "pick('check')", "Check", id="check", tooltip="Check whether it took effect"
        ),
        Binding("c", "copy", "Copy", id="copy", tooltip="Copy what the port was, as JSON"),
        Binding("a", "all", "All ports", id="all", tooltip="Show this port only, or all ports"),
        Binding("escape,h,q,n", "leave", "Close", id="leave", tooltip="Close the history"),
        Binding("down,j", "move(1)", show=False, id="down", tooltip="Move between changes"),
        Binding("up,k", "move(-1)", show=False, id="up", tooltip="Move between changes"),
        Binding("pagedown", "move(5)", show=False, id="page-down"),
        Binding("pageup", "move(-5)", show=False, id="page-up"),
        Binding("home,g", "move(-99999)", show=False, id="top"),
        Binding("end,G", "move(99999)", show=False, id="bottom"),
        Binding("J", "scroll(1)", show=False, id="scroll-on", tooltip="Scroll the values"),
        Binding("K", "scroll(-1)", show=False, id="scroll-back", tooltip="Scroll the values"),
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
        """Compose the list, and the details of the chosen change."""
        with Vertical(id="dialog"):
            yield Lines(id="heading")
            yield Lines(id="listed")
            with VerticalScroll(id="values", can_focus=False):
                yield Lines(id="details")
        yield KeyBar(self.counts)

    def on_mount(self) -> None:
        """Clear the focus, so that keys go to the screen itself."""
        self.set_focus(None)

    def on_resize(self) -> None:
        """Redraw to fit the new size."""
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
        """Enable the keys that apply to the chosen entry."""
        match action:
            case "pick":
                entry = self._chosen
                return entry is not None and parameters == (_best_action(entry).name.lower(),)
            case "copy":
                return self._chosen is not None
            case "all":
                return self._port_id is not None
            case _:
                return True

    def action_move(self, rows: int) -> None:
        """Move the cursor down by some rows, or up if negative."""
        self._cursor = max(0, min(self._cursor + rows, len(self._shown) - 1))
        self._draw()

    def action_scroll(self, lines: int) -> None:
        """Scroll the values of the chosen change."""
        self.query_one("#values").scroll_relative(y=lines, animate=False, immediate=True)

    def action_all(self) -> None:
        """Switch between this port's changes and all ports'."""
        self._all, self._cursor = not self._all, 0
        self._draw()

    def action_pick(self, _: str) -> None:
        """Restore the values before the chosen change, or check it if it has no result."""
        if entry := self._chosen:
            self.dismiss(HistoryChoice(entry, _best_action(entry)))

    def action_copy(self) -> None:
        """Copy the port as it was before the chosen change."""
        if entry := self._chosen:
            self.dismiss(HistoryChoice(entry, HistoryAction.COPY))

    def action_leave(self) -> None:
        """Close the history."""
        self.dismiss(None)

    def _draw(self) -> None:
        width = self.listed.size.width
        if not width:
            return
        whose = "all ports" if self._all else str(self._port_id)
        title: Line = (("Changes", STRONG), (f"  {whose}", LABEL))
        self.heading.set_lines((((whose, STRONG),) if len(whose) + 9 > width else title,))
        shown = self._shown
        if not shown:
            self.listed.set_lines(((("No changes yet.", LABEL),),))
            self.details.set_lines(())
            return
        self.details.set_lines(
            details_of(shown[self._cursor], width, short=self.has_class("-short"))
        )
        self.query_one("#values").scroll_home(animate=False, immediate=True)
        rows = [
            row_of(entry, width, current=number == self._cursor, port=self._all)
            for number, entry in enumerate(shown)
        ]
        self.listed.set_lines(window_of(rows, self._cursor, self._room))
        self.refresh_bindings()

    @property
    def _room(self) -> int:
        """The height of the list in lines: what the details leave, but at least a third."""
        height = self.query_one("#dialog").size.height - 2
        return max(height // 3, height - len(self.details.lines), 1)


def window_of(rows: Sequence[tuple[Line, ...]], cursor: int, room: int) -> tuple[Line, ...]:
    """Return the lines of as many whole rows as fit, including the one at the cursor."""
    first, last = cursor, cursor + 1
    used = len(rows[cursor])
    while True:
        if first and used + len(rows[first - 1]) <= room and (last - cursor > cursor - first):
            first -= 1
            used += len(rows[first])
        elif last < len(rows) and used + len(rows[last]) <= room:
            used += len(rows[last])
            last += 1
        elif first and used + len(rows[first - 1]) <= room:
            first -= 1
            used += len(rows[first])
        else:
            return tuple(line for row in rows[first:last] for line in row)


def _best_action(entry: Entry) -> HistoryAction:
    """Return the action for Enter: a change without a result is checked first."""
    return HistoryAction.RESTORE if entry.result else HistoryAction.CHECK


def row_of(entry: Entry, width: int, *, current: bool, port: bool) -> tuple[Line, ...]:
    """Return a change in one line, or in several if its new values don't fit."""
    style = ACCENT + STRONG if current else PLAIN
    pointer = f"{GLYPHS.cursor} " if current else "  "
    where = utc(entry.at) if width >= _NARROW else f"{entry.at.astimezone(UTC):%m-%d %H:%M} UTC"
    if port:
        where += f"  {str(entry.intent.port_id)[:8]}"
    words = entry_words(entry)
    came = (f"  {result_words(entry)}", LABEL if entry.is_settled else UNSURE)
    room = width - len(pointer) - len(where) - 2 - len(came[0])
    if cell_len(words) <= room:
        padded = set_cell_size(words, room)
        return (((pointer, ACCENT), (f"{where}  ", LABEL), (padded, style), came),)
    first: Line = ((pointer, ACCENT), (where, LABEL), came)
    more = wrapped(words, max(8, width - len(_INDENT)))[:_MOST_LINES]
    return (first, *(((_INDENT + line, style),) for line in more))


def details_of(entry: Entry, width: int, *, short: bool) -> tuple[Line, ...]:
    """Return a port's values before a change, those sent, and those read afterwards."""
    intent, before, outcome = entry.intent, entry.intent.before, entry.outcome
    after = outcome.after if outcome else None
    was = f"{summary(before)} · {field_text(before, Field.KIND, 40)}"
    lines: list[Line] = [] if short else [()]
    if not short or width < _NARROW:
        lines.append(((f"{intent.port_id}", LABEL),))
    if intent.call is Call.DELETE or not short:
        lines += flow([(was, PLAIN)], width, 1)
        endpoint = flow([(field_text(before, Field.ENDPOINT), PLAIN)], width, 2)
        lines += endpoint if intent.call is Call.DELETE else ()
    rows = [(field.label, _values(field, entry, after)) for field in _telling(entry, after)]
    if rows:
        lines += side_by_side(("before", "sent", "after"), rows, width)
    read = "not read back"
    if after and outcome and outcome.at:
        read = f"after: as read {utc(outcome.at)}"
    profile = safe(intent.profile, 40)
    words = f"{result_words(entry)} · {read} · profile {profile}"
    lines += [((line, LABEL),) for line in wrapped(words, max(8, width))]
    return tuple(lines)


def _telling(entry: Entry, after: Port | None) -> list[Field]:
    """Return the fields that were sent, and those that differed afterwards."""
    sent = {field for field, _ in entry.intent.change}
    moved = changed_fields(entry.intent.before, after) if after else ()
    return [field for field in Field if field in sent or field in moved]


def _values(field: Field, entry: Entry, after: Port | None) -> list[Cell]:
    sent = dict(entry.intent.change)
    return [
        (old_value(entry.intent.before, field), PLAIN),
        (whole_value(sent[field]) if field in sent else "", ACCENT + STRONG),
        (old_value(after, field) if after else "", PLAIN),
    ]
