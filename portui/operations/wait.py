"""Wait until the service has assigned a port's endpoint, by reading the port again and again."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from typing import Final
from uuid import UUID

from portui.api.errors import RefusedError, ServiceError
from portui.operations.look_up import Reader, Reading, Retrying
from portui.operations.watch import FailedReads, due_at, ends_watch, failed_again
from portui.port.model import Port

_TICK: Final = 1.0  # seconds between two looks at the clock, which a suspend may have moved on


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is known while an endpoint is awaited, or at the timeout."""

    seconds: float
    """How long it has been waited for."""
    reading: Reading | None = None
    """The last one."""
    failed: FailedReads | None = None
    """The reads that failed since."""


def is_assigned(port: Port) -> bool:
    """Return whether a port has an endpoint. One that can't be read counts as none."""
    return isinstance(port.endpoint, str) and bool(port.endpoint)


async def wait_for_endpoint(
    reader: Reader,
    port_id: UUID,
    timeout: float | None,  # noqa: ASYNC109 - says what has been read
    on_news: Callable[[Waiting | Retrying], None],
) -> Reading | Waiting:
    """Read a port until its endpoint is assigned, and return that reading.

    It is read as often as a watched port, and at least once if `timeout` is 0 seconds. Returns what
    is known at the timeout. A reading of another port is returned as well. Raises the
    `ServiceError` of the first reading, or of one that the next reading would meet too.
    """
    clock, started = reader.clock, reader.clock.seconds()
    end = inf if timeout is None else started + timeout
    try:
        async with asyncio.timeout(timeout or None):
            reading = await reader.look_up(port_id, on_news)
    except TimeoutError:
        return Waiting(clock.seconds() - started)
    failed: FailedReads | None = None
    while reading.is_requested and not is_assigned(reading.port):
        now = clock.seconds()
        waiting = Waiting(now - started, reading, failed)
        if now >= end:
            return waiting
        on_news(waiting)
        due = due_at(reading, failed)
        if now < due:
            await clock.sleep(min(due - now, end - now, _TICK))
            continue
        try:
            async with asyncio.timeout(None if end == inf else end - now):
                reading, failed = await reader.read(port_id), None
        except TimeoutError:
            return replace(waiting, seconds=clock.seconds() - started)
        except ServiceError as error:
            if ends_watch(error) or isinstance(error, RefusedError):
                raise
            failed = failed_again(failed, error, clock)
    return reading
