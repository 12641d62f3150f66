"""Reading back after a write, until the reads agree with it or time is up."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar
from uuid import UUID

from portui.api.errors import ServiceError
from portui.operations.look_up import Reader, Reading, says_no_such_port
from portui.operations.writing import AnotherPort, CutShort, Phase, Untold, Watch

T = TypeVar("T")

# Seconds before each read: a 204 may come before the change is to be seen everywhere.
_PAUSES: Final = (0.0, 0.3, 0.7, 1.5, 2.5)
READS: Final = len(_PAUSES)
_ENOUGH: Final = 45.0  # seconds, after which no further read begins


@dataclass(frozen=True, slots=True)
class Absent:
    """The service says that there is no such port."""


async def settle(
    reader: Reader, port_id: UUID, watch: Watch, done: Callable[[Reading], bool]
) -> Reading | Absent | Untold:
    """Read until `done`, or the port is absent, or the reads are used up or not waited for.

    Returns the last reading that was about the port, even if later reads failed; without any, why
    they told nothing.
    """
    last: Reading | None = None
    untold: Untold = CutShort()
    started = reader.clock.seconds()
    for number, pause in enumerate(_PAUSES, start=1):
        watch.report(Phase.READING_BACK, number)
        try:
            await _unless(watch.enough, partial(reader.clock.sleep, pause))
            if reader.clock.seconds() - started > _ENOUGH:
                break
            reading = await _unless(watch.enough, partial(reader.read, port_id))
        except _EnoughError:
            break
        except ServiceError as error:
            if says_no_such_port(error):
                return Absent()
            untold = error
            continue
        if reading.genuine:
            last = reading
            if done(reading):
                break
        else:
            untold = AnotherPort()
    return last or untold


class _EnoughError(Exception):
    """Nobody waits any more."""


async def _unless(enough: asyncio.Event, call: Callable[[], Awaitable[T]]) -> T:
    """Call and await, unless it's enough: then leave off, and raise."""
    if enough.is_set():
        raise _EnoughError
    task = asyncio.ensure_future(call())
    waiting = asyncio.ensure_future(enough.wait())
    try:
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise _EnoughError
    finally:
        waiting.cancel()
        task.cancel()
