"""Test an endpoint: resolve its host, then open and close a TCP connection to it.

Nothing is sent, and no proxy is used. All of it takes at most `DEADLINE` seconds. The addresses are
tried in the resolver's order until one connects; each gets an equal share of the time left.
"""

import asyncio
import errno
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from functools import partial
from typing import Final, TypeAlias

from portui.clock import Clock
from portui.port.endpoint import Locality, Target, locality
from portui.threads import in_daemon_thread

DEADLINE: Final = 5.0  # seconds for everything
MOST_TRIED: Final = 8  # addresses

SocketAddress: TypeAlias = tuple[str, int] | tuple[str, int, int, int]


class Failure(Enum):
    """Why a name couldn't be resolved, or an address couldn't be connected to."""

    NAME_UNKNOWN = auto()
    NAME_SERVICE_FAILED = auto()
    TIMED_OUT = auto()
    REFUSED = auto()
    UNREACHABLE = auto()
    RESET = auto()
    NOT_PERMITTED = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Address:
    """An address to connect to, as the resolver returned it."""

    family: int
    address: SocketAddress

    @property
    def host(self) -> str:
        """The address without the port number."""
        return self.address[0]


Resolve: TypeAlias = Callable[[str, int], tuple[Address, ...]]
"""Blocks. Returns at least one address for a host and port number, or raises `OSError`."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The addresses of a name, and the seconds that finding them took."""

    addresses: tuple[str, ...]
    took: float


@dataclass(frozen=True, slots=True)
class Attempt:
    """A connection that was opened and closed, or that failed, and the seconds that this took."""

    address: str
    took: float
    failure: Failure | None = None
    locality: Locality | None = None


@dataclass(frozen=True, slots=True)
class NotResolved:
    """A name that couldn't be resolved."""

    target: Target
    at: datetime
    failure: Failure
    took: float


@dataclass(frozen=True, slots=True)
class Tried:
    """Attempts to connect, in order; only the last can have succeeded."""

    target: Target
    at: datetime
    resolved: Resolved | None
    """`None` for a literal address."""
    attempts: tuple[Attempt, ...]


ReachOutcome: TypeAlias = NotResolved | Tried


def resolve(host: str, number: int) -> tuple[Address, ...]:
    """Return the addresses of a host in the system's order. Blocks; raises `OSError`."""
    found = socket.getaddrinfo(host.encode("ascii"), number, type=socket.SOCK_STREAM)
    addresses = (Address(family, address) for family, _, _, _, address in found)  # type: ignore[arg-type]
    return tuple(dict.fromkeys(addresses))


async def reach(target: Target, clock: Clock, resolve: Resolve = resolve) -> ReachOutcome:
    """Test a target. Cancelling abandons a lookup under way, and closes the connection."""
    at, start = clock.now(), clock.seconds()
    ends = asyncio.get_running_loop().time() + DEADLINE
    found: tuple[Address, ...] | Exception = TimeoutError()
    with suppress(TimeoutError):
        async with asyncio.timeout_at(ends):
            found = await in_daemon_thread(partial(resolve, target.host, target.number))
    took = clock.seconds() - start
    if isinstance(found, Exception):
        return NotResolved(target, at, _failure(found), took)
    resolved = Resolved(tuple(each.host for each in found), took)
    attempts = await _try_in_order(found[:MOST_TRIED], ends, clock)
    return Tried(target, at, None if target.is_address else resolved, attempts)


async def _try_in_order(
    addresses: tuple[Address, ...], ends: float, clock: Clock
) -> tuple[Attempt, ...]:
    attempts: list[Attempt] = []
    for number, address in enumerate(addresses):
        now = asyncio.get_running_loop().time()
        share = (ends - now) / (len(addresses) - number)
        attempts.append(await _try(address, now + share, clock))
        if attempts[-1].failure is None:
            break
    return tuple(attempts)


async def _try(address: Address, ends: float, clock: Clock) -> Attempt:
    start, failure = clock.seconds(), None
    try:
        async with asyncio.timeout_at(ends):
            await _connect(address)
    except OSError as error:
        failure = _failure(error)
    return Attempt(address.host, clock.seconds() - start, failure, _locality(address))


async def _connect(address: Address) -> None:
    """Open a connection and close it. Raises `OSError`."""
    with socket.socket(address.family, socket.SOCK_STREAM) as connection:
        connection.settimeout(0)
        await asyncio.get_running_loop().sock_connect(connection, address.address)
        # Where nobody listens on a port of this machine, the system may pick that very port for
        # this end, and connect it to itself.
        if connection.getsockname() == connection.getpeername():
            raise ConnectionRefusedError


def _locality(address: Address) -> Locality | None:
    """Return whether an address is this machine's or this network's. Sends nothing."""
    if known := locality(address.host):
        return known
    with suppress(OSError), socket.socket(address.family, socket.SOCK_DGRAM) as asking:
        asking.connect(address.address)  # of a datagram socket: only chooses this end's address
        if asking.getsockname()[0] == address.host:
            return Locality.OWN
    return None


_CONNECT_FAILURES: Final = {
    errno.ECONNREFUSED: Failure.REFUSED,
    errno.ECONNRESET: Failure.RESET,
    errno.ETIMEDOUT: Failure.TIMED_OUT,
    errno.EACCES: Failure.NOT_PERMITTED,
    errno.EPERM: Failure.NOT_PERMITTED,
    errno.EHOSTUNREACH: Failure.UNREACHABLE,
    errno.ENETUNREACH: Failure.UNREACHABLE,
    errno.ENETDOWN: Failure.UNREACHABLE,
    errno.EHOSTDOWN: Failure.UNREACHABLE,
    errno.EADDRNOTAVAIL: Failure.UNREACHABLE,
    errno.EAFNOSUPPORT: Failure.UNREACHABLE,
    errno.EINVAL: Failure.UNREACHABLE,  # a link-local IPv6 address without a zone
}
_NO_SUCH_NAME: Final = frozenset(
    {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
)


def _failure(error: Exception) -> Failure:
    match error:
        case socket.gaierror(errno=code):
            return Failure.NAME_UNKNOWN if code in _NO_SUCH_NAME else Failure.NAME_SERVICE_FAILED
        case TimeoutError():
            return Failure.TIMED_OUT
        case ConnectionRefusedError():  # also where it has no number
            return Failure.REFUSED
        case OSError(errno=code):
            return _CONNECT_FAILURES.get(code or 0, Failure.OTHER)
        case _:
            return Failure.OTHER
