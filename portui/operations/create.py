"""Create a port: list the pipeline's ports, record the port, send it once, then find and read it.

| pipeline's ports  | journal     | POST              | read-backs, or the ports listed again  | outcome                  |
| ----------------- | ----------- | ----------------- | -------------------------------------- | ------------------------ |
| can't be listed   | –           | –                 | –                                      | NotSent(why)             |
| listed            | can't write | –                 | –                                      | Stopped(JournalError)    |
| listed            | written     | read-only         | –                                      | Stopped(ReadOnlyError)   |
| listed            | written     | no connection     | –                                      | NotSent(why)             |
| listed            | written     | refused           | –                                      | Refused(error)           |
| listed            | written     | 201, names a port | read: the port, whatever its values    | Created(acknowledged)    |
| listed            | written     | 201, names a port | read: 404, for 5 s                     | Unknown(NotSeen)         |
| listed            | written     | 201, names a port | read: none usable                      | Unknown(why)             |
| listed            | written     | unclear           | listed: one new port with the values   | Created(unacknowledged)  |
| listed            | written     | unclear           | listed: no such port, for 5 s          | Unknown(NotSeen)         |
| listed            | written     | unclear           | listed: several                        | Unknown(SeveralSeen)     |
| listed            | written     | unclear           | none usable                            | Unknown(why)             |
| partly listed     | written     | unclear           | –                                      | Unknown(PartlyListed)    |

Unclear is whatever isn't a 201 that names a port: a timeout, a reset, a 5xx, a redirect, odd JSON,
the ID of a port that was there before. A POST is never repeated: the first may still arrive.
"""  # noqa: E501 - a table

from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, TypeAlias
from uuid import UUID

from portui.api import errors
from portui.clock import Clock
from portui.journal import Creation, CreationEntry, Result
from portui.operations.listing import Listing
from portui.operations.look_up import Reader, Reading
from portui.operations.new_port import (
    CreateService,
    NotSeen,
    PartlyListed,
    SeveralSeen,
    limit_of,
    listing_of,
    new_port_in,
)
from portui.operations.read_back import NotFound, StopWaitingError, read_back, unless, waits
from portui.operations.write import (
    NotSent,
    Observer,
    Phase,
    ReadBackFailure,
    Stopped,
    StoppedWaiting,
    written_after,
    written_before,
)
from portui.port.editing import NewPort
from portui.port.listed import Pipeline
from portui.port.model import Port


class CreationLog(Protocol):
    """Records ports to create. All methods block, and may raise `JournalError`."""

    def record_creation(self, creation: Creation) -> CreationEntry: ...
    def record_named(self, entry: CreationEntry, port_id: UUID) -> CreationEntry: ...
    def record_result(
        self, entry: CreationEntry, result: Result, after: Port | None = None
    ) -> CreationEntry: ...


@dataclass(frozen=True, slots=True)
class Creator:
    """What creating a port needs: the service, a journal, and the profile's name."""

    service: CreateService
    journal: CreationLog
    profile: str
    clock: Clock = field(default_factory=Clock)


@dataclass(frozen=True, slots=True)
class Creating:
    """A port to create in a pipeline."""

    pipeline_id: UUID
    pipeline_name: str | None
    new: NewPort
    draft: str | None = None
    """The ID of the draft that it comes from."""
    unrecorded: bool = False
    """Whether to send it without a journal entry, as the operator agreed."""

    @property
    def pipeline(self) -> Pipeline:
        """The pipeline that gets the port."""
        return Pipeline(self.pipeline_id, self.pipeline_name)


@dataclass(frozen=True, slots=True)
class Created:
    """The port exists, as read. The service may have given it other values than asked for.

    `acknowledged` is false if the reply to the POST was lost: then it's the pipeline's only new
    port with the values that were sent.
    """

    reading: Reading
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """The service refused to create the port."""

    error: errors.RefusedError


WhyUnknown: TypeAlias = ReadBackFailure | NotSeen | SeveralSeen | PartlyListed


@dataclass(frozen=True, slots=True)
class Unknown:
    """Whether the port exists can't be known. `write_error` is `None` if it was acknowledged."""

    write_error: errors.ServiceError | None
    why: WhyUnknown
    port_id: UUID | None = None
    """The new port's ID, if the service named it."""


CreateOutcome: TypeAlias = Created | NotSent | Stopped | Refused | Unknown


def result_of(outcome: CreateOutcome) -> Result:
    """Return the result to record for an outcome."""
    match outcome:
        case Created():
            return Result.CREATED
        case NotSent() | Stopped():
            return Result.NOT_SENT
        case Refused():
            return Result.REFUSED
        case Unknown(why=NotSeen()):
            return Result.NOT_CONFIRMED
        case Unknown():
            return Result.UNKNOWN


async def create(creator: Creator, creating: Creating, observer: Observer) -> CreateOutcome:
    """Create a port with a single POST, and find out whether it exists."""
    observer.on_phase(Phase.CHECKING, 1)
    before = await listing_of(creator.service, creator.clock, creating.pipeline)
    if isinstance(before, errors.ServiceError):
        return NotSent(before)
    entry = None if creating.unrecorded else await _record(creator, creating, before)
    if isinstance(entry, Stopped):
        return entry
    outcome = await _send(creator, creating, before, entry, observer)
    if entry is not None:
        await record_creation_result(creator, entry, result_of(outcome), outcome)
    return outcome


async def _send(
    creator: Creator,
    creating: Creating,
    before: Listing,
    entry: CreationEntry | None,
    observer: Observer,
) -> CreateOutcome:
    """Send the port, once, and read it back or look for it."""
    observer.on_phase(Phase.SENDING, 1)
    try:
        port_id = await creator.service.create_port(creating.pipeline_id, creating.new)
    except errors.ReadOnlyError as error:
        return Stopped(error)
    except errors.NotSentError as error:
        return NotSent(error)
    except errors.RefusedError as error:
        return Refused(error)
    except errors.ServiceError as error:
        return await _look_for(creator, creating, before, error, observer)
    if any(listed.id == port_id for listed in before.ports):
        odd = errors.UnexpectedReplyError(201, errors.UnexpectedReplyError.Why.NOT_A_PORT)
        return await _look_for(creator, creating, before, odd, observer)
    await _record_named(creator, entry, port_id)
    reader = Reader(creator.service, creator.clock)
    last = await read_back(reader, port_id, observer, done=lambda _: True, may_appear=True)
    return outcome_of_named(port_id, last)


def outcome_of_named(
    port_id: UUID, last: Reading | NotFound | ReadBackFailure
) -> Created | Unknown:
    """Judge by the last reading of the port that the service named."""
    match last:
        case Reading():
            return Created(last, acknowledged=True)
        case NotFound():
            return Unknown(None, NotSeen(), port_id)
        case failure:
            return Unknown(None, failure, port_id)


async def _look_for(
    creator: Creator,
    creating: Creating,
    before: Listing,
    write_error: errors.ServiceError,
    observer: Observer,
) -> Created | Unknown:
    """List the pipeline's ports until a new one has the values sent, for about 5 s.

    After a listing that fails, the next one is tried. If an earlier one succeeded without finding
    the port, that counts for more than later failures.
    """
    if limit := limit_of(before):
        return Unknown(write_error, PartlyListed(limit))
    known = frozenset(listed.id for listed in before.ports)
    why: WhyUnknown = StoppedWaiting()
    call = partial(listing_of, creator.service, creator.clock, creating.pipeline)
    with suppress(StopWaitingError):
        for pause in waits(creator.clock, observer):
            await unless(observer.stop_waiting, partial(creator.clock.sleep, pause))
            listing = await unless(observer.stop_waiting, call)
            found = new_port_in(listing, known, creating.new)
            if isinstance(found, Reading):
                return Created(found, acknowledged=False)
            if isinstance(found, SeveralSeen):
                return Unknown(write_error, found)
            why = found if not isinstance(why, NotSeen) else why
    return Unknown(write_error, why)


async def _record(creator: Creator, creating: Creating, before: Listing) -> CreationEntry | Stopped:
    """Record the port in the journal before it is sent; if cancelled, record that it wasn't."""
    creation = Creation(
        creator.profile,
        creating.pipeline_id,
        creating.pipeline_name,
        creating.new,
        frozenset(listed.id for listed in before.ports),
        creating.draft,
    )
    return await written_before(
        lambda: creator.journal.record_creation(creation),
        lambda entry: record_creation_result(creator, entry, Result.NOT_SENT, None),
    )


async def _record_named(creator: Creator, entry: CreationEntry | None, port_id: UUID) -> None:
    """Record the ID that the service gave the port, in case it can't be read before the end."""
    if entry is not None:
        await written_after(lambda: creator.journal.record_named(entry, port_id))


async def record_creation_result(
    creator: Creator, entry: CreationEntry, result: Result, outcome: object
) -> None:
    """Record what became of a port to create, and the port if it was read.

    If this fails, the port is looked for at the next start.
    """
    after = outcome.reading.port if isinstance(outcome, Created) else None
    await written_after(lambda: creator.journal.record_result(entry, result, after))
