"""The origin of an API: scheme, host, port and path prefix, without a URL's other parts."""

import re
from contextlib import suppress
from enum import Enum, auto
from ipaddress import ip_address
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_LONGEST: Final = 2_048  # characters
_LABEL: Final = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
# A name whose last label is a number is an IPv4 address, or shorthand for one in some resolvers.
_HOST_NAME: Final = rf"(?:{_LABEL}\.)*(?![0-9]+$){_LABEL}"


class InvalidOriginError(ValueError):
    """An invalid origin. The error omits the text, which may contain a password."""

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


class Origin(NamedTuple):
    """Where an API is served. `path` is a self-hosted service's prefix, without trailing slash."""

    scheme: str
    host: str
    port: int
    path: str = ""

    @classmethod
    def parse(cls, url: str) -> "Origin":
        """Return the origin of a URL. Raises `InvalidOriginError`."""
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
        """The origin as a URL without the default port; this is its name everywhere."""
        return f"{self.scheme}://{self.address}{self.path}"

    @property
    def server(self) -> "Origin":
        """The origin without its path. One server can have several origins that differ in path."""
        return self._replace(path="")

    @property
    def address(self) -> str:
        """The host, and the port unless it is the scheme's default."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def loopback(self) -> bool:
        """Whether the host can only be this machine, whatever DNS says."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


# urllib's errors quote the URL. An error raised while handling one would carry it as its context,
# so this returns None instead.
def _split(url: str) -> SplitResult | None:
    if 0 < len(url) <= _LONGEST and url.isprintable() and " " not in url:
        with suppress(ValueError):
            return urlsplit(url)
    return None


def _host(written: str) -> str:
    """Return a host in canonical form, without the trailing dot that only DNS needs.

    Raises `InvalidOriginError`.
    """
    host = written.removesuffix(".")
    with suppress(ValueError):
        if "%" not in host:  # an IPv6 zone, meaningful on one machine only
            return str(ip_address(host))
    if not re.fullmatch(_HOST_NAME, host) or len(host) > 253:
        raise InvalidOriginError(InvalidOriginError.Why.HOST)
    return host


def _port(parts: SplitResult) -> int:
    port: int | None = 0
    with suppress(ValueError):
        port = parts.port
    if port == 0:
        raise InvalidOriginError(InvalidOriginError.Why.PORT)
    return port or _DEFAULT_PORTS[parts.scheme]
