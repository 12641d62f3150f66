"""Shared steps of saving and deleting: the check, the journal entry, the call and outcomes."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final, Protocol, TypeAlias, TypeVar

from portui.api import errors
from portui.journal import Entry, Intent, JournalError, Result
from portui.operations.look_up import Reader, Reading, says_no_such_port
from portui.port.model import Field, Port
from portui.threads import in_daemon_thread

T = TypeVar("T")

_PATIENCE: Final = 2.0  # seconds to wait for the disk when cancelled


class ChangeLog(Protocol):
    """Records changes. Both methods block, and may raise `JournalError`."""

    def record(self, intent: Intent) -> Entry: ...
    def record_result(self, entry: Entry, result: Result, after: Port | None = None) -> Entry: ...


@dataclass(frozen=True, slots=True)
class Writer:
    """What a write needs: a service to read and write, a journal, and the profile's name."""

    reader: Reader
    journal: ChangeLog
    profile: str


class Phase(Enum):
    """The phase that a change is in."""

    CHECKING = auto()  # whether the port is still as the operator read it
    SENDING = auto()  # from here on, the change can't be stopped
    CONFIRMING = auto()


def _ignore_phase(_: Phase, __: int) -> None:
    pass


def _ignore_entry(_: Entry) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Observer:
    """How a caller follows a change, and how it stops waiting for confirmation."""

    on_phase: Callable[[Phase, int], None] = _ignore_phase
    """Called at the start of each phase, and of each read within it, counted from 1."""
    on_recorded: Callable[[Entry], None] = _ignore_entry
    """Called when the change is in the journal, before it is sent."""
    stop_waiting: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by the caller to skip the remaining reads."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """The port has changed since the operator read it."""

    reading: Reading


@dataclass(frozen=True, slots=True)
class DifferentPort:
    """The service returned a port with a different ID from the requested one."""


@dataclass(frozen=True, slots=True)
class StoppedWaiting:
    """The operator stopped waiting before a read confirmed anything."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """The service certainly never saw the change."""

    why: errors.ServiceError


@dataclass(frozen=True, slots=True)
class Stopped:
    """portui stopped the change before sending it."""

    why: errors.ReadOnlyError | Conflict | DifferentPort | JournalError


@dataclass(frozen=True, slots=True)
class Refused:
    """The service refused the change. `reading` is the port afterwards, if it could be read."""

    error: errors.RefusedError
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class NoSuchPort:
    """The service has no port with this ID."""


ReadBackFailure: TypeAlias = errors.ServiceError | DifferentPort | StoppedWaiting
"""Why reading back didn't settle the outcome of a change."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The outcome can't be known.

    `write_error` is `None` if the service acknowledged the change.
    """

    write_error: errors.ServiceError | None
    read_failure: ReadBackFailure


def changed_fields(before: Port, now: Port) -> tuple[Field, ...]:
    """Return the fields that differ, ignoring the time of the last update."""
    return tuple(f for f in Field if f is not Field.UPDATED and before[f] != now[f])


async def check_unchanged(
    reader: Reader, before: Reading, observer: Observer
) -> Reading | NotSent | NoSuchPort | Stopped:
    """Read the port again before a change.

    The service has no ETag, so this narrows the race with other writers but can't close it.
    """
    observer.on_phase(Phase.CHECKING, 1)
    try:
        now = await reader.look_up(before.port_id)
    except errors.ServiceError as error:
        return NoSuchPort() if says_no_such_port(error) else NotSent(error)
    return now if now.is_requested else Stopped(DifferentPort())


async def record(writer: Writer, intent: Intent) -> Entry | Stopped:
    """Record a change in the journal, before it is sent.

    If that is cancelled, the journal also says that the change wasn't sent.
    """
    return await written_before(
        lambda: writer.journal.record(intent),
        lambda entry: record_result(writer, entry, Result.NOT_SENT, None),
    )


async def record_result(writer: Writer, entry: Entry, result: Result, outcome: object) -> None:
    """Record a change's result in the journal, with the outcome's reading, if it has one.

    If this fails, the change is offered for checking at the next start.
    """
    reading = getattr(outcome, "reading", None)
    after = reading.port if isinstance(reading, Reading) else None
    await written_after(lambda: writer.journal.record_result(entry, result, after))


async def written_before(
    write: Callable[[], T], write_not_sent: Callable[[T], Awaitable[None]]
) -> T | Stopped:
    """Write an entry to a journal before anything is sent.

    If that is cancelled, `write_not_sent` is awaited for the entry, should there be one.
    """
    writing = asyncio.ensure_future(in_daemon_thread(write))
    try:
        entry = await asyncio.shield(writing)
    except asyncio.CancelledError:
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                if not isinstance(late := await writing, Exception):
                    await write_not_sent(late)
        raise
    if isinstance(entry, JournalError):
        return Stopped(entry)
    if isinstance(entry, Exception):
        raise entry
    return entry


async def written_after(write: Callable[[], object]) -> None:
    """Write to a journal after something was sent. A `JournalError` is ignored: it's too late."""
    with suppress(JournalError):
        written = await in_daemon_thread(write)
        if isinstance(written, Exception):
            raise written


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """The change was sent and has to be read back. `error` is `None` if it was acknowledged."""

    error: errors.ServiceError | None


async def send(
    call: Awaitable[None], reader: Reader, before: Reading, observer: Observer
) -> Unconfirmed | NotSent | Stopped | Refused | NoSuchPort:
    """Await the call that makes the change. It is never retried."""
    observer.on_phase(Phase.SENDING, 1)
    try:
        await call
    except errors.ReadOnlyError as error:
        return Stopped(error)
    except errors.NotSentError as error:
        return NotSent(error)
    except errors.RefusedError as error:
        return await _after_refusal(reader, before, error)
    except errors.ServiceError as error:
        return Unconfirmed(error)
    return Unconfirmed(None)


async def _after_refusal(
    reader: Reader, before: Reading, error: errors.RefusedError
) -> Refused | NoSuchPort:
    """Read the port after a refusal, to show its current values."""
    try:
        now = await reader.read(before.port_id)
    except errors.ServiceError as failure:
        return NoSuchPort() if says_no_such_port(failure) else Refused(error, None)
    return Refused(error, now if now.is_requested else None)
