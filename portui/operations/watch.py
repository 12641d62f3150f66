"""Watch a port: when to read it again, and which failures end that."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from portui.api.errors import NoTokenError, ServiceError, UnavailableError
from portui.clock import Clock
from portui.operations.look_up import Reading, rejects_token, says_no_such_port

INTERVAL: Final = 5.0
"""Seconds between two reads. Clusters sync with the service every 15 s."""

_LONGEST: Final = 30.0  # seconds between two reads while they fail
_MOST_DOUBLINGS: Final = 3  # of the interval, which then exceeds the longest
_LONGEST_RETRY_AFTER: Final = 24 * 60 * 60.0  # seconds; a Retry-After beyond that is a mistake


@dataclass(frozen=True, slots=True)
class FailedReads:
    """Reads that failed one after another while a port is watched."""

    count: int
    error: ServiceError
    """The last one's."""
    next_at: datetime
    next_at_seconds: float
    """The same moment on `Clock.seconds`."""


def failed_again(before: FailedReads | None, error: ServiceError, clock: Clock) -> FailedReads:
    """Return the failed reads with one more, and when the next read is due."""
    count = before.count + 1 if before else 1
    pause = _pause_after(count, error)
    next_at = clock.now() + timedelta(seconds=pause)
    return FailedReads(count, error, next_at, clock.seconds() + pause)


def _pause_after(count: int, error: ServiceError) -> float:
    """Return the seconds until the next read: more after each failure, or what the reply asks."""
    longer = min(INTERVAL * 2.0 ** min(count, _MOST_DOUBLINGS), _LONGEST)
    pause = longer * random.uniform(0.75, 1.0)  # noqa: S311 - jitter, not security
    asked = error.retry_after if isinstance(error, UnavailableError) else None
    return max(pause, min(asked or 0.0, _LONGEST_RETRY_AFTER))


def due_at(last: Reading, failed: FailedReads | None) -> float:
    """Return when the next read is due, on `Clock.seconds`."""
    return failed.next_at_seconds if failed else last.at_seconds + INTERVAL


def ends_watch(error: ServiceError) -> bool:
    """Return whether reading again is pointless: no such port, no token, or a rejected one."""
    return rejects_token(error) or says_no_such_port(error) or isinstance(error, NoTokenError)
