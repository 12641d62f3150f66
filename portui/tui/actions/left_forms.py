"""Drafts of edit forms, stored in case the run ends before they are saved or discarded."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from portui.clock import Clock
from portui.explain.outcomes import explain_draft
from portui.journal import (
    DraftFiles,
    Entry,
    Journal,
    Result,
    Sent,
    StoredDraft,
)
from portui.operations.look_up import Reading
from portui.port.editing import difference
from portui.threads import in_daemon_thread
from portui.tui.actions.write_behind import WriteBehind
from portui.tui.draft import Draft, how_sent


@dataclass(frozen=True, slots=True)
class Found:
    """A draft that an earlier run left, rebased on the port's present values."""

    draft: Draft
    left_at: datetime
    sent: Entry | Sent | None
    """The record of it being sent, from the journal or the draft; `None` if it wasn't."""
    as_sent: bool
    """Whether it still has the values that were sent."""


class LeftForms:
    """Unsaved drafts to reopen, also stored on the disk in the background."""

    def __init__(self, drafts: DraftFiles, journal: Journal, clock: Clock) -> None:
        self._drafts = drafts
        self._journal = journal
        self._clock = clock
        self._unsaved: dict[UUID, Draft] = {}
        self._searched: set[UUID] = set()
        """Ports already searched for drafts of earlier runs."""
        self._disk = WriteBehind(drafts)

    def keep(self, draft: Draft) -> None:
        """Store a draft, or delete it if it has no changes."""
        reading = draft.reading
        stored = StoredDraft(
            self._clock.now(), reading.port_id, reading.port, draft.form, draft.id, draft.sent
        )
        self._disk.put(reading.port_id, stored if draft.changed else None)

    async def keep_now(self, draft: Draft) -> None:
        """Store a draft and wait for the disk, but not for long."""
        self.keep(draft)
        await self._disk.written()

    def delete(self, port_id: UUID) -> None:
        """Delete a port's draft from memory and disk."""
        self._unsaved.pop(port_id, None)
        self._disk.put(port_id, None)

    def reopen_later(self, draft: Draft) -> None:
        """Make `unsaved` return a draft that is already on the disk."""
        self._unsaved[draft.reading.port_id] = draft

    def unsaved(self, port_id: UUID) -> Draft | None:
        """Return the port's draft that was neither saved nor discarded, if any."""
        return self._unsaved.get(port_id)

    async def recover(self, reading: Reading) -> Draft | None:
        """Return the draft that an earlier run left for a port, and make it the unsaved draft.

        The draft's problem says what became of it. Return `None` if there is no such draft, if this
        run has an unsaved draft for the port, or if the port has been searched before.
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
        """Return the latest draft that earlier runs left for a port and that may be unsaved.

        Skip drafts without changes, and drafts whose change is still under way. Return `None` if
        there are no others or the disk can't be read.
        """
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
        """Write the pending drafts before the run ends, but don't wait long for a stuck disk."""
        self._disk.flush()


def _sent(stored: StoredDraft, entries: Sequence[Entry]) -> Entry | Sent | None:
    """Return the record of a draft being sent, among all of its port's; see `how_sent`."""
    recorded_as = stored.sent.entry if stored.sent else None
    mine = [e for e in entries if e.intent.draft == stored.id or e.id == recorded_as]
    return how_sent(stored.sent, mine, lambda entry: _has_values_of(stored, entry))


def _draft(stored: StoredDraft, sent: Entry | Sent | None, now: Reading) -> Draft:
    """Return a stored draft, rebased on the port's present values."""
    before = Reading(now.port_id, stored.before, stored.at, now.at_seconds, 0.0)
    if isinstance(sent, Entry):
        sent = Sent(sent.at, sent.id)
    return Draft(before, stored.form, id=stored.id, sent=stored.sent or sent).rebased(now)


def _has_values_of(stored: StoredDraft, entry: Entry) -> bool:
    """Return whether a draft makes the same change as an entry."""
    return difference(stored.before, stored.form) == entry.intent.change
