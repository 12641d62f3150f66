"""Transport failures as service errors, above all whether the request can have arrived."""

import errno
import socket
import ssl
import sys
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


def failures() -> tuple[type[Exception], ...]:
    """Return the exceptions that an httpx request can raise."""
    # A proxy that doesn't speak SOCKS. Without socksio, httpx refuses SOCKS proxies.
    socks = sys.modules.get("socksio")
    return (*_FAILURES, socks.SOCKSError) if socks else _FAILURES


_FAILURES: Final = (
    httpx.HTTPError,
    httpx.InvalidURL,  # an `api_url` with an invalid path
    OSError,  # a TLS stream that breaks during a response
    ExceptionGroup,  # a proxy URL with a port above 65535
)


@dataclass(slots=True)
class Progress:
    """How far a request got. Until its first byte is written, it can't have had an effect."""

    origin: Peer
    sent: bool
    proxied: bool = False
    """Whether connections are made to a proxy instead of the origin."""
    peer: Peer = field(init=False)
    """The current peer; its address is empty if the proxy's URL has no host."""
    _tunnelled: bool = False

    def __post_init__(self) -> None:
        self.peer = self.origin

    async def trace(self, event: str, details: Mapping[str, object]) -> None:
        """Note an httpcore trace event; a `started` event precedes what it names."""
        if event.endswith("connect_tcp.started"):
            host, port = str(details["host"]), details["port"]
            if self.proxied:
                host = f"[{host}]" if ":" in host else host
                self.peer = Peer(f"{host}:{port}" if host else "", proxy=True)
        elif event.endswith("setup_socks5_connection.started"):
            self._tunnelled = True
        elif event.endswith("start_tls.started") and self._tunnelled:
            self.peer = self.origin
        elif event.endswith("send_request_headers.started"):
            tunnel = getattr(details["request"], "method", b"") == b"CONNECT"  # to the proxy
            self._tunnelled = self._tunnelled or tunnel
            self.sent = self.sent or not tunnel


def translate(error: Exception, progress: Progress) -> ServiceError:  # noqa: C901 - a table
    """Return a transport failure as `ConnectionLostError` if sent, else as a `NotSentError`."""
    peer = progress.peer
    if progress.sent:
        return ConnectionLostError()
    if not peer.address:  # as with HTTPS_PROXY=http://
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
    """Yield an error and its causes, nearest first, with the members of exception groups."""
    pending: list[BaseException | None] = [error]
    while pending:
        if (cause := pending.pop(0)) is None:
            continue
        yield cause
        if isinstance(cause, BaseExceptionGroup):
            pending += cause.exceptions
        pending.append(cause.__cause__ or cause.__context__)
