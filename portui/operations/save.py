"""Save a change: check the port, record the change, send it once, then read back the port.

| port read again           | journal     | PATCH           | read-backs                       | outcome                  |
| ------------------------- | ----------- | --------------- | -------------------------------- | ------------------------ |
| (the change is empty)     | –           | –               | –                                | NothingToSave            |
| fails                     | –           | –               | –                                | NotSent(why)             |
| 404                       | –           | –               | –                                | NoSuchPort               |
| is a different port       | –           | –               | –                                | Stopped(DifferentPort)   |
| was updated otherwise     | –           | –               | –                                | Stopped(Conflict)        |
| has the new values        | –           | –               | –                                | NothingToSave            |
| has changed               | –           | –               | –                                | Stopped(Conflict)        |
| as it was                 | can't write | –               | –                                | Stopped(JournalError)    |
| as it was                 | written     | read-only       | –                                | Stopped(ReadOnlyError)   |
| as it was                 | written     | no connection   | –                                | NotSent(why)             |
| as it was                 | written     | refused         | 404                              | NoSuchPort               |
| as it was                 | written     | refused         | any other, or none               | Refused(error, reading?) |
| as it was                 | written     | 204, or unclear | the new values                   | Saved(acknowledged?)     |
| as it was                 | written     | 204, or unclear | a sent field has a third value   | DifferentValues          |
| as it was                 | written     | 204, or unclear | some new, some old, for 5 s      | DifferentValues          |
| as it was                 | written     | 204, or unclear | the old values, for 5 s          | NotConfirmed             |
| as it was                 | written     | 204, or unclear | 404                              | NoSuchPort               |
| as it was                 | written     | 204, or unclear | none usable                      | Unknown                  |

Fields that weren't sent are not judged: the service may recompute them. The time of the last update
counts only if the operator gave it (`Saving.if_updated_at`).
"""  # noqa: E501 - a table

from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from portui.api import errors
from portui.journal import Call, Intent, Result
from portui.operations.look_up import Reading
from portui.operations.read_back import NotFound, read_back
from portui.operations.write import (
    Conflict,
    NoSuchPort,
    NotSent,
    Observer,
    ReadBackFailure,
    Refused,
    Stopped,
    Unconfirmed,
    Unknown,
    Writer,
    changed_fields,
    check_unchanged,
    record,
    record_result,
    send,
)
from portui.port.editing import Change
from portui.port.model import Port


@dataclass(frozen=True, slots=True)
class NothingToSave:
    """The port already has these values. `reading` is the check's, if the check was needed."""

    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """The port has the new values. `acknowledged` is false if the reply to the PATCH was lost."""

    reading: Reading
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class DifferentValues:
    """The sent fields have neither all their old values nor all the new ones."""

    reading: Reading
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class NotConfirmed:
    """The port still has its old values after all reads; the change may still take effect."""

    reading: Reading
    acknowledged: bool


SaveOutcome: TypeAlias = (
    NothingToSave
    | NotSent
    | Stopped
    | Saved
    | Refused
    | DifferentValues
    | NotConfirmed
    | NoSuchPort
    | Unknown
)

_RESULTS: Final[dict[type[SaveOutcome], Result]] = {
    NotSent: Result.NOT_SENT,
    Stopped: Result.NOT_SENT,
    Saved: Result.SAVED,
    Refused: Result.REFUSED,
    DifferentValues: Result.DIFFERENT_VALUES,
    NotConfirmed: Result.NOT_CONFIRMED,
    NoSuchPort: Result.NO_SUCH_PORT,
    Unknown: Result.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Saving:
    """A change to save, and the port as the operator read it."""

    before: Reading
    change: Change
    undoes: str | None = None
    """The ID of the journal entry that the change undoes."""
    draft: str | None = None
    """The ID of the draft that the change comes from."""
    unrecorded: bool = False
    """Whether to send it without a journal entry, as the operator agreed."""
    if_updated_at: datetime | None = None
    """When the port must have been updated last; `None` if any time will do."""

    def is_outdated(self, port: Port) -> bool:
        """Return whether the port wasn't updated when it must have been."""
        return self.if_updated_at is not None and port.updated_at != self.if_updated_at


async def save(writer: Writer, saving: Saving, observer: Observer) -> SaveOutcome:
    """Save a change with a single PATCH, and find out whether it took effect."""
    if not saving.change:
        return NothingToSave()
    now = await check_unchanged(writer.reader, saving.before, observer)
    if not isinstance(now, Reading):
        return now
    if saving.is_outdated(now.port):
        return Stopped(Conflict(now))
    if saving.change.is_applied_to(now.port):
        return NothingToSave(now)
    if changed_fields(saving.before.port, now.port):
        return Stopped(Conflict(now))
    entry = None if saving.unrecorded else await record(writer, _intent(writer, saving, now))
    if isinstance(entry, Stopped):
        return entry
    if entry is not None:
        observer.on_recorded(entry)
    outcome = await _send(writer, now, saving.change, observer)
    if entry is not None:
        await record_result(writer, entry, _RESULTS[type(outcome)], outcome)
    return outcome


def _intent(writer: Writer, saving: Saving, now: Reading) -> Intent:
    return Intent(
        profile=writer.profile,
        call=Call.UPDATE,
        port_id=now.port_id,
        before=now.port,
        change=saving.change,
        undoes=saving.undoes,
        draft=saving.draft,
    )


async def _send(writer: Writer, before: Reading, change: Change, observer: Observer) -> SaveOutcome:
    reader = writer.reader
    sent = await send(reader.service.update_port(before.port_id, change), reader, before, observer)
    if not isinstance(sent, Unconfirmed):
        return sent
    last = await read_back(
        reader, before.port_id, observer, done=lambda now: _is_settled(change, before, now)
    )
    return save_outcome(change, before.port, last, sent.error)


def save_outcome(
    change: Change,
    before: Port,
    last: Reading | NotFound | ReadBackFailure,
    write_error: errors.ServiceError | None,
) -> Saved | DifferentValues | NotConfirmed | NoSuchPort | Unknown:
    """Judge a change by the last reading after it."""
    acknowledged = write_error is None
    match last:
        case NotFound():
            return NoSuchPort()
        case Reading() if change.is_applied_to(last.port):
            return Saved(last, acknowledged)
        case Reading() if change.is_untouched(before, last.port):
            return NotConfirmed(last, acknowledged)
        case Reading():
            return DifferentValues(last, acknowledged)
        case failure:
            return Unknown(write_error, failure)


def _is_settled(change: Change, before: Reading, now: Reading) -> bool:
    """Return whether to stop reading: all values are new, or one is neither old nor new."""
    elsewhere = (now.port[field] not in (value, before.port[field]) for field, value in change)
    return change.is_applied_to(now.port) or any(elsewhere)
