"""Delete a port: check it, record the deletion, send it once, then read to confirm it.

| port read again     | journal     | DELETE          | read-backs            | outcome                  |
| ------------------- | ----------- | --------------- | --------------------- | ------------------------ |
| fails               | –           | –               | –                     | NotSent(why)             |
| 404                 | –           | –               | –                     | AlreadyDeleted           |
| is a different port | –           | –               | –                     | Stopped(DifferentPort)   |
| has changed         | –           | –               | –                     | Stopped(Conflict)        |
| as it was           | can't write | –               | –                     | Stopped(JournalError)    |
| as it was           | written     | read-only       | –                     | Stopped(ReadOnlyError)   |
| as it was           | written     | no connection   | –                     | NotSent(why)             |
| as it was           | written     | refused         | 404                   | AlreadyDeleted           |
| as it was           | written     | refused         | any other, or none    | Refused(error, reading?) |
| as it was           | written     | 204, or unclear | 404                   | Deleted(acknowledged?)   |
| as it was           | written     | 204, or unclear | the port, for 5 s     | StillExists              |
| as it was           | written     | 204, or unclear | none usable           | Unknown                  |
"""  # noqa: E501 - a table

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Deleted:
    """A read confirmed the deletion. `acknowledged` is false if the DELETE's reply was lost."""

    acknowledged: bool


@dataclass(frozen=True, slots=True)
class AlreadyDeleted:
    """The port was already deleted."""


@dataclass(frozen=True, slots=True)
class StillExists:
    """The port still exists after all reads; the deletion may still take effect."""

    reading: Reading
    acknowledged: bool


DeleteOutcome: TypeAlias = (
    Deleted | AlreadyDeleted | NotSent | Stopped | Refused | StillExists | Unknown
)

_RESULTS: Final[dict[type[DeleteOutcome], Result]] = {
    Deleted: Result.DELETED,
    AlreadyDeleted: Result.NO_SUCH_PORT,
    NotSent: Result.NOT_SENT,
    Stopped: Result.NOT_SENT,
    Refused: Result.REFUSED,
    StillExists: Result.NOT_CONFIRMED,
    Unknown: Result.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Deleting:
    """The deletion of a port as the operator read it."""

    before: Reading
    unrecorded: bool = False
    """Whether to send it without a journal entry, as the operator agreed."""


def what_to_type(reading: Reading) -> str:
    """Return what to type to confirm a deletion on a protected profile.

    That's the port's frontend port number, or the first block of its ID if the number couldn't be
    read.
    """
    number = reading.port.frontend_port
    return str(number) if isinstance(number, int) else str(reading.port_id).partition("-")[0]


async def delete(writer: Writer, deleting: Deleting, observer: Observer) -> DeleteOutcome:
    """Delete a port with a single DELETE, and find out whether it took effect."""
    now = await check_unchanged(writer.reader, deleting.before, observer)
    if isinstance(now, NoSuchPort):
        return AlreadyDeleted()
    if not isinstance(now, Reading):
        return now
    if changed_fields(deleting.before.port, now.port):
        return Stopped(Conflict(now))
    intent = Intent(writer.profile, Call.DELETE, now.port_id, now.port, Change())
    entry = None if deleting.unrecorded else await record(writer, intent)
    if isinstance(entry, Stopped):
        return entry
    if entry is not None:
        observer.on_recorded(entry)
    outcome = await _send(writer, now, observer)
    if entry is not None:
        await record_result(writer, entry, _RESULTS[type(outcome)], outcome)
    return outcome


async def _send(writer: Writer, before: Reading, observer: Observer) -> DeleteOutcome:
    reader = writer.reader
    sent = await send(reader.service.delete_port(before.port_id), reader, before, observer)
    match sent:
        case NoSuchPort():
            return AlreadyDeleted()
        case Unconfirmed(error=error):
            last = await read_back(reader, before.port_id, observer, done=lambda _: False)
            return delete_outcome(last, error)
        case _:
            return sent


def delete_outcome(
    last: Reading | NotFound | ReadBackFailure, write_error: errors.ServiceError | None
) -> Deleted | StillExists | Unknown:
    """Judge a deletion by the last reading after it."""
    match last:
        case NotFound():
            return Deleted(write_error is None)
        case Reading():
            return StillExists(last, write_error is None)
        case failure:
            return Unknown(write_error, failure)
