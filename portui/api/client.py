"""The service's port calls, as the provider's published specification documents them."""

import time
from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar
from uuid import UUID

from portui.api import wire
from portui.api.errors import (
    ReadOnlyError,
    RefusedError,
    ServiceError,
    UnavailableError,
    UnexpectedReplyError,
)
from portui.api.exchange import Exchange, Response
from portui.port.editing import Change
from portui.port.model import Port
from portui.threads import in_daemon_thread

T = TypeVar("T")

_LARGE: Final = 128 * 1024  # bytes of JSON; decoding more could delay key presses
_NOT_REFUSALS: Final = frozenset({408, 429})  # sent by gateways, about this attempt only


class CloudClient:
    """The service's port calls. Each may raise a `ServiceError`; none is retried."""

    def __init__(self, exchange: Exchange, *, read_only: bool) -> None:
        self._exchange = exchange
        self._read_only = read_only

    async def connect_early(self) -> None:
        """Open a connection for the first call to use. Failures are ignored."""
        await self._exchange.connect_early()

    async def get_port(self, port_id: UUID) -> Port:
        """Return the port in the service's reply, which may not be the requested one."""
        answer = await self._exchange.send("GET", _path(port_id))
        if answer.status != 200:
            raise await _failure(answer)
        match await _read(answer, wire.port_from):
            case Port() as port:
                return port
            case None:
                raise UnexpectedReplyError(answer.status, UnexpectedReplyError.Why.NOT_A_PORT)
            case ValueError():
                raise UnexpectedReplyError(answer.status, UnexpectedReplyError.Why.NOT_JSON)

    async def update_port(self, port_id: UUID, change: Change) -> None:
        """Send a change. On return it is acknowledged, but not confirmed by a read."""
        self._check_writable()
        answer = await self._exchange.send("PATCH", _path(port_id), wire.body_of(change))
        await _check_acknowledged(answer)

    async def delete_port(self, port_id: UUID) -> None:
        """Delete a port. On return the deletion is acknowledged, but not confirmed by a read."""
        self._check_writable()
        await _check_acknowledged(await self._exchange.send("DELETE", _path(port_id)))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._exchange.aclose()

    def _check_writable(self) -> None:
        if self._read_only:
            raise ReadOnlyError


def _path(port_id: UUID) -> str:
    return f"/v1/pipeline_ports/{port_id}"


async def _check_acknowledged(answer: Response) -> None:
    if answer.status != 204:
        raise await _failure(answer)


async def _read(answer: Response, interpret: Callable[[object], T]) -> T | ValueError:
    """Decode and interpret a response's JSON. Returns the `ValueError` if it can't be decoded."""

    def read() -> T | ValueError:
        try:
            return interpret(wire.redacted(wire.decode(answer.body), answer.redact))
        except ValueError as error:
            return error

    if len(answer.body) <= _LARGE:
        return read()
    outcome = await in_daemon_thread(read)
    if isinstance(outcome, Exception) and not isinstance(outcome, ValueError):
        raise outcome
    return outcome


async def _failure(answer: Response) -> ServiceError:
    """Return the error for an unsuccessful response."""
    status = answer.status
    if not 400 <= status < 600:
        return UnexpectedReplyError(status, UnexpectedReplyError.Why.UNEXPECTED_STATUS)
    found = await _read(answer, wire.error_from)
    error = None if isinstance(found, ValueError) else found
    if status >= 500 or status in _NOT_REFUSALS:
        return UnavailableError(status, error.error if error else None, _retry_after(answer))
    if error is None:
        return UnexpectedReplyError(status, UnexpectedReplyError.Why.NO_ERROR_BODY)
    return RefusedError(status, error.error, error.detail, error.quota_limit, error.quota_remaining)


def _retry_after(answer: Response) -> float | None:
    """Return the seconds until the Retry-After time, from either form of the header, or `None`."""
    value = answer.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:12])
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:  # HTTP dates are in UTC even without a zone
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, moment.timestamp() - time.time())
