"""Remember which ports were looked up, and show them."""

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import Final, TypeAlias

from portui.journal import JournalError, RecentFile, RecentPort
from portui.journal.recent import RecentPorts, with_deleted, with_port
from portui.operations.look_up import Reading
from portui.port.display import summary, value_text
from portui.threads import in_daemon_thread
from portui.tui.actions.view import View
from portui.tui.state import Failed, Gone, Showing, State

_PATIENCE: Final = 0.5  # seconds to wait for the disk at the end of a run
_LONGEST: Final = 80  # characters of a plugin's ID

_Change: TypeAlias = Callable[[RecentPorts], RecentPorts]


class RememberPorts:
    """Keeps the recent ports, on screen and in the background on the disk.

    They are a convenience: where the disk can't be read or written, they last as long as the run.
    """

    def __init__(self, view: View, file: RecentFile) -> None:
        self._view = view
        self._file = file
        self._ports: RecentPorts = ()
        """As they are on the disk."""
        self._pending: deque[_Change | None] = deque()
        """Changes still to be made on the disk; `None` stands for reading the file."""
        self._lock = Lock()
        self._working: asyncio.Task[None] | None = None

    def load(self) -> None:
        """Read the file, and show the ports when that is done."""
        self._put(None)

    def note(self, state: State) -> None:
        """Remember the port of a state, or that it no longer exists."""
        match state:
            case Showing(reading=reading) if reading.is_requested:
                self._put(partial(with_port, port=_recent(reading)))
            case Gone(reading=reading):
                self._put(partial(with_deleted, port_id=reading.port_id))
            case Failed(port_id=port_id, no_such_port=True):
                self._put(partial(with_deleted, port_id=port_id))

    def forget(self) -> None:
        """Forget all recent ports of this service."""
        self._put(lambda _: ())
        self._view.say("The list of recent ports is empty now")

    def finish(self) -> None:
        """Write what is left before the run ends, but don't wait long for a stuck disk."""
        if self._lock.acquire(timeout=_PATIENCE):
            self._lock.release()  # what was being written is
            while self._pending:
                self._next()

    def _put(self, change: _Change | None) -> None:
        self._pending.append(change)
        self._show()
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())

    async def _work(self) -> None:
        while self._pending:
            await in_daemon_thread(self._next)
            self._show()

    def _show(self) -> None:
        """Show what will be on the disk, so that what keys do doesn't depend on how slow it is."""
        ports = self._ports
        for change in tuple(self._pending):
            ports = change(ports) if change else ports
        self._view.recent = ports

    def _next(self) -> None:
        """Make one change, which waits for the disk and for other runs."""
        with self._lock:
            if self._pending:
                self._ports = self._made(self._pending[0])
                self._pending.popleft()  # only now; to show a change twice does no harm

    def _made(self, change: _Change | None) -> RecentPorts:
        if change is None:
            return self._ports or self._file.load()  # a change may have been quicker
        try:
            return self._file.update(change)
        except JournalError:
            return change(self._ports)


def _recent(reading: Reading) -> RecentPort:
    port = reading.port
    plugin = "" if port.plugin_id is None else value_text(port.plugin_id, _LONGEST)
    return RecentPort(reading.port_id, summary(port), plugin, reading.at)
