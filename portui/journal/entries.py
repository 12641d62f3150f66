"""The journal's entries, and their form as JSON records."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final, TypeAlias
from uuid import UUID

from portui.port.editing import Change, NewValue
from portui.port.model import EDITABLE, Field, Port, Unreadable, Value

Record: TypeAlias = Mapping[str, Any]
"""One line of the journal."""

_MOMENTS: Final = (Field.CREATED, Field.UPDATED)
_NUMBERS: Final = (Field.FRONTEND_PORT, Field.BACKEND_PORT)


class Call(Enum):
    """The call to the service; its value is the HTTP method."""

    UPDATE = "PATCH"
    DELETE = "DELETE"


class Result(Enum):
    """What became of a change, as far as portui could determine."""

    SAVED = "saved"
    CREATED = "created"
    DELETED = "deleted"
    REFUSED = "refused"
    NOT_SENT = "not sent"
    DIFFERENT_VALUES = "different values"
    NOT_CONFIRMED = "not confirmed"
    NO_SUCH_PORT = "no such port"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Intent:
    """A change that is about to be sent, and the port before it."""

    profile: str
    call: Call
    port_id: UUID
    before: Port
    change: Change
    """Empty for a deletion."""
    undoes: str | None = None
    """The ID of the entry whose change this one undoes."""
    draft: str | None = None
    """The ID of the draft that the change was sent from."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a change."""

    result: Result
    run: str | None = None
    """The ID of the run that recorded the result; `None` if the record has no ID."""
    at: datetime | None = None
    after: Port | None = None
    """The port as read afterwards, if it could be read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A change, recorded before it was sent, and its outcome."""

    id: str
    run: str
    """The ID of the run that made the change."""
    at: datetime
    intent: Intent
    outcome: Outcome | None = None
    """`None` if it isn't known yet, or the run ended before it was."""

    @property
    def result(self) -> Result | None:
        """The result, if it is known."""
        return self.outcome.result if self.outcome else None

    @property
    def interrupted(self) -> bool:
        """Whether the change's own run recorded no outcome; it may not even have been sent."""
        return self.outcome is None or self.outcome.run not in (self.run, None)

    @property
    def is_settled(self) -> bool:
        """Whether the outcome is known, and confirmed by a read if the change was sent."""
        return self.result not in (None, Result.UNKNOWN, Result.NOT_CONFIRMED)

    @property
    def may_have_taken_effect(self) -> bool:
        """Whether the service may have carried out the change."""
        return self.result not in (Result.NOT_SENT, Result.REFUSED)


def record_of(entry: Entry) -> dict[str, Any]:
    """Return the record that is written before the change is sent."""
    intent = entry.intent
    return {
        "entry": entry.id,
        "run": entry.run,
        "at": entry.at.isoformat(),
        "profile": intent.profile,
        "call": intent.call.value,
        "port": str(intent.port_id),
        "before": port_record(intent.before),
        "change": {field.json_name: value for field, value in intent.change},
        **({"undoes": intent.undoes} if intent.undoes else {}),
        **({"draft": intent.draft} if intent.draft else {}),
    }


def result_record(entry_id: str, outcome: Outcome) -> dict[str, Any]:
    """Return the record that is written when the result is known."""
    return {
        "of": entry_id,
        "result": outcome.result.value,
        **({"run": outcome.run} if outcome.run else {}),
        **({"at": outcome.at.isoformat()} if outcome.at else {}),
        **({"after": port_record(outcome.after)} if outcome.after else {}),
    }


def entries_of(records: Sequence[Record]) -> tuple[Entry, ...]:
    """Return the entries in a journal's records, oldest first, each with its latest outcome.

    Malformed records are skipped, and so are updates of which this version knows no field: it can
    neither judge nor undo them.
    """
    outcomes = outcomes_of(records)
    entries = []
    for record in records:
        with suppress(*MALFORMED):
            entries.append(_entry(record, outcomes))
    return tuple(entries)


def outcomes_of(records: Sequence[Record]) -> dict[str, Outcome]:
    """Return the latest outcome of each entry, by the entry's ID. Malformed ones are skipped."""
    outcomes = {}
    for record in records:
        with suppress(*MALFORMED):
            outcomes[text_from(record["of"])] = _outcome(record)
    return outcomes


MALFORMED: Final = (KeyError, TypeError, ValueError, AttributeError)
"""What reading a record, or a value in a JSON file, raises if it is malformed."""


def _outcome(record: Record) -> Outcome:
    run = record.get("run")
    outcome = Outcome(Result(record["result"]), run if isinstance(run, str) else None)
    with suppress(*MALFORMED):  # the result counts even without a valid time or port
        outcome = replace(outcome, at=moment_from(record["at"]))
        outcome = replace(outcome, after=port_from_record(record["after"]))
    return outcome


def _entry(record: Record, outcomes: Mapping[str, Outcome]) -> Entry:
    undoes, draft = record.get("undoes"), record.get("draft")
    changed = record["change"]
    fields = [field for field in EDITABLE if field.json_name in changed]
    if changed and not fields:
        raise ValueError(changed)
    intent = Intent(
        profile=text_from(record["profile"]),
        call=Call(record["call"]),
        port_id=UUID(text_from(record["port"])),
        before=port_from_record(record["before"]),
        change=Change(tuple((f, new_value_from(f, changed[f.json_name])) for f in fields)),
        undoes=undoes if isinstance(undoes, str) else None,
        draft=draft if isinstance(draft, str) else None,
    )
    return Entry(
        id=text_from(record["entry"]),
        run=text_from(record["run"]),
        at=moment_from(record["at"]),
        intent=intent,
        outcome=outcomes.get(record["entry"]),
    )


def port_record(port: Port) -> dict[str, Any]:
    """Return a port as a JSON object; `port_from_record` is the inverse."""
    values = {field: port[field] for field in Field}
    unreadable = {f.json_name: v.came_as for f, v in values.items() if isinstance(v, Unreadable)}
    return {
        **{f.json_name: _plain(v) for f, v in values.items() if not isinstance(v, Unreadable)},
        **({"unreadable": unreadable} if unreadable else {}),
        **({"unknown": [list(pair) for pair in port.unknown]} if port.unknown else {}),
    }


def _plain(value: Value) -> str | int | None:
    match value:
        case datetime():
            return value.isoformat()
        case str() | int() | None:
            return value
        case _:
            return str(value)


def port_from_record(record: Record) -> Port:
    """Return the port in a record from `port_record`, this version's or another's.

    A field that the record lacks is read as missing, and one that this version doesn't know is
    ignored. Raises `AttributeError`, `TypeError` or `ValueError` for other input.
    """
    values: dict[str, Any] = {field.attribute: _recorded(record, field) for field in Field}
    unknown = tuple((text_from(name), text_from(text)) for name, text in record.get("unknown", ()))
    return Port(**values, unknown=unknown)


def _recorded(record: Record, field: Field) -> Value:
    if field.json_name in record:
        return _value(field, record[field.json_name])
    came_as = record.get("unreadable", {}).get(field.json_name)
    return Unreadable(None if came_as is None else text_from(came_as))


def _value(field: Field, plain: object) -> Value:
    if field is Field.ID:
        return UUID(text_from(plain))
    if field in _MOMENTS:
        return moment_from(plain)
    return None if plain is None and field.nullable else new_value_from(field, plain)


def new_value_from(field: Field, plain: object) -> NewValue:
    """Return an editable field's recorded value. Raises `TypeError` for another type."""
    if field in _NUMBERS:
        if type(plain) is not int:
            raise TypeError(field)
        return plain
    return text_from(plain)


def text_from(plain: object) -> str:
    """Return a value that must be a string. Raises `TypeError` if it isn't."""
    if not isinstance(plain, str):
        raise TypeError
    return plain


def moment_from(plain: object) -> datetime:
    """Parse an ISO 8601 date-time with a UTC offset. Raises `TypeError` or `ValueError`."""
    moment = datetime.fromisoformat(text_from(plain))
    if moment.tzinfo is None:
        raise ValueError(plain)
    try:
        moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(plain) from None  # near year 1 or 9999, out of range in UTC
    return moment
