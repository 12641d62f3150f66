"""One HTTP request and its whole answer: in time, in bounds, to its origin alone.

httpx's own timeouts start anew with each byte, its decoders know no limit, and it would carry a
project token across a redirect; so the deadline, the size and the token are kept here, around
`AsyncClient.stream`.
"""

import asyncio
import errno
import os
import socket
import ssl
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import httpx
import truststore

from portui import __version__
from portui.api.errors import (
    BadConnectionSetup,
    CannotConnect,
    ConnectionLost,
    NotTheService,
    ProxyRefused,
    ServiceError,
    TimedOut,
    TlsFailed,
)
from portui.settings import Profile, Token

LARGEST_BODY: Final = 4 * 1024 * 1024  # bytes, decoded
READ_DEADLINE: Final = 30.0  # seconds
WRITE_DEADLINE: Final = 60.0
CONNECT_TIMEOUT: Final = 10.0
KEEP_ALIVE: Final = 55.0  # below the 60 s after which load balancers drop idle connections

Method: TypeAlias = Literal["GET", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that arrived whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class _Progress:
    """How far a request got: before its first byte was written, nothing can have happened."""

    sent: bool

    async def trace(self, event: str, details: Mapping[str, object]) -> None:
        request = details.get("request")
        tunnel = getattr(request, "method", b"") == b"CONNECT"  # that's for the proxy
        if event.endswith("send_request_headers.started") and not tunnel:
            self.sent = True


class Exchange:
    """Requests to one profile's origin, over connections kept alive."""

    def __init__(
        self,
        profile: Profile,
        token: Token,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        read_deadline: float = READ_DEADLINE,
        write_deadline: float = WRITE_DEADLINE,
    ) -> None:
        """Deadlines are in seconds, for whole requests. A transport stands in for the network."""
        self._profile = profile
        self._token = token
        self._transport = transport
        self._read_deadline = read_deadline
        self._write_deadline = write_deadline
        self._client: httpx.AsyncClient | None = None

    async def send(
        self, method: Method, path: str, body: Mapping[str, object] | None = None
    ) -> Answer:
        """Send a request and read its answer, whatever its status. Raises a `ServiceError`."""
        deadline = self._read_deadline if method == "GET" else self._write_deadline
        progress = _Progress(sent=self._transport is not None)
        host = self._profile.origin.host
        try:
            async with asyncio.timeout(deadline):
                return await self._stream(method, path, body, progress)
        except TimeoutError:
            if progress.sent:
                raise TimedOut(deadline) from None
            raise CannotConnect(CannotConnect.Why.TIMED_OUT, host) from None
        except httpx.HTTPError as error:
            raise _translate(error, host, sent=progress.sent) from None

    async def aclose(self) -> None:
        """Close the connections; the next request opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _stream(
        self, method: Method, path: str, body: Mapping[str, object] | None, progress: _Progress
    ) -> Answer:
        if self._client is None:
            self._client = _build(self._profile, self._transport)
        async with self._client.stream(
            method,
            self._profile.origin.name + path,
            json=body,
            headers={self._token.header: self._token.header_value()},
            extensions={"trace": progress.trace},
        ) as response:
            answer = Answer(response.status_code, response.headers, await _read(response))
        if answer.status == httpx.codes.NO_CONTENT and _announces_a_body(answer):
            await self.aclose()  # or it would be taken for the answer to the next request
            raise NotTheService(answer.status, NotTheService.Why.BODY_ON_NO_CONTENT)
        return answer


def _build(profile: Profile, transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    plain = profile.origin.scheme == "http"
    try:
        return httpx.AsyncClient(
            transport=transport,
            verify=False if plain else _trust(),
            # A proxy would see a token that is sent in clear; this machine needs none.
            trust_env=not plain and not profile.origin.loopback,
            follow_redirects=False,
            timeout=httpx.Timeout(None, connect=CONNECT_TIMEOUT),
            limits=httpx.Limits(max_connections=8, keepalive_expiry=KEEP_ALIVE),
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "Cache-Control": "no-cache",
                "User-Agent": f"portui/{__version__}",
            },
        )
    except ImportError:
        raise BadConnectionSetup(BadConnectionSetup.Part.SOCKS) from None
    except (ValueError, httpx.InvalidURL):
        raise BadConnectionSetup(BadConnectionSetup.Part.PROXY) from None
    except OSError:
        raise BadConnectionSetup(BadConnectionSetup.Part.CERTIFICATES) from None


def _trust() -> ssl.SSLContext:
    """The operating system's trust, and what `SSL_CERT_FILE` adds. Raises `OSError`."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if extra := os.environ.get("SSL_CERT_FILE"):
        context.load_verify_locations(cafile=extra)  # OpenSSL alone would ignore a missing one
    return context


async def _read(response: httpx.Response) -> bytes:
    """The decoded body. The decoder is never asked for more than what still is allowed."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", ""):
        raise NotTheService(response.status_code, NotTheService.Why.UNREADABLE_ENCODING)
    unzip = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
    body = bytearray()
    async for chunk in response.aiter_raw():
        room = LARGEST_BODY + 1 - len(body)
        try:
            body += unzip.decompress(chunk, room) if unzip else chunk[:room]
        except zlib.error:
            why = NotTheService.Why.UNREADABLE_ENCODING
            raise NotTheService(response.status_code, why) from None
        if len(body) > LARGEST_BODY:
            raise NotTheService(response.status_code, NotTheService.Why.TOO_LARGE)
    return bytes(body)


def _announces_a_body(answer: Answer) -> bool:
    length = answer.headers.get("Content-Length", "0")
    return bool(answer.body) or length != "0" or "Transfer-Encoding" in answer.headers


def _translate(  # noqa: C901 - a table
    error: httpx.HTTPError, host: str, *, sent: bool
) -> ServiceError:
    """A transport failure as facts: certain where nothing was sent, else unknown."""
    if sent:
        return ConnectionLost()
    if isinstance(error, httpx.ProxyError):
        return ProxyRefused(str(error))
    if isinstance(error, httpx.TimeoutException):
        return CannotConnect(CannotConnect.Why.TIMED_OUT, host)
    if isinstance(error, httpx.UnsupportedProtocol):
        return BadConnectionSetup(BadConnectionSetup.Part.PROXY)
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                return TlsFailed(host, cause.verify_message, untrusted=True)
            case ssl.SSLError():
                return TlsFailed(host, cause.reason or "", untrusted=False)
            case socket.gaierror():
                return CannotConnect(CannotConnect.Why.NAME_UNKNOWN, host)
            case ConnectionRefusedError():
                return CannotConnect(CannotConnect.Why.REFUSED, host)
            case OSError(errno=number) if number in _UNREACHABLE:
                return CannotConnect(CannotConnect.Why.UNREACHABLE, host)
    return CannotConnect(CannotConnect.Why.OTHER, host)


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
