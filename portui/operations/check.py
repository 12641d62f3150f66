"""Check a change whose run ended before the outcome was known."""

from typing import Final, TypeAlias

from portui.api import errors
from portui.journal import Call, Entry, Result
from portui.operations.delete import Deleted, StillExists, delete_outcome
from portui.operations.look_up import Reading, says_no_such_port
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
    last: Reading | NotFound | ReadBackFailure
    try:
        reading = await writer.reader.look_up(intent.port_id)
    except errors.ServiceError as error:
        last = NotFound() if says_no_such_port(error) else error
    else:
        last = reading if reading.is_requested else DifferentPort()
    outcome: CheckOutcome
    write_error = errors.ConnectionLostError()  # the reply, if any, was not seen
    if intent.call is Call.DELETE:
        outcome = delete_outcome(last, write_error)
    else:
        outcome = save_outcome(intent.change, intent.before, last, write_error)
    if (result := _RESULTS.get(type(outcome))) is not None:
        await record_result(writer, entry, result, outcome)
    return outcome
