"""The journal's entries of ports to create, and their form as JSON records.

They have no port before them, so they are records of their own kind. Versions that don't know it
skip them, as `entries_of` does.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from portui.journal.entries import (
    MALFORMED,
    Outcome,
    Record,
    Result,
    moment_from,
    new_value_from,
    outcomes_of,
    text_from,
)
from portui.port.editing import NewPort
from portui.port.listed import Pipeline
from portui.port.model import EDITABLE

_CALL: Final = "POST"
MARK: Final = f'"call": "{_CALL}"'
"""A text that the line of every port to create contains, and no other line."""


@dataclass(frozen=True, slots=True)
class Creation:
    """A port that is about to be created."""

    profile: str
    pipeline_id: UUID
    pipeline_name: str | None
    """As last read; untrusted. `None` if it isn't known."""
    new: NewPort
    others: frozenset[UUID] = frozenset()
    """The pipeline's ports before it. They may be changed to have the same values."""
    draft: str | None = None
    """The ID of the draft that it was sent from."""

    @property
    def pipeline(self) -> Pipeline:
        """The pipeline that gets the port."""
        return Pipeline(self.pipeline_id, self.pipeline_name)


@dataclass(frozen=True, slots=True)
class CreationEntry:
    """A port to create, recorded before it was sent, and what became of it."""

    id: str
    run: str
    """The ID of the run that sent it."""
    at: datetime
    creation: Creation
    named: UUID | None = None
    """The new port's ID in the service's reply, if one came."""
    outcome: Outcome | None = None
    """`None` if it isn't known yet, or the run ended before it was."""

    @property
    def port_id(self) -> UUID | None:
        """The new port's ID, if it is known."""
        after = self.outcome.after if self.outcome else None
        return after.id if after and isinstance(after.id, UUID) else self.named

    @property
    def result(self) -> Result | None:
        """The result, if it is known."""
        return self.outcome.result if self.outcome else None

    @property
    def is_settled(self) -> bool:
        """Whether it's known whether the port was created."""
        return self.result not in (None, Result.UNKNOWN, Result.NOT_CONFIRMED)

    @property
    def is_open(self) -> bool:
        """Whether it should be checked: its own run didn't find out, and no later one tried."""
        if self.is_settled:
            return False
        return self.outcome is None or self.outcome.run == self.run

    @property
    def interrupted(self) -> bool:
        """Whether its own run recorded no outcome; it may not even have been sent."""
        return self.outcome is None or self.outcome.run != self.run


def creation_record(entry: CreationEntry) -> dict[str, Any]:
    """Return the record that is written before the port is sent."""
    creation = entry.creation
    name = creation.pipeline_name
    return {
        "entry": entry.id,
        "run": entry.run,
        "at": entry.at.isoformat(),
        "profile": creation.profile,
        "call": _CALL,
        "pipeline": str(creation.pipeline_id),
        **({} if name is None else {"pipelineName": name}),
        "new": {field.json_name: value for field, value in creation.new},
        **({"others": sorted(map(str, creation.others))} if creation.others else {}),
        **({"draft": creation.draft} if creation.draft else {}),
    }


def named_record(entry_id: str, port_id: UUID) -> dict[str, Any]:
    """Return the record that is written when a reply names the new port.

    It isn't a result: only a read gives one.
    """
    return {"named": entry_id, "port": str(port_id)}


def creations_of(records: Sequence[Record]) -> tuple[CreationEntry, ...]:
    """Return the ports to create in a journal's records, oldest first; others are skipped."""
    outcomes, named = outcomes_of(records), {}
    for record in records:
        with suppress(*MALFORMED):
            named[text_from(record["named"])] = UUID(text_from(record["port"]))
    entries = []
    for record in records:
        with suppress(*MALFORMED):
            if record["call"] == _CALL:
                entries.append(_entry(record, outcomes, named))
    return tuple(entries)


def _entry(
    record: Record, outcomes: Mapping[str, Outcome], named: Mapping[str, UUID]
) -> CreationEntry:
    draft, name = record.get("draft"), record.get("pipelineName")
    values = {f.attribute: new_value_from(f, record["new"][f.json_name]) for f in EDITABLE}
    creation = Creation(
        profile=text_from(record["profile"]),
        pipeline_id=UUID(text_from(record["pipeline"])),
        pipeline_name=name if isinstance(name, str) else None,
        new=NewPort(**values),  # type: ignore[arg-type]
        others=frozenset(UUID(text_from(each)) for each in record.get("others", ())),
        draft=draft if isinstance(draft, str) else None,
    )
    entry_id = text_from(record["entry"])
    return CreationEntry(
        id=entry_id,
        run=text_from(record["run"]),
        at=moment_from(record["at"]),
        creation=creation,
        named=named.get(entry_id),
        outcome=outcomes.get(entry_id),
    )
