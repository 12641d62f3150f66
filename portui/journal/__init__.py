"""What outlives a run: every change with what was before it, and forms that were left.

The journal is one file for each origin, in JSON lines: one before a change is sent, one when its
result is known. A change without a result whose run has ended is one that nobody saw the end of.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from portui.journal.drafts import Drafts, LeftForm, Sent
from portui.journal.entries import (
    Call,
    Entry,
    Intent,
    Result,
    Settled,
    entries_of,
    record_of,
    result_record,
)
from portui.journal.files import JournalTrouble, LinesFile, make_folder, replace_file
from portui.journal.runs import Run
from portui.port.model import Port

__all__ = [
    "Call",
    "Drafts",
    "Entry",
    "Intent",
    "Journal",
    "JournalTrouble",
    "Keeping",
    "LeftForm",
    "Result",
    "Run",
    "Sent",
    "Settled",
    "make_folder",
    "replace_file",
]


class Journal:
    """One origin's journal. Its methods block: on the disk, and on other runs' lines."""

    def __init__(self, path: Path, run: Run, now: Callable[[], datetime]) -> None:
        self._file = LinesFile(path)
        self._run = run
        self._now = now

    def begin(self, intent: Intent) -> Entry:
        """Write down what is, and what is asked for. Raises `JournalTrouble`."""
        self._run.begin()
        entry = Entry(uuid4().hex, self._run.id, self._now(), intent)
        self._file.append(record_of(entry))
        return entry

    def settle(self, entry: Entry, result: Result, after: Port | None = None) -> Entry:
        """Write down what came of it, and the port as read afterwards. Raises `JournalTrouble`."""
        settled = Settled(result, self._run.id, self._now(), after)
        self._file.append(result_record(entry.id, settled))
        return replace(entry, settled=settled)

    def entries(self) -> tuple[Entry, ...]:
        """All that can be read, newest first."""
        return entries_of(self._file.records())[::-1]

    def entries_of(self, port_id: UUID) -> tuple[Entry, ...]:
        """Those of one port, newest first; the lines about others are not read."""
        return entries_of(self._file.records_of(str(port_id)))[::-1]

    def unfinished(self) -> tuple[Entry, ...]:
        """The changes of ended runs that have no result, newest first."""
        return tuple(e for e in self.entries() if not (e.result or self.under_way(e)))

    def under_way(self, entry: Entry) -> bool:
        """Whether the run that began a change still waits for its result."""
        return entry.result is None and self._run.goes_on(entry.run)


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where one run of portui keeps what outlives it, for one origin."""

    run: Run
    journal: Journal
    drafts: Drafts

    @classmethod
    def under(cls, folder: Path, origin: str, now: Callable[[], datetime]) -> "Keeping":
        """What is kept for an origin under the state folder. Nothing is created before its time."""
        run, slug = Run(folder / "runs"), _slug(origin)
        journal = Journal(folder / "journal" / f"{slug}.jsonl", run, now)
        return cls(run, journal, Drafts(folder / "drafts" / slug, run))


def _slug(origin: str) -> str:
    """A file name for an origin: readable, and another one for every origin."""
    readable = re.sub(r"[^a-z0-9.-]+", "-", origin.partition("://")[2])[:60]
    return f"{readable}.{hashlib.sha256(origin.encode()).hexdigest()[:8]}"
