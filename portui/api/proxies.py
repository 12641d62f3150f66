"""The environment's proxy for an origin, and the hosts that NO_PROXY excludes from it.

No library at hand reads NO_PROXY as curl and Go do: urllib compares text, so it has no networks;
httpx fails on an IPv6 network; requests, which isn't a dependency, knows IPv4 networks only.
"""

import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, TypeAlias
from urllib.request import getproxies, getproxies_environment, proxy_bypass

from portui.settings import Origin

_Address: TypeAlias = IPv4Address | IPv6Address

_SEPARATOR: Final = re.compile(r"[,\s]+")
_WITH_PORT: Final = re.compile(r"([^:]+|\[.+\]):([0-9]+)")
_BRACKETS: Final = re.compile(r"\[([0-9a-f:.]+)\]")


class ProxyReason(Enum):
    """Why a proxy is used, or none."""

    PLAIN_HTTP = auto()  # it would see the token
    LOOPBACK = auto()
    NO_PROXY = auto()
    SYSTEM_EXCEPTION = auto()
    NONE_SET = auto()
    VARIABLE = auto()
    SYSTEM_SETTING = auto()


@dataclass(frozen=True, slots=True)
class ProxyChoice:
    """The proxy for an origin, and why."""

    reason: ProxyReason
    url: str | None = field(default=None, repr=False)  # may contain a password
    variable: str = ""
    """The name of the environment variable that decided."""


def proxy_for(origin: Origin) -> str | None:
    """Return the URL of the environment's proxy for an origin, or `None`."""
    return choose_proxy(origin).url


def choose_proxy(origin: Origin) -> ProxyChoice:
    """Return the proxy for an origin, if any, and what decided.

    Plain HTTP never uses a proxy, which would see the token, and neither does the loopback. Of two
    variables that differ in case, the lower-case one counts, even if it is empty. On macOS, the
    system's settings are used if no such variable is set.
    """
    if origin.loopback:
        return ProxyChoice(ProxyReason.LOOPBACK)
    if origin.scheme == "http":
        return ProxyChoice(ProxyReason.PLAIN_HTTP)
    environment = getproxies_environment()
    if excludes(environment.get("no", ""), origin):
        return ProxyChoice(ProxyReason.NO_PROXY, variable=_variable("no"))
    if not environment and proxy_bypass(origin.host):  # the system's own exceptions
        return ProxyChoice(ProxyReason.SYSTEM_EXCEPTION)
    proxies = getproxies()
    kind = next((kind for kind in ("https", "all") if proxies.get(kind)), None)
    if kind is None:
        return ProxyChoice(ProxyReason.NONE_SET)
    url = proxies[kind] if "://" in proxies[kind] else f"http://{proxies[kind]}"
    if kind in environment:
        return ProxyChoice(ProxyReason.VARIABLE, url, _variable(kind))
    return ProxyChoice(ProxyReason.SYSTEM_SETTING, url)


def _variable(kind: str) -> str:
    """Return the name of the variable that sets a kind of proxy."""
    name = f"{kind}_proxy"
    return name if name in os.environ else next(v for v in os.environ if v.lower() == name)


def excludes(no_proxy: str, origin: Origin) -> bool:
    """Return whether a NO_PROXY text excludes an origin. What isn't a valid entry is ignored.

    Entries are separated by commas or spaces:

    - `*`: every host.
    - `example.com`: the host and its subdomains. `.example.com` and `*.example.com` mean the same,
      as in curl; in Go, those exclude the subdomains only.
    - `10.0.0.1`, `fd00::1`, `10.0.0.0/8`, `fd00::/8`: a host that is such an address. IPv6 may be
      in brackets. Names are not resolved.
    - Any of these except `*`, with `:443`: that port only. IPv6 needs its brackets then.

    Case and a trailing dot make no difference.
    """
    return any(_matches(entry, origin) for entry in _SEPARATOR.split(no_proxy.lower()))


def _matches(entry: str, origin: Origin) -> bool:
    if entry == "*":
        return True
    host = entry
    if with_port := _WITH_PORT.fullmatch(entry):
        host, port = with_port.groups()
        if port.lstrip("0") != str(origin.port):
            return False
    host = _BRACKETS.sub(r"\1", host.removesuffix("."))
    address = _address(origin.host)
    return _in_network(address, host) if address else _in_domain(origin.host, host)


def _address(host: str) -> _Address | None:
    with suppress(ValueError):
        return ip_address(host)
    return None


def _in_network(address: _Address, network: str) -> bool:
    with suppress(ValueError):
        return address in ip_network(network, strict=False)
    return False


def _in_domain(host: str, domain: str) -> bool:
    domain = domain.removeprefix("*.").removeprefix(".")
    return bool(domain) and f".{host}".endswith(f".{domain}")
