"""Saving a change: checked, written down, sent once, then read back until it's known what came.

| port read again           | journal     | PATCH             | read-backs                       | outcome                  |
| ------------------------- | ----------- | ----------------- | -------------------------------- | ------------------------ |
| (the change is empty)     | –           | –                 | –                                | AlreadySo                |
| fails                     | –           | –                 | –                                | NotSent(why)             |
| 404                       | –           | –                 | –                                | Vanished                 |
| is another port           | –           | –                 | –                                | Stopped(AnotherPort)     |
| has the new values        | –           | –                 | –                                | AlreadySo                |
| has moved                 | –           | –                 | –                                | Stopped(Moved)           |
| as it was                 | can't write | –                 | –                                | Stopped(JournalTrouble)  |
| as it was                 | written     | read-only         | –                                | Stopped(read-only)       |
| as it was                 | written     | no connection     | –                                | NotSent(why)             |
| as it was                 | written     | refused           | 404                              | Vanished                 |
| as it was                 | written     | refused           | any other, or none               | Refused(error, reading?) |
| as it was                 | written     | 204, or not clear | the new values                   | Saved(acknowledged?)     |
| as it was                 | written     | 204, or not clear | a sent field has a third value   | ChangedOtherwise         |
| as it was                 | written     | 204, or not clear | some new, some old, over 5 s     | ChangedOtherwise         |
| as it was                 | written     | 204, or not clear | the old values, over 5 s         | NotSeen                  |
| as it was                 | written     | 204, or not clear | 404                              | Vanished                 |
| as it was                 | written     | 204, or not clear | none that tells                  | Unknown                  |

Fields that weren't sent are not judged: the service may recompute them.
"""  # noqa: E501 - a table

from dataclasses import dataclass
from typing import Final, TypeAlias

from portui.api import errors
from portui.journal import Call, Intent, Result
from portui.operations.look_up import Reading
from portui.operations.read_back import Absent, settle
from portui.operations.writing import (
    Moved,
    NotSent,
    Phase,
    Refused,
    Stopped,
    Unknown,
    Untold,
    Vanished,
    Watch,
    Writer,
    check,
    moved_fields,
    refused,
    write_down,
    write_result,
)
from portui.port.editing import Change
from portui.port.model import Port


@dataclass(frozen=True, slots=True)
class AlreadySo:
    """There was nothing to send: the port has these values. `reading`: since it was read again."""

    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """Read back with the new values. Not acknowledged: the answer to the write itself was lost."""

    reading: Reading
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class ChangedOtherwise:
    """The port has other values than those it had, and than those sent."""

    reading: Reading
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class NotSeen:
    """It still has its old values after all reads; the change may yet arrive."""

    reading: Reading
    acknowledged: bool


SaveOutcome: TypeAlias = (
    AlreadySo
    | NotSent
    | Stopped
    | Saved
    | Refused
    | ChangedOtherwise
    | NotSeen
    | Vanished
    | Unknown
)

_RESULTS: Final[dict[type[SaveOutcome], Result]] = {
    NotSent: Result.NOT_SENT,
    Stopped: Result.NOT_SENT,
    Saved: Result.SAVED,
    Refused: Result.REFUSED,
    ChangedOtherwise: Result.CHANGED_OTHERWISE,
    NotSeen: Result.NOT_SEEN,
    Vanished: Result.GONE,
    Unknown: Result.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Saving:
    """A change of a port as the operator read it."""

    before: Reading
    change: Change
    undoes: str | None = None
    """The journal's entry that it takes back."""
    draft: str | None = None
    """The draft that it is sent from."""
    unrecorded: bool = False
    """The operator knows that the journal can't be written, and wants it all the same."""


async def save(writer: Writer, saving: Saving, watch: Watch) -> SaveOutcome:
    """Send a change, once, and find out what became of it."""
    if not saving.change:
        return AlreadySo()
    now = await check(writer.reader, saving.before, watch)
    if not isinstance(now, Reading):
        return now
    if saving.change.came_true(now.port):
        return AlreadySo(now)
    if moved_fields(saving.before.port, now.port):
        return Stopped(Moved(now))
    entry = None if saving.unrecorded else await write_down(writer, _intent(writer, saving, now))
    if isinstance(entry, Stopped):
        return entry
    if entry is not None:
        watch.recorded(entry)
    outcome = await _send(writer, now, saving.change, watch)
    if entry is not None:
        await write_result(writer, entry, _RESULTS[type(outcome)], outcome)
    return outcome


def _intent(writer: Writer, saving: Saving, now: Reading) -> Intent:
    return Intent(
        profile=writer.profile,
        call=Call.UPDATE,
        port_id=now.asked,
        before=now.port,
        change=saving.change,
        undoes=saving.undoes,
        draft=saving.draft,
    )


async def _send(writer: Writer, before: Reading, change: Change, watch: Watch) -> SaveOutcome:
    write_error: errors.ServiceError | None = None
    watch.report(Phase.SENDING, 1)
    try:
        await writer.reader.service.update_port(before.asked, change)
    except errors.OriginIsReadOnly as error:
        return Stopped(error)
    except errors.NotSent as error:
        return NotSent(error)
    except errors.Refused as error:
        return await refused(writer.reader, before, error)
    except errors.ServiceError as error:
        write_error = error
    last = await settle(
        writer.reader,
        before.asked,
        watch,
        done=lambda reading: change.came_true(reading.port) or _elsewhere(change, before, reading),
    )
    return judge(change, before.port, last, write_error)


def judge(
    change: Change,
    before: Port,
    last: Reading | Absent | Untold,
    write_error: errors.ServiceError | None,
) -> Saved | ChangedOtherwise | NotSeen | Vanished | Unknown:
    """What the last reading after a change says about it."""
    acknowledged = write_error is None
    match last:
        case Absent():
            return Vanished()
        case Reading() if change.came_true(last.port):
            return Saved(last, acknowledged)
        case Reading() if change.left_as_was(before, last.port):
            return NotSeen(last, acknowledged)
        case Reading():
            return ChangedOtherwise(last, acknowledged)
        case untold:
            return Unknown(write_error, untold)


def _elsewhere(change: Change, before: Reading, now: Reading) -> bool:
    """Whether a sent field holds neither its old nor its new value: more reads tell no more."""
    return any(now.port[field] not in (value, before.port[field]) for field, value in change)
