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
from portui.operations.look_up import Reading
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
        entries = self._journal.entries_of(reading.asked) if forms else ()
        found = []
        for left in forms:
            sent = _sent(left, entries)
            as_sent = isinstance(sent, Entry) and _says(left, sent)
            if isinstance(sent, Entry) and as_sent and sent.result is Result.SAVED:
                self._drafts.drop_sent(left)
            elif not (isinstance(sent, Entry) and self._journal.under_way(sent)):
                found.append(Found(_draft(left, sent, reading), left.at, sent, as_sent))
        return next((each for each in found if each.draft.changed), None)

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
    """When a form was sent, by the entries, newest first, or by what was kept with it.

    The last time that it said what it says now; if it isn't known to have been, the last time.
    """
    sent = left.sent
    named = sent.entry if sent else None
    mine = [e for e in entries if e.intent.draft == left.draft or e.id == named]
    entry = next((e for e in mine if _says(left, e)), None)
    if sent and not named and not (entry and entry.at >= sent.at):
        return sent  # it couldn't be written down, so that nobody knows what it said
    return entry or (mine[0] if mine else sent)


def _draft(left: LeftForm, sent: Entry | Sent | None, now: Reading) -> Draft:
    """The form again, on the port as it is now."""
    before = Reading(now.asked, left.before, left.at, now.at_seconds, 0.0)
    if isinstance(sent, Entry):
        sent = Sent(sent.at, sent.id)
    return Draft(before, left.form, id=left.draft, sent=left.sent or sent).rebased(now)


def _says(left: LeftForm, entry: Entry) -> bool:
    """Whether a form says what was sent."""
    return difference(left.before, left.form) == entry.intent.change
