"""Remember which ports were looked up, and show them."""

from functools import partial
from typing import Final

from portui.journal import RecentFile, RecentPort
from portui.journal.recent import RecentPorts, with_deleted, with_port
from portui.operations.look_up import Reading
from portui.port.display import summary, value_text
from portui.tui.actions.stored import StoredValue
from portui.tui.actions.view import View
from portui.tui.state import Failed, Gone, Showing, State

_LONGEST: Final = 80  # characters of a plugin's ID


class RememberPorts:
    """Keeps the recent ports, on screen and in the background on the disk."""

    def __init__(self, view: View, file: RecentFile) -> None:
        self._view = view
        self._ports = StoredValue[RecentPorts](file, (), self._show)

    def load(self) -> None:
        """Read the file, and show the ports when that is done."""
        self._ports.load()

    def note(self, state: State) -> None:
        """Remember the port of a state, or that it no longer exists."""
        match state:
            case Showing(reading=reading) if reading.is_requested:
                self._ports.change(partial(with_port, port=_recent(reading)))
            case Gone(reading=reading):
                self._ports.change(partial(with_deleted, port_id=reading.port_id))
            case Failed(port_id=port_id, no_such_port=True):
                self._ports.change(partial(with_deleted, port_id=port_id))

    def forget(self) -> None:
        """Forget all recent ports of this service."""
        self._ports.change(lambda _: ())
        self._view.say("The list of recent ports is empty now")

    def finish(self) -> None:
        """Write what is left before the run ends, but don't wait long for a stuck disk."""
        self._ports.finish()

    def _show(self, ports: RecentPorts) -> None:
        self._view.recent = ports


def _recent(reading: Reading) -> RecentPort:
    port = reading.port
    plugin = "" if port.plugin_id is None else value_text(port.plugin_id, _LONGEST)
    return RecentPort(reading.port_id, summary(port), plugin, reading.at)
