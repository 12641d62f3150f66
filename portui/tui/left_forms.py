"""Forms as they are typed, kept on the disk in case the run ends before they are dealt with."""

import asyncio
from contextlib import suppress
from datetime import datetime
from threading import Lock
from typing import Final
from uuid import UUID

from portui.clock import Clock
from portui.journal import Drafts, JournalTrouble, LeftForm
from portui.operations.reading import Reading
from portui.threads import in_daemon_thread
from portui.tui.draft import Draft

_PATIENCE: Final = 2.0  # seconds that the end of a run waits for a write that is under way


class LeftForms:
    """Writes behind the typing: one write at a time, of what stands in the form by then."""

    def __init__(self, drafts: Drafts, clock: Clock) -> None:
        self._drafts = drafts
        self._clock = clock
        self._pending: dict[UUID, LeftForm | None] = {}
        """What is yet to be written; `None`: to be dropped."""
        self._writes = Lock()
        self._writing: asyncio.Task[None] | None = None

    def keep(self, draft: Draft) -> None:
        """Keep a form; one that says nothing new is dropped."""
        reading = draft.reading
        left = LeftForm(self._clock.now(), reading.asked, reading.port, draft.form)
        self._put(reading.asked, left if draft.changed else None)

    def drop(self, port_id: UUID) -> None:
        """Forget a port's form: it was saved or discarded."""
        self._put(port_id, None)

    async def find(self, reading: Reading) -> tuple[Draft, datetime] | None:
        """The form that an ended run left for a port, on the port as it is now, and its time."""
        left = await in_daemon_thread(lambda: self._drafts.load(reading.asked))
        if not isinstance(left, LeftForm):
            return None
        before = Reading(reading.asked, left.before, left.at, reading.at_seconds, 0.0)
        draft = Draft(before, left.form).rebased(reading)
        return (draft, left.at) if draft.changed else None

    def flush(self) -> None:
        """Write what is pending, now: the run ends. A disk that is stuck is not waited for."""
        while self._pending and self._write_next(_PATIENCE):
            pass

    def _put(self, port_id: UUID, left: LeftForm | None) -> None:
        self._pending[port_id] = left
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_behind())

    async def _write_behind(self) -> None:
        while self._pending:
            await in_daemon_thread(self._write_next)

    def _write_next(self, patience: float = -1) -> bool:
        """Write what is pending once it's its turn; whether the turn came, within seconds."""
        if not self._writes.acquire(timeout=patience):
            return False
        try:
            with suppress(JournalTrouble, KeyError):
                # Taken only now: nothing older can take its place afterwards.
                port_id, left = self._pending.popitem()
                if left is None:
                    self._drafts.drop(port_id)
                else:
                    self._drafts.keep(left)
        finally:
            self._writes.release()
        return True
