"""The time: the moment, a span, a pause, for all who need it, and for tests to hold."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def _seconds() -> float:
    """Seconds on a clock that goes on while the machine sleeps, where the system has one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass(frozen=True, slots=True)
class Clock:
    """Two clocks: one to name moments with, one to measure spans with."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    seconds: Callable[[], float] = _seconds
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
