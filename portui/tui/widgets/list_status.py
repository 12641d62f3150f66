"""The text around the list of ports: when it was read, the progress, and what is missing."""

from collections.abc import Mapping
from typing import Final

from textual.reactive import reactive

from portui.clock import Clock
from portui.explain.errors import explain_retrying
from portui.explain.explanation import Action
from portui.explain.listings import pipeline_name
from portui.operations.listing import Listing
from portui.port.display import age, safe, time_of_day
from portui.port.listed import Pipeline, Project
from portui.tui.port_list import ListActivity, PortList
from portui.tui.widgets.bound_keys import AS_SHIPPED, BoundKeys, bound_keys
from portui.tui.widgets.lines import KEY, LABEL, PLAIN, Line
from portui.tui.widgets.pane_lines import ACTION_KEYS, INDENT, beside, duration, notice_lines
from portui.tui.widgets.status_line import StatusLine

_NARROW = 60  # columns
_WIDE = 100  # columns
_NAME: Final = 24  # characters of a project's name
_LONGEST_WORDS: Final = 60  # characters of what was typed


class ListStatus(StatusLine):
    """Shows the age of the list, and a hint for some seconds or else the progress."""

    ports: reactive[PortList] = reactive(PortList(), init=False, repaint=False)

    def watch_ports(self) -> None:
        """Show the new age and progress."""
        self.draw()

    def lines_with(self, words: str) -> tuple[Line, ...]:
        """Return the lines to show, with a warning or a hint in place of the progress."""
        width = self.size.width
        words = words or list_progress(self.ports, bound_keys(self), brief=width < _NARROW)
        return beside(list_age(self.ports, self._clock, width), words, width)


def list_progress(ports: PortList, bound: BoundKeys = AS_SHIPPED, *, brief: bool = False) -> str:
    """Return what is under way for the list."""
    match ports.activity:
        case _ if ports.creating:
            return ports.creating
        case ListActivity.FINDING_TOKEN:
            return "Looking for the token…"
        case ListActivity.FINDING_PROJECT:
            return "Finding the project…"
        case ListActivity.READING if ports.reading and ports.reading.retrying:
            return explain_retrying(ports.reading.retrying)
        case ListActivity.READING:
            return f"Reading…{_so_far(ports.reading)}" + ("" if brief else "; Esc stops")
        case _:
            return f"Stopped; {bound.name('refresh')} reads again" if ports.stopped else ""


def _so_far(reading: Listing | None) -> str:
    if reading is None or not reading.replies:
        return ""
    if reading.expected is not None:
        return f" {reading.pipelines:,} of {reading.expected:,} pipelines"
    return f" {_pipelines(reading.pipelines)}"


def _pipelines(count: int) -> str:
    return "1 pipeline" if count == 1 else f"{count:,} pipelines"


def list_age(ports: PortList, clock: Clock, width: int) -> str:
    """Return when the ports shown were read; if there is room, with the replies and the time."""
    listing = ports.listing
    if listing is None or listing.at is None or (ports.is_busy and listing is ports.reading):
        return ""
    at = f"read {time_of_day(listing.at)}"
    if width < _NARROW:
        return f"R{at[1:]}"
    replies = "1 reply" if listing.replies == 1 else f"{listing.replies:,} replies"
    cost = f", in {replies}, {duration(listing.took)}"
    since = f", {age(clock.seconds() - listing.at_seconds)}"
    return f"{_pipelines(listing.pipelines)} {at}{since}" + (cost if width >= _WIDE else "")


_KEYS: Final[Mapping[Action, tuple[str, str]]] = {
    Action.REFRESH: ACTION_KEYS[Action.REFRESH],
    Action.TOKEN: ACTION_KEYS[Action.TOKEN],
    Action.DEMO: ACTION_KEYS[Action.DEMO],
}
_KEYS_WHILE_TYPING: Final[Mapping[Action, tuple[str, str]]] = {
    a: key for a, key in _KEYS.items() if a is not Action.REFRESH
}
_KEYS_WITHOUT_ROWS: Final = {**_KEYS, Action.REFRESH: ("submit", "Retry")}
_MOST_NOTICES: Final = 3


def list_notices(
    ports: PortList, width: int, *, typing: bool, bound: BoundKeys = AS_SHIPPED
) -> tuple[Line, ...]:
    """Return why there is no list, or what is missing from it, and the keys that help."""
    keys = _KEYS
    if typing:
        keys = _KEYS_WHILE_TYPING if ports.listing else _KEYS_WITHOUT_ROWS
    lines = [
        line
        for notice in ports.notices[:_MOST_NOTICES]
        for line in notice_lines(notice, width, keys=keys, bound=bound)
    ]
    if ports.choices:
        lines.append(((INDENT, PLAIN), (bound.name("submit"), KEY), (" Choose a project", PLAIN)))
    if (more := len(ports.notices) - _MOST_NOTICES) > 0:
        lines.append(((f"{INDENT}and {more:,} more like these", LABEL),))
    return tuple(lines)


def why_no_rows(ports: PortList, words: str) -> str:
    """Return the text in place of the rows if there are none."""
    if ports.is_busy:
        return "No match so far…" if ports.ports else "Reading…"
    if ports.ports:
        return f"No port matches {safe(words.strip(), _LONGEST_WORDS)}"
    return "" if ports.notices else "Not read" if ports.listing is None else "No ports"


def count_words(ports: PortList, found: int, words: str) -> str:
    """Return how many ports there are, how many of them match, and whose they are."""
    if ports.listing is None:
        return ""
    count = len(ports.ports)
    counted = f"{found:,} of {count:,}"
    if not words.strip():
        counted = "1 port" if count == 1 else f"{count:,} ports"
    if ports.is_busy and ports.listing is ports.reading:
        counted += " so far"
    match ports.source:
        case Project(name=str(name)) if name:
            return f"{counted} · {safe(name, _NAME)}"
        case Pipeline() as pipeline:
            return f"{counted} · {pipeline_name(pipeline, _NAME)}"
        case _:
            return counted
