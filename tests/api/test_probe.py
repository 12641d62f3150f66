"""The probe of a service: what it finds out over real sockets, and how it ends."""

import gc
import socket
import ssl
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from portui.api.errors import (
    ConnectError,
    ConnectionSetupError,
    DeadlineError,
    NotSentError,
    Peer,
    ProxyError,
    RedirectedError,
    RefusedError,
    ServiceError,
    TlsError,
    UnexpectedReplyError,
)
from portui.api.probe import ServiceProbe
from portui.api.probed import Health, Permissions
from portui.settings import Origin, Profile, Token
from tests.support import faults
from tests.support.api_calls import Certified
from tests.support.faulty_service import LONGEST, FaultyService
from tests.support.misbehaviour import Fault, says
from tests.support.proxy import Proxy

pytestmark = pytest.mark.anyio

FAR = Origin("https", "service.test", 443)
PROJECT_TOKEN = Token(
    "eyJQcm9qZWN0SUQiOiIwMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwYWEiLCJUb2tlbklEIjoiMDAwMDAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMGJiIn0.c2ln"
)


def probe(origin: Origin, deadline: float = LONGEST) -> ServiceProbe:
    return ServiceProbe(Profile("test", origin), deadline=deadline)


def saying(status: int, body: bytes, *headers: str) -> Fault:
    return Fault("says", says(status, body, *headers))


@pytest.mark.usefixtures("trusted")
async def test_a_reply_tells_the_certificate_the_times_and_the_status(
    secure: FaultyService,
) -> None:
    found = await probe(secure.origin).reach()
    assert found.error is None
    assert (found.status, found.health, found.date) == (404, None, None)
    assert found.tunnel is None
    assert found.tls is not None
    assert found.reply is not None
    assert found.tls_version == "TLSv1.3"
    assert found.certificate
    assert "trustme" in found.certificate.issuer
    assert found.certificate.expires_at
    assert found.certificate.expires_at > datetime.now(UTC)


async def test_the_probe_sends_no_token(service: FaultyService) -> None:
    await probe(service.origin).reach()
    (request,) = service.received
    assert (request.method, request.path) == ("GET", "/healthz")
    assert request.header("authorization") == request.header("x-project-token") == []


@pytest.mark.parametrize(
    ("body", "health"),
    [
        (b'{"version": "v1.2", "postgres": {"ok": true}}', Health("v1.2", database_ok=True)),
        (b'{"version": 3, "postgres": {"ok": false}}', Health(None, database_ok=False)),
        (b'{"version": "v1", "postgres": null}', Health("v1", database_ok=None)),
        (b'{"status": "up"}', None),
        (b"[]", None),
        (b"<html>", None),
        (b"", None),
    ],
)
async def test_the_health_is_told_if_the_service_has_it(
    service: FaultyService, body: bytes, health: Health | None
) -> None:
    date = "Date: Tue, 14 Nov 2023 22:13:20 GMT"
    await service.inject("GET", saying(200, body, date))
    found = await probe(service.origin).reach()
    assert found.health == health
    assert found.date == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize("date", ["", "yesterday", "Tue, 99 Nov 2023 22:13:20 GMT"])
async def test_a_strange_date_is_not_told(service: FaultyService, date: str) -> None:
    await service.inject("GET", saying(200, b"", f"Date: {date}"))
    assert (await probe(service.origin).reach()).date is None


# --- certificates that aren't trusted ---


async def test_an_untrusted_certificate_is_described(secure: FaultyService) -> None:
    found = await probe(secure.origin).reach()
    assert isinstance(found.error, TlsError)
    assert found.error.untrusted
    assert found.certificate
    assert "trustme" in found.certificate.issuer
    assert secure.received == []


@pytest.mark.usefixtures("trusted")
async def test_an_expired_certificate_is_described(authority: trustme.CA) -> None:
    yesterday = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    async with FaultyService(tls=_context(authority, yesterday)).serving() as service:
        found = await probe(service.origin).reach()
    assert found.error == TlsError(
        Peer(service.origin.address), "certificate has expired", untrusted=True
    )
    assert found.certificate
    assert found.certificate.expires_at == yesterday


def _context(authority: trustme.CA, expires: datetime) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", not_after=expires).configure_cert(context)
    return context


@pytest.mark.usefixtures("trusted")
async def test_another_hosts_certificate_is_described(certified: Certified) -> None:
    async with FaultyService(tls=certified("other.test")).serving() as service:
        found = await probe(service.origin).reach()
    assert isinstance(found.error, TlsError)
    assert found.error.untrusted
    assert found.certificate


# --- services that fail or hang ---


@contextmanager
def _silent() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def collected() -> Iterator[None]:
    """Run the garbage collector after the test, for the sockets that httpcore leaves to it."""
    yield
    gc.collect()


@pytest.mark.usefixtures("collected")
@pytest.mark.filterwarnings("ignore:unclosed")
async def test_a_service_that_hangs_in_the_handshake_is_given_up() -> None:
    with _silent() as port:
        found = await probe(Origin("https", "127.0.0.1", port), deadline=0.2).reach()
    assert found.error == ConnectError(ConnectError.Why.TIMED_OUT, Peer(f"127.0.0.1:{port}"))
    assert found.reply is None


@pytest.mark.parametrize("fault", faults.LASTING, ids=str)
async def test_a_service_that_hangs_after_the_request_is_given_up(
    service: FaultyService, fault: Fault
) -> None:
    service.inject_always("GET", fault)
    found = await probe(service.origin, deadline=0.2).reach()
    assert isinstance(found.error, DeadlineError)
    assert found.reply is None


async def test_a_redirect_is_not_followed(service: FaultyService) -> None:
    await service.inject("GET", saying(302, b"", "Location: https://elsewhere.test/"))
    found = await probe(service.origin).reach()
    assert found.error == RedirectedError(302, "https://elsewhere.test/")


async def test_a_service_that_refuses_connections_is_told() -> None:
    with _silent() as port:
        pass
    found = await probe(Origin("http", "127.0.0.1", port)).reach()
    assert isinstance(found.error, NotSentError)


async def test_a_missing_certificate_file_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    found = await probe(FAR).reach()
    assert found.error == ConnectionSetupError(ConnectionSetupError.Part.CERTIFICATES)


# --- proxies ---


@pytest.mark.usefixtures("trusted")
async def test_the_time_that_a_proxy_takes_is_told(
    secure: FaultyService, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Proxy(secure.port).serving() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        found = await probe(FAR).reach()
    assert found.error is None
    assert found.tunnel is not None
    assert found.tls is not None
    assert found.status == 404


async def test_an_untrusted_certificate_behind_a_proxy_is_described(
    secure: FaultyService, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Proxy(secure.port).serving() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        found = await probe(FAR).reach()
    assert isinstance(found.error, TlsError)
    assert found.tunnel is not None
    assert found.certificate


async def test_a_proxy_that_refuses_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n"
    async with Proxy(1, refusal).serving() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:secret@127.0.0.1:{proxy.port}")
        found = await probe(FAR).reach()
        assert found.error == ProxyError(
            Peer(f"127.0.0.1:{proxy.port}", proxy=True), "407 Who are you"
        )
    assert "secret" not in repr(found)


# --- permissions ---


async def test_a_project_tokens_permissions_are_read(service: FaultyService) -> None:
    body = b'{"name": "ci", "permissions": ["read:*", 3, "update:*"]}'
    await service.inject("GET", saying(200, body))
    found = await probe(service.origin).permissions(PROJECT_TOKEN)
    assert found == Permissions("ci", ("read:*", "update:*"))
    (request,) = service.received
    assert request.path == "/v1/project_tokens/00000000-0000-4000-8000-0000000000bb"
    assert request.header("x-project-token") == [PROJECT_TOKEN.reveal()]


async def test_a_token_in_the_reply_is_redacted(service: FaultyService) -> None:
    body = f'{{"name": "{PROJECT_TOKEN.reveal()}", "permissions": []}}'.encode()
    await service.inject("GET", saying(200, body))
    found = await probe(service.origin).permissions(PROJECT_TOKEN)
    assert found == Permissions("(token hidden)", ())


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"permissions": "all"}', b"<html>"])
async def test_a_strange_reply_tells_no_permissions(service: FaultyService, body: bytes) -> None:
    await service.inject("GET", saying(200, body))
    call = probe(service.origin).permissions(PROJECT_TOKEN)
    assert isinstance(await _failure(call), UnexpectedReplyError)


async def test_a_service_that_hangs_tells_no_permissions(service: FaultyService) -> None:
    service.inject_always("GET", faults.SILENCE)
    call = probe(service.origin, deadline=0.2).permissions(PROJECT_TOKEN)
    assert await _failure(call) == DeadlineError(0.2)


async def test_another_token_has_no_permissions(service: FaultyService) -> None:
    assert await probe(service.origin).permissions(Token("a.b.c")) is None
    assert service.received == []


async def test_a_refusal_to_tell_the_permissions_is_an_error(service: FaultyService) -> None:
    await service.inject("GET", saying(403, b'{"error": "permission denied"}'))
    call = probe(service.origin).permissions(PROJECT_TOKEN)
    assert await _failure(call) == RefusedError(403, "permission denied")


async def _failure(call: Awaitable[object]) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        await call
    return caught.value
