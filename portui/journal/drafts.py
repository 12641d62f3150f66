"""Drafts: forms that were left neither saved nor discarded, one file per port and run."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from portui.journal.entries import moment_from, port_from_record, port_record, text_from
from portui.journal.files import make_folder, raising_journal_error, replace_file
from portui.journal.runs import Run
from portui.port.editing import Form, form_of
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


class DraftFiles:
    """One origin's drafts on disk. All methods block."""

    def __init__(self, folder: Path, run: Run) -> None:
        self._folder = folder
        self._run = run

    def store(self, draft: StoredDraft) -> None:
        """Store a draft, replacing this run's last one for the port. Raises `JournalError`."""
        path = self._folder / f"{draft.port_id}.{self._run.id}.json"
        record = {
            "at": draft.at.isoformat(),
            "before": port_record(draft.before),
            "form": {field.json_name: text for field, text in draft.form.items()},
            "draft": draft.id,
            **({"sent": _sent_record(draft.sent)} if draft.sent else {}),
        }
        self._run.begin()
        with raising_journal_error(path):
            make_folder(self._folder)
            replace_file(path, json.dumps(record).encode())

    def delete(self, port_id: UUID) -> None:
        """Delete the drafts of a port that this run or ended runs stored."""
        for path in self._paths(port_id):
            _unlink(path)

    def delete_saved(self, draft: StoredDraft) -> None:
        """Delete all copies of one draft, because its change is known to be saved."""
        for path in self._paths(draft.port_id):
            stored = _read(path, draft.port_id)
            if stored and stored.id == draft.id:
                _unlink(path)

    def load(self, port_id: UUID) -> list[StoredDraft]:
        """Return the drafts of a port that this run or ended runs stored, newest first."""
        drafts = [draft for path in self._paths(port_id) if (draft := _read(path, port_id))]
        return sorted(drafts, key=lambda draft: draft.at, reverse=True)

    def _paths(self, port_id: UUID) -> list[Path]:
        """Return the draft files of a port, except those of other runs still running."""
        try:
            paths = list(self._folder.glob(f"{port_id}.*.json"))
        except OSError:
            return []
        return [path for path in paths if not self._is_in_use(path.name.split(".")[1])]

    def _is_in_use(self, run: str) -> bool:
        return run != self._run.id and self._run.is_running(run)


def _unlink(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _read(path: Path, port_id: UUID) -> StoredDraft | None:
    try:
        with path.open("rb") as file:
            record = json.loads(file.read(_LONGEST))
        before = port_from_record(record["before"])
        return StoredDraft(
            at=moment_from(record["at"]),
            port_id=port_id,
            before=before,
            form=_form_from(record["form"], before),
            id=text_from(record.get("draft", path.stem)),
            sent=_sent_from(record["sent"]) if "sent" in record else None,
        )
    except (OSError, KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return None


def _sent_record(sent: Sent) -> Mapping[str, object]:
    return {"at": sent.at.isoformat(), "entry": sent.entry}


def _sent_from(record: Mapping[str, object]) -> Sent:
    entry = record["entry"]
    return Sent(moment_from(record["at"]), None if entry is None else text_from(entry))


def _form_from(texts: Mapping[str, object], before: Port) -> Form:
    """Return a recorded form. A field that another version's form lacks is left unedited."""
    start = form_of(before)
    return {field: text_from(texts.get(field.json_name, start[field])) for field in EDITABLE}
