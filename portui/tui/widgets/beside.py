"""What is shown beside a port: recent ports, its pipeline's other ports, and its changes."""

from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual.containers import Vertical

from portui.clock import Clock
from portui.port.display import brief_age
from portui.tui.state import (
    Gone,
    History,
    Loading,
    Nothing,
    PortPipeline,
    Showing,
    State,
    port_on,
)
from portui.tui.widgets.lines import LABEL, PLAIN, STRONG, UNSURE, Line, Lines, flow
from portui.tui.widgets.recent_matches import ROOMY
from portui.tui.widgets.recent_ports import TITLE_LINES, RecentList

if TYPE_CHECKING:  # not needed for the first paint
    from datetime import datetime

    from portui.journal import Entry, RecentPort

_SHARE: Final = 37  # per cent of the columns that it takes there
_TALL: Final = 18  # screen rows
_OTHERS: Final = 16  # screen rows that the start screen needs for other things
_MOST_BESIDE: Final = 9  # recent ports
_FEW_CHANGES: Final = 6  # lines that are left to changes, beside many ports
_AROUND: Final = 5  # screen rows above and below what stands beside
_FEW: Final = 3  # recent ports on a screen that isn't tall


def change_lines(entry: "Entry", now: "datetime", width: int) -> tuple[Line, ...]:
    """Return a change in at most two lines, with its result and age."""
    from portui.explain.history import entry_words, result_words

    what = entry_words(entry)
    came = (f"  {result_words(entry)}", LABEL if entry.is_settled else UNSURE)
    since = (f"  {brief_age((now - entry.at).total_seconds())}", LABEL)
    tail = len(came[0]) + len(since[0])
    if 3 + cell_len(what) + tail < width:
        gap = width - 4 - cell_len(what) - tail
        return ((("   " + what, PLAIN), came, (" " * gap, PLAIN), since),)
    first = flow([("   " + what, PLAIN)], width - 1, 1)[0]
    gap = max(0, width - 4 - tail)
    return (first, (("   ", PLAIN), came, (" " * gap, PLAIN), since))


class Beside(Vertical):
    """The recent ports under the ID's input; from `ROOMY` columns on, beside the port.

    There they are always shown, with the ports of the port's pipeline and its newest changes below
    them. Elsewhere they are shown while there's no port, while something else is typed, and while
    they have the focus.
    """

    def __init__(self, clock: Clock) -> None:
        self.recent = RecentList(clock)
        self.pipeline = Lines(id="pipeline")
        self.changes = Lines(id="changes")
        super().__init__(self.recent, self.pipeline, self.changes)
        self._clock = clock

    def show(
        self,
        state: State,
        found: tuple["RecentPort", ...],
        history: History | None,
        pipeline: PortPipeline | None,
        *,
        typing: bool,
    ) -> int:
        """Show what there is for a state; return the columns taken beside the port.

        `typing`: whether something else than the port on screen is typed into the ID's input.
        """
        columns, rows = self.screen.size
        beside = columns >= ROOMY and isinstance(state, Showing | Gone)
        width = columns * _SHARE // 100 if beside else columns
        offered = typing or isinstance(state, Nothing) or self.screen.focused is self.recent
        self.display = not isinstance(state, Loading) and (beside or (offered and bool(found)))
        self.set_class(beside, "-beside")
        self.styles.width = width
        room = rows - _OTHERS if rows >= _TALL else _FEW
        self.recent.show(found, room=min(room, _MOST_BESIDE) if beside else room, width=width)
        entries = history.entries if history and history.port_id == port_on(state) else ()
        self.pipeline.set_lines(self._ports(pipeline, len(entries), width) if beside else ())
        self.changes.set_lines(self._changes(entries, width) if beside else ())
        return width if beside else 0

    def _ports(self, known: PortPipeline | None, changes: int, width: int) -> tuple[Line, ...]:
        """Return the ports of the pipeline, leaving room for a few changes."""
        if known is None or known.ports is None:
            return ()
        from portui.tui.widgets.pipeline_ports import pipeline_lines

        above = len(self.recent.lines)
        below = TITLE_LINES + 1 + min(_FEW_CHANGES, 2 * changes or 1)
        room = self.screen.size.height - _AROUND - above - below - (above > 0)
        lines = pipeline_lines(known.pipeline, known.ports, known.port_id, width, room)
        return ((), *lines) if lines and above else lines

    def _changes(self, entries: tuple["Entry", ...], width: int) -> tuple[Line, ...]:
        above = len(self.recent.lines) + len(self.pipeline.lines)
        room = self.screen.size.height - above - TITLE_LINES
        lines: list[Line] = [(("   Changes", STRONG),)]
        if not entries:
            lines.append((("   No changes yet", LABEL),))
        now = self._clock.now()
        for entry in entries[:room]:
            lines += change_lines(entry, now, width)
        return ((), *lines) if above else tuple(lines)
