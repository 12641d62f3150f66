"""The lines below a pending port, as a pure function."""

from datetime import datetime
from typing import Final

from rich.cells import cell_len

from portui.explain.pending import explain_pending
from portui.operations.why_pending import WhyPending
from portui.tui.state import Showing, State
from portui.tui.widgets.lines import PLAIN, Line, flow, wrapped
from portui.tui.widgets.pane_lines import INDENT

_MOST_OF_A_FACT: Final = 2  # lines
_MOST_FACTS: Final = 5  # lines, which fit below a port on 24 rows


def pending_lines(
    state: State, why: WhyPending | None, now: datetime, width: int, *, brief: bool
) -> tuple[Line, ...]:
    """Return what is known about a port that is pending: some lines, or the first if `brief`."""
    if not (isinstance(state, Showing) and state.reading.port.is_pending):
        return ()
    facts = explain_pending(state.reading.port, why, now)
    room = max(10, width - 4)
    if brief:
        lines = [f if cell_len(f) <= room else f.partition(" · ")[0] for f in facts[:1]]
    else:
        lines = [line for fact in facts for line in _lines_of(fact, room)]
    cut = (flow([(line, PLAIN)], room, 1)[0] for line in lines[:_MOST_FACTS])
    return tuple(((INDENT, PLAIN), *line) for line in cut)


def _lines_of(fact: str, room: int) -> list[str]:
    lines = wrapped(fact, room)
    if len(lines) <= _MOST_OF_A_FACT:
        return lines
    return [*lines[: _MOST_OF_A_FACT - 1], lines[_MOST_OF_A_FACT - 1] + "…"]
