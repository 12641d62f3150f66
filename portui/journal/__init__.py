"""What portui keeps between runs: changes, each with the port before it, drafts, recent ports,
and what was chosen for the list of ports.

The journal is a JSON Lines file per origin. A change is one line, written before it is sent, and a
second line when its result is known. Without the second, if the run has ended, the outcome is
unknown.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

from portui.journal.choices import Choices, ChoicesFile
from portui.journal.creations import (
    MARK,
    Creation,
    CreationEntry,
    creation_record,
    creations_of,
    named_record,
)
from portui.journal.drafts import DraftFiles, NewPortFiles, Sent, StoredDraft, StoredNewPort
from portui.journal.entries import (
    Call,
    Entry,
    Intent,
    Outcome,
    Result,
    entries_of,
    record_of,
    result_record,
)
from portui.journal.files import JournalError, JsonLinesFile, make_folder, replace_file
from portui.journal.recent import RecentFile, RecentPort
from portui.journal.runs import Run
from portui.port.model import Port

__all__ = [
    "Call",
    "Choices",
    "ChoicesFile",
    "Creation",
    "CreationEntry",
    "DraftFiles",
    "Entry",
    "Intent",
    "Journal",
    "JournalError",
    "NewPortFiles",
    "Outcome",
    "RecentFile",
    "RecentPort",
    "Result",
    "Run",
    "Sent",
    "Storage",
    "StoredDraft",
    "StoredNewPort",
    "make_folder",
    "replace_file",
]

_Entry = TypeVar("_Entry", Entry, CreationEntry)


class Journal:
    """One origin's journal. All methods block, on the disk and on the locks of other runs."""

    def __init__(self, path: Path, run: Run, now: Callable[[], datetime]) -> None:
        self._file = JsonLinesFile(path)
        self._run = run
        self._now = now

    def record(self, intent: Intent) -> Entry:
        """Record a change that is about to be sent. Raises `JournalError`."""
        self._run.begin()
        entry = Entry(uuid4().hex, self._run.id, self._now(), intent)
        self._file.append(record_of(entry))
        return entry

    def record_result(self, entry: _Entry, result: Result, after: Port | None = None) -> _Entry:
        """Record an entry's result, and the port as read afterwards. Raises `JournalError`."""
        outcome = Outcome(result, self._run.id, self._now(), after)
        self._file.append(result_record(entry.id, outcome))
        return replace(entry, outcome=outcome)

    def record_creation(self, creation: Creation) -> CreationEntry:
        """Record a port that is about to be created. Raises `JournalError`."""
        self._run.begin()
        entry = CreationEntry(uuid4().hex, self._run.id, self._now(), creation)
        self._file.append(creation_record(entry))
        return entry

    def record_named(self, entry: CreationEntry, port_id: UUID) -> CreationEntry:
        """Record the ID that the service gave a new port. Raises `JournalError`."""
        self._file.append(named_record(entry.id, port_id))
        return replace(entry, named=port_id)

    def creations(self) -> tuple[CreationEntry, ...]:
        """Return all readable entries of ports to create, newest first. Others aren't parsed."""
        return creations_of(self._file.records_of(MARK))[::-1]

    def open_creations(self) -> tuple[CreationEntry, ...]:
        """Return the ports to create that ended runs left to be checked, newest first."""
        return tuple(e for e in self.creations() if e.is_open and not self._run.is_running(e.run))

    def entries(self) -> tuple[Entry, ...]:
        """Return all readable entries, newest first."""
        return entries_of(self._file.records())[::-1]

    def entries_of(self, port_id: UUID) -> tuple[Entry, ...]:
        """Return the entries of one port, newest first. Other ports' lines aren't parsed."""
        return entries_of(self._file.records_of(str(port_id)))[::-1]

    def unfinished(self) -> tuple[Entry, ...]:
        """Return the changes without a result whose run has ended, newest first."""
        return tuple(e for e in self.entries() if not (e.result or self.is_under_way(e)))

    def is_under_way(self, entry: Entry | CreationEntry) -> bool:
        """Return whether the run that made a change is still waiting for its result."""
        return entry.result is None and self._run.is_running(entry.run)


@dataclass(frozen=True, slots=True)
class Storage:
    """The files of one run of portui for one origin."""

    run: Run
    journal: Journal
    drafts: DraftFiles
    new_ports: NewPortFiles
    recent: RecentFile
    choices: ChoicesFile

    @classmethod
    def under(
        cls, folder: Path, origin: str, now: Callable[[], datetime], profile: str = ""
    ) -> "Storage":
        """Return the storage for an origin in the state folder. Files are created on first use.

        The choices are those of a profile; all else is shared by all profiles for the origin.
        """
        run, slug = Run(folder / "runs"), _slug(origin)
        journal = Journal(folder / "journal" / f"{slug}.jsonl", run, now)
        drafts = DraftFiles(folder / "drafts" / slug, run)
        recent = RecentFile(folder / "recent" / f"{slug}.json")
        choices = ChoicesFile(folder / "choices" / f"{_slug(origin, profile)}.json")
        new_ports = NewPortFiles(folder / "drafts" / slug / "new", run)
        return cls(run, journal, drafts, new_ports, recent, choices)


def _slug(origin: str, profile: str = "") -> str:
    """Return a readable file name that is unique to an origin, or to a profile for it."""
    readable = re.sub(r"[^a-z0-9.-]+", "-", origin.partition("://")[2])[:60]
    key = f"{origin}\n{profile}" if profile else origin
    return f"{readable}.{hashlib.sha256(key.encode(errors='surrogatepass')).hexdigest()[:8]}"
