"""Drafts: forms that were left neither saved nor discarded, one file per port and run.

A draft of a new port belongs to its pipeline in place of a port.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Generic, TypeVar
from uuid import UUID

from portui.journal.entries import (
    MALFORMED,
    Record,
    moment_from,
    port_from_record,
    port_record,
    text_from,
)
from portui.journal.files import make_folder, raising_journal_error, replace_file
from portui.journal.runs import Run
from portui.port.editing import BLANK, Form, form_of
from portui.port.listed import Pipeline
from portui.port.model import EDITABLE, Port

_LONGEST: Final = 16 * 1024 * 1024  # bytes; replies are limited in size, and so are drafts


@dataclass(frozen=True, slots=True)
class Sent:
    """When a draft was last sent. It may have been edited since then."""

    at: datetime
    entry: str | None = None
    """The ID of the journal entry; `None` if the change couldn't be recorded."""


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft as last stored, and the port that it edits."""

    at: datetime
    port_id: UUID
    before: Port
    form: Form
    id: str
    """The same from when the form opens until it is saved or discarded."""
    sent: Sent | None = None
    """`None` if it wasn't sent, or if only a journal entry with its ID shows that it was."""


@dataclass(frozen=True, slots=True)
class StoredNewPort:
    """The draft of a new port as last stored."""

    at: datetime
    pipeline: Pipeline
    """With its ID; its name is untrusted."""
    form: Form
    start: Form
    """The texts that the form began with."""
    id: str
    """The same from when the form opens until the port is created or the draft is discarded."""
    sent: Sent | None = None
    """As in `StoredDraft`."""


Stored = TypeVar("Stored", StoredDraft, StoredNewPort)


class FormFiles(Generic[Stored]):
    """One origin's drafts of a kind on disk, each of a port or a pipeline. All methods block."""

    def __init__(
        self,
        folder: Path,
        run: Run,
        record: Callable[[Stored], tuple[UUID, Record]],
        read: Callable[[UUID, Record], Stored],
    ) -> None:
        """`record` returns what a draft belongs to, and its JSON; `read` is its inverse."""
        self._folder = folder
        self._run = run
        self._record: Callable[[Stored], tuple[UUID, Record]] = record
        self._read: Callable[[UUID, Record], Stored] = read

    def store(self, draft: Stored) -> None:
        """Store a draft, replacing this run's last one of the same. Raises `JournalError`."""
        of, record = self._record(draft)
        path = self._folder / f"{of}.{self._run.id}.json"
        self._run.begin()
        with raising_journal_error(path):
            make_folder(self._folder)
            replace_file(path, json.dumps(record).encode())

    def delete(self, of: UUID) -> None:
        """Delete the drafts of a port or pipeline that this run or ended runs stored."""
        for path in self._paths(of):
            _unlink(path)

    def delete_saved(self, draft: Stored) -> None:
        """Delete all copies of one draft, because what it asked for is known to be done."""
        of, _ = self._record(draft)
        for path in self._paths(of):
            stored = self._stored(path, of)
            if stored and stored.id == draft.id:
                _unlink(path)

    def load(self, of: UUID) -> list[Stored]:
        """Return the drafts of a port or pipeline of this run or ended runs, newest first."""
        drafts = [draft for path in self._paths(of) if (draft := self._stored(path, of))]
        return sorted(drafts, key=lambda draft: draft.at, reverse=True)

    def _stored(self, path: Path, of: UUID) -> Stored | None:
        try:
            with path.open("rb") as file:
                record = json.loads(file.read(_LONGEST))
            stored: Stored = self._read(of, {"draft": path.stem, **record})
        except (OSError, RecursionError, *MALFORMED):
            return None
        return stored

    def _paths(self, of: UUID) -> list[Path]:
        """Return the files of a port or pipeline, except those of other runs still running."""
        try:
            paths = list(self._folder.glob(f"{of}.*.json"))
        except OSError:
            return []
        return [path for path in paths if not self._is_in_use(path.name.split(".")[1])]

    def _is_in_use(self, run: str) -> bool:
        return run != self._run.id and self._run.is_running(run)


def _unlink(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


class DraftFiles(FormFiles[StoredDraft]):
    """One origin's drafts of ports."""

    def __init__(self, folder: Path, run: Run) -> None:
        super().__init__(folder, run, _draft_record, _draft_from)


class NewPortFiles(FormFiles[StoredNewPort]):
    """One origin's drafts of new ports."""

    def __init__(self, folder: Path, run: Run) -> None:
        super().__init__(folder, run, _new_port_record, _new_port_from)


def _draft_record(draft: StoredDraft) -> tuple[UUID, Record]:
    return draft.port_id, {
        "at": draft.at.isoformat(),
        "before": port_record(draft.before),
        "form": _form_record(draft.form),
        "draft": draft.id,
        **({"sent": _sent_record(draft.sent)} if draft.sent else {}),
    }


def _draft_from(port_id: UUID, record: Record) -> StoredDraft:
    before = port_from_record(record["before"])
    return StoredDraft(
        at=moment_from(record["at"]),
        port_id=port_id,
        before=before,
        form=_form_from(record["form"], form_of(before)),
        id=text_from(record["draft"]),
        sent=_sent_from(record["sent"]) if "sent" in record else None,
    )


def _new_port_record(draft: StoredNewPort) -> tuple[UUID, Record]:
    assert draft.pipeline.id  # noqa: S101 - no port can be created without it
    return draft.pipeline.id, {
        "at": draft.at.isoformat(),
        "pipelineName": draft.pipeline.name,
        "form": _form_record(draft.form),
        "start": _form_record(draft.start),
        "draft": draft.id,
        **({"sent": _sent_record(draft.sent)} if draft.sent else {}),
    }


def _new_port_from(pipeline_id: UUID, record: Record) -> StoredNewPort:
    name = record["pipelineName"]
    return StoredNewPort(
        at=moment_from(record["at"]),
        pipeline=Pipeline(pipeline_id, None if name is None else text_from(name)),
        form=_form_from(record["form"], BLANK),
        start=_form_from(record["start"], BLANK),
        id=text_from(record["draft"]),
        sent=_sent_from(record["sent"]) if "sent" in record else None,
    )


def _form_record(form: Form) -> Record:
    return {field.json_name: text for field, text in form.items()}


def _sent_record(sent: Sent) -> Mapping[str, object]:
    return {"at": sent.at.isoformat(), "entry": sent.entry}


def _sent_from(record: Mapping[str, object]) -> Sent:
    entry = record["entry"]
    return Sent(moment_from(record["at"]), None if entry is None else text_from(entry))


def _form_from(texts: Mapping[str, object], start: Form) -> Form:
    """Return a recorded form. A field that another version's form lacks is left unedited."""
    return {field: text_from(texts.get(field.json_name, start[field])) for field in EDITABLE}
