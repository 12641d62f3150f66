"""Reading a port: the service as operations know it, and a lookup that survives a hiccup."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from portui.api.errors import ConnectionLost, Refused, ServiceError, Unavailable
from portui.clock import Clock
from portui.port.editing import Change
from portui.port.model import Port


class PortService(Protocol):
    """The calls. Each raises a `ServiceError`; none repeats itself."""

    async def get_port(self, port_id: UUID) -> Port: ...
    async def update_port(self, port_id: UUID, change: Change) -> None: ...
    async def delete_port(self, port_id: UUID) -> None: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """A port as the service answered it at one moment."""

    asked: UUID
    port: Port
    at: datetime
    at_seconds: float
    """The same moment on `Clock.seconds`, for ages."""
    took: float
    """Seconds from the call to the answer, the pauses of repeated attempts left out."""

    @property
    def genuine(self) -> bool:
        """Whether it is about the port asked for. If not, nothing may be done with it but look."""
        return self.port.id == self.asked


@dataclass(frozen=True, slots=True)
class Retrying:
    """A read failed in passing and is made again after a pause."""

    attempt: int
    """Which attempt comes next, from 2."""
    pause: float
    """Seconds until it does."""
    error: ServiceError


Report = Callable[[Retrying], None]


def _nobody_asks(_: Retrying) -> None:
    pass


_PAUSES: Final = (0.5, 1.5)  # seconds before the second and third attempt, half of it drawn anew
ATTEMPTS: Final = len(_PAUSES) + 1
_LONGEST_PAUSE: Final = 10.0  # of what a Retry-After may ask for
_PASSING: Final = frozenset({408, 429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads ports from a service."""

    service: PortService
    clock: Clock = field(default_factory=Clock)

    async def read(self, port_id: UUID) -> Reading:
        """Read once. Raises a `ServiceError`."""
        started = self.clock.seconds()
        port = await self.service.get_port(port_id)
        at = self.clock.seconds()
        return Reading(port_id, port, self.clock.now(), at, at - started)

    async def look_up(self, port_id: UUID, report: Report = _nobody_asks) -> Reading:
        """Read; after a failure in passing again, twice at most. Raises a `ServiceError`."""
        for attempt, pause in enumerate(_PAUSES, start=2):
            try:
                return await self.read(port_id)
            except (ConnectionLost, Unavailable) as error:
                wait = _pause_after(error, pause)
                if wait is None:
                    raise
                report(Retrying(attempt, wait, error))
            await self.clock.sleep(wait)
        return await self.read(port_id)


def _pause_after(error: ConnectionLost | Unavailable, pause: float) -> float | None:
    """Seconds to wait before another attempt; `None` where that's pointless or too long."""
    if isinstance(error, Unavailable):
        if error.status not in _PASSING:
            return None
        if error.retry_after is not None:
            return error.retry_after if error.retry_after <= _LONGEST_PAUSE else None
    return pause * random.uniform(0.5, 1.0)  # noqa: S311 - spreads clients, guards nothing


def says_no_such_port(error: ServiceError) -> bool:
    """Whether the service itself said that there is no such port (a proxy's 404 proves nothing)."""
    return isinstance(error, Refused) and error.no_such_port
