"""Saving a change: sent once, then read back until it's known what became of it.

| PATCH                     | read-backs                                | outcome                  |
| ------------------------- | ----------------------------------------- | ------------------------ |
| not made: nothing changes | –                                         | AlreadySo                |
| not made: read-only       | –                                         | Stopped                  |
| no connection             | –                                         | NotSent                  |
| refused by the service    | 404                                       | Vanished                 |
| refused by the service    | any other, or none                        | Refused(error, reading?) |
| 204, or no clear answer   | the new values                            | Saved(acknowledged?)     |
| 204, or no clear answer   | a sent field holds a third value          | ChangedOtherwise         |
| 204, or no clear answer   | some new values, some old, over about 5 s | ChangedOtherwise         |
| 204, or no clear answer   | the old values, over about 5 s            | NotSeen                  |
| 204, or no clear answer   | 404                                       | Vanished                 |
| 204, or no clear answer   | none that tells                           | Unknown                  |

Fields that weren't sent are not judged: the service may recompute them.
"""

from dataclasses import dataclass
from typing import TypeAlias

from portui.api import errors
from portui.operations.reading import Reader, Reading, says_no_such_port
from portui.operations.settling import Absent, settle
from portui.port.editing import Change


@dataclass(frozen=True, slots=True)
class AlreadySo:
    """There was nothing to send."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """Certain: the service never saw it."""

    why: errors.NotSent


@dataclass(frozen=True, slots=True)
class Stopped:
    """Held back on this side, before sending."""

    why: errors.OriginIsReadOnly


@dataclass(frozen=True, slots=True)
class Saved:
    """Read back with the new values. Not acknowledged: the answer to the write itself was lost."""

    reading: Reading
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """The service said no. `reading` is the port since then, where it could be read."""

    error: errors.Refused
    reading: Reading | None


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


@dataclass(frozen=True, slots=True)
class Vanished:
    """There is no such port any more."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can know. `write_error` is `None` where the service acknowledged the change."""

    write_error: errors.ServiceError | None
    read_error: errors.ServiceError | None
    """Why it couldn't be read back; `None` if what came back was another port."""


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


async def save(reader: Reader, before: Reading, change: Change) -> SaveOutcome:
    """Send a change of a port as it was read, once, and find out what became of it."""
    if not change:
        return AlreadySo()
    write_error: errors.ServiceError | None = None
    try:
        await reader.service.update_port(before.asked, change)
    except errors.OriginIsReadOnly as error:
        return Stopped(error)
    except errors.NotSent as error:
        return NotSent(error)
    except errors.Refused as error:
        return await refused(reader, before, error)
    except errors.ServiceError as error:
        write_error = error
    last = await settle(
        reader,
        before.asked,
        done=lambda reading: change.came_true(reading.port) or _elsewhere(change, before, reading),
    )
    acknowledged = write_error is None
    match last:
        case Absent():
            return Vanished()
        case Reading() if change.came_true(last.port):
            return Saved(last, acknowledged)
        case Reading() if change.left_as_was(before.port, last.port):
            return NotSeen(last, acknowledged)
        case Reading():
            return ChangedOtherwise(last, acknowledged)
        case _:
            return Unknown(write_error, last)


def _elsewhere(change: Change, before: Reading, now: Reading) -> bool:
    """Whether a sent field holds neither its old nor its new value: more reads tell no more."""
    return any(now.port[field] not in (value, before.port[field]) for field, value in change)


async def refused(reader: Reader, before: Reading, error: errors.Refused) -> Refused | Vanished:
    """What a write that the service refused leaves: the port as it is now."""
    try:
        now = await reader.read(before.asked)
    except errors.ServiceError as failure:
        return Vanished() if says_no_such_port(failure) else Refused(error, None)
    return Refused(error, now if now.genuine else None)
