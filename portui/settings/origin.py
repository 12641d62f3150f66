"""An API's origin: scheme, host and port, and nothing that a URL can hide beside them."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_HOST_NAME: Final = re.compile(
    r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?"
)


class BadOrigin(ValueError):
    """A text that names no origin. It never carries the text, which may hold a password."""

    class Why(Enum):
        NOT_A_URL = auto()
        SCHEME = auto()
        USERINFO = auto()
        QUERY_OR_FRAGMENT = auto()
        HOST = auto()
        PORT = auto()

    def __init__(self, why: Why) -> None:
        super().__init__(why.name)
        self.why = why


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an API is served. `path` is a self-hosted service's prefix, without a final slash."""

    scheme: str
    host: str
    port: int
    path: str = ""

    @classmethod
    def parse(cls, url: str) -> "Origin":
        """The origin that a URL names. Raises `BadOrigin`, which doesn't repeat the URL."""
        if not url.strip() or not url.strip().isprintable() or " " in url.strip():
            raise BadOrigin(BadOrigin.Why.NOT_A_URL)
        try:
            parts = urlsplit(url.strip())
        except ValueError:
            raise BadOrigin(BadOrigin.Why.NOT_A_URL) from None
        if "@" in parts.netloc:
            raise BadOrigin(BadOrigin.Why.USERINFO)
        if parts.scheme not in _DEFAULT_PORTS:
            raise BadOrigin(BadOrigin.Why.SCHEME)
        if "?" in url or "#" in url:
            raise BadOrigin(BadOrigin.Why.QUERY_OR_FRAGMENT)
        return cls(parts.scheme, _host(parts.hostname), _port(url), parts.path.rstrip("/"))

    @property
    def name(self) -> str:
        """The origin as a URL, the default port left out: what it's called everywhere."""
        return f"{self.scheme}://{self.address}{self.path}"

    @property
    def address(self) -> str:
        """Host and, unless it is the scheme's own, port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def loopback(self) -> bool:
        """Whether it can only be this machine, whatever a name server says."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


def _host(host: str | None) -> str:
    if not host:
        raise BadOrigin(BadOrigin.Why.HOST)
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    if not _HOST_NAME.fullmatch(host) or len(host) > 253:
        raise BadOrigin(BadOrigin.Why.HOST)
    return host


def _port(url: str) -> int:
    parts = urlsplit(url.strip())
    try:
        port = parts.port
    except ValueError:
        raise BadOrigin(BadOrigin.Why.PORT) from None
    if port == 0:
        raise BadOrigin(BadOrigin.Why.PORT)
    return port or _DEFAULT_PORTS[parts.scheme]
