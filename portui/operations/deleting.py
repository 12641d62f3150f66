"""Deleting a port: asked once, then read until it's known whether it is gone.

| DELETE                  | read-backs                  | outcome                  |
| ----------------------- | --------------------------- | ------------------------ |
| not made: read-only     | –                           | Stopped                  |
| no connection           | –                           | NotSent                  |
| refused by the service  | 404                         | AlreadyGone              |
| refused by the service  | any other, or none          | Refused(error, reading?) |
| 204, or no clear answer | 404                         | Gone(acknowledged?)      |
| 204, or no clear answer | the port, over about 5 s    | StillThere               |
| 204, or no clear answer | none that tells             | Unknown                  |
"""

from dataclasses import dataclass
from typing import TypeAlias

from portui.api import errors
from portui.operations.reading import Reader, Reading
from portui.operations.saving import NotSent, Refused, Stopped, Unknown, Vanished, refused
from portui.operations.settling import Absent, settle


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


async def delete(reader: Reader, before: Reading) -> DeleteOutcome:
    """Ask for a port's deletion, once, and find out what became of it."""
    write_error: errors.ServiceError | None = None
    try:
        await reader.service.delete_port(before.asked)
    except errors.OriginIsReadOnly as error:
        return Stopped(error)
    except errors.NotSent as error:
        return NotSent(error)
    except errors.Refused as error:
        outcome = await refused(reader, before, error)
        return AlreadyGone() if isinstance(outcome, Vanished) else outcome
    except errors.ServiceError as error:
        write_error = error
    acknowledged = write_error is None
    match await settle(reader, before.asked, done=lambda _: False):
        case Absent():
            return Gone(acknowledged)
        case Reading() as reading:
            return StillThere(reading, acknowledged)
        case failure:
            return Unknown(write_error, failure)
