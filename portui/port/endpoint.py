"""Endpoints as TCP targets: which ones can be tested, and whether an address is this machine's.

An endpoint comes from the service, so it is parsed strictly: a host and a port number, with or
without a scheme that runs over TCP. No resolver's shorthand for an address is accepted.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from portui.port.display import REDACTED
from portui.port.model import Port, Unreadable

_LABEL: Final = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
# A name whose last label is a number is shorthand for an IPv4 address in some resolvers.
_NAME: Final = re.compile(rf"(?:{_LABEL}\.)*(?!(?:[0-9]+|0[xX][0-9a-fA-F]*)\.?$){_LABEL}\.?")
_LONGEST_NAME: Final = 253  # characters, without the final dot
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_TCP_SCHEMES: Final = frozenset({"tcp", "tls", "http", "https"})
_HOST_AND_PORT: Final = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\[\]:/?#@\\]+)):([0-9]+)")
_PORT_NUMBER: Final = re.compile("[1-9][0-9]{0,4}")


@dataclass(frozen=True, slots=True)
class Target:
    """A host, which is a name or a literal address without brackets, and a TCP port number."""

    host: str
    number: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.number}"

    @property
    def is_address(self) -> bool:
        """Whether the host is a literal address, which needs no resolving."""
        return parsed_address(self.host) is not None


class Untestable(Enum):
    """Why a port's endpoint can't be tested."""

    PENDING = auto()
    UNREADABLE = auto()
    REDACTED = auto()
    UDP = auto()
    NOT_TCP = auto()
    NO_PORT = auto()
    NOT_A_PORT = auto()
    NOT_A_HOST = auto()


class Locality(Enum):
    """What makes an address mean a different machine on each machine."""

    LOOPBACK = auto()
    OWN = auto()
    LINK_LOCAL = auto()
    UNSPECIFIED = auto()


def target_of(port: Port) -> Target | Untestable:
    """Return the target that a port's endpoint names, or why it can't be tested."""
    endpoint = port.endpoint
    if isinstance(endpoint, Unreadable):
        return Untestable.UNREADABLE
    if not endpoint:
        return Untestable.PENDING
    if REDACTED in endpoint:
        return Untestable.REDACTED
    protocol = port.protocol.lower() if isinstance(port.protocol, str) else ""
    if protocol != "tcp":
        return Untestable.UDP if protocol == "udp" else Untestable.NOT_TCP
    return _parse(endpoint)


def _parse(endpoint: str) -> Target | Untestable:
    if scheme := _SCHEME.match(endpoint):
        if scheme[1].lower() not in _TCP_SCHEMES:
            return Untestable.UDP if scheme[1].lower() == "udp" else Untestable.NOT_TCP
        endpoint = endpoint[scheme.end() :].removesuffix("/")
    parts = _HOST_AND_PORT.fullmatch(endpoint)
    if parts is None:
        return Untestable.NO_PORT if _is_host(endpoint) else Untestable.NOT_A_HOST
    literal, name, number = parts.groups()
    if literal is not None and not isinstance(parsed_address(literal), IPv6Address):
        return Untestable.NOT_A_HOST
    if name is not None and not _is_host(name):
        return Untestable.NOT_A_HOST
    if not _PORT_NUMBER.fullmatch(number) or int(number) > 65_535:
        return Untestable.NOT_A_PORT
    address = parsed_address(literal or name)
    return Target(str(address) if address else name, int(number))


def _is_host(text: str) -> bool:
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    if parsed_address(bare):
        return True
    return len(text.removesuffix(".")) <= _LONGEST_NAME and bool(_NAME.fullmatch(text))


def parsed_address(text: str) -> IPv4Address | IPv6Address | None:
    """Return a literal address; `None` if it isn't one, or has an IPv6 zone."""
    with suppress(ValueError):
        if "%" not in text:
            return ip_address(text)
    return None


def locality(address: str) -> Locality | None:
    """Return what makes an address mean this machine or network; `None` if nothing does."""
    parsed = parsed_address(address.partition("%")[0])
    if isinstance(parsed, IPv6Address):
        parsed = parsed.ipv4_mapped or parsed
    if parsed is None:
        return None
    if parsed.is_loopback:
        return Locality.LOOPBACK
    if parsed.is_unspecified or (parsed.version == 4 and parsed.packed[0] == 0):
        return Locality.UNSPECIFIED
    return Locality.LINK_LOCAL if parsed.is_link_local else None
