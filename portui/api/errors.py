"""Errors of the service's calls, as facts. `portui.explain` has the words for the operator.

    ServiceError
    ├── NotSentError              nothing reached the service, for certain
    │   ├── ConnectionSetupError  the HTTP client could not be built: proxy URL, CA file, SOCKS
    │   ├── ConnectError          name, address, refusal, or no answer to the connection itself
    │   ├── TlsError              the certificate or the handshake
    │   ├── ProxyError            the proxy did not let the connection through
    │   ├── NoTokenError          there is no token to send
    │   └── ReadOnlyError         a write, where the settings forbid it
    ├── NoReplyError              the request may have arrived, but no complete reply came
    │   ├── DeadlineError         the request's total deadline expired
    │   └── ConnectionLostError   reset, closed, or not HTTP
    └── ReplyError                a reply came
        ├── RefusedError          a 4xx from the service itself, with its JSON error body
        ├── UnavailableError      408, 429 or 5xx, from the service or a proxy
        ├── RedirectedError       a redirect, which is never followed
        └── UnexpectedReplyError  anything else: HTML, not JSON, too large, a different shape

Texts in these errors are untrusted: make them safe before showing them.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

# The errors below are not frozen: `contextlib` assigns `__traceback__` to exceptions that pass
# through it.


class ServiceError(Exception):
    """A call to the service failed."""


class NotSentError(ServiceError):
    """The request was not sent, so nothing has changed."""


@dataclass(unsafe_hash=True)
class ConnectionSetupError(NotSentError):
    """The HTTP client could not be built."""

    class Part(Enum):
        PROXY = auto()
        SOCKS = auto()
        CERTIFICATES = auto()

    part: Part


@dataclass(frozen=True, slots=True)
class Peer:
    """The other end of a connection: the service, or a proxy in front of it."""

    address: str
    """Host and port; an origin's port is left out if it is the scheme's default."""
    proxy: bool = False


@dataclass(unsafe_hash=True)
class ConnectError(NotSentError):
    """No connection could be made."""

    class Why(Enum):
        NAME_UNKNOWN = auto()
        REFUSED = auto()
        UNREACHABLE = auto()
        TIMED_OUT = auto()
        OTHER = auto()

    why: Why
    peer: Peer


@dataclass(unsafe_hash=True)
class TlsError(NotSentError):
    """The TLS handshake failed; `detail` is the TLS library's reason."""

    peer: Peer
    detail: str
    untrusted: bool
    """Whether the certificate was rejected, rather than the handshake failing otherwise."""


@dataclass(unsafe_hash=True)
class ProxyError(NotSentError):
    """A proxy did not let the connection through; `detail` is its reason."""

    peer: Peer
    detail: str


class NoTokenError(NotSentError):
    """There is no token for this origin."""


class ReadOnlyError(NotSentError):
    """The settings forbid changes at this origin."""


class NoReplyError(ServiceError):
    """The request may have arrived, but no complete reply came."""


@dataclass(unsafe_hash=True)
class DeadlineError(NoReplyError):
    """The whole exchange took longer than `seconds`."""

    seconds: float


class ConnectionLostError(NoReplyError):
    """The connection broke, or the reply was not HTTP."""


@dataclass(unsafe_hash=True)
class ReplyError(ServiceError):
    """A reply came with this HTTP status, not necessarily from the service."""

    status: int


@dataclass(unsafe_hash=True)
class RefusedError(ReplyError):
    """The service refused the request; the fields are those of its JSON error body."""

    message: str
    detail: str | None = None
    quota_limit: int | None = None
    quota_remaining: int | None = None

    @property
    def no_such_port(self) -> bool:
        """Whether the service says that there is no port with this ID.

        A 404 for another reason, such as a wrong path in the API's URL, also has an error body,
        but its message doesn't mention a port.
        """
        return self.status == 404 and _ABOUT_A_PORT.search(self.message) is not None


_ABOUT_A_PORT: Final = re.compile(r"\bport\b(?!\W*\d)", re.IGNORECASE)  # not `port 8080`


@dataclass(unsafe_hash=True)
class UnavailableError(ReplyError):
    """The reply was a 408, 429 or 5xx. `retry_after` is in seconds, if the reply gave a time."""

    message: str | None
    retry_after: float | None = None


@dataclass(unsafe_hash=True)
class RedirectedError(ReplyError):
    """The reply was a redirect; `location` is as received, with the token redacted."""

    location: str


@dataclass(unsafe_hash=True)
class UnexpectedReplyError(ReplyError):
    """The reply isn't one that the service documents."""

    class Why(Enum):
        NO_ERROR_BODY = auto()
        NOT_JSON = auto()
        NOT_A_PORT = auto()
        NOT_A_LIST = auto()
        NOT_A_PIPELINE = auto()
        TOO_LARGE = auto()
        UNEXPECTED_STATUS = auto()
        BODY_ON_NO_CONTENT = auto()
        UNREADABLE_ENCODING = auto()

    why: Why
