"""Connecting to an https origin: certificates, proxies, and what each failure proves."""

import errno
import gc
import socket
import ssl
import sys
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import anyio
import httpx
import pytest
import trustme
import uvicorn

from portui.api.client import CloudClient
from portui.api.errors import (
    ConnectError,
    ConnectionLostError,
    ConnectionSetupError,
    NotSentError,
    Peer,
    ProxyError,
    ServiceError,
    TlsError,
)
from portui.api.exchange import Exchange
from portui.demo import create_app
from portui.demo.sample import FORWARD_PORT_ID as PORT_ID
from portui.explain.errors import explain_error
from portui.settings import Origin, Profile, Token
from tests.support import faults
from tests.support.api_calls import CALLS, CHANGE, Certified, Connect, failure
from tests.support.faulty_service import TOKEN, FaultyService
from tests.support.misbehaviour import Fault, at_once
from tests.support.proxy import Proxy

pytestmark = pytest.mark.anyio

T = TypeVar("T", bound=Callable[..., object])

FAR = Origin("https", "service.test", 443)
"""An origin that only a proxy can reach; no name server is ever asked for it."""
PASSWORD = "pr0xy-p4ssw0rd"
UNTRUSTED = "unable to get local issuer certificate"


@asynccontextmanager
async def served_by_uvicorn(certificate: Path) -> AsyncIterator[Origin]:
    """Serve the demo over TLS with uvicorn, and yield its origin."""
    config = uvicorn.Config(
        create_app(latency=lambda: 0),
        lifespan="off",
        log_level="critical",
        ssl_certfile=str(certificate),
        ws="none",
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    listening = socket.create_server(("127.0.0.1", 0))
    await server.startup(sockets=[listening])
    try:
        yield Origin("https", "127.0.0.1", listening.getsockname()[1])
    finally:
        await server.shutdown(sockets=[listening])


@pytest.fixture
def collected() -> Iterator[None]:
    """Run the garbage collector after the test, for the sockets that httpcore leaves to it."""
    yield
    gc.collect()


def leaves_sockets(test: T) -> T:
    """Mark a test in which httpcore leaves a failed connection unclosed."""
    for mark in (
        pytest.mark.usefixtures("collected"),
        pytest.mark.filterwarnings("ignore:unclosed"),
    ):
        test = mark(test)
    return test


def peer_of(proxy: Proxy) -> Peer:
    """Return a proxy as errors name it."""
    return Peer(f"127.0.0.1:{proxy.port}", proxy=True)


SetProxy = Callable[..., None]


@pytest.fixture
def https_proxy(monkeypatch: pytest.MonkeyPatch) -> SetProxy:
    """Return a function that sets HTTPS_PROXY to a URL with a password."""

    def set_proxy(port: int, scheme: str = "http") -> None:
        url = f"{scheme}://operator:{PASSWORD}@127.0.0.1:{port}"
        monkeypatch.setenv("HTTPS_PROXY", url)

    return set_proxy


# TLS


@pytest.mark.usefixtures("trusted")
async def test_all_calls_work_on_a_real_server_with_tls(
    authority: trustme.CA, connect: Connect, tmp_path: Path
) -> None:
    certificate = tmp_path / "server.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    async with served_by_uvicorn(certificate) as origin:
        client = connect(origin)
        assert (await client.get_port(PORT_ID)).frontend_port == 24224
        await client.update_port(PORT_ID, CHANGE)
        assert (await client.get_port(PORT_ID)).frontend_port == 24225
        await client.delete_port(PORT_ID)
        error = await failure(client.get_port(PORT_ID))
        await client.aclose()
    assert explain_error(error).what == "No such port"


@pytest.mark.usefixtures("trusted")
async def test_consecutive_calls_share_a_tls_connection(
    secure: FaultyService, connect: Connect
) -> None:
    client = connect(secure.origin)
    for call in CALLS.values():
        await call(client)
    assert secure.connections == 1


@pytest.mark.parametrize("method", CALLS)
async def test_an_untrusted_certificate_means_not_sent(
    secure: FaultyService, connect: Connect, method: str
) -> None:
    error = await failure(CALLS[method](connect(secure.origin)))
    assert error == TlsError(Peer(secure.origin.address), UNTRUSTED, untrusted=True)
    assert secure.received == []


@pytest.mark.usefixtures("trusted")
async def test_a_certificate_for_another_host_means_not_sent(
    certified: Certified, connect: Connect
) -> None:
    async with FaultyService(tls=certified("other.test")).serving() as service:
        error = await failure(connect(service.origin).update_port(PORT_ID, CHANGE))
        assert service.received == []
    assert isinstance(error, TlsError)
    assert error.untrusted
    assert "127.0.0.1" in error.detail


@pytest.mark.parametrize(
    "fault",
    [None, faults.CLOSES_AT_ONCE, faults.RESETS_AT_ONCE],
    ids=["plain HTTP", "end", "reset"],
)
async def test_a_host_without_tls_means_not_sent(
    service: FaultyService, connect: Connect, fault: Fault | None
) -> None:
    if fault:
        await service.inject("PATCH", fault)
    origin = Origin("https", "127.0.0.1", service.port)
    error = await failure(connect(origin).update_port(PORT_ID, CHANGE))
    assert isinstance(error, TlsError)
    assert not error.untrusted


@leaves_sockets
async def test_a_handshake_that_times_out_means_not_sent(connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        origin = Origin("https", "127.0.0.1", silent.getsockname()[1])
        error = await failure(connect(origin, write_deadline=0.3).update_port(PORT_ID, CHANGE))
    assert error == ConnectError(ConnectError.Why.TIMED_OUT, Peer(origin.address))


@pytest.mark.usefixtures("trusted")
async def test_a_tls_stream_that_breaks_during_the_response_is_a_lost_connection(
    secure: FaultyService, connect: Connect
) -> None:
    await secure.inject("PATCH", faults.CORRUPT_TLS)
    error = await failure(connect(secure.origin).update_port(PORT_ID, CHANGE))
    assert isinstance(error, ConnectionLostError)


@pytest.mark.usefixtures("trusted")
async def test_a_server_that_requires_a_client_certificate_is_a_service_error(
    certified: Certified, connect: Connect
) -> None:
    context = certified("127.0.0.1")
    context.verify_mode = ssl.CERT_REQUIRED
    async with FaultyService(tls=context).serving() as service:
        error = await failure(connect(service.origin).get_port(PORT_ID))
        assert service.received == []
    assert isinstance(error, ConnectionLostError | TlsError)


@pytest.mark.parametrize("content", [None, "", "-----BEGIN CERTIFICATE-----\nx\n"])
async def test_an_unusable_certificate_file_is_reported(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    for name in (file, tmp_path):
        monkeypatch.setenv("SSL_CERT_FILE", str(name))
        error = await failure(connect(FAR).get_port(PORT_ID))
        assert error == ConnectionSetupError(ConnectionSetupError.Part.CERTIFICATES)


# Names and addresses


@pytest.mark.parametrize(
    ("cause", "why"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), ConnectError.Why.NAME_UNKNOWN),
        (OSError(errno.EHOSTUNREACH, "no route"), ConnectError.Why.UNREACHABLE),
        (OSError(errno.ENETUNREACH, "no route"), ConnectError.Why.UNREACHABLE),
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), ConnectError.Why.REFUSED),
        (OSError(errno.EPERM, "a firewall"), ConnectError.Why.OTHER),
        (TimeoutError(errno.ETIMEDOUT, "at last"), ConnectError.Why.TIMED_OUT),
    ],
)
async def test_a_failed_connection_is_reported_with_its_cause(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, cause: OSError, why: ConnectError.Why
) -> None:
    async def connect_tcp(**_: object) -> None:
        raise OSError("All connection attempts failed") from ExceptionGroup("", [cause, cause])

    async def connect_to_one_address(**_: object) -> None:
        raise cause

    for fails in (connect_to_one_address, connect_tcp):
        monkeypatch.setattr(anyio, "connect_tcp", fails)
        error = await failure(connect(FAR).get_port(PORT_ID))
        assert error == ConnectError(why, Peer("service.test"))


# Proxies


@pytest.mark.usefixtures("trusted")
async def test_a_remote_https_origin_is_reached_through_the_environments_proxy(
    secure: FaultyService, connect: Connect, https_proxy: SetProxy
) -> None:
    async with Proxy(secure.port).serving() as proxy:
        https_proxy(proxy.port)
        client = connect(FAR)
        for call in CALLS.values():
            await call(client)
        await client.aclose()
    (head,) = proxy.asked
    assert head.startswith("CONNECT service.test:443 ")
    assert f"Basic {b64encode(f'operator:{PASSWORD}'.encode()).decode()}" in head
    assert TOKEN not in head
    for request in secure.received:
        assert request.header("authorization") == [f"Bearer {TOKEN}"]
        assert request.header("proxy-authorization") == []


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_this_machine_is_reached_without_a_proxy(
    secure: FaultyService, connect: Connect, https_proxy: SetProxy, host: str
) -> None:
    async with Proxy(secure.port).serving() as proxy:
        https_proxy(proxy.port)
        await connect(Origin("https", host, secure.port)).get_port(PORT_ID)
        assert proxy.asked == []


@pytest.fixture
def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every name lookup fail without asking a name server."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)


@pytest.mark.usefixtures("trusted")
async def test_a_proxy_may_lack_a_scheme_and_an_unrelated_no_proxy_does_not_matter(
    secure: FaultyService, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Proxy(secure.port).serving() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"127.0.0.1:{proxy.port}")
        monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1,[::1],fd00::/8,.other.test,test:1")
        client = connect(FAR)
        await client.get_port(PORT_ID)
        await client.aclose()
        assert len(proxy.asked) == 1


@pytest.mark.usefixtures("no_names")
async def test_a_host_excluded_by_no_proxy_is_contacted_directly(
    connect: Connect, https_proxy: SetProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Proxy(1).serving() as proxy:
        https_proxy(proxy.port)
        monkeypatch.setenv("NO_PROXY", "10.0.0.0/8, .test:443")
        error = await failure(connect(FAR).get_port(PORT_ID))
        assert proxy.asked == []
    assert error == ConnectError(ConnectError.Why.NAME_UNKNOWN, Peer("service.test"))


async def test_an_in_process_service_is_reached_without_a_proxy(https_proxy: SetProxy) -> None:
    async with Proxy(1).serving() as proxy:
        https_proxy(proxy.port)
        transport = httpx.ASGITransport(create_app(latency=lambda: 0))
        exchange = Exchange(Profile("demo", FAR), Token(TOKEN), transport=transport)
        client = CloudClient(exchange, read_only=False)
        assert (await client.get_port(PORT_ID)).id == PORT_ID
        await client.update_port(PORT_ID, CHANGE)
        await client.aclose()
        assert proxy.asked == []


@pytest.mark.usefixtures("no_names")
async def test_a_remote_plain_http_origin_never_uses_a_proxy(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Proxy(1).serving() as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        error = await failure(connect(Origin("http", "service.test", 80)).get_port(PORT_ID))
        assert proxy.asked == []
    assert error == ConnectError(ConnectError.Why.NAME_UNKNOWN, Peer("service.test"))


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize("status", ["302 Found", "403 No", "407 Who", "502 Bad \x1b[2J"])
async def test_a_proxy_that_refuses_means_not_sent(
    secure: FaultyService, connect: Connect, https_proxy: SetProxy, method: str, status: str
) -> None:
    answer = f"HTTP/1.1 {status}\r\nLocation: {secure.origin.name}\r\nContent-Length: 0\r\n\r\n"
    async with Proxy(secure.port, answer.encode()).serving() as proxy:
        https_proxy(proxy.port)
        error = await failure(CALLS[method](connect(FAR)))
    assert error == ProxyError(peer_of(proxy), status)
    assert_tells_no_password(error)
    assert secure.connections == 0


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH\r\n\r\n", b"HTTP/1.1 101 Other\r\n\r\n"])
async def test_an_invalid_reply_from_a_proxy_means_not_sent_and_names_the_proxy(
    secure: FaultyService, connect: Connect, https_proxy: SetProxy, answer: bytes
) -> None:
    async with Proxy(secure.port, answer).serving() as proxy:
        https_proxy(proxy.port)
        error = await failure(connect(FAR).update_port(PORT_ID, CHANGE))
    assert error == ConnectError(ConnectError.Why.OTHER, peer_of(proxy))


@pytest.mark.parametrize("scheme", ["http", "https", "socks5"])
async def test_a_proxy_that_refuses_connections_is_named(
    connect: Connect, https_proxy: SetProxy, scheme: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        unused = taken.getsockname()[1]
    https_proxy(unused, scheme)
    error = await failure(connect(FAR).update_port(PORT_ID, CHANGE))
    assert error == ConnectError(ConnectError.Why.REFUSED, Peer(f"127.0.0.1:{unused}", proxy=True))
    named = f"Can't connect to the proxy 127.0.0.1:{unused}: connection refused"
    assert explain_error(error).what == named
    assert_tells_no_password(error)


@leaves_sockets
@pytest.mark.parametrize("scheme", ["http", "https", "socks5"])
async def test_a_proxy_that_never_replies_is_named(
    connect: Connect, https_proxy: SetProxy, scheme: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        https_proxy(port, scheme)
        error = await failure(connect(FAR, write_deadline=0.3).update_port(PORT_ID, CHANGE))
    assert error == ConnectError(ConnectError.Why.TIMED_OUT, Peer(f"127.0.0.1:{port}", proxy=True))


@pytest.mark.usefixtures("no_names")
async def test_a_proxy_whose_name_is_unknown_is_named(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "proxy.test:3128")
    error = await failure(connect(FAR).get_port(PORT_ID))
    assert error == ConnectError(ConnectError.Why.NAME_UNKNOWN, Peer("proxy.test:3128", proxy=True))


async def test_the_address_of_an_ipv6_proxy_is_told_from_its_port(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://[::1]:1")
    error = await failure(connect(FAR).get_port(PORT_ID))
    assert isinstance(error, ConnectError)
    assert error.peer == Peer("[::1]:1", proxy=True)


@leaves_sockets
@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400 Bad\r\n\r\n", b"\x05", b"\x05\x02\x05\x00"])
async def test_an_invalid_reply_from_a_socks_proxy_means_not_sent(
    connect: Connect, https_proxy: SetProxy, answer: bytes
) -> None:
    async with FaultyService().serving() as proxy:
        await proxy.inject("PATCH", at_once(answer))
        https_proxy(proxy.port, "socks5")
        error = await failure(connect(FAR).update_port(PORT_ID, CHANGE))
    assert isinstance(error, NotSentError)
    assert_tells_no_password(error)


@leaves_sockets
async def test_a_socks_proxy_that_refuses_means_not_sent(
    connect: Connect, https_proxy: SetProxy
) -> None:
    async with FaultyService().serving() as proxy:
        await proxy.inject("PATCH", at_once(b"\x05\xff"))
        https_proxy(proxy.port, "socks5")
        error = await failure(connect(FAR).update_port(PORT_ID, CHANGE))
    assert isinstance(error, ProxyError)
    assert_tells_no_password(error)


async def test_a_socks_proxy_without_socks_support_is_reported(
    connect: Connect, https_proxy: SetProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    https_proxy(1, "socks5")
    monkeypatch.setitem(sys.modules, "socksio", None)
    error = await failure(connect(FAR).update_port(PORT_ID, CHANGE))
    assert error == ConnectionSetupError(ConnectionSetupError.Part.SOCKS)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://operator:{}@127.0.0.1:1",
        "socks4://operator:{}@127.0.0.1:1",
        "http://operator:{}@127.0.0.1:99999",
        "http://operator:{}@[::1",
        "http://operator:{}/@127.0.0.1",
        "http://operator:{}@:1",
        "http://",
        ":::",
        "http://" + "x" * 70_000,
    ],
)
async def test_an_invalid_proxy_url_is_reported_without_its_password(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", url.format(PASSWORD))
    error = await failure(connect(FAR).update_port(PORT_ID, CHANGE))
    assert error == ConnectionSetupError(ConnectionSetupError.Part.PROXY)
    assert_tells_no_password(error)


async def test_every_repeated_tunnel_failure_reports_its_cause(
    secure: FaultyService, connect: Connect, https_proxy: SetProxy
) -> None:
    async with Proxy(secure.port).serving() as proxy:
        https_proxy(proxy.port)
        client = connect(FAR, read_deadline=10.0)
        for _ in range(12):
            error = await failure(client.get_port(PORT_ID))
            assert error == TlsError(Peer("service.test"), UNTRUSTED, untrusted=True)
        await client.aclose()


@pytest.mark.usefixtures("trusted")
async def test_a_write_that_breaks_behind_a_proxy_is_a_lost_connection(
    secure: FaultyService, connect: Connect, https_proxy: SetProxy
) -> None:
    async with Proxy(secure.port).serving() as proxy:
        https_proxy(proxy.port)
        client = connect(FAR)
        await client.get_port(PORT_ID)  # opens the tunnel that the first write uses
        await secure.inject("PATCH", faults.RESETS, faults.CLOSES)
        for _ in range(2):
            error = await failure(client.update_port(PORT_ID, CHANGE))
            assert isinstance(error, ConnectionLostError)
        await client.aclose()


def assert_tells_no_password(error: ServiceError) -> None:
    words = explain_error(error)
    told = [repr(error), str(error), repr(error.args), words.what, words.meaning]
    assert not [text for text in told if PASSWORD in text]
