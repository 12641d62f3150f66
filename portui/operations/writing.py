"""What saving and deleting have in common: who writes, what was checked, how it is followed."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol, TypeAlias

from portui.api import errors
from portui.journal import Entry, Intent, JournalTrouble, Result
from portui.operations.look_up import Reader, Reading, says_no_such_port
from portui.port.model import Field, Port
from portui.threads import in_daemon_thread


class ChangeLog(Protocol):
    """Where changes are written down. Both block, and raise `JournalTrouble`."""

    def begin(self, intent: Intent) -> Entry: ...
    def settle(self, entry: Entry, result: Result, after: Port | None = None) -> Entry: ...


@dataclass(frozen=True, slots=True)
class Writer:
    """Changes ports of a service, and writes down every change."""

    reader: Reader
    journal: ChangeLog
    profile: str


class Phase(Enum):
    """How far a change has got."""

    CHECKING = auto()  # whether the port still is as it was read
    SENDING = auto()  # nothing stops it from here on
    READING_BACK = auto()


def _nobody_watches(_: Phase, __: int) -> None:
    pass


def _nobody_asks(_: Entry) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Watch:
    """How a change is followed from outside."""

    report: Callable[[Phase, int], None] = _nobody_watches
    """Told of each phase, and of each read in it, counted from 1."""
    recorded: Callable[[Entry], None] = _nobody_asks
    """Told of the journal's entry, once it is written and before anything is sent."""
    enough: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when nobody wants to wait for further reads."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The port has changed since the operator read it."""

    reading: Reading


@dataclass(frozen=True, slots=True)
class AnotherPort:
    """The service answered with a port of another ID than asked for."""


@dataclass(frozen=True, slots=True)
class CutShort:
    """Nobody wanted to wait for further reads."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """Certain: the service saw no change."""

    why: errors.ServiceError


@dataclass(frozen=True, slots=True)
class Stopped:
    """Held back on this side, before sending."""

    why: errors.OriginIsReadOnly | Moved | AnotherPort | JournalTrouble


@dataclass(frozen=True, slots=True)
class Refused:
    """The service said no. `reading` is the port since then, where it could be read."""

    error: errors.Refused
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class Vanished:
    """There is no such port any more."""


Untold: TypeAlias = errors.ServiceError | AnotherPort | CutShort
"""Why reading back told nothing."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can know. `write_error` is `None` where the service acknowledged the change."""

    write_error: errors.ServiceError | None
    untold: Untold


def moved_fields(before: Port, now: Port) -> tuple[Field, ...]:
    """The fields that differ, but for the time of the update, which alone changes nothing."""
    return tuple(f for f in Field if f is not Field.UPDATED and before[f] != now[f])


async def check(
    reader: Reader, before: Reading, watch: Watch
) -> Reading | NotSent | Vanished | Stopped:
    """Read the port again before a change. There is no ETag: this narrows the race, no more."""
    watch.report(Phase.CHECKING, 1)
    try:
        now = await reader.look_up(before.asked)
    except errors.ServiceError as error:
        return Vanished() if says_no_such_port(error) else NotSent(error)
    return now if now.genuine else Stopped(AnotherPort())


async def write_down(writer: Writer, intent: Intent) -> Entry | Stopped:
    """Have the change in the journal before it is sent."""
    entry = await in_daemon_thread(lambda: writer.journal.begin(intent))
    if isinstance(entry, JournalTrouble):
        return Stopped(entry)
    if isinstance(entry, Exception):
        raise entry
    return entry


async def write_result(writer: Writer, entry: Entry, result: Result, outcome: object) -> None:
    """Have the result in the journal, and the port that an outcome has as it was read since.

    Where that fails, it's offered for checking later.
    """
    reading = getattr(outcome, "reading", None)
    after = reading.port if isinstance(reading, Reading) else None
    with suppress(JournalTrouble):
        written = await in_daemon_thread(lambda: writer.journal.settle(entry, result, after))
        if isinstance(written, Exception):
            raise written


async def refused(reader: Reader, before: Reading, error: errors.Refused) -> Refused | Vanished:
    """What a write that the service refused leaves: the port as it is now."""
    try:
        now = await reader.read(before.asked)
    except errors.ServiceError as failure:
        return Vanished() if says_no_such_port(failure) else Refused(error, None)
    return Refused(error, now if now.genuine else None)
