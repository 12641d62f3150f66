"""What goes wrong on the way, as facts: above all, whether anything can have arrived."""

import errno
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import httpx

from portui.api.errors import (
    ConnectError,
    ConnectionLostError,
    ConnectionSetupError,
    Peer,
    ProxyError,
    ServiceError,
    TlsError,
)

FAILURES: tuple[type[Exception], ...] = (
    httpx.HTTPError,
    httpx.InvalidURL,  # an `api_url` whose path can't be one
    OSError,  # a TLS stream that breaks amid an answer
    ExceptionGroup,  # a proxy's port over 65535
)
"""What comes out of httpx."""
try:
    import socksio
except ImportError:
    pass  # then httpx refuses such proxies
else:
    FAILURES += (socksio.SOCKSError,)  # a proxy that speaks something else


@dataclass(slots=True)
class Progress:
    """How far a request got: before its first byte was written, nothing can have happened."""

    origin: Peer
    sent: bool
    proxied: bool = False
    """Whether a proxy is dialled in place of the origin."""
    peer: Peer = field(init=False)
    """What it is connecting to; without an address where the proxy's URL has no host."""
    _tunnelled: bool = False

    def __post_init__(self) -> None:
        self.peer = self.origin

    async def trace(self, event: str, details: Mapping[str, object]) -> None:
        """Note an event of httpcore's, which tells of it before it acts."""
        if event.endswith("connect_tcp.started"):
            host, port = details["host"], details["port"]
            if self.proxied:
                self.peer = Peer(f"{host}:{port}" if host else "", proxy=True)
        elif event.endswith("setup_socks5_connection.started"):
            self._tunnelled = True
        elif event.endswith("start_tls.started") and self._tunnelled:
            self.peer = self.origin
        elif event.endswith("send_request_headers.started"):
            tunnel = getattr(details["request"], "method", b"") == b"CONNECT"  # that's for a proxy
            self._tunnelled = self._tunnelled or tunnel
            self.sent = self.sent or not tunnel


def translate(error: Exception, progress: Progress) -> ServiceError:  # noqa: C901 - a table
    """A transport failure as facts: certain where nothing was sent, else unknown."""
    peer = progress.peer
    if progress.sent:
        return ConnectionLostError()
    if not peer.address:  # what HTTPS_PROXY=http:// comes to
        return ConnectionSetupError(ConnectionSetupError.Part.PROXY)
    if isinstance(error, httpx.ProxyError):
        return ProxyError(peer, str(error))
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                return TlsError(peer, cause.verify_message, untrusted=True)
            case ssl.SSLError():
                return TlsError(peer, cause.reason or "", untrusted=False)
            case TimeoutError():
                return ConnectError(ConnectError.Why.TIMED_OUT, peer)
            case socket.gaierror():
                return ConnectError(ConnectError.Why.NAME_UNKNOWN, peer)
            case ConnectionRefusedError():
                return ConnectError(ConnectError.Why.REFUSED, peer)
            case OSError(errno=number) if number in _UNREACHABLE:
                return ConnectError(ConnectError.Why.UNREACHABLE, peer)
            case OverflowError():
                return ConnectionSetupError(ConnectionSetupError.Part.PROXY)
    return ConnectError(ConnectError.Why.OTHER, peer)


_UNREACHABLE: Final = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH})


def _causes(error: BaseException) -> Iterator[BaseException]:
    """What led to an error, nearest first, groups opened."""
    pending: list[BaseException | None] = [error]
    while pending:
        if (cause := pending.pop(0)) is None:
            continue
        yield cause
        if isinstance(cause, BaseExceptionGroup):
            pending += cause.exceptions
        pending.append(cause.__cause__ or cause.__context__)
