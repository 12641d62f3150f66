"""An API's origin: scheme, host and port, and nothing that a URL can hide beside them."""

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum, auto
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_LONGEST: Final = 2_048  # characters
_LABEL: Final = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
# One that ends in a number is an IPv4 address, or some resolvers' shorthand for one.
_HOST_NAME: Final = re.compile(rf"(?:{_LABEL}\.)*(?![0-9]+$){_LABEL}")


class InvalidOriginError(ValueError):
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
        """The origin of a URL. Raises `InvalidOriginError`, which doesn't repeat the URL."""
        parts = _split(url.strip())
        if parts is None:
            raise InvalidOriginError(InvalidOriginError.Why.NOT_A_URL)
        if "@" in parts.netloc:
            raise InvalidOriginError(InvalidOriginError.Why.USERINFO)
        if parts.scheme not in _DEFAULT_PORTS:
            raise InvalidOriginError(InvalidOriginError.Why.SCHEME)
        if "?" in url or "#" in url:
            raise InvalidOriginError(InvalidOriginError.Why.QUERY_OR_FRAGMENT)
        host = _host(parts.hostname or "")
        return cls(parts.scheme, host, _port(parts), parts.path.rstrip("/"))

    @property
    def name(self) -> str:
        """The origin as a URL, the default port left out: what it's called everywhere."""
        return f"{self.scheme}://{self.address}{self.path}"

    @property
    def server(self) -> "Origin":
        """The same without the path, behind which the same server may answer by other names."""
        return replace(self, path="")

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


# What urllib raises quotes the URL, so nothing is raised while that is being handled: it would
# carry it as its context.
def _split(url: str) -> SplitResult | None:
    if 0 < len(url) <= _LONGEST and url.isprintable() and " " not in url:
        with suppress(ValueError):
            return urlsplit(url)
    return None


def _host(written: str) -> str:
    """The host as it is always written: a final dot, which only name servers need, is left out."""
    host = written.removesuffix(".")
    with suppress(ValueError):
        if "%" not in host:  # an IPv6 zone, which means something on one machine only
            return str(ip_address(host))
    if not _HOST_NAME.fullmatch(host) or len(host) > 253:
        raise InvalidOriginError(InvalidOriginError.Why.HOST)
    return host


def _port(parts: SplitResult) -> int:
    port: int | None = 0
    with suppress(ValueError):
        port = parts.port
    if port == 0:
        raise InvalidOriginError(InvalidOriginError.Why.PORT)
    return port or _DEFAULT_PORTS[parts.scheme]
