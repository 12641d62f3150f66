"""Drafts of new ports, stored in case the run ends before they are created or discarded."""

from collections.abc import Sequence
from uuid import UUID

from portui.clock import Clock
from portui.explain.creations import explain_left_creation
from portui.journal import (
    CreationEntry,
    Journal,
    NewPortFiles,
    Result,
    Sent,
    StoredNewPort,
)
from portui.port.editing import new_port
from portui.port.listed import Pipeline
from portui.threads import in_daemon_thread
from portui.tui.actions.write_behind import WriteBehind
from portui.tui.draft import NewPortDraft, how_sent


class LeftNewPorts:
    """One unsaved draft of a new port per pipeline, also on the disk."""

    def __init__(self, files: NewPortFiles, journal: Journal, clock: Clock) -> None:
        self._files = files
        self._journal = journal
        self._clock = clock
        self._unsaved: dict[UUID, NewPortDraft] = {}
        self._searched: set[UUID] = set()
        """Pipelines already searched for drafts of earlier runs."""
        self._disk = WriteBehind(files)

    def keep(self, draft: NewPortDraft) -> None:
        """Store a draft, or delete it if nothing was typed and it wasn't sent."""
        if draft.pipeline.id:
            stored = StoredNewPort(
                self._clock.now(), draft.pipeline, draft.form, draft.start, draft.id, draft.sent
            )
            self._disk.put(draft.pipeline.id, stored if draft.changed or draft.sent else None)

    async def keep_now(self, draft: NewPortDraft) -> None:
        """Store a draft and wait for the disk, but not for long."""
        self.keep(draft)
        await self._disk.written()

    def reopen_later(self, draft: NewPortDraft) -> None:
        """Make `unsaved` return a draft, which is also stored."""
        if draft.pipeline.id:
            self._unsaved[draft.pipeline.id] = draft
            self.keep(draft)

    def delete(self, pipeline_id: UUID) -> None:
        """Delete a pipeline's draft from memory and disk."""
        self._unsaved.pop(pipeline_id, None)
        self._disk.put(pipeline_id, None)

    def delete_created(self, entry: CreationEntry) -> None:
        """Delete the draft that an entry was sent from, unless it has been edited since."""
        draft = self._unsaved.get(entry.creation.pipeline_id)
        is_its = draft is not None and draft.id == entry.creation.draft
        if draft and is_its and new_port(draft.form) == entry.creation.new:
            self.delete(entry.creation.pipeline_id)

    async def unsaved(self, pipeline: Pipeline) -> NewPortDraft | None:
        """Return the pipeline's draft that was neither created nor discarded, if any.

        The draft of an earlier run says, as its problem, what became of it.
        """
        if pipeline.id is None:
            return None
        if pipeline.id not in self._unsaved and pipeline.id not in self._searched:
            found = await in_daemon_thread(lambda: self._find(pipeline))
            self._searched.add(pipeline.id)
            if isinstance(found, NewPortDraft):
                self._unsaved.setdefault(pipeline.id, found)
        return self._unsaved.get(pipeline.id)

    def flush(self) -> None:
        """Write the pending drafts before the run ends, but don't wait long for a stuck disk."""
        self._disk.flush()

    def _find(self, pipeline: Pipeline) -> NewPortDraft | None:
        """Return the latest draft that earlier runs left and that may not have been created.

        Drafts whose port is being created by another run are skipped.
        """
        assert pipeline.id  # noqa: S101 - see `unsaved`
        drafts = self._files.load(pipeline.id)
        entries = self._journal.creations() if drafts else ()
        for stored in drafts:
            sent = _sent(stored, entries)
            as_sent = isinstance(sent, CreationEntry) and _has_values_of(stored, sent)
            if isinstance(sent, CreationEntry) and as_sent and sent.result is Result.CREATED:
                self._files.delete_saved(stored)
            elif not (isinstance(sent, CreationEntry) and self._journal.is_under_way(sent)):
                problem = explain_left_creation(stored.at, sent, as_sent=as_sent)
                return NewPortDraft(
                    pipeline,
                    stored.form,
                    stored.start,
                    problem=problem,
                    id=stored.id,
                    sent=Sent(sent.at, sent.id) if isinstance(sent, CreationEntry) else sent,
                )
        return None


def _sent(stored: StoredNewPort, entries: Sequence[CreationEntry]) -> CreationEntry | Sent | None:
    """Return the record of a draft being sent, among those of all new ports; see `how_sent`."""
    mine = [entry for entry in entries if entry.creation.draft == stored.id]
    return how_sent(stored.sent, mine, lambda entry: _has_values_of(stored, entry))


def _has_values_of(stored: StoredNewPort, entry: CreationEntry) -> bool:
    """Return whether a draft describes the port of an entry."""
    return new_port(stored.form) == entry.creation.new
