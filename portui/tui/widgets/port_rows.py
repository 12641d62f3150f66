"""The port's fields as rows, selected with the cursor keys."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Offset, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from portui.port.display import age, field_text, problem, safe, value_text
from portui.port.fields import Field, Unreadable
from portui.tui.widgets.glyphs import GLYPHS
from portui.tui.widgets.lines import ACCENT, BAD, GOOD, LABEL, PLAIN, Line, flow, strip_of

if TYPE_CHECKING:  # not needed for the first paint
    from portui.port.model import Port

_VALUE_AT = 20  # the column in which values begin
_NARROW = 60  # columns; with fewer, the ID has no label
_MOST_OTHERS = 100  # fields that this version doesn't know
_MOST_FORMER = 60  # characters of a former value
_MOST_LINES = 4  # of one value


class Row(NamedTuple):
    """A field's row, which may take several lines."""

    label: str
    mark: str
    value: str
    field: Field | None = None
    """`None` if the field isn't documented."""
    editable: bool = False
    other: tuple[str, str] | None = None
    """The JSON name and text of a field that this version doesn't know."""
    was: str = ""
    """The former value, if it was different."""
    assigned: bool = False
    """Whether it's an endpoint that was pending."""


def rows_of(
    port: "Port", now: datetime, *, editable: bool, was: "Port | None" = None
) -> tuple[Row, ...]:
    """Return rows for the documented fields, then for the others under their JSON names.

    With `editable`, the fields that can be patched are marked, and can be edited. `was` is the port
    with its former values.
    """
    documented = tuple(
        _row(port, field, now, editable=editable)._replace(
            was=_was(was, port, field, now),
            assigned=field is Field.ENDPOINT and _is_assigned(was, port),
        )
        for field in Field
    )
    former = dict(was.unknown) if was else dict(port.unknown)
    others = tuple(
        Row(
            safe(name, 15),
            "",
            safe(text),
            other=(name, text),
            was="" if former.get(name) == text else safe(former.get(name, "missing"), _MOST_FORMER),
        )
        for name, text in port.unknown[:_MOST_OTHERS]
    )
    if left_out := len(port.unknown) - len(others):
        others += (Row("", "", f"and {left_out:,} more fields this version doesn't know"),)
    return documented + others


def _was(was: "Port | None", port: "Port", field: Field, now: datetime) -> str:
    """Return a field's former value, empty if unchanged; for a time, how long ago it was."""
    if was is None or was[field] == port[field]:
        return ""
    value = was[field]
    if isinstance(value, datetime):
        return _ago(value, now)
    pending = field is Field.ENDPOINT and was.is_pending
    return "pending" if pending else value_text(value, _MOST_FORMER) or "(empty)"


def _is_assigned(was: "Port | None", port: "Port") -> bool:
    return was is not None and was.is_pending and not port.is_pending


def _ago(moment: datetime, now: datetime) -> str:
    return age((now - moment.astimezone(UTC)).total_seconds())


def _row(port: "Port", field: Field, now: datetime, *, editable: bool) -> Row:
    value = port[field]
    text = field_text(port, field)
    if isinstance(value, datetime):
        text = f"{text} · {_ago(value, now)}"
    editable = editable and field.editable
    mark = GLYPHS.editable if editable else ""
    if isinstance(value, Unreadable):
        mark = GLYPHS.odd
        text = text if value.came_as is None else f"{text} · {problem(field, value)}"
    return Row(field.label, mark, text, field, editable)


def lines_of(row: Row, width: int, *, current: bool) -> tuple[Line, ...]:
    """Return a row's lines; the current row is marked, and not by colour alone."""
    accent = ACCENT + _BOLD if current else PLAIN
    pointer = f" {GLYPHS.cursor} " if current else "   "
    if row.field is Field.ID and cell_len(row.value) + len(pointer) <= width < _NARROW:
        return (((pointer, ACCENT), (row.value, accent)),)
    pieces = chop_cells(row.value, max(8, width - _VALUE_AT - 1)) or [""]
    if len(pieces) > _MOST_LINES:
        pieces = [*pieces[: _MOST_LINES - 1], pieces[_MOST_LINES - 1][:-1] + "…"]
    value = accent if current or not row.was else ACCENT
    lines: list[Line] = [((" " * _VALUE_AT + piece, value),) for piece in pieces[1:]]
    first: Line = (
        (pointer, ACCENT),
        (set_cell_size(row.label, _VALUE_AT - 5), accent if current else LABEL),
        (f"{row.mark:<2}", BAD if row.mark == GLYPHS.odd else ACCENT),
        (pieces[0], value),
    )
    lines.insert(0, first)
    if row.was:
        was, style = f"was {row.was}", LABEL
        if row.assigned:
            was, style = f"{GLYPHS.good} {was}", GOOD
        room = width - _VALUE_AT - cell_len(pieces[-1]) - 1
        if cell_len(was) + 2 <= room:
            lines[-1] = (*lines[-1], (f"  {was}", style))
        else:
            lines += [
                ((" " * _VALUE_AT, PLAIN), *line)
                for line in flow([(was, style)], max(8, width - _VALUE_AT - 1), 2)
            ]
    return tuple(lines)


_BOLD = Style(bold=True)


class PortRows(ScrollView, can_focus=True, inherit_bindings=False):
    """The port's rows. Posts `Selected` when Enter is pressed on one."""

    BINDINGS = [
        Binding("enter", "choose", "Edit", show=False, id="choose", tooltip="Edit this field"),
        Binding("down,j", "move(1)", show=False, id="down", tooltip="Move between fields"),
        Binding("up,k", "move(-1)", show=False, id="up", tooltip="Move between fields"),
        Binding(
            "pagedown", "move(5)", show=False, id="page-down", tooltip="Down or up five fields"
        ),
        Binding("pageup", "move(-5)", show=False, id="page-up", tooltip="Down or up five fields"),
        Binding("home,g", "go(0)", show=False, id="top", tooltip="First or last field"),
        Binding("end,G", "go(-1)", show=False, id="bottom", tooltip="First or last field"),
    ]

    cursor: reactive[int] = reactive(0, init=False, repaint=False)

    class Selected(Message):
        """Enter was pressed on a row."""

        def __init__(self, row: Row) -> None:
            super().__init__()
            self.row = row

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[Row, ...] = ()
        self._lines: list[tuple[int, Line]] = []

    @property
    def selected(self) -> Row | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if self._rows else None

    def show(self, rows: tuple[Row, ...]) -> None:
        """Show these rows."""
        self._rows = rows
        self.set_reactive(PortRows.cursor, min(self.cursor, max(0, len(self._rows) - 1)))
        self._lay_out()

    def action_choose(self) -> None:
        """Post `Selected` for the row under the cursor."""
        if row := self.selected:
            self.post_message(self.Selected(row))

    def action_move(self, rows: int) -> None:
        """Move the cursor by a number of rows."""
        self.cursor = max(0, min(self.cursor + rows, len(self._rows) - 1))

    def action_go(self, row: int) -> None:
        """Go to a row, counted from the end if negative."""
        self.cursor = max(0, row % len(self._rows)) if self._rows else 0

    def watch_cursor(self) -> None:
        """Redraw the two rows that changed, and scroll the cursor into view."""
        self._lay_out()
        mine = [y for y, (row, _) in enumerate(self._lines) if row == self.cursor]
        if mine and not (self.scroll_offset.y <= mine[0] and mine[-1] < self._bottom):
            above = mine[0] < self.scroll_offset.y
            y = mine[0] if above else mine[-1] - self.size.height + 1
            self.scroll_to(y=y, animate=False, immediate=True)

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where the selected row is on the screen."""
        mine = [y for y, (row, _) in enumerate(self._lines) if row == self.cursor]
        y = mine[0] - self.scroll_offset.y if mine else 0
        return Offset(self.region.x + 1, self.region.y + y)

    @property
    def _bottom(self) -> int:
        return self.scroll_offset.y + self.size.height

    def on_resize(self, _: events.Resize) -> None:
        """Wrap the rows again."""
        self._lay_out()

    def watch_has_focus(self, has_focus: bool) -> None:  # noqa: FBT001 - Textual's
        """Show the cursor only while the rows have the focus."""
        super().watch_has_focus(has_focus)
        self._lay_out()

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row that was clicked."""
        y = event.y + self.scroll_offset.y
        if y < len(self._lines):
            self.cursor = self._lines[y][0]

    def _lay_out(self) -> None:
        width = self.size.width
        before, self._lines = (
            self._lines,
            [
                (index, line)
                for index, row in enumerate(self._rows)
                for line in lines_of(row, width, current=self.has_focus and index == self.cursor)
            ],
        )
        self.virtual_size = Size(width, len(self._lines))
        if len(before) != len(self._lines):
            self.styles.max_height = len(self._lines)  # what is below moves along at once
            self.refresh()
            return
        for y, (old, new) in enumerate(zip(before, self._lines, strict=True)):
            if old != new:
                self.refresh_lines(y, 1)

    def render_line(self, y: int) -> Strip:
        y += self.scroll_offset.y
        line = self._lines[y][1] if y < len(self._lines) else ()
        return strip_of(line, self.size.width)
