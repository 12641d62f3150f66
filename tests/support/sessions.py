"""Sessions of portui without a screen, which die where a test needs them to."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import TypeAlias, TypeVar
from uuid import UUID

from portui.journal import (
    Creation,
    CreationEntry,
    Entry,
    Intent,
    Journal,
    Result,
    Run,
    Storage,
)
from portui.operations.create import CreateOutcome, Creating, Creator, create
from portui.operations.delete import DeleteOutcome, Deleting, delete
from portui.operations.look_up import Reader, Reading
from portui.operations.save import SaveOutcome, Saving, save
from portui.operations.write import Observer, Writer
from portui.port.model import Port
from portui.settings import DEMO
from tests.support.unreliable_service import DiedError, UnreliableService

Request: TypeAlias = Saving | Deleting
Outcome: TypeAlias = SaveOutcome | DeleteOutcome
AnyEntry = TypeVar("AnyEntry", Entry, CreationEntry)


class Point(Enum):
    """The point at which the journal fails or the process dies."""

    NOWHERE = auto()
    DIES_BEFORE_ENTRY = auto()
    DIES_AFTER_ENTRY = auto()
    NO_RESULT = auto()
    """The result can't be written."""
    DIES_BEFORE_RESULT = auto()
    DIES_AFTER_RESULT = auto()


@dataclass
class OpenEntries:
    """The run of each entry without a recorded result, in the order of the entries."""

    runs: dict[str, str] = field(default_factory=dict)
    creations: dict[str, str] = field(default_factory=dict)
    """The same for ports to create, of which also those without a certain result are open."""


@dataclass
class WatchedJournal:
    """A run's journal that fails, or kills the process, at a chosen point."""

    journal: Journal
    folder: Path
    open: OpenEntries
    point: Point = Point.NOWHERE

    def __getattr__(self, name: str) -> object:
        """Delegate everything else to the journal."""
        return getattr(self.journal, name)

    def record(self, intent: Intent) -> Entry:
        self._may_die(Point.DIES_BEFORE_ENTRY)
        entry = self.journal.record(intent)
        self.open.runs[entry.id] = entry.run
        self._may_die(Point.DIES_AFTER_ENTRY)
        return entry

    def record_creation(self, creation: Creation) -> CreationEntry:
        self._may_die(Point.DIES_BEFORE_ENTRY)
        entry = self.journal.record_creation(creation)
        self.open.creations[entry.id] = entry.run
        self._may_die(Point.DIES_AFTER_ENTRY)
        return entry

    def record_named(self, entry: CreationEntry, port_id: UUID) -> CreationEntry:
        return self.journal.record_named(entry, port_id)

    def record_result(self, entry: AnyEntry, result: Result, after: Port | None = None) -> AnyEntry:
        self._may_die(Point.DIES_BEFORE_RESULT)
        if self.point is Point.NO_RESULT:
            with unwritable(self.folder):
                return self.journal.record_result(entry, result, after)
        settled = self.journal.record_result(entry, result, after)
        if isinstance(settled, Entry):
            self.open.runs.pop(entry.id, None)
        elif not settled.is_open:
            self.open.creations.pop(entry.id, None)
        self._may_die(Point.DIES_AFTER_RESULT)
        return settled

    def _may_die(self, point: Point) -> None:
        if self.point is point:
            raise DiedError


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """Put files in place of the folders for the journal and the runs.

    Until the block ends, the journal can't be written, and no new run can begin.
    """
    moved = []
    for name in ("journal", "runs"):
        place, aside = folder / name, folder / f"{name}-aside"
        if place.exists():
            place.rename(aside)
        place.touch()
        moved.append((place, aside))
    try:
        yield
    finally:
        for place, aside in moved:
            place.unlink()
            if aside.exists():
                aside.rename(place)


def kill(run: Run) -> None:
    """End a run as if its process were killed: its lock is released, but its file stays."""
    if run._lock is not None:
        os.close(run._lock)
        run._lock = None


class Session:
    """One run of portui, with a port on screen."""

    def __init__(self, folder: Path, line: UnreliableService, opened: OpenEntries) -> None:
        self.storage = Storage.under(folder, DEMO.origin.name, line.clock.now)
        self.journal = WatchedJournal(self.storage.journal, folder, opened)
        self.reader = Reader(line, line.clock)
        self.writer = Writer(self.reader, self.journal, DEMO.profile.name)
        self.creator = Creator(line, self.journal, DEMO.profile.name, line.clock)
        self.on_screen: Reading

    def die(self) -> None:
        """End as a killed process does."""
        kill(self.storage.run)

    async def create(self, creating: Creating) -> CreateOutcome:
        """Create a port."""
        return await create(self.creator, creating, Observer())

    async def ask(self, request: Request) -> Outcome:
        """Save or delete the port on screen."""
        if isinstance(request, Saving):
            return await save(self.writer, request, Observer())
        return await delete(self.writer, request, Observer())
