"""Write drafts to the disk in the background, the latest of each port or pipeline."""

import asyncio
from contextlib import suppress
from threading import Lock
from typing import Final, Generic
from uuid import UUID

from portui.journal import JournalError
from portui.journal.drafts import FormFiles, Stored
from portui.threads import in_daemon_thread

_PATIENCE: Final = 2.0  # seconds to wait for the disk, before a save or at the end of a run


class WriteBehind(Generic[Stored]):
    """Drafts that are still to be written, by the ID of what they belong to."""

    def __init__(self, files: FormFiles[Stored]) -> None:
        self._files: FormFiles[Stored] = files
        self._pending: dict[UUID, Stored | None] = {}
        self._lock = Lock()
        self._writing: asyncio.Task[None] | None = None

    def put(self, of: UUID, draft: Stored | None) -> None:
        """Store a draft in the background, or delete it, in place of any earlier pending write."""
        self._pending[of] = draft
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_behind())

    async def written(self) -> None:
        """Wait for the disk, for at most `_PATIENCE` seconds."""
        if self._writing:
            await asyncio.wait({self._writing}, timeout=_PATIENCE)

    def flush(self) -> None:
        """Write what is pending before the run ends, but don't wait long for a stuck disk."""
        while self._pending and self._write_next(_PATIENCE):
            pass

    async def _write_behind(self) -> None:
        while self._pending:
            await in_daemon_thread(self._write_next)

    def _write_next(self, patience: float = -1) -> bool:
        """Write one draft, if the lock is free within `patience` seconds (-1: no limit).

        Return whether it was free.
        """
        if not self._lock.acquire(timeout=patience):
            return False
        try:
            with suppress(KeyError):
                # Popped under the lock, so that an older draft can't overwrite it afterwards.
                self._write(*self._pending.popitem())
        finally:
            self._lock.release()
        return True

    def _write(self, of: UUID, draft: Stored | None) -> None:
        if draft is None:
            self._files.delete(of)
            return
        try:
            self._files.store(draft)
        except JournalError:
            # Nothing else records that it was sent, and an older file may imply it wasn't.
            if draft.sent and draft.sent.entry is None:
                self._files.delete(of)
