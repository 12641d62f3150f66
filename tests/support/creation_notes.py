"""A journal of ports to create, in memory."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from portui.journal import Creation, CreationEntry, JournalError, Outcome, Result
from portui.port.model import Port
from tests.support.scripted_service import START


@dataclass
class CreationNotes:
    """A journal in memory that can be made to fail, at once or after an entry."""

    trouble: JournalError | None = None
    later_trouble: JournalError | None = None
    recorded: list[Creation] = field(default_factory=list)
    named: list[UUID] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    after: list[Port | None] = field(default_factory=list)

    def record_creation(self, creation: Creation) -> CreationEntry:
        if self.trouble:
            raise self.trouble
        self.recorded.append(creation)
        return CreationEntry("entry", "run", START, creation)

    def record_named(self, entry: CreationEntry, port_id: UUID) -> CreationEntry:
        if self.later_trouble:
            raise self.later_trouble
        self.named.append(port_id)
        return replace(entry, named=port_id)

    def record_result(
        self, entry: CreationEntry, result: Result, after: Port | None = None
    ) -> CreationEntry:
        if self.later_trouble:
            raise self.later_trouble
        self.results.append(result)
        self.after.append(after)
        return replace(entry, outcome=Outcome(result, entry.run, START, after))
