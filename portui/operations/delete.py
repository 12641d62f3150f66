"""Deleting a port: checked, written down, asked once, then read until it's known whether it's gone.

| port read again | journal     | DELETE            | read-backs                 | outcome                  |
| --------------- | ----------- | ----------------- | -------------------------- | ------------------------ |
| fails           | –           | –                 | –                          | NotSent(why)             |
| 404             | –           | –                 | –                          | AlreadyGone              |
| is another port | –           | –                 | –                          | Stopped(AnotherPort)     |
| has moved       | –           | –                 | –                          | Stopped(Moved)           |
| as it was       | can't write | –                 | –                          | Stopped(JournalTrouble)  |
| as it was       | written     | read-only         | –                          | Stopped(read-only)       |
| as it was       | written     | no connection     | –                          | NotSent(why)             |
| as it was       | written     | refused           | 404                        | AlreadyGone              |
| as it was       | written     | refused           | any other, or none         | Refused(error, reading?) |
| as it was       | written     | 204, or not clear | 404                        | Gone(acknowledged?)      |
| as it was       | written     | 204, or not clear | the port, over about 5 s   | StillThere               |
| as it was       | written     | 204, or not clear | none that tells            | Unknown                  |
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


@dataclass(frozen=True, slots=True)
class Gone:
    """A read confirmed it. Not acknowledged: the answer to the deletion itself was lost."""

    acknowledged: bool


@dataclass(frozen=True, slots=True)
class AlreadyGone:
    """It had been deleted before."""


@dataclass(frozen=True, slots=True)
class StillThere:
    """It was still answered after all reads; the deletion may yet take effect."""

    reading: Reading
    acknowledged: bool


DeleteOutcome: TypeAlias = Gone | AlreadyGone | NotSent | Stopped | Refused | StillThere | Unknown

_RESULTS: Final[dict[type[DeleteOutcome], Result]] = {
    Gone: Result.DELETED,
    AlreadyGone: Result.GONE,
    NotSent: Result.NOT_SENT,
    Stopped: Result.NOT_SENT,
    Refused: Result.REFUSED,
    StillThere: Result.NOT_SEEN,
    Unknown: Result.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Deleting:
    """The deletion of a port as the operator read it."""

    before: Reading
    unrecorded: bool = False
    """The operator knows that the journal can't be written, and wants it all the same."""


async def delete(writer: Writer, deleting: Deleting, watch: Watch) -> DeleteOutcome:
    """Ask for a port's deletion, once, and find out what became of it."""
    now = await check(writer.reader, deleting.before, watch)
    if isinstance(now, Vanished):
        return AlreadyGone()
    if not isinstance(now, Reading):
        return now
    if moved_fields(deleting.before.port, now.port):
        return Stopped(Moved(now))
    intent = Intent(writer.profile, Call.DELETE, now.asked, now.port, Change())
    entry = None if deleting.unrecorded else await write_down(writer, intent)
    if isinstance(entry, Stopped):
        return entry
    if entry is not None:
        watch.recorded(entry)
    outcome = await _send(writer, now, watch)
    if entry is not None:
        await write_result(writer, entry, _RESULTS[type(outcome)], outcome)
    return outcome


async def _send(writer: Writer, before: Reading, watch: Watch) -> DeleteOutcome:
    write_error: errors.ServiceError | None = None
    watch.report(Phase.SENDING, 1)
    try:
        await writer.reader.service.delete_port(before.asked)
    except errors.OriginIsReadOnly as error:
        return Stopped(error)
    except errors.NotSent as error:
        return NotSent(error)
    except errors.Refused as error:
        outcome = await refused(writer.reader, before, error)
        return AlreadyGone() if isinstance(outcome, Vanished) else outcome
    except errors.ServiceError as error:
        write_error = error
    last = await settle(writer.reader, before.asked, watch, done=lambda _: False)
    return judge_deletion(last, write_error)


def judge_deletion(
    last: Reading | Absent | Untold, write_error: errors.ServiceError | None
) -> Gone | StillThere | Unknown:
    """What the last reading after a deletion says about it."""
    match last:
        case Absent():
            return Gone(write_error is None)
        case Reading():
            return StillThere(last, write_error is None)
        case untold:
            return Unknown(write_error, untold)
