"""What the journal keeps of a change, and how that is written as JSON."""

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
    draft: str | None = None
    """The draft that it was sent from."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an intent."""

    result: Result
    run: str | None = None
    """The run of portui that found out; `None` where nothing says so."""
    at: datetime | None = None
    after: Port | None = None
    """The port as it was read afterwards, where it could be."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An intent, written down before it was sent, and what became of it."""

    id: str
    run: str
    """The run of portui that had it."""
    at: datetime
    intent: Intent
    settled: Settled | None = None
    """`None`: its run has not come to know it, or ended before."""

    @property
    def result(self) -> Result | None:
        """What became of it, if that is known."""
        return self.settled.result if self.settled else None

    @property
    def interrupted(self) -> bool:
        """Whether its run ended before it knew, so that it may not even have been sent."""
        return self.settled is None or self.settled.run not in (self.run, None)

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
        **({"draft": intent.draft} if intent.draft else {}),
    }


def result_record(entry_id: str, settled: Settled) -> dict[str, Any]:
    """The line that is written when the result is known."""
    return {
        "of": entry_id,
        "result": settled.result.value,
        **({"run": settled.run} if settled.run else {}),
        **({"at": settled.at.isoformat()} if settled.at else {}),
        **({"after": port_record(settled.after)} if settled.after else {}),
    }


def entries_of(records: Sequence[Record]) -> tuple[Entry, ...]:
    """The entries of a journal's lines, oldest first, each with its newest result.

    A line that is not as it should be is passed over: it tells less than all the others together.
    """
    settled = {}
    for record in records:
        with suppress(*_ODD):
            settled[text_from(record["of"])] = _settled(record)
    entries = []
    for record in records:
        with suppress(*_ODD):
            entries.append(_entry(record, settled))
    return tuple(entries)


_ODD: Final = (KeyError, TypeError, ValueError, AttributeError)


def _settled(record: Record) -> Settled:
    run = record.get("run")
    settled = Settled(Result(record["result"]), run if isinstance(run, str) else None)
    with suppress(*_ODD):  # the result counts without its time and its port, too
        settled = replace(settled, at=moment_from(record["at"]))
        settled = replace(settled, after=port_from_record(record["after"]))
    return settled


def _entry(record: Record, settled: Mapping[str, Settled]) -> Entry:
    undoes, draft = record.get("undoes"), record.get("draft")
    changed = record["change"]
    fields = (field for field in EDITABLE if field.json_name in changed)
    intent = Intent(
        profile=text_from(record["profile"]),
        call=Call(record["call"]),
        port_id=UUID(text_from(record["port"])),
        before=port_from_record(record["before"]),
        change=Change(tuple((f, _new_value(f, changed[f.json_name])) for f in fields)),
        undoes=undoes if isinstance(undoes, str) else None,
        draft=draft if isinstance(draft, str) else None,
    )
    return Entry(
        id=text_from(record["entry"]),
        run=text_from(record["run"]),
        at=moment_from(record["at"]),
        intent=intent,
        settled=settled.get(record["entry"]),
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
    unknown = tuple((text_from(name), text_from(text)) for name, text in record.get("unknown", ()))
    return Port(**values, unknown=unknown)


def _value(field: Field, plain: object) -> Value:
    if field is Field.ID:
        return UUID(text_from(plain))
    if field in _MOMENTS:
        return moment_from(plain)
    return None if plain is None and field.nullable else _new_value(field, plain)


def _new_value(field: Field, plain: object) -> NewValue:
    if field in _NUMBERS:
        if type(plain) is not int:
            raise TypeError(field)
        return plain
    return text_from(plain)


def _unreadable(came_as: object) -> Unreadable:
    return Unreadable(None if came_as is None else text_from(came_as))


def text_from(plain: object) -> str:
    """A text as it was written down. Raises `TypeError`."""
    if not isinstance(plain, str):
        raise TypeError
    return plain


def moment_from(plain: object) -> datetime:
    """A moment as it was written down. Raises `TypeError` or `ValueError`."""
    moment = datetime.fromisoformat(text_from(plain))
    if moment.tzinfo is None:
        raise ValueError(plain)
    try:
        moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(plain) from None  # at either end of time, it can't be told in UTC
    return moment
