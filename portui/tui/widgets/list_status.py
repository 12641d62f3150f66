"""The line below the list of ports: when it was read, and what is still to come."""

from textual.reactive import reactive

from portui.clock import Clock
from portui.explain.errors import explain_error
from portui.operations.listing import Listing
from portui.operations.look_up import ATTEMPTS
from portui.port.display import age, time_of_day
from portui.tui.port_list import ListActivity, PortList
from portui.tui.widgets.lines import Line
from portui.tui.widgets.pane_lines import beside, duration
from portui.tui.widgets.status_line import StatusLine

_NARROW = 60  # columns
_WIDE = 100  # columns


class ListStatus(StatusLine):
    """Shows the age of the list, and a hint for some seconds or else how far it has come."""

    ports: reactive[PortList] = reactive(PortList(), init=False, repaint=False)

    def watch_ports(self) -> None:
        """Show the new age and progress."""
        self.draw()

    def lines_with(self, words: str) -> tuple[Line, ...]:
        """Return the lines to show, with a warning or a hint in place of the progress."""
        width = self.size.width
        words = words or list_progress(self.ports, brief=width < _NARROW)
        return beside(list_age(self.ports, self._clock, width), words, width)


def list_progress(ports: PortList, *, brief: bool = False) -> str:
    """Return what is under way for the list."""
    match ports.activity:
        case ListActivity.FINDING_TOKEN:
            return "Looking for the token…"
        case ListActivity.FINDING_PROJECT:
            return "Finding the project…"
        case ListActivity.READING if ports.reading and ports.reading.retrying:
            retrying = ports.reading.retrying
            what = explain_error(retrying.error).what
            return f"{what}; trying again ({retrying.attempt} of {ATTEMPTS})…"
        case ListActivity.READING:
            return f"Reading…{_so_far(ports.reading)}" + ("" if brief else "; Esc stops")
        case _:
            return "Stopped; r reads again" if ports.stopped else ""


def _so_far(reading: Listing | None) -> str:
    if reading is None or not reading.replies:
        return ""
    if reading.expected is not None:
        return f" {reading.pipelines:,} of {reading.expected:,} pipelines"
    return f" {_pipelines(reading.pipelines)}"


def _pipelines(count: int) -> str:
    return "1 pipeline" if count == 1 else f"{count:,} pipelines"


def list_age(ports: PortList, clock: Clock, width: int) -> str:
    """Return when the ports shown were read, and at what cost."""
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
