"""Check changes, and ports to create, whose run ended before the outcome was known."""

from typing import Final, TypeAlias
from uuid import UUID

from portui.api import errors
from portui.journal import Call, CreationEntry, Entry, Result
from portui.operations.create import (
    Created,
    Creator,
    outcome_of_named,
    record_creation_result,
    result_of,
)
from portui.operations.create import Unknown as CreationUnknown
from portui.operations.delete import Deleted, StillExists, delete_outcome
from portui.operations.look_up import Reader, Reading, says_no_such_port
from portui.operations.new_port import (
    NotSeen,
    PartlyListed,
    SeveralSeen,
    listing_of,
    new_port_in,
)
from portui.operations.read_back import NotFound
from portui.operations.save import DifferentValues, NotConfirmed, Saved, save_outcome
from portui.operations.write import (
    DifferentPort,
    NoSuchPort,
    ReadBackFailure,
    Unknown,
    Writer,
    record_result,
)

CheckOutcome: TypeAlias = (
    Saved | DifferentValues | NotConfirmed | NoSuchPort | Deleted | StillExists | Unknown
)

_RESULTS: Final[dict[type[CheckOutcome], Result]] = {
    Saved: Result.SAVED,
    DifferentValues: Result.DIFFERENT_VALUES,
    NotConfirmed: Result.NOT_CONFIRMED,
    NoSuchPort: Result.NO_SUCH_PORT,
    Deleted: Result.DELETED,
    StillExists: Result.NOT_CONFIRMED,
}
"""The results to record. `Unknown` isn't recorded, so the entry stays open."""


async def check_entry(writer: Writer, entry: Entry) -> CheckOutcome:
    """Look up a port and judge by the reading what became of a change."""
    intent = entry.intent
    last = await _look_up(writer.reader, intent.port_id)
    outcome: CheckOutcome
    write_error = errors.ConnectionLostError()  # the reply, if any, was not seen
    if intent.call is Call.DELETE:
        outcome = delete_outcome(last, write_error)
    else:
        outcome = save_outcome(intent.change, intent.before, last, write_error)
    if (result := _RESULTS.get(type(outcome))) is not None:
        await record_result(writer, entry, result, outcome)
    return outcome


async def check_creation(creator: Creator, entry: CreationEntry) -> Created | CreationUnknown:
    """Look for a port whose run ended before it was known whether it was created.

    The result is recorded, unless the service couldn't be asked: then the entry stays open.
    """
    creation = entry.creation
    outcome: Created | CreationUnknown
    if entry.named:
        last = await _look_up(Reader(creator.service, creator.clock), entry.named)
        outcome = outcome_of_named(entry.named, last)
    else:
        lost = errors.ConnectionLostError()  # the reply, if any, was not seen
        listing = await listing_of(creator.service, creator.clock, creation.pipeline)
        match new_port_in(listing, creation.others, creation.new):
            case Reading() as reading:
                outcome = Created(reading, acknowledged=False)
            case why:
                outcome = CreationUnknown(lost, why)
    if not is_left_open(outcome):
        await record_creation_result(creator, entry, result_of(outcome), outcome)
    return outcome


def is_left_open(outcome: Created | CreationUnknown) -> bool:
    """Return whether the service couldn't be asked, so that it has to be asked again."""
    return isinstance(outcome, CreationUnknown) and not isinstance(
        outcome.why, NotSeen | SeveralSeen | PartlyListed
    )


async def _look_up(reader: Reader, port_id: UUID) -> Reading | NotFound | ReadBackFailure:
    """Look up a port, and return what an outcome is judged by."""
    try:
        reading = await reader.look_up(port_id)
    except errors.ServiceError as error:
        return NotFound() if says_no_such_port(error) else error
    return reading if reading.is_requested else DifferentPort()
