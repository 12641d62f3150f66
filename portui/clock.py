"""The time of day, a monotonic clock and sleep, in one object that tests can replace."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import NamedTuple


def _seconds() -> float:
    """Return monotonic seconds, which include suspended time if the system has such a clock."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Clock(NamedTuple):
    """A wall clock for timestamps, and monotonic seconds for measuring durations."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    seconds: Callable[[], float] = _seconds
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
