"""What the journal keeps of a change, and how that is written as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final, TypeAlias
from uuid import UUID

from portui.port.editing import Change, NewValue
from portui.port.model import EDITABLE, Field, Port, Unreadable, Value

Record: TypeAlias = Mapping[str, Any]
"""One line of a journal."""

_MOMENTS: Final = (Field.CREATED, Field.UPDATED)
_NUMBERS: Final = (Field.FRONTEND_PORT, Field.BACKEND_PORT)


class Call(Enum):
    """What was asked of the service."""

    UPDATE = "PATCH"
    DELETE = "DELETE"


class Result(Enum):
    """What became of it, as far as anybody could tell then."""

    SAVED = "saved"
    DELETED = "deleted"
    REFUSED = "refused"
    NOT_SENT = "not sent"
    CHANGED_OTHERWISE = "changed otherwise"
    NOT_SEEN = "not seen"
    GONE = "gone"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to be asked of the service, and what the port was before."""

    profile: str
    call: Call
    port_id: UUID
    before: Port
    change: Change
    """Empty for a deletion."""
    undoes: str | None = None
    """The entry whose change this one takes back."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An intent, written down, and its result."""

    id: str
    run: str
    """The run of portui that had it."""
    at: datetime
    intent: Intent
    result: Result | None = None
    """`None`: its run has not come to know it, or ended before."""

    @property
    def may_have_taken_effect(self) -> bool:
        """Whether the service may have done what was asked."""
        return self.result not in (Result.NOT_SENT, Result.REFUSED)


def record_of(entry: Entry) -> dict[str, Any]:
    """The line that is written before the change is sent: all but the result."""
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
    }


def result_record(entry_id: str, result: Result, at: datetime) -> dict[str, Any]:
    """The line that is written when the result is known."""
    return {"of": entry_id, "at": at.isoformat(), "result": result.value}


def entries_of(records: Sequence[Record]) -> tuple[Entry, ...]:
    """The entries of a journal's lines, oldest first, each with its newest result.

    A line that is not as it should be is passed over: it tells less than all the others together.
    """
    results = {}
    for record in records:
        of, result = record.get("of"), record.get("result")
        if isinstance(of, str) and isinstance(result, str) and result in _RESULTS:
            results[of] = Result(result)
    entries = []
    for record in records:
        try:
            entries.append(_entry(record, results))
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
    return tuple(entries)


_RESULTS: Final = frozenset(result.value for result in Result)


def _entry(record: Record, results: Mapping[str, Result]) -> Entry:
    undoes = record.get("undoes")
    changed = record["change"]
    fields = (field for field in EDITABLE if field.json_name in changed)
    intent = Intent(
        profile=_text(record["profile"]),
        call=Call(record["call"]),
        port_id=UUID(_text(record["port"])),
        before=port_from_record(record["before"]),
        change=Change(tuple((f, _new_value(f, changed[f.json_name])) for f in fields)),
        undoes=undoes if isinstance(undoes, str) else None,
    )
    return Entry(
        id=_text(record["entry"]),
        run=_text(record["run"]),
        at=moment_from(record["at"]),
        intent=intent,
        result=results.get(record["entry"]),
    )


def port_record(port: Port) -> dict[str, Any]:
    """A port as JSON, from which `port_from_record` makes the same port again."""
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
    """Raises `KeyError`, `TypeError` or `ValueError` for what `port_record` did not write."""
    unreadable = record.get("unreadable", {})
    values: dict[str, Any] = {
        field.attribute: _unreadable(unreadable[field.json_name])
        if field.json_name in unreadable
        else _value(field, record[field.json_name])
        for field in Field
    }
    unknown = tuple((_text(name), _text(text)) for name, text in record.get("unknown", ()))
    return Port(**values, unknown=unknown)


def _value(field: Field, plain: object) -> Value:
    if field is Field.ID:
        return UUID(_text(plain))
    if field in _MOMENTS:
        return moment_from(plain)
    return None if plain is None and field.nullable else _new_value(field, plain)


def _new_value(field: Field, plain: object) -> NewValue:
    if field in _NUMBERS:
        if type(plain) is not int:
            raise TypeError(field)
        return plain
    return _text(plain)


def _unreadable(came_as: object) -> Unreadable:
    return Unreadable(None if came_as is None else _text(came_as))


def _text(plain: object) -> str:
    if not isinstance(plain, str):
        raise TypeError
    return plain


def moment_from(plain: object) -> datetime:
    """A moment as it was written down. Raises `TypeError` or `ValueError`."""
    moment = datetime.fromisoformat(_text(plain))
    if moment.tzinfo is None:
        raise ValueError(plain)
    try:
        moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(plain) from None  # at either end of time, it can't be told in UTC
    return moment
