"""HTTP exchanges with one origin: a request and its whole response, limited in time and size.

httpx's timeouts restart with each byte, its decoders have no size limit, and it would send a
project token along with a redirect. This module adds the deadline, the size limit and the token
around `AsyncClient.stream`.
"""

import asyncio
import os
import ssl
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final, Literal, TypeAlias
from uuid import UUID

import httpx
import truststore

from portui import __version__
from portui.api.errors import (
    ConnectError,
    ConnectionSetupError,
    DeadlineError,
    Peer,
    RedirectedError,
    ServiceError,
    UnexpectedReplyError,
)
from portui.api.failures import Progress, failures, translate
from portui.api.proxies import proxy_for
from portui.settings import Profile, Token

LARGEST_BODY: Final = 4 * 1024 * 1024  # bytes, decoded
CONNECT_TIMEOUT: Final = 10.0  # seconds
KEEP_ALIVE: Final = 55.0  # below the 60 s after which load balancers drop idle connections

Method: TypeAlias = Literal["GET", "PATCH", "POST", "DELETE"]


@dataclass(frozen=True, slots=True)
class Response:
    """A response that arrived whole."""

    status: int
    headers: httpx.Headers
    body: bytes
    redact: Callable[[str], str]
    """Replaces the token, which the service may echo, in text from the body or a header."""


class Exchange:
    """Requests to one profile's origin, over keep-alive connections."""

    def __init__(
        self,
        profile: Profile,
        token: Token,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Create an exchange; `transport` replaces the network, for tests and the demo."""
        self._profile = profile
        self._token = token
        self._transport = transport
        self._proxy: str | None = None
        self._client: httpx.AsyncClient | None = None

    @property
    def project_id(self) -> UUID | None:
        """The project that the token names, if it is a project token."""
        return self._token.project_id

    async def send(
        self, method: Method, path: str, body: Mapping[str, object] | None = None
    ) -> Response:
        """Send a request and read the response, whatever its status. Raises a `ServiceError`."""
        profile = self._profile
        deadline = profile.read_deadline if method == "GET" else profile.write_deadline
        progress = Progress(Peer(profile.origin.address), sent=self._transport is not None)
        try:
            async with asyncio.timeout(deadline):
                return await self._stream(method, path, body, progress)
        except TimeoutError:
            if progress.sent:
                raise DeadlineError(deadline) from None
            raise ConnectError(ConnectError.Why.TIMED_OUT, progress.peer) from None
        except RedirectedError as error:
            raise RedirectedError(error.status, self._token.redact(error.location)) from None
        except failures() as error:
            raise translate(error, progress) from None

    def prepare(self) -> None:
        """Build the HTTP client, which is slow but needs no network. Can be run in a thread."""
        with suppress(ConnectionSetupError):  # the first request raises it again
            self._built()

    async def connect_early(self) -> None:
        """Open a connection for the first request to use, with a HEAD request without the token.

        Failures are ignored: the first request meets them itself.
        """
        self.prepare()
        with suppress(TimeoutError, ServiceError, *failures()):
            async with asyncio.timeout(CONNECT_TIMEOUT):
                await self._built().head(f"{self._profile.origin.name}/")

    async def aclose(self) -> None:
        """Close the connections; the next request opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def _built(self) -> httpx.AsyncClient:
        if self._client is None:
            self._proxy = None if self._transport else proxy_for(self._profile.origin)
            self._client = build_client(self._profile, self._proxy, self._transport)
        return self._client

    async def _stream(
        self, method: Method, path: str, body: Mapping[str, object] | None, progress: Progress
    ) -> Response:
        client = self._built()
        progress.proxied = self._proxy is not None
        async with client.stream(
            method,
            self._profile.origin.name + path,
            json=body,
            headers={self._token.header: self._token.header_value()},
            extensions={"trace": progress.trace},
        ) as response:
            status, headers = response.status_code, response.headers
            return Response(status, headers, await read_body(response), self._token.redact)


def build_client(
    profile: Profile,
    proxy: str | None,
    transport: httpx.AsyncBaseTransport | None = None,
    *,
    trust: ssl.SSLContext | None = None,
) -> httpx.AsyncClient:
    """Return an HTTP client. `trust` replaces the usual certificates.

    Raises `ConnectionSetupError`.
    """
    try:
        return httpx.AsyncClient(
            transport=transport,
            verify=False if profile.origin.scheme == "http" else trust or _trust(),
            proxy=proxy,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(None, connect=CONNECT_TIMEOUT),
            # No connection limit: failures in a proxy's tunnel would count towards it forever.
            limits=httpx.Limits(keepalive_expiry=KEEP_ALIVE),
            event_hooks={"response": [_refuse_to_go_on]},
            cookies=CookieJar(DefaultCookiePolicy(netscape=False)),  # no cookies
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "Cache-Control": "no-cache",
                "User-Agent": f"portui/{__version__}",
            },
        )
    except ImportError:
        raise ConnectionSetupError(ConnectionSetupError.Part.SOCKS) from None
    except (ValueError, httpx.InvalidURL):
        raise ConnectionSetupError(ConnectionSetupError.Part.PROXY) from None
    except OSError:
        raise ConnectionSetupError(ConnectionSetupError.Part.CERTIFICATES) from None


def _trust() -> ssl.SSLContext:
    """Return a context with the system's CAs and those in `SSL_CERT_FILE`. Raises `OSError`."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if extra := os.environ.get("SSL_CERT_FILE"):
        context.load_verify_locations(cafile=extra)  # unlike OpenSSL's default, fails if missing
    return context


async def _refuse_to_go_on(response: httpx.Response) -> None:
    """Raise for a redirect, and for a 204 with a body; this closes only the response's connection.

    httpx would parse a redirect's target, and take the body of a 204 for the response to the next
    request.
    """
    status, headers = response.status_code, response.headers
    if response.is_redirect:
        raise RedirectedError(status, headers.get("Location", ""))
    bodiless = headers.get("Content-Length", "0") == "0" and "Transfer-Encoding" not in headers
    if status == httpx.codes.NO_CONTENT and not bodiless:
        raise UnexpectedReplyError(status, UnexpectedReplyError.Why.BODY_ON_NO_CONTENT)


async def read_body(response: httpx.Response) -> bytes:
    """Return the decoded body, without ever decoding more than `LARGEST_BODY` allows.

    Raises `UnexpectedReplyError` for a body that is too large or can't be decoded.
    """
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    unreadable = UnexpectedReplyError(
        response.status_code, UnexpectedReplyError.Why.UNREADABLE_ENCODING
    )
    if encoding not in ("identity", "gzip", ""):
        raise unreadable
    unzip = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
    body = bytearray()
    async for chunk in response.aiter_raw():
        room = LARGEST_BODY + 1 - len(body)
        try:
            body += unzip.decompress(chunk, room) if unzip else chunk[:room]
        except zlib.error:
            raise unreadable from None
        if len(body) > LARGEST_BODY:
            raise UnexpectedReplyError(response.status_code, UnexpectedReplyError.Why.TOO_LARGE)
        if unzip and unzip.unused_data:  # zlib would collect it without limit
            raise unreadable
        await asyncio.sleep(0)  # many small chunks can arrive at once: let other tasks run
    if unzip and body and not unzip.eof:
        raise unreadable
    return bytes(body)


def date_in(header: str) -> datetime | None:
    """Return the time in a header's HTTP date, or `None` if it isn't one."""
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # UTC even without a zone
