"""Which proxy the environment names for an origin, and which hosts NO_PROXY excludes."""

import os
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.api.proxies import excludes, proxy_for
from portui.settings import Origin
from tests.support.hostile_text import any_text, hostile_text, times

NAME = "https://api.example.com"
IPV4 = "https://10.1.2.3"
IPV6 = "https://[fd12:3456::7]"

# --- NO_PROXY ---


@pytest.mark.parametrize(
    ("no_proxy", "url"),
    [
        ("*", NAME),
        ("other.test,*", NAME),
        ("api.example.com", NAME),
        ("example.com", NAME),
        (".example.com", NAME),
        (".example.com", "https://example.com"),
        ("*.example.com", NAME),
        ("*.example.com", "https://example.com"),
        ("com", NAME),
        ("API.Example.COM", NAME),
        ("example.com", "https://API.EXAMPLE.COM"),
        ("example.com.", NAME),
        ("example.com", "https://api.example.com."),
        ("localhost,127.0.0.1,.svc,.cluster.local,example.com", NAME),
        (" localhost , example.com ", NAME),
        ("localhost example.com", NAME),
        ("localhost,,example.com,", NAME),
        ("example.com:443", NAME),
        ("example.com.:443", NAME),
        (".example.com:8443", NAME + ":8443"),
        ("http://proxy.test:3128,example.com", NAME),
        ("10.1.2.3", IPV4),
        ("10.1.2.3:443", IPV4),
        ("10.1.2.3:8443", IPV4 + ":8443"),
        ("10.0.0.0/8", IPV4),
        ("10.1.2.3/8", IPV4),
        ("0.0.0.0/0", IPV4),
        ("fd12:3456::7", IPV6),
        ("FD12:3456:0:0:0:0:0:7", IPV6),
        ("[fd12:3456::7]", IPV6),
        ("[fd12:3456::7]:443", IPV6),
        ("[fd12:3456::7]:8443", IPV6 + ":8443"),
        ("10.0.0.0/8,fd00::/8", IPV6),
        ("[fd00::]/8", IPV6),
    ],
)
def test_a_host_is_excluded_by_its_name_domain_address_or_network(no_proxy: str, url: str) -> None:
    assert excludes(no_proxy, Origin.parse(url))


@pytest.mark.parametrize(
    ("no_proxy", "url"),
    [
        ("", NAME),
        (" , ", NAME),
        ("other.test", NAME),
        ("ample.com", NAME),
        ("example.co", NAME),
        ("x.api.example.com", NAME),
        ("api.*", NAME),
        ("*example.com", NAME),
        ("example.com:80", NAME),
        ("example.com:443", NAME + ":8443"),
        ("*:80", NAME),
        ("10.0.0.0/8", NAME),
        ("0.0.0.0/0,::/0", NAME),
        ("10.1.2.4", IPV4),
        ("10.1.2.3:80", IPV4),
        ("11.0.0.0/8", IPV4),
        ("fd00::/8", IPV4),
        ("::/0", IPV4),
        ("3", IPV4),
        ("2.3", IPV4),
        (".3", IPV4),
        ("fd12:3456::8", IPV6),
        ("fd12:3456:", IPV6),
        ("[fd12:3456::7]:80", IPV6),
        ("0.0.0.0/0", IPV6),
        ("fe80::/10", IPV6),
    ],
)
def test_a_host_that_no_entry_means_is_not_excluded(no_proxy: str, url: str) -> None:
    assert not excludes(no_proxy, Origin.parse(url))


@pytest.mark.parametrize(
    "entry",
    [
        *(".", "*.", "..", "**", ":", ":443", ".:443", "*:", "/", "/0", "//", "[]", "[]:443", "["),
        *("10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10/8", "10.1.2.3/8/8", "10.1.2.3:x"),
        *("fd00::/129", "fd00::/8:443", "[fd00::", "fd00::]", "[fd00::/8"),
        *("https://api.example.com", "api.example.com/", "[api].example.com", "api.example.com:"),
        *("api.example.com:٤٤٣", "api.example.com:" + "9" * 5_000, "10.0.0.0/" + "9" * 5_000),
    ],
)
def test_an_invalid_entry_is_ignored_and_the_others_count(entry: str) -> None:
    for url in (NAME, IPV4, IPV6):
        assert not excludes(entry, Origin.parse(url))
        assert excludes(f"{entry},example.com,10.0.0.0/8,fd00::/8", Origin.parse(url))


@times(300)
@given(
    hostile_text | any_text | st.text("*.:/[]0123456789abcdef,% "),
    st.sampled_from([NAME, IPV4, IPV6]),
)
def test_any_text_can_stand_in_no_proxy(no_proxy: str, url: str) -> None:
    assert excludes(no_proxy, Origin.parse(url)) in {True, False}


@times(100)
@given(st.ip_addresses().filter(lambda address: not address.is_loopback), st.data())
def test_an_address_is_in_every_network_that_begins_with_its_bits(
    address: IPv4Address | IPv6Address, data: st.DataObject
) -> None:
    bits = data.draw(st.integers(0, address.max_prefixlen))
    host = f"[{address}]" if address.version == 6 else address
    assert excludes(f"{address}/{bits}", Origin.parse(f"https://{host}"))


# --- the variables ---


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


def _set(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("variables", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://p.test:1"}, "http://p.test:1"),
        ({"https_proxy": "socks5://p.test:1"}, "socks5://p.test:1"),
        ({"ALL_PROXY": "http://p.test:1"}, "http://p.test:1"),
        ({"all_proxy": "p.test:1"}, "http://p.test:1"),
        ({"HTTPS_PROXY": "p.test:1", "ALL_PROXY": "q.test:1"}, "http://p.test:1"),
        ({"HTTPS_PROXY": "p.test:1", "https_proxy": "q.test:1"}, "http://q.test:1"),
        ({"HTTPS_PROXY": "p.test:1", "https_proxy": ""}, None),
        ({"HTTP_PROXY": "http://p.test:1"}, None),
        ({"HTTPS_PROXY": "p.test:1", "NO_PROXY": "example.com"}, None),
        ({"HTTPS_PROXY": "p.test:1", "no_proxy": "example.com"}, None),
        ({"HTTPS_PROXY": "p.test:1", "NO_PROXY": "x", "no_proxy": "example.com"}, None),
        ({"HTTPS_PROXY": "p.test:1", "NO_PROXY": "*", "no_proxy": "x"}, "http://p.test:1"),
        ({"HTTPS_PROXY": "p.test:1", "NO_PROXY": "*", "no_proxy": ""}, "http://p.test:1"),
    ],
)
def test_the_proxy_comes_from_the_environment_and_lower_case_wins(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], proxy: str | None
) -> None:
    _set(monkeypatch, variables)
    assert proxy_for(Origin.parse(NAME)) == proxy


@pytest.mark.parametrize(
    "url", ["http://api.example.com", "https://localhost", "https://127.0.0.9", "https://[::1]"]
)
def test_plain_http_and_this_machine_never_have_a_proxy(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    _set(monkeypatch, dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://p.test:1"))
    assert proxy_for(Origin.parse(url)) is None
