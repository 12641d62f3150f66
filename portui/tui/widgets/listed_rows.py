"""The rows of the list of ports, of which only those in view are drawn."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from textual import events
from textual.binding import Binding
from textual.geometry import Offset, Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from portui.port.finding import Column, Order
from portui.port.listed import ListedPort
from portui.tui.widgets.lines import LABEL, Line, strip_of, wrapped
from portui.tui.widgets.listed_lines import Layout, heading, layout_for, row_line

_WHEEL: Final = 3  # rows
_FAR: Final = 1_000_000_000  # rows; more than there can be


class ListedRows(Widget, can_focus=True):
    """A heading, and the rows in view; one is chosen. Posts `Opened` when Enter is pressed."""

    BINDINGS = [
        Binding("enter", "open", "Open", id="open", tooltip="Open the port (reads it again)"),
        Binding("down,j", "move(1)", show=False, id="down", tooltip="Move between ports"),
        Binding("up,k", "move(-1)", show=False, id="up", tooltip="Move between ports"),
        Binding("pagedown", "page(1)", show=False, id="page-down", tooltip="A page down or up"),
        Binding("pageup", "page(-1)", show=False, id="page-up", tooltip="A page down or up"),
        Binding("home,g", f"move({-_FAR})", show=False, id="top", tooltip="First or last port"),
        Binding("end,G", f"move({_FAR})", show=False, id="bottom", tooltip="First or last port"),
    ]

    @dataclass
    class Opened(Message):
        """Enter was pressed on a port."""

        listed: ListedPort

    @dataclass
    class Chosen(Message):
        """Another port was chosen, or none."""

        listed: ListedPort | None

    def __init__(self) -> None:
        super().__init__()
        self._all: tuple[ListedPort, ...] = ()
        self._ports: tuple[ListedPort, ...] = ()
        self._order = Order()
        self._nothing = ""
        self._layout_ = Layout()
        self._cursor = self._top = 0
        self._lines: tuple[Line, ...] = ()
        self._told: ListedPort | None = None

    @property
    def ports(self) -> tuple[ListedPort, ...]:
        """The ports that can be chosen."""
        return self._ports

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that are shown."""
        return tuple(column for column, _ in self._layout_.columns)

    @property
    def chosen(self) -> ListedPort | None:
        """The port under the cursor."""
        return self._ports[self._cursor] if self._ports else None

    def show(
        self,
        ports: tuple[ListedPort, ...],
        everything: tuple[ListedPort, ...],
        order: Order,
        *,
        nothing: str,
        keep_place: bool,
    ) -> None:
        """Show these ports of all that there are, in their order.

        With `keep_place`, the chosen port stays chosen; otherwise the first one is. `nothing` says
        why there are none.
        """
        chosen = self.chosen
        if everything is not self._all:
            self._all = everything
            self._layout_ = layout_for(everything, self.size.width)
        offset = self._cursor - self._top
        self._ports, self._order, self._nothing = ports, order, nothing
        if keep_place and chosen:
            self._cursor = self._index_of(chosen.id)
            self._top = self._cursor - offset
        else:
            self._cursor = self._top = 0
        self.draw()

    def _index_of(self, port_id: UUID) -> int:
        """Return a port's index now, or the cursor's if the port is no longer there."""
        for index, listed in enumerate(self._ports):
            if listed.id == port_id:
                return index
        return min(self._cursor, max(0, len(self._ports) - 1))

    def action_open(self) -> None:
        """Open the chosen port."""
        if listed := self.chosen:
            self.post_message(self.Opened(listed))

    def action_move(self, rows: int) -> None:
        """Move the cursor down by a number of rows, or up if negative."""
        self._cursor = max(0, min(self._cursor + rows, len(self._ports) - 1))
        self.draw()

    def action_page(self, pages: int) -> None:
        """Move the cursor by what is in view."""
        self.action_move(pages * max(1, self._room - 1))

    @property
    def _room(self) -> int:
        """How many rows are in view."""
        return max(1, self.size.height - 1)

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where the chosen row is on the screen."""
        return Offset(self.region.x + 1, self.region.y + 1 + self._cursor - self._top)

    def on_resize(self, _: events.Resize) -> None:
        """Fit the columns to the new width."""
        self._layout_ = layout_for(self._all, self.size.width)
        self.draw()

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row that was clicked."""
        row = self._top + event.y - 1
        if event.y and row < len(self._ports):
            self.action_move(row - self._cursor)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move the cursor down."""
        event.stop()
        self.action_move(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move the cursor up."""
        event.stop()
        self.action_move(-_WHEEL)

    def draw(self) -> None:
        """Draw the rows in view, of which only those that changed are sent."""
        if not self.size.width:
            return
        room, last = self._room, max(0, len(self._ports) - self._room)
        if not self._top <= self._cursor < self._top + room:
            # By half a screen, which sends fewer bytes than every row of it at each key.
            self._top = self._cursor - room // 2
        self._top = max(0, min(self._top, last))
        before, self._lines = self._lines, self._drawn(room)
        for y in range(max(len(before), len(self._lines))):
            if before[y : y + 1] != self._lines[y : y + 1]:
                self.refresh(Region(0, y, self.size.width, 1))
        if self.chosen is not self._told:
            self._told = self.chosen
            self.post_message(self.Chosen(self._told))

    def _drawn(self, room: int) -> tuple[Line, ...]:
        if not self._ports:
            words = wrapped(self._nothing, max(10, self.size.width - 4))
            return ((), *((("   " + line, LABEL),) for line in words))
        rows = (
            row_line(listed, self._layout_, current=index == self._cursor)
            for index, listed in enumerate(
                self._ports[self._top : self._top + room], start=self._top
            )
        )
        return (heading(self._layout_, self._order), *rows)

    def render_line(self, y: int) -> Strip:
        line = self._lines[y] if y < len(self._lines) else ()
        return strip_of(line, self.size.width)
