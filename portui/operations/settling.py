"""Reading back after a write, until the reads agree with it or time is up."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from portui.api.errors import ServiceError
from portui.operations.reading import Reader, Reading, says_no_such_port

# Seconds before each read: a 204 may come before the change is to be seen everywhere.
_PAUSES: Final = (0.0, 0.3, 0.7, 1.5, 2.5)
_ENOUGH: Final = 45.0  # seconds, after which no further read begins


@dataclass(frozen=True, slots=True)
class Absent:
    """The service says that there is no such port."""


async def settle(
    reader: Reader, port_id: UUID, done: Callable[[Reading], bool]
) -> Reading | Absent | ServiceError | None:
    """Read until `done`, or the port is absent, or the reads are used up.

    Returns the last reading that was about the port, even if later reads failed; without any, the
    last error, or `None` if another port was answered.
    """
    last: Reading | None = None
    failure: ServiceError | None = None
    started = reader.clock.seconds()
    for pause in _PAUSES:
        await reader.clock.sleep(pause)
        if reader.clock.seconds() - started > _ENOUGH:
            break
        try:
            reading = await reader.read(port_id)
        except ServiceError as error:
            if says_no_such_port(error):
                return Absent()
            failure = error
            continue
        if reading.genuine:
            last = reading
            if done(reading):
                break
    return last or failure
