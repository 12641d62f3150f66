"""The history screen: the journal's changes, and each port's values before them."""

from dataclasses import dataclass
from enum import Enum, auto
from uuid import UUID

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.geometry import Offset

from portui.clock import Clock
from portui.journal import CreationEntry
from portui.tui.screens.dialog import Dialog
from portui.tui.screens.history_lines import (
    AnyEntry,
    details_of,
    port_in,
    port_of,
    row_of,
    window_of,
)
from portui.tui.widgets.bars import KeyBar
from portui.tui.widgets.glyphs import GLYPHS
from portui.tui.widgets.lines import (
    LABEL,
    STRONG,
    Line,
    Lines,
)


class HistoryAction(Enum):
    """What to do with an entry."""

    RESTORE = auto()
    CHECK = auto()
    OPEN = auto()
    COPY = auto()


@dataclass(frozen=True, slots=True)
class HistoryChoice:
    """An entry, and what to do with it."""

    entry: AnyEntry
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
        Binding("enter", "pick('open')", "Open", id="open", tooltip="Look up the new port"),
        Binding("c", "copy", "Copy", id="copy", tooltip="Copy what the port was, as JSON"),
        Binding("a", "all", "All ports", id="all", tooltip="Show this port only, or all ports"),
        Binding("escape", "leave", "Close", id="leave", tooltip="Close the history"),
        Binding("h", "leave", show=False, id="history", tooltip="Close the history"),
        Binding("q", "leave", show=False, id="close", tooltip="Close the history"),
        Binding("n", "leave", show=False, id="no", tooltip="Close the history"),
        Binding("down,j", "move(1)", show=False, id="down", tooltip="Move between changes"),
        Binding("up,k", "move(-1)", show=False, id="up", tooltip="Move between changes"),
        Binding("pagedown", "move(5)", show=False, id="page-down", tooltip="Move by five changes"),
        Binding("pageup", "move(-5)", show=False, id="page-up", tooltip="Move by five changes"),
        Binding("home,g", "move(-99999)", show=False, id="top", tooltip="First or last change"),
        Binding("end,G", "move(99999)", show=False, id="bottom", tooltip="First or last change"),
        Binding("J", "scroll(1)", show=False, id="scroll-on", tooltip="Scroll the values"),
        Binding("K", "scroll(-1)", show=False, id="scroll-back", tooltip="Scroll the values"),
    ]

    heading = getters.query_one("#heading", Lines)
    listed = getters.query_one("#listed", Lines)
    details = getters.query_one("#details", Lines)

    def __init__(self, entries: tuple[AnyEntry, ...], port_id: UUID | None, clock: Clock) -> None:
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
    def _shown(self) -> tuple[AnyEntry, ...]:
        if self._all:
            return self._entries
        return tuple(e for e in self._entries if port_of(e) == self._port_id)

    @property
    def _chosen(self) -> AnyEntry | None:
        shown = self._shown
        return shown[self._cursor] if shown else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable the keys that apply to the chosen entry."""
        match action:
            case "pick":
                best = _best_action(self._chosen) if self._chosen else None
                return best is not None and parameters == (best.name.lower(),)
            case "copy":
                return self._chosen is not None and port_in(self._chosen) is not None
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
        """Restore the values before the chosen change, check it, or open the new port."""
        if (entry := self._chosen) and (best := _best_action(entry)):
            self.dismiss(HistoryChoice(entry, best))

    def action_copy(self) -> None:
        """Copy the port as it was before the chosen change, or the new one."""
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
    def cursor_screen_offset(self) -> Offset:
        """Where the chosen change is on the screen."""
        marks = (line[0][0] for line in self.listed.lines)
        y = next((y for y, mark in enumerate(marks) if mark.startswith(GLYPHS.cursor)), 0)
        return self.listed.region.offset + Offset(0, y)

    @property
    def _room(self) -> int:
        """The height of the list in lines: what the details leave, but at least a third."""
        height = self.query_one("#dialog").size.height - 2
        return max(height // 3, height - len(self.details.lines), 1)


def _best_action(entry: AnyEntry) -> HistoryAction | None:
    """Return the action for Enter: what has no result is checked first.

    A new port is opened if it is known, and otherwise there's nothing to do about it.
    """
    if isinstance(entry, CreationEntry):
        if entry.is_open:
            return HistoryAction.CHECK
        return HistoryAction.OPEN if entry.port_id else None
    return HistoryAction.RESTORE if entry.result else HistoryAction.CHECK
