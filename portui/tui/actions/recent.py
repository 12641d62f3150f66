"""Remember which ports were looked up, and show them."""

from collections.abc import Sequence
from functools import partial
from typing import Final
from uuid import UUID

from portui.journal import RecentFile, RecentPort
from portui.journal.recent import RecentPorts, with_deleted, with_pipelines, with_port
from portui.operations.look_up import Reading
from portui.port.display import summary, value_text
from portui.port.listed import ListedPort, Pipeline
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
                self._ports.change(partial(with_port, port=self._recent(reading)))
            case Gone(reading=reading):
                self._ports.change(partial(with_deleted, port_id=reading.port_id))
            case Failed(port_id=port_id, no_such_port=True):
                self._ports.change(partial(with_deleted, port_id=port_id))

    def learn(self, listed: Sequence[ListedPort]) -> None:
        """Keep the pipelines of recent ports that are in a list."""
        recent = {port.port_id for port in self._view.recent}
        known = {each.id: each.pipeline for each in listed if each.id in recent}
        if known:
            self._ports.change(partial(with_pipelines, pipelines=known))

    def pipeline_of(self, port_id: UUID) -> Pipeline | None:
        """Return the pipeline of a recent port, if it is known."""
        for port in self._view.recent:
            if port.port_id == port_id and (port.pipeline_id or port.pipeline):
                return Pipeline(port.pipeline_id, port.pipeline or None)
        return None

    async def loaded(self) -> None:
        """Wait until the disk is read and written."""
        await self._ports.settled()

    def forget(self) -> None:
        """Forget all recent ports of this service."""
        self._ports.change(lambda _: ())
        self._view.say("The list of recent ports is now empty")

    def finish(self) -> None:
        """Write what is left before the run ends, but don't wait long for a stuck disk."""
        self._ports.finish()

    def _show(self, ports: RecentPorts) -> None:
        self._view.recent = ports

    def _recent(self, reading: Reading) -> RecentPort:
        port, known = reading.port, self._view.pipeline
        plugin = "" if port.plugin_id is None else value_text(port.plugin_id, _LONGEST)
        recent = RecentPort(reading.port_id, summary(port), plugin, reading.at)
        if known and known.port_id == reading.port_id:
            return recent.in_pipeline(known.pipeline)
        return recent
