"""The list of recent ports: which match what is typed, their lines, and the widget."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Offset
from textual.message import Message

from portui.clock import Clock
from portui.port.display import brief_age, safe
from portui.tui.widgets.bound_keys import bound_keys
from portui.tui.widgets.glyphs import GLYPHS
from portui.tui.widgets.lines import ACCENT, BAD, KEY, LABEL, PLAIN, STRONG, Line, Lines, flow

if TYPE_CHECKING:  # not needed for the first paint
    from portui.journal import RecentPort

TITLE_LINES: Final = 1
_NARROW: Final = 60  # columns; with fewer, only the chosen port's ID is shown in full
_MOST_DIGITS: Final = 9
_ID: Final = 36  # characters
_BEGINNING: Final = 8  # characters of an ID, enough to recognize it
_AGE: Final = 4  # cells
_LONGEST: Final = 80  # characters of a text from the service


def heading(width: int) -> Line:
    """Return the list's title, and what its times mean."""
    title, times = "   Recent", "looked up"
    return ((title, STRONG), (f"{times:>{max(1, width - len(title) - 1)}}", LABEL))


def port_lines(
    port: "RecentPort", key: str, now: datetime, width: int, *, current: bool
) -> tuple[Line, ...]:
    """Return a port's lines: the key that picks it, its ID, what it was, and when it was looked up.

    `key` is as wide as in the other lines.
    """
    accent = ACCENT + STRONG if current else PLAIN
    pointer = (f" {GLYPHS.cursor} " if current else "   ", ACCENT)
    digit = (f"{key} ", KEY)
    since = f"{brief_age((now - port.at.astimezone(UTC)).total_seconds()):>{_AGE}}"
    room = width - len(pointer[0]) - len(digit[0]) - len(since) - 3
    if width < _NARROW:
        id_ = (str(port.port_id)[:_BEGINNING], LABEL)
        what = _what(port, room - _BEGINNING - 2, accent)
        line: Line = (pointer, digit, *what, ("  ", PLAIN), id_, (f"  {since}", LABEL))
        below: Line = ((" " * (3 if width > _ID + 2 else 0), PLAIN), (str(port.port_id), accent))
        return (line, below) if current else (line,)
    id_ = (f"{port.port_id}  ", accent)
    return ((pointer, digit, id_, *_what(port, room - _ID - 2, PLAIN), (f"  {since}", LABEL)),)


def _what(port: "RecentPort", room: int, style: Style) -> Line:
    """Return what a port was, padded to the room; the plugin only if it fits as well."""
    summary = (safe(port.summary, _LONGEST), LABEL if port.deleted else style)
    names = (safe(name, _LONGEST) for name in (port.pipeline, port.plugin) if name)
    deleted = (("deleted", BAD), ("  ", PLAIN)) if port.deleted else ()
    pieces = [*deleted, summary, *((f"  {name}", LABEL) for name in names)]
    if port.pipeline and port.plugin and sum(cell_len(text) for text, _ in pieces) > room:
        pieces.pop()
    line = flow(pieces, max(1, room), 1)[0]
    return (*line, (" " * (room - sum(cell_len(text) for text, _ in line)), PLAIN))


class RecentList(Lines, can_focus=True):
    """The recent ports, in as many lines as there are. Posts `Opened` for one that is picked."""

    BINDINGS = [
        Binding("enter", "open", "Open", id="open", tooltip="Look the port up"),
        *(
            Binding(
                f"{number}",
                f"pick({number})",
                show=False,
                id=f"number-{number}",
                tooltip="Look up the port with this number",
            )
            for number in range(1, _MOST_DIGITS + 1)
        ),
        Binding("down,j", "move(1)", show=False, id="down", tooltip="Move between recent ports"),
        Binding("up,k", "move(-1)", show=False, id="up", tooltip="Move between recent ports"),
        Binding("pagedown", "move(5)", show=False, id="page-down", tooltip="Down or up five ports"),
        Binding("pageup", "move(-5)", show=False, id="page-up", tooltip="Down or up five ports"),
        Binding("home,g", "go(0)", show=False, id="top", tooltip="First or last recent port"),
        Binding("end,G", "go(-1)", show=False, id="bottom", tooltip="First or last recent port"),
    ]

    @dataclass
    class Opened(Message):
        """A port was picked."""

        port_id: UUID

    @dataclass
    class LeftAbove(Message):
        """The cursor was moved up from the first port, to the input above."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(id="recent")
        self._clock = clock
        self._ports: tuple[RecentPort, ...] = ()
        self._cursor = self._first = 0
        self._room = self._width = 0

    def show(self, ports: tuple["RecentPort", ...], *, room: int, width: int) -> None:
        """Show ports, as many as there is room for; the cursor stays on the same one."""
        chosen = self._chosen
        ids = [port.port_id for port in ports]
        self._ports, self._room, self._width = ports, room, width
        stays = self.has_focus and chosen and chosen.port_id in ids
        self._cursor = ids.index(chosen.port_id) if stays and chosen else 0
        self.draw()

    @property
    def _chosen(self) -> "RecentPort | None":
        return self._ports[self._cursor] if self._cursor < len(self._ports) else None

    @property
    def _visible(self) -> tuple["RecentPort", ...]:
        return self._ports[self._first : self._first + self._room]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There are no more numbers than ports."""
        if action == "pick" and isinstance(number := parameters[0], int):
            return number <= len(self._visible)
        return True

    def action_open(self) -> None:
        """Look up the port at the cursor."""
        if port := self._chosen:
            self.post_message(self.Opened(port.port_id))

    def action_pick(self, number: int) -> None:
        """Look up a port by its number."""
        self.post_message(self.Opened(self._visible[number - 1].port_id))

    def action_move(self, rows: int) -> None:
        """Move the cursor by a number of ports; up from the first one leads to the input."""
        if rows < 0 and not self._cursor:
            self.post_message(self.LeftAbove())
        self._cursor = max(0, min(self._cursor + rows, len(self._ports) - 1))
        self.draw()

    def action_go(self, port: int) -> None:
        """Go to a port, counted from the end if negative."""
        self._cursor = max(0, port % len(self._ports)) if self._ports else 0
        self.draw()

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the port that was clicked."""
        if port := self._port_at(event.y):
            self._cursor = self._ports.index(port)
            self.draw()

    def _port_at(self, y: int) -> "RecentPort | None":
        lines = TITLE_LINES
        for port in self._visible:
            lines += len(self._lines_of(port))
            if y < lines:
                return port if y >= TITLE_LINES else None
        return None

    def watch_has_focus(self, has_focus: bool) -> None:  # noqa: FBT001 - Textual's
        """Show the cursor only while the list has the focus; it begins at the first port."""
        super().watch_has_focus(has_focus)
        if not has_focus:
            self._cursor = 0
        self.draw()

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where the chosen port is on the screen."""
        return Offset(self.region.x + 1, self.region.y + TITLE_LINES + self._cursor - self._first)

    def draw(self) -> None:
        """Draw the ports around the cursor, with their present ages."""
        last = max(0, len(self._ports) - self._room)
        self._first = max(self._cursor - self._room + 1, min(self._first, self._cursor, last))
        lines = [line for port in self._visible for line in self._lines_of(port)]
        self.set_lines((heading(self._width), *lines) if lines else ())

    def _lines_of(self, port: "RecentPort") -> tuple[Line, ...]:
        index = self._ports.index(port)
        current = self.has_focus and index == self._cursor
        names = [bound_keys(self).name(f"number-{n}") for n in range(1, _MOST_DIGITS + 1)]
        number = index - self._first
        name = names[number] if number < _MOST_DIGITS else ""
        key = f"{name:<{max(map(cell_len, names))}}"
        return port_lines(port, key, self._clock.now(), self._width, current=current)
