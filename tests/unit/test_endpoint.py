"""Which endpoints can be tested, which can't and why, and which addresses are this machine's."""

from dataclasses import replace
from string import ascii_letters, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.port.display import REDACTED
from portui.port.endpoint import Locality, Target, Untestable, locality, parsed_address, target_of
from portui.port.model import Unreadable
from tests.support.hostile_text import hostile_text, times
from tests.support.ports import PORT

_LDH = frozenset(ascii_letters + digits + "-_")
LONGEST_LABEL = "a" * 63
LONGEST_NAME = ".".join(["a" * 49] * 5) + ".abc"  # 253 characters


def _target(endpoint: str | Unreadable, protocol: str | Unreadable = "tcp") -> Target | Untestable:
    return target_of(replace(PORT, endpoint=endpoint, protocol=protocol))


@pytest.mark.parametrize(
    ("endpoint", "host", "number"),
    [
        ("forward.demo.example:24224", "forward.demo.example", 24224),
        ("a1b2.elb.eu-central-1.amazonaws.com:1", "a1b2.elb.eu-central-1.amazonaws.com", 1),
        ("localhost:65535", "localhost", 65535),
        ("Forward.Example.:80", "Forward.Example.", 80),
        ("_fluent._tcp.example:80", "_fluent._tcp.example", 80),
        ("xn--bcher-kva.example:80", "xn--bcher-kva.example", 80),
        (f"{LONGEST_LABEL}.example:80", f"{LONGEST_LABEL}.example", 80),
        (f"{LONGEST_NAME}:80", LONGEST_NAME, 80),
        ("10.2.0.7:31514", "10.2.0.7", 31514),
        ("[2001:DB8::0:1]:443", "2001:db8::1", 443),
        ("tcp://10.2.0.7:31514", "10.2.0.7", 31514),
        ("HTTPS://forward.example:8443/", "forward.example", 8443),
    ],
)
def test_an_endpoint_with_a_host_and_a_port_number_can_be_tested(
    endpoint: str, host: str, number: int
) -> None:
    assert _target(endpoint) == Target(host, number)


@pytest.mark.parametrize(
    ("endpoint", "why"),
    [
        ("", Untestable.PENDING),
        (Unreadable("17"), Untestable.UNREADABLE),
        (Unreadable(None), Untestable.UNREADABLE),
        (f"{REDACTED}.example:80", Untestable.REDACTED),
        ("udp://syslog.example:5140", Untestable.UDP),
        ("unix:///run/fluent.sock", Untestable.NOT_TCP),
        ("forward.example", Untestable.NO_PORT),
        ("10.2.0.7", Untestable.NO_PORT),
        ("[::1]", Untestable.NO_PORT),
        ("::1", Untestable.NO_PORT),
        ("https://forward.example", Untestable.NO_PORT),
        ("forward.example:0", Untestable.NOT_A_PORT),
        ("forward.example:080", Untestable.NOT_A_PORT),
        ("forward.example:65536", Untestable.NOT_A_PORT),
        ("forward.example:" + "9" * 5000, Untestable.NOT_A_PORT),
        *(
            (endpoint, Untestable.NOT_A_HOST)
            for endpoint in (
                ":80",
                "forward.example:",
                "forward.example:http",
                "forward.example:+80",
                "forward.example:٨٠",  # Arabic-Indic digits
                " forward.example:80",
                "forward.example:80\n",
                "forward.example:80,other.example:80",
                "user:secret@forward.example:80",
                "https://user@forward.example:80",
                "https://forward.example:80/path",
                "https://https://forward.example:80",
                "forward.example:80?x",
                "-forward.example:80",
                "forward-.example:80",
                "forward..example:80",
                ".example:80",
                "forward.example..:80",
                "bücher.example:80",
                "forward\u202eelpmaxe:80",
                "forward\x1b[31m.example:80",
                f"a{LONGEST_LABEL}.example:80",
                f"a{LONGEST_NAME}:80",
                # Addresses in some resolvers' shorthand.
                "127.1:80",
                "2130706433:80",
                "0x7f000001:80",
                "0177.0.0.1:80",
                "10.2.0.256:80",
                "forward.1.:80",
                "[10.2.0.7]:80",
                "[fe80::1%eth0]:80",
                "[forward.example]:80",
                "[::1:80",
                "::1]:80",
            )
        ),
    ],
)
def test_any_other_endpoint_cannot_and_is_told_apart(
    endpoint: str | Unreadable, why: Untestable
) -> None:
    assert _target(endpoint) is why


@pytest.mark.parametrize(
    ("protocol", "why"),
    [
        ("udp", Untestable.UDP),
        ("UDP", Untestable.UDP),
        ("sctp", Untestable.NOT_TCP),
        ("", Untestable.NOT_TCP),
        (Unreadable("6"), Untestable.NOT_TCP),
    ],
)
def test_only_ports_whose_protocol_is_tcp_can_be_tested(
    protocol: str | Unreadable, why: Untestable
) -> None:
    assert _target("forward.example:80", protocol) is why
    assert _target("", protocol) is Untestable.PENDING


@times(300)
@given(
    hostile_text
    | st.text("a0.-_:[]/%@x")
    | st.from_regex(r"\A(tcp://)?[a-z0-9._-]{1,9}:[0-9]{1,6}\Z")
)
def test_a_target_is_made_of_letters_digits_hyphens_and_underscores_or_an_address(
    endpoint: str,
) -> None:
    target = _target(endpoint)
    if isinstance(target, Target):
        assert 1 <= target.number <= 65535
        assert parsed_address(target.host) or all(
            label and set(label) <= _LDH and not label.startswith("-") and len(label) <= 63
            for label in target.host.removesuffix(".").split(".")
        )
        assert target.host.lower() in endpoint.lower() or target.is_address


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", Locality.LOOPBACK),
        ("127.9.9.9", Locality.LOOPBACK),
        ("::1", Locality.LOOPBACK),
        ("::ffff:127.0.0.1", Locality.LOOPBACK),
        ("169.254.169.254", Locality.LINK_LOCAL),
        ("fe80::1", Locality.LINK_LOCAL),
        ("fe80::1%eth0", Locality.LINK_LOCAL),
        ("0.0.0.0", Locality.UNSPECIFIED),
        ("0.0.0.1", Locality.UNSPECIFIED),
        ("::", Locality.UNSPECIFIED),
        ("::ffff:0.0.0.0", Locality.UNSPECIFIED),
        ("10.2.0.7", None),
        ("2001:db8::1", None),
        ("localhost", None),
    ],
)
def test_addresses_that_mean_this_machine_or_network_are_known(
    address: str, expected: Locality | None
) -> None:
    assert locality(address) is expected
