"""The environment's proxy for an origin, and the hosts that NO_PROXY excludes from it.

No library at hand reads NO_PROXY as curl and Go do: urllib compares text, so it has no networks;
httpx fails on an IPv6 network; requests, which isn't a dependency, knows IPv4 networks only.
"""

import re
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, TypeAlias
from urllib.request import getproxies, getproxies_environment, proxy_bypass

from portui.settings import Origin

_Address: TypeAlias = IPv4Address | IPv6Address

_SEPARATOR: Final = re.compile(r"[,\s]+")
_WITH_PORT: Final = re.compile(r"([^:]+|\[.+\]):([0-9]+)")
_BRACKETS: Final = re.compile(r"\[([0-9a-f:.]+)\]")


def proxy_for(origin: Origin) -> str | None:
    """Return the URL of the environment's proxy for an origin, or `None`.

    Plain HTTP never uses a proxy, which would see the token, and neither does the loopback. Of two
    variables that differ in case, the lower-case one counts, even if it is empty. On macOS, the
    system's settings are used if no such variable is set.
    """
    if origin.scheme == "http" or origin.loopback:
        return None
    environment = getproxies_environment()
    if excludes(environment.get("no", ""), origin):
        return None
    if not environment and proxy_bypass(origin.host):  # the system's own exceptions
        return None
    proxies = getproxies()
    url = proxies.get("https") or proxies.get("all")
    return url if url is None or "://" in url else f"http://{url}"


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
