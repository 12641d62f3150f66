"""What can go wrong in a call, as facts. `portui.explain` has the words.

    ServiceError
    ├── NotSentError                  nothing reached the service: certain
    │   ├── ConnectionSetupError   the HTTP client could not be built: proxy URL, CA file, SOCKS
    │   ├── ConnectError        name, address, refusal, no answer to the connection itself
    │   ├── TlsError            the certificate or the handshake
    │   ├── ProxyError         the proxy did not let the connection through
    │   ├── NoTokenError              there is no token to send
    │   └── ReadOnlyError     a write, where the settings forbid them
    ├── NoReplyError                 it may have arrived, and nobody said so
    │   ├── DeadlineError             the total deadline of the request ran out
    │   └── ConnectionLostError       reset, closed, or not HTTP
    └── ReplyError                 something answered
        ├── RefusedError              the service itself, with its JSON error body, below 500
        ├── UnavailableError          429 or 5xx, whoever said it
        ├── RedirectedError           which is never followed
        └── UnexpectedReplyError        anything else: HTML, not JSON, too large, another shape

Texts in these errors come from outside, as they came: make them safe before showing them.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

# The dataclasses below are not frozen: the interpreter's own helpers assign `__traceback__` on
# whatever passes through them.


class ServiceError(Exception):
    """A call that did not give what it was made for."""


class NotSentError(ServiceError):
    """The request never left: nothing was changed."""


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
    """The other end of a connection: the service, or a proxy on the way to it."""

    address: str
    """Host and port; the port left out where it is the scheme's own."""
    proxy: bool = False


@dataclass(unsafe_hash=True)
class ConnectError(NotSentError):
    """No connection came about."""

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
    """The certificate was checked and not accepted (rather than: no TLS spoken at all)."""


@dataclass(unsafe_hash=True)
class ProxyError(NotSentError):
    """A proxy stands between, and did not let the connection through."""

    peer: Peer
    detail: str


class NoTokenError(NotSentError):
    """There is no token for this origin."""


class ReadOnlyError(NotSentError):
    """The settings forbid changes at this origin."""


class NoReplyError(ServiceError):
    """The request may have arrived; no answer did."""


@dataclass(unsafe_hash=True)
class DeadlineError(NoReplyError):
    """The whole exchange took longer than `seconds`."""

    seconds: float


class ConnectionLostError(NoReplyError):
    """The connection broke, or what came was not HTTP."""


@dataclass(unsafe_hash=True)
class ReplyError(ServiceError):
    """Something answered with this HTTP status."""

    status: int


@dataclass(unsafe_hash=True)
class RefusedError(ReplyError):
    """The service's own answer, from its JSON error body."""

    message: str
    detail: str | None = None
    quota_limit: int | None = None
    quota_remaining: int | None = None

    @property
    def no_such_port(self) -> bool:
        """Whether it says that there is no port with this ID.

        A 404 for another reason (a route that doesn't exist, as with a wrong path in the API's URL)
        has an error body, too, but not about a port.
        """
        return self.status == 404 and _ABOUT_A_PORT.search(self.message) is not None


_ABOUT_A_PORT: Final = re.compile(r"\bport\b(?!\W*\d)", re.IGNORECASE)  # not `port 8080`


@dataclass(unsafe_hash=True)
class UnavailableError(ReplyError):
    """429 or 5xx. `retry_after` is in seconds, where the answer named a time."""

    message: str | None
    retry_after: float | None = None


@dataclass(unsafe_hash=True)
class RedirectedError(ReplyError):
    """An answer that points elsewhere; `location` is as it came."""

    location: str


@dataclass(unsafe_hash=True)
class UnexpectedReplyError(ReplyError):
    """An answer that isn't one of the service's."""

    class Why(Enum):
        NO_ERROR_BODY = auto()
        NOT_JSON = auto()
        NOT_A_PORT = auto()
        TOO_LARGE = auto()
        UNEXPECTED_STATUS = auto()
        BODY_ON_NO_CONTENT = auto()
        UNREADABLE_ENCODING = auto()

    why: Why
