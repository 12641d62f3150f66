"""Origins parsed from URLs: their names, which URLs are refused, and that no error repeats one."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portui.settings import InvalidOriginError, Origin
from tests.support.hostile_text import any_text, dangers, hostile_text, times

Why = InvalidOriginError.Why

SECRET = "p4ssw0rd"

_labels = st.from_regex(r"[a-z0-9_]([a-z0-9_-]{0,20}[a-z0-9_])?", fullmatch=True)
_hosts = st.lists(_labels, max_size=3).map(lambda labels: ".".join([*labels, "example"]))
_urls = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["https", "http", "HTTPS"]),
    st.one_of(
        _hosts,
        st.ip_addresses(v=4).map(str),
        st.ip_addresses(v=6).map("[{}]".format),
    ),
    st.just("") | st.integers(1, 65_535).map(":{}".format),
    st.just("") | st.text("ab/.%-_~", max_size=9).map("/{}".format),
)


# --- what an origin is ---


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://cloud-api.calyptia.com", "https://cloud-api.calyptia.com"),
        ("https://cloud-api.calyptia.com/", "https://cloud-api.calyptia.com"),
        ("  https://cloud-api.calyptia.com\n", "https://cloud-api.calyptia.com"),
        ("HTTPS://Cloud-API.Calyptia.COM:443//", "https://cloud-api.calyptia.com"),
        ("https://cloud-api.calyptia.com.", "https://cloud-api.calyptia.com"),
        ("https://cloud-api.calyptia.com.:8443", "https://cloud-api.calyptia.com:8443"),
        ("http://localhost:5000", "http://localhost:5000"),
        ("http://127.0.0.1:80/", "http://127.0.0.1"),
        ("https://127.0.0.1:80", "https://127.0.0.1:80"),
        ("https://host:", "https://host"),
        ("https://[::1]:5000", "https://[::1]:5000"),
        ("https://[2001:DB8:0::1]", "https://[2001:db8::1]"),
        ("https://proxy.example/calyptia/api/", "https://proxy.example/calyptia/api"),
        ("https://host/Case/Stays", "https://host/Case/Stays"),
        ("https://a_b.svc.cluster.local", "https://a_b.svc.cluster.local"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("https://host/mail@home", "https://host/mail@home"),
        ("https://" + "a" * 63 + ".example", "https://" + "a" * 63 + ".example"),
    ],
)
def test_an_origin_has_one_name_however_its_url_is_written(url: str, name: str) -> None:
    assert Origin.parse(url).name == name


def test_an_origin_has_a_scheme_a_host_a_port_and_a_path_prefix() -> None:
    origin = Origin.parse("https://Host.example:8443/prefix/")
    assert origin == Origin("https", "host.example", 8443, "/prefix")
    assert origin.address == "host.example:8443"
    assert origin.server == Origin("https", "host.example", 8443)
    assert Origin.parse("https://[::1]").address == "[::1]"
    assert Origin.parse("http://host.example").port == 80


@pytest.mark.parametrize(
    "other",
    ["http://h.example", "https://h.example:444", "https://g.example", "https://h.example/path"],
)
def test_another_scheme_host_port_or_path_is_another_origin(other: str) -> None:
    assert Origin.parse(other) != Origin.parse("https://h.example")


@times(300)
@given(_urls)
def test_an_origins_name_parses_to_the_same_origin(url: str) -> None:
    origin = Origin.parse(url)
    assert Origin.parse(origin.name) == origin
    assert Origin.parse(f" {url}/ ") == origin


# --- loopback ---


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LocalHost", "localhost.", "127.0.0.1", "127.1.2.3", "127.255.255.254"),
        *("[::1]", "[0:0:0:0:0:0:0:1]"),
    ],
)
def test_a_host_that_can_only_be_this_machine_is_loopback(host: str) -> None:
    assert Origin.parse(f"http://{host}:5000/path").loopback


@pytest.mark.parametrize(
    "host",
    [
        *("localhost.example", "notlocalhost", "my.localhost", "127.0.0.1.example", "127.example"),
        *("128.0.0.1", "10.0.0.1", "0.0.0.0", "192.168.1.1", "[::]", "[fe80::1]", "[::2]"),
    ],
)
def test_a_host_that_could_be_another_machine_is_not_loopback(host: str) -> None:
    assert not Origin.parse(f"http://{host}").loopback


# --- what is refused ---


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", Why.NOT_A_URL),
        (" \n", Why.NOT_A_URL),
        ("https://a b", Why.NOT_A_URL),
        ("https://host\n.example", Why.NOT_A_URL),
        ("https://host/\x1b[2J", Why.NOT_A_URL),
        ("https://host/\u202e", Why.NOT_A_URL),
        ("https://host/\ud800", Why.NOT_A_URL),
        ("https://[::1", Why.NOT_A_URL),
        ("https://a\u2100b", Why.NOT_A_URL),  # ℀, which normalizes to `a/c`
        pytest.param("https://host/" + "x" * 2_048, Why.NOT_A_URL, id="too long"),
        ("cloud-api.calyptia.com", Why.SCHEME),
        ("//cloud-api.calyptia.com", Why.SCHEME),
        ("ftp://host", Why.SCHEME),
        ("file:///etc/passwd", Why.SCHEME),
        ("localhost:5000", Why.SCHEME),
        (f"user:{SECRET}@host", Why.SCHEME),
        (f"https://user:{SECRET}@host", Why.USERINFO),
        (f"https://{SECRET}@host:443/path", Why.USERINFO),
        ("https://@host", Why.USERINFO),
        (f"https://host\\@{SECRET}", Why.USERINFO),
        (f"https://host?token={SECRET}", Why.QUERY_OR_FRAGMENT),
        (f"https://host/path#{SECRET}", Why.QUERY_OR_FRAGMENT),
        ("https://host/?", Why.QUERY_OR_FRAGMENT),
        ("https://host/#", Why.QUERY_OR_FRAGMENT),
        ("https://", Why.HOST),
        ("https:host", Why.HOST),
        ("https:///path", Why.HOST),
        ("https://:443", Why.HOST),
        ("https://-host", Why.HOST),
        ("https://host-", Why.HOST),
        ("https://a..b", Why.HOST),
        ("https://.", Why.HOST),
        ("https://hôst.example", Why.HOST),
        ("https://a\\b", Why.HOST),
        ("https://a%2eb", Why.HOST),
        ("https://a*b", Why.HOST),
        ("https://[fe80::1%eth0]", Why.HOST),
        ("https://256.1.1.1", Why.HOST),
        ("https://127.1", Why.HOST),
        ("https://2130706433", Why.HOST),
        ("https://010.0.0.1", Why.HOST),
        pytest.param(f"https://{'a' * 64}.example", Why.HOST, id="long label"),
        ("https://a.1", Why.HOST),
        ("https://host:0", Why.PORT),
        ("https://host:65536", Why.PORT),
        ("https://host:-1", Why.PORT),
        ("https://host:+443", Why.PORT),
        ("https://host:٤٤٣", Why.PORT),
        (f"https://user:{SECRET}", Why.PORT),
    ],
)
def test_an_invalid_url_is_refused_and_not_repeated(url: str, why: InvalidOriginError.Why) -> None:
    with pytest.raises(InvalidOriginError) as caught:
        Origin.parse(url)
    assert caught.value.why is why
    assert caught.value.args == (why.name,)
    assert str(caught.value) == why.name
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_a_host_name_has_at_most_253_characters() -> None:
    longest = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 61])
    assert Origin.parse(f"https://{longest}").host == longest
    with pytest.raises(InvalidOriginError):
        Origin.parse(f"https://{longest}d")


@times(300)
@given(
    st.sampled_from(["", "https://", "http://", "https://user:", "https://host:", "https://["]),
    any_text | hostile_text,
    st.sampled_from(["", "@host", "?", "#", "]", "\u2100", ":443"]),
)
def test_no_refusal_contains_the_refused_text(before: str, secret: str, after: str) -> None:
    try:
        Origin.parse(f"{before}{SECRET}{secret}{after}")
    except InvalidOriginError as error:
        caught = error
    else:
        assume(condition=False)
    assert vars(caught) == {"why": caught.why}
    assert SECRET not in f"{caught} {caught!r} {caught.args} {caught.__context__!r}"


@times(300)
@given(any_text | hostile_text | st.text("ab.:/[]%-_1", max_size=20))
def test_an_accepted_address_is_plain_visible_ascii(host: str) -> None:
    try:
        origin = Origin.parse(f"https://{host}")
    except InvalidOriginError:
        return
    assert origin.address.isascii()
    assert dangers(origin.address) == []
    assert not set(origin.address) & set("@?#/\\%")
