"""Look up a port: the service's calls, and a read that retries transient failures."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol
from uuid import UUID

from portui.api.errors import ConnectionLostError, RefusedError, ServiceError, UnavailableError
from portui.clock import Clock
from portui.port.model import Port

if TYPE_CHECKING:  # not needed for reading a port
    from portui.port.editing import Change


class PortService(Protocol):
    """The service's port calls. Each may raise a `ServiceError`; none retries."""

    async def get_port(self, port_id: UUID) -> Port: ...
    async def update_port(self, port_id: UUID, change: "Change") -> None: ...
    async def delete_port(self, port_id: UUID) -> None: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """A port as the service returned it at one moment."""

    port_id: UUID
    """The requested ID."""
    port: Port
    at: datetime
    at_seconds: float
    """The same moment on `Clock.seconds`, for ages."""
    took: float
    """Seconds from the call to the reply, without earlier attempts and pauses."""

    @property
    def is_requested(self) -> bool:
        """Whether this is the requested port; if not, it may only be shown."""
        return self.port.id == self.port_id


@dataclass(frozen=True, slots=True)
class Retrying:
    """A read failed and will be retried after a pause."""

    attempt: int
    """The number of the next attempt, from 2."""
    pause: float
    """Seconds until then."""
    error: ServiceError


def _ignore(_: Retrying) -> None:
    pass


PAUSES: Final = (0.5, 1.5)  # seconds before the second and third attempt, less some jitter
ATTEMPTS: Final = len(PAUSES) + 1
_LONGEST_PAUSE: Final = 10.0  # seconds; a longer Retry-After ends the retries
_RETRYABLE: Final = frozenset({408, 429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads ports from a service."""

    service: PortService
    clock: Clock = field(default_factory=Clock)

    async def read(self, port_id: UUID) -> Reading:
        """Read a port once. Raises a `ServiceError`."""
        started = self.clock.seconds()
        port = await self.service.get_port(port_id)
        at = self.clock.seconds()
        return Reading(port_id, port, self.clock.now(), at, at - started)

    async def look_up(
        self, port_id: UUID, on_retry: Callable[[Retrying], None] = _ignore
    ) -> Reading:
        """Read a port, with up to two retries after transient failures. Raises `ServiceError`."""
        for attempt, pause in enumerate(PAUSES, start=2):
            try:
                return await self.read(port_id)
            except ServiceError as error:
                wait = pause_after(error, pause)
                if wait is None:
                    raise
                on_retry(Retrying(attempt, wait, error))
            await self.clock.sleep(wait)
        return await self.read(port_id)


def pause_after(error: ServiceError, pause: float) -> float | None:
    """Return the seconds to wait before a retry, or `None` if it's pointless or too far off."""
    if not isinstance(error, ConnectionLostError | UnavailableError):
        return None
    if isinstance(error, UnavailableError):
        if error.status not in _RETRYABLE:
            return None
        if error.retry_after is not None:
            return error.retry_after if error.retry_after <= _LONGEST_PAUSE else None
    return pause * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not security


def rejects_token(error: ServiceError) -> bool:
    """Return whether the service rejects the token: it is invalid, or was revoked."""
    return isinstance(error, RefusedError) and error.status in _TOKEN_REJECTED


_TOKEN_REJECTED: Final = frozenset({401, 410})


def says_no_such_port(error: ServiceError) -> bool:
    """Return whether the service itself reports that the port doesn't exist.

    A proxy's 404 doesn't count.
    """
    return isinstance(error, RefusedError) and error.no_such_port
