"""Forms as they are typed, kept on the disk in case the run ends before they are dealt with."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Final
from uuid import UUID

from portui.clock import Clock
from portui.journal import Drafts, Entry, Journal, JournalTrouble, LeftForm, Result, Sent
from portui.operations.reading import Reading
from portui.port.editing import difference
from portui.threads import in_daemon_thread
from portui.tui.draft import Draft

_PATIENCE: Final = 2.0  # seconds that the end of a run, or a save, waits for a write under way


@dataclass(frozen=True, slots=True)
class Found:
    """A form that an ended run left, on the port as it is now."""

    draft: Draft
    left_at: datetime
    sent: Entry | Sent | None
    """What is known of it having been sent; `None`: it wasn't."""
    as_sent: bool
    """Whether it still says what was sent then."""


class LeftForms:
    """Writes behind the typing: one write at a time, of what stands in the form by then."""

    def __init__(self, drafts: Drafts, journal: Journal, clock: Clock) -> None:
        self._drafts = drafts
        self._journal = journal
        self._clock = clock
        self._pending: dict[UUID, LeftForm | None] = {}
        """What is yet to be written; `None`: to be dropped."""
        self._writes = Lock()
        self._writing: asyncio.Task[None] | None = None

    def keep(self, draft: Draft) -> None:
        """Keep a form; one that says nothing new is dropped."""
        reading = draft.reading
        left = LeftForm(
            self._clock.now(), reading.asked, reading.port, draft.form, draft.id, draft.sent
        )
        self._put(reading.asked, left if draft.changed else None)

    async def keep_now(self, draft: Draft) -> None:
        """Keep a form, and wait until that is done, unless the disk is stuck."""
        self.keep(draft)
        if self._writing:
            await asyncio.wait({self._writing}, timeout=_PATIENCE)

    def drop(self, port_id: UUID) -> None:
        """Delete a port's form: it was saved or discarded."""
        self._put(port_id, None)

    async def find(self, reading: Reading) -> Found | None:
        """The newest form that ended runs left for a port and that isn't known to be saved."""
        found = await in_daemon_thread(lambda: self._find(reading))
        return None if isinstance(found, Exception) else found

    def _find(self, reading: Reading) -> Found | None:
        forms = self._drafts.load(reading.asked)
        entries = self._journal.entries() if forms else ()
        for left in forms:
            sent = _sent(left, entries)
            as_sent = isinstance(sent, Entry) and _asks_for(left) == sent.intent.change
            if isinstance(sent, Entry) and as_sent and sent.result is Result.SAVED:
                self._drafts.drop_sent(left)
                continue
            before = Reading(reading.asked, left.before, left.at, reading.at_seconds, 0.0)
            kept = left.sent or (Sent(sent.at, sent.id) if isinstance(sent, Entry) else None)
            draft = Draft(before, left.form, id=left.draft, sent=kept).rebased(reading)
            under_way = isinstance(sent, Entry) and self._journal.under_way(sent)
            if draft.changed and not under_way:
                return Found(draft, left.at, sent, as_sent)
        return None

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
            with suppress(KeyError):
                # Taken only now: nothing older can take its place afterwards.
                self._write(*self._pending.popitem())
        finally:
            self._writes.release()
        return True

    def _write(self, port_id: UUID, left: LeftForm | None) -> None:
        if left is None:
            self._drafts.drop(port_id)
            return
        try:
            self._drafts.keep(left)
        except JournalTrouble:
            if left.sent and left.sent.entry is None:  # nothing but this would say that it was sent
                self._drafts.drop(port_id)


def _sent(left: LeftForm, entries: Sequence[Entry]) -> Entry | Sent | None:
    """When a form was sent last, by the entries, newest first, or by what was kept with it."""
    sent = left.sent
    named = sent.entry if sent else None
    entry = next((e for e in entries if e.intent.draft == left.draft or e.id == named), None)
    unrecorded_since = entry and sent and not named and sent.at > entry.at
    return sent if unrecorded_since else entry or sent


def _asks_for(left: LeftForm) -> object:
    return difference(left.before, left.form)
