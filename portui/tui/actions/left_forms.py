"""Store what is typed into forms, in case the run ends before they are saved or discarded."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Final
from uuid import UUID

from portui.clock import Clock
from portui.explain.outcomes import explain_draft
from portui.journal import (
    DraftFiles,
    Entry,
    Journal,
    JournalError,
    Result,
    Sent,
    StoredDraft,
)
from portui.operations.look_up import Reading
from portui.port.editing import difference
from portui.threads import in_daemon_thread
from portui.tui.draft import Draft

_PATIENCE: Final = 2.0  # seconds that the end of a run, or a save, waits for the disk


@dataclass(frozen=True, slots=True)
class Found:
    """A draft that an ended run left, applied to the port as it is now."""

    draft: Draft
    left_at: datetime
    sent: Entry | Sent | None
    """What is known about it being sent; `None`: it wasn't."""
    as_sent: bool
    """Whether it still has the values that were sent."""


class LeftForms:
    """The drafts that `edit` opens again; on the disk, too, but written in the background."""

    def __init__(self, drafts: DraftFiles, journal: Journal, clock: Clock) -> None:
        self._drafts = drafts
        self._journal = journal
        self._clock = clock
        self._unsaved: dict[UUID, Draft] = {}
        self._searched: set[UUID] = set()
        """The ports for which the drafts of ended runs were looked for."""
        self._pending: dict[UUID, StoredDraft | None] = {}
        """What is yet to be written; `None`: to be deleted."""
        self._lock = Lock()
        self._writing: asyncio.Task[None] | None = None

    def keep(self, draft: Draft) -> None:
        """Store a draft; one without a change is deleted instead."""
        reading = draft.reading
        stored = StoredDraft(
            self._clock.now(), reading.port_id, reading.port, draft.form, draft.id, draft.sent
        )
        self._put(reading.port_id, stored if draft.changed else None)

    async def keep_now(self, draft: Draft) -> None:
        """Store a draft, and wait until that is done, but not for a disk that is stuck."""
        self.keep(draft)
        if self._writing:
            await asyncio.wait({self._writing}, timeout=_PATIENCE)

    def delete(self, port_id: UUID) -> None:
        """Delete a port's draft: it was saved or discarded."""
        self._unsaved.pop(port_id, None)
        self._put(port_id, None)

    def reopen_later(self, draft: Draft) -> None:
        """Have `unsaved` return a draft that is on the disk already."""
        self._unsaved[draft.reading.port_id] = draft

    def unsaved(self, port_id: UUID) -> Draft | None:
        """The draft of a port that was neither saved nor discarded."""
        return self._unsaved.get(port_id)

    async def recover(self, reading: Reading) -> Draft | None:
        """The draft that an ended run left for a port, from now on in `unsaved`, if there is one.

        It is looked for once. Its problem says what became of it.
        """
        if reading.port_id in self._searched:
            return None
        found = await self.find(reading)
        self._searched.add(reading.port_id)
        if found is None or reading.port_id in self._unsaved:
            return None
        problem = explain_draft(found.left_at, found.sent, as_sent=found.as_sent)
        draft = replace(found.draft, problem=problem)
        self.reopen_later(draft)
        return draft

    async def find(self, reading: Reading) -> Found | None:
        """The latest draft that ended runs left for a port and that isn't known to be saved."""
        found = await in_daemon_thread(lambda: self._find(reading))
        return None if isinstance(found, Exception) else found

    def _find(self, reading: Reading) -> Found | None:
        drafts = self._drafts.load(reading.port_id)
        entries = self._journal.entries_of(reading.port_id) if drafts else ()
        found = []
        for stored in drafts:
            sent = _sent(stored, entries)
            as_sent = isinstance(sent, Entry) and _has_values_of(stored, sent)
            if isinstance(sent, Entry) and as_sent and sent.result is Result.SAVED:
                self._drafts.delete_saved(stored)
            elif not (isinstance(sent, Entry) and self._journal.is_under_way(sent)):
                found.append(Found(_draft(stored, sent, reading), stored.at, sent, as_sent))
        return next((each for each in found if each.draft.changed), None)

    def flush(self) -> None:
        """Write what is pending now, because the run ends; but don't wait for a stuck disk."""
        while self._pending and self._write_next(_PATIENCE):
            pass

    def _put(self, port_id: UUID, stored: StoredDraft | None) -> None:
        self._pending[port_id] = stored
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_behind())

    async def _write_behind(self) -> None:
        while self._pending:
            await in_daemon_thread(self._write_next)

    def _write_next(self, patience: float = -1) -> bool:
        """Write the next pending draft; return whether its turn came within `patience` seconds."""
        if not self._lock.acquire(timeout=patience):
            return False
        try:
            with suppress(KeyError):
                # Taken only now: nothing older can overwrite it afterwards.
                self._write(*self._pending.popitem())
        finally:
            self._lock.release()
        return True

    def _write(self, port_id: UUID, stored: StoredDraft | None) -> None:
        if stored is None:
            self._drafts.delete(port_id)
            return
        try:
            self._drafts.store(stored)
        except JournalError:
            if stored.sent and stored.sent.entry is None:  # nothing else says that it was sent
                self._drafts.delete(port_id)


def _sent(stored: StoredDraft, entries: Sequence[Entry]) -> Entry | Sent | None:
    """When a draft was sent, by the entries, newest first, or by its own record.

    That is the last time with its present values; or else, whenever it was.
    """
    sent = stored.sent
    recorded_as = sent.entry if sent else None
    mine = [e for e in entries if e.intent.draft == stored.id or e.id == recorded_as]
    entry = next((e for e in mine if _has_values_of(stored, e)), None)
    if sent and not recorded_as and not (entry and entry.at >= sent.at):
        return sent  # it couldn't be recorded, so nobody knows which values were sent
    return entry or (mine[0] if mine else sent)


def _draft(stored: StoredDraft, sent: Entry | Sent | None, now: Reading) -> Draft:
    """The draft again, on the port as it is now."""
    before = Reading(now.port_id, stored.before, stored.at, now.at_seconds, 0.0)
    if isinstance(sent, Entry):
        sent = Sent(sent.at, sent.id)
    return Draft(before, stored.form, id=stored.id, sent=stored.sent or sent).rebased(now)


def _has_values_of(stored: StoredDraft, entry: Entry) -> bool:
    """Whether a draft would send what an entry's change sent."""
    return difference(stored.before, stored.form) == entry.intent.change
