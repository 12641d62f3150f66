"""Read a port back after a write, until the outcome is clear or time is up."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar
from uuid import UUID

from portui.api.errors import ServiceError
from portui.clock import Clock
from portui.operations.look_up import Reader, Reading, says_no_such_port
from portui.operations.write import (
    DifferentPort,
    Observer,
    Phase,
    ReadBackFailure,
    StoppedWaiting,
)

T = TypeVar("T")

# Seconds before each read: a 204 may arrive before every replica of the service has the change.
_PAUSES: Final = (0.0, 0.3, 0.7, 1.5, 2.5)
READS: Final = len(_PAUSES)
_DEADLINE: Final = 45.0  # seconds; no read starts after that


@dataclass(frozen=True, slots=True)
class NotFound:
    """The service reports that the port doesn't exist."""


def waits(clock: Clock, observer: Observer) -> Iterator[float]:
    """Yield the seconds to wait before each read, as long as there is time for it."""
    started = clock.seconds()
    for number, pause in enumerate(_PAUSES, start=1):
        if clock.seconds() + pause - started > _DEADLINE:
            return
        observer.on_phase(Phase.CONFIRMING, number)
        yield pause


async def read_back(
    reader: Reader,
    port_id: UUID,
    observer: Observer,
    done: Callable[[Reading], bool],
    *,
    may_appear: bool = False,
) -> Reading | NotFound | ReadBackFailure:
    """Read a port until `done`, until it isn't found, or until the reads are used up or skipped.

    Returns the last reading of the port, even if later reads failed. Without a reading, returns the
    last failure, or `StoppedWaiting` if there was none. With `may_appear`, a port that isn't found
    is read again, since it was just created.
    """
    last: Reading | NotFound | None = None
    failure: ReadBackFailure = StoppedWaiting()
    for pause in waits(reader.clock, observer):
        try:
            await unless(observer.stop_waiting, partial(reader.clock.sleep, pause))
            reading = await unless(observer.stop_waiting, partial(reader.read, port_id))
        except StopWaitingError:
            break
        except ServiceError as error:
            if not says_no_such_port(error):
                failure = error
            elif may_appear:
                last = NotFound()
            else:
                return NotFound()
            continue
        if reading.is_requested:
            last = reading
            if done(reading):
                break
        else:
            failure = DifferentPort()
    return last or failure


class StopWaitingError(Exception):
    """The caller stopped waiting."""


async def unless(stop: asyncio.Event, call: Callable[[], Awaitable[T]]) -> T:
    """Await a call; if `stop` is set first, cancel it and raise `StopWaitingError`."""
    if stop.is_set():
        raise StopWaitingError
    task = asyncio.ensure_future(call())
    stopped = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise StopWaitingError
    finally:
        stopped.cancel()
        task.cancel()
        task.add_done_callback(_ignore_error)


def _ignore_error(task: asyncio.Future[T]) -> None:
    """Have the loop not report an error in which a cancelled task ends, as of its connection."""
    if not task.cancelled():
        task.exception()
