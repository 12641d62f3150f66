"""A value that is kept on the disk, where it is read and changed in the background."""

import asyncio
from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import Final, Generic, TypeAlias, TypeVar

from portui.journal import JournalError
from portui.journal.json_file import JsonFile
from portui.threads import in_daemon_thread

_PATIENCE: Final = 0.5  # seconds to wait for the disk

T = TypeVar("T")
_Change: TypeAlias = Callable[[T], T]


class StoredValue(Generic[T]):
    """A value that other runs may change too.

    Where the disk can't be read or written, it lasts as long as the run.
    """

    def __init__(
        self, file: JsonFile[T], default: T, show: Callable[[T], None] = lambda _: None
    ) -> None:
        """`show` is called with the value after each change of it."""
        self._file = file
        self._show = show
        self._stored = default
        """As it is on the disk."""
        self._is_loaded = False
        self._pending: deque[_Change[T] | None] = deque()
        """Changes still to be made on the disk; `None` stands for reading the file."""
        self._lock = Lock()
        self._working: asyncio.Task[None] | None = None

    @property
    def value(self) -> T:
        """The value with all pending changes, so that keys don't depend on how slow the disk is."""
        value = self._stored
        for change in tuple(self._pending):
            value = change(value) if change else value
        return value

    def load(self) -> None:
        """Read the file."""
        self._put(None)

    async def loaded(self) -> T:
        """Return the value once the file has been read, or after `_PATIENCE` without it."""
        if self._working is None:
            self.load()
        if self._working and not self._working.done():
            await asyncio.wait({self._working}, timeout=_PATIENCE)
        return self.value

    async def settled(self) -> None:
        """Wait until nothing is left to be done on the disk, however long that takes."""
        while self._working and not self._working.done():
            await asyncio.wait({self._working})

    def change(self, change: _Change[T]) -> None:
        """Change the value."""
        self._put(change)

    def finish(self) -> None:
        """Write what is left before the run ends, but don't wait long for a stuck disk."""
        if self._lock.acquire(timeout=_PATIENCE):
            self._lock.release()  # what was being written is
            while self._pending:
                self._next()

    def _put(self, change: _Change[T] | None) -> None:
        self._pending.append(change)
        self._show(self.value)
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())

    async def _work(self) -> None:
        while self._pending:
            await in_daemon_thread(self._next)
            self._show(self.value)

    def _next(self) -> None:
        """Make one change, which waits for the disk and for other runs."""
        with self._lock:
            if self._pending:
                self._stored = self._made(self._pending[0])
                self._pending.popleft()  # only now; making a change twice does no harm

    def _made(self, change: _Change[T] | None) -> T:
        if change is None:
            # A change may have been made first, which also reads the file.
            loaded = self._stored if self._is_loaded else self._file.load()
            self._is_loaded = True
            return loaded
        try:
            changed = self._file.update(change)
        except JournalError:
            return change(self._stored)
        self._is_loaded = True
        return changed
