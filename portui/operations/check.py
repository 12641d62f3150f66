"""Looking after changes whose run ended before it knew what came of them."""

from typing import Final, TypeAlias

from portui.api import errors
from portui.journal import Call, Entry, Result
from portui.operations.delete import Gone, StillThere, judge_deletion
from portui.operations.look_up import Reading, says_no_such_port
from portui.operations.read_back import Absent
from portui.operations.save import ChangedOtherwise, NotSeen, Saved, judge
from portui.operations.writing import AnotherPort, Unknown, Untold, Vanished, Writer, write_result

CheckOutcome: TypeAlias = (
    Saved | ChangedOtherwise | NotSeen | Vanished | Gone | StillThere | Unknown
)

_RESULTS: Final[dict[type[CheckOutcome], Result]] = {
    Saved: Result.SAVED,
    ChangedOtherwise: Result.CHANGED_OTHERWISE,
    NotSeen: Result.NOT_SEEN,
    Vanished: Result.GONE,
    Gone: Result.DELETED,
    StillThere: Result.NOT_SEEN,
}
"""What is written down; a check that tells nothing leaves the entry as it is."""


async def check_entry(writer: Writer, entry: Entry) -> CheckOutcome:
    """Read a port, once, and judge by it what came of a change that nobody saw the end of."""
    intent = entry.intent
    last: Reading | Absent | Untold
    try:
        reading = await writer.reader.look_up(intent.port_id)
    except errors.ServiceError as error:
        last = Absent() if says_no_such_port(error) else error
    else:
        last = reading if reading.genuine else AnotherPort()
    outcome: CheckOutcome
    write_error = errors.ConnectionLost()  # whatever was said to the change, nobody heard it
    if intent.call is Call.DELETE:
        outcome = judge_deletion(last, write_error)
    else:
        outcome = judge(intent.change, intent.before, last, write_error)
    if (result := _RESULTS.get(type(outcome))) is not None:
        await write_result(writer, entry, result, outcome)
    return outcome
