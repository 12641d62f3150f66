"""Requests and responses over real sockets: in time, within size limits, to one origin only."""

import asyncio
import json
import tracemalloc
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Final

import httpx
import pytest

from portui.api import exchange
from portui.api.errors import (
    ConnectError,
    ConnectionLostError,
    DeadlineError,
    Peer,
    RedirectedError,
    UnexpectedReplyError,
)
from portui.demo.sample import FORWARD_PORT_ID as PORT_ID
from portui.demo.sample import HTTP_PORT_ID
from portui.port.model import Port
from portui.settings import Origin
from tests.support import faults
from tests.support.api_calls import CALLS, CHANGE, Connect, failure
from tests.support.faulty_service import LONGEST, TOKEN, FaultyService
from tests.support.misbehaviour import Fault, holds, message, says, sends
from tests.support.proxy import Proxy

pytestmark = pytest.mark.anyio

PROJECT_TOKEN: Final = urlsafe_b64encode(b'{"ProjectID": "p"}').decode().rstrip("=") + ".c2ln"

# Connections


async def test_consecutive_calls_share_a_connection(
    service: FaultyService, connect: Connect
) -> None:
    client = connect(service.origin)
    await client.get_port(PORT_ID)
    await client.update_port(PORT_ID, CHANGE)
    await client.delete_port(HTTP_PORT_ID)
    await failure(client.get_port(HTTP_PORT_ID))
    await client.get_port(PORT_ID)
    assert [request.method for request in service.received] == [
        "GET", "PATCH", "DELETE", "GET", "GET",
    ]  # fmt: skip
    assert service.connections == 1


@pytest.mark.parametrize("method", CALLS)
async def test_a_connection_dropped_while_idle_is_replaced(
    service: FaultyService, connect: Connect, method: str
) -> None:
    client = connect(service.origin)
    await client.get_port(HTTP_PORT_ID)
    await service.drop_idle_connections()
    await CALLS[method](client)
    assert service.received[-1].connection == 2
    assert len(service.received) == 2


async def test_an_early_connection_serves_the_first_call(
    service: FaultyService, connect: Connect
) -> None:
    client = connect(service.origin)
    await client.connect_early()
    await client.get_port(PORT_ID)
    early, call = service.received
    assert (early.method, early.path) == ("HEAD", "/")
    assert not any(TOKEN in value for _, value in early.headers)
    assert call.method == "GET"
    assert service.connections == 1


@pytest.mark.parametrize(
    "fault",
    [
        faults.CLOSES, faults.RESETS, faults.SILENCE, faults.GARBAGE, faults.ENDLESS_HEADERS,
        faults.DRIPS_HEADERS, faults.CLOSES_AT_ONCE,
    ],
    ids=str,
)  # fmt: skip
async def test_the_first_call_succeeds_whatever_happens_to_an_early_connection(
    service: FaultyService, connect: Connect, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "CONNECT_TIMEOUT", 0.5)
    await service.inject("HEAD", fault)
    client = connect(service.origin)
    await client.connect_early()
    assert (await client.get_port(PORT_ID)).id == PORT_ID


@pytest.mark.parametrize(("idle", "connections"), [(54.9, 1), (55.1, 2)])
async def test_an_idle_connection_is_reused_for_55_seconds(
    service: FaultyService,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
    idle: float,
    connections: int,
) -> None:
    """Load balancers close idle connections after 60 s; a write sent just then may be lost."""
    passed = [0.0]
    clock = SimpleNamespace(monotonic=lambda: sum(passed))
    monkeypatch.setattr("httpcore._async.http11.time", clock)
    client = connect(service.origin)
    await client.get_port(PORT_ID)
    passed.append(idle)
    await client.get_port(PORT_ID)
    assert service.connections == connections


async def test_a_closed_client_opens_a_new_connection(
    service: FaultyService, connect: Connect
) -> None:
    client = connect(service.origin)
    await client.get_port(PORT_ID)
    await client.aclose()
    await client.get_port(PORT_ID)
    assert service.connections == 2


async def test_interim_responses_are_skipped(service: FaultyService, connect: Connect) -> None:
    body = json.dumps(await service.state_of(PORT_ID)).encode()
    early = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    await service.inject("GET", Fault("says more", sends(early + message(200, body))))
    assert (await connect(service.origin).get_port(PORT_ID)).id == PORT_ID


@pytest.mark.parametrize("method", CALLS)
async def test_a_refused_connection_means_not_sent(
    service: FaultyService, connect: Connect, method: str
) -> None:
    await service.inject(method, faults.REFUSES_CONNECTIONS)
    error = await failure(CALLS[method](connect(service.origin)))
    assert error == ConnectError(ConnectError.Why.REFUSED, Peer(service.origin.address))


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize(
    "fault", [faults.NO_CONTENT_WITH_BODY, faults.NO_CONTENT_IN_CHUNKS], ids=str
)
async def test_a_body_on_a_204_is_not_taken_for_the_next_response(
    service: FaultyService, connect: Connect, method: str, fault: Fault
) -> None:
    client = connect(service.origin)
    await service.inject(method, fault)
    error = await failure(CALLS[method](client))
    assert error == UnexpectedReplyError(204, UnexpectedReplyError.Why.BODY_ON_NO_CONTENT)
    assert (await client.get_port(PORT_ID)).id == PORT_ID
    assert service.connections == 2


async def test_a_hidden_body_after_a_204_breaks_at_most_one_read(
    service: FaultyService, connect: Connect
) -> None:
    client = connect(service.origin)
    await service.inject("PATCH", faults.NO_CONTENT_WITH_HIDDEN_BODY)
    await client.update_port(PORT_ID, CHANGE)
    assert isinstance(await failure(client.get_port(PORT_ID)), ConnectionLostError)
    assert (await client.get_port(PORT_ID)).id == PORT_ID


@pytest.mark.parametrize(
    "fault",
    [faults.NO_CONTENT_WITH_BODY, faults.RESETS, faults.HUGE, faults.redirects(302, "/elsewhere")],
    ids=str,
)
async def test_a_faulty_response_does_not_affect_other_requests(
    service: FaultyService, connect: Connect, fault: Fault
) -> None:
    client, released, begun = connect(service.origin), asyncio.Event(), asyncio.Event()
    await service.inject("GET", Fault("holds", holds(released, begun), applied=True))
    await service.inject("PATCH", fault)
    reading = asyncio.create_task(client.get_port(PORT_ID))
    await begun.wait()
    await failure(client.update_port(PORT_ID, CHANGE))
    released.set()
    assert (await reading).id == PORT_ID


async def test_cancelled_requests_leave_a_client_usable(
    service: FaultyService, connect: Connect
) -> None:
    client = connect(service.origin)
    for _ in range(12):
        begun = asyncio.Event()
        await service.inject("GET", Fault("holds", holds(asyncio.Event(), begun)))
        request = asyncio.create_task(client.get_port(PORT_ID))
        await begun.wait()
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
    assert (await client.get_port(PORT_ID)).id == PORT_ID


# The token


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize(
    ("token", "carrier", "value"),
    [
        (TOKEN, "authorization", f"Bearer {TOKEN}"),
        (PROJECT_TOKEN, "x-project-token", PROJECT_TOKEN),
        ("anything", "authorization", "Bearer anything"),
    ],
)
async def test_the_token_is_sent_once_in_its_own_header(
    service: FaultyService, connect: Connect, method: str, token: str, carrier: str, value: str
) -> None:
    await CALLS[method](connect(service.origin, token=token))
    (request,) = service.received
    assert [pair for pair in request.headers if token in pair[1]] == [(carrier, value)]
    assert not request.header({"authorization", "x-project-token"}.difference([carrier]).pop())
    assert token not in request.path
    assert token.encode() not in request.body


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_reported_and_nothing_is_sent_to_its_target(
    service: FaultyService, connect: Connect, method: str, status: int
) -> None:
    async with FaultyService().serving() as thief:
        location = f"{thief.origin.name}/v1/pipeline_ports/{PORT_ID}"
        await service.inject(method, faults.redirects(status, location))
        error = await failure(CALLS[method](connect(service.origin, token=PROJECT_TOKEN)))
        assert thief.connections == 0
    assert error == RedirectedError(status, location)
    assert len(service.received) == 1


@pytest.mark.parametrize(
    "location",
    [
        "", "//", "javascript:x", "mailto:x", "http://[::1", "http://xn--a/", "http://\x80.test/",
        "http://\x1b[2J/", "http://user:password@thief.test/", "x" * 70_000,
    ],
)  # fmt: skip
async def test_a_redirect_is_reported_whatever_its_location(
    service: FaultyService, connect: Connect, location: str
) -> None:
    await service.inject("PATCH", faults.redirects(302, location))
    error = await failure(connect(service.origin).update_port(PORT_ID, CHANGE))
    assert error == RedirectedError(302, location)


async def test_a_loopback_origin_on_plain_http_never_uses_a_proxy(
    service: FaultyService, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Proxy(service.port).serving() as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        await connect(service.origin).get_port(PORT_ID)
        assert proxy.asked == []


@pytest.mark.parametrize("cookie", ["a=b", "a=\xff", "a=b; expires=Mon, 31 Feb 2099 99:99:99", "="])
async def test_cookies_are_neither_kept_nor_sent_back(
    service: FaultyService, connect: Connect, cookie: str
) -> None:
    client = connect(service.origin)
    body = json.dumps(await service.state_of(PORT_ID)).encode()
    await service.inject("GET", Fault("sets a cookie", says(200, body, f"Set-Cookie: {cookie}")))
    await client.get_port(PORT_ID)
    await client.get_port(PORT_ID)
    assert service.received[-1].header("cookie") == []


async def test_reads_ask_for_fresh_json(service: FaultyService, connect: Connect) -> None:
    await connect(service.origin).get_port(PORT_ID)
    (request,) = service.received
    assert request.path == f"/v1/pipeline_ports/{PORT_ID}"
    assert request.header("cache-control") == ["no-cache"]
    assert request.header("accept") == ["application/json"]
    assert request.header("accept-encoding") == ["gzip"]  # can be decoded within limits
    assert request.body == b""


async def test_an_origins_path_prefix_precedes_every_path(
    service: FaultyService, connect: Connect
) -> None:
    origin = Origin("http", "127.0.0.1", service.port, "/cloud/api")
    await failure(connect(origin).get_port(PORT_ID))
    assert service.received[0].path == f"/cloud/api/v1/pipeline_ports/{PORT_ID}"


async def test_a_path_prefix_too_long_for_a_url_means_not_sent(
    service: FaultyService, connect: Connect
) -> None:
    origin = Origin("http", "127.0.0.1", service.port, "/x" * 40_000)
    error = await failure(connect(origin).update_port(PORT_ID, CHANGE))
    assert error == ConnectError(ConnectError.Why.OTHER, Peer(origin.address))
    assert service.connections == 0


# Deadlines


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("GET", faults.SILENCE),
        ("GET", faults.DRIPS),
        ("PATCH", faults.DRIPS_HEADERS),
        ("DELETE", faults.ENDLESS_CONTINUE),
    ],
    ids=str,
)
async def test_the_deadline_covers_the_whole_request(
    service: FaultyService, connect: Connect, method: str, fault: Fault
) -> None:
    reads, writes = (1.0, LONGEST) if method == "GET" else (LONGEST, 1.0)
    client = connect(service.origin, read_deadline=reads, write_deadline=writes)
    await service.inject(method, fault)
    assert await failure(CALLS[method](client)) == DeadlineError(1.0)


# Size limits


def as_large_as(size: int, port: dict[str, object]) -> bytes:
    """Return a port's JSON, padded to `size` bytes."""
    return json.dumps(port).encode().ljust(size)


async def test_a_body_of_4_mib_is_read(service: FaultyService, connect: Connect) -> None:
    port = await service.state_of(PORT_ID)
    assert port
    body = as_large_as(4 * faults.MIB, port)
    await service.inject("GET", Fault("is large", says(200, body)))
    assert (await connect(service.origin).get_port(PORT_ID)).frontend_port == 24224


@pytest.mark.parametrize("fault", [faults.HUGE, faults.ENDLESS, faults.BOMB], ids=str)
@pytest.mark.parametrize("method", CALLS)
async def test_a_larger_body_is_rejected(
    service: FaultyService, connect: Connect, method: str, fault: Fault
) -> None:
    await service.inject(method, fault)
    error = await failure(CALLS[method](connect(service.origin)))
    assert error == UnexpectedReplyError(200, UnexpectedReplyError.Why.TOO_LARGE)


async def test_endless_headers_are_a_lost_connection(
    service: FaultyService, connect: Connect
) -> None:
    await service.inject("GET", faults.ENDLESS_HEADERS)
    assert isinstance(await failure(connect(service.origin).get_port(PORT_ID)), ConnectionLostError)


@pytest.mark.parametrize(
    "fault", [faults.BOMB, faults.ENDLESS, faults.ENDLESS_AFTER_GZIP, faults.HUGE], ids=str
)
async def test_no_response_takes_more_memory_than_a_few_times_the_size_limit(
    service: FaultyService, connect: Connect, fault: Fault
) -> None:
    client = connect(service.origin)
    await client.get_port(PORT_ID)
    await service.inject("GET", fault)
    tracemalloc.start()
    try:
        await failure(client.get_port(PORT_ID))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 24 * faults.MIB


async def test_a_body_in_tiny_chunks_does_not_block_other_tasks() -> None:
    class Chunks(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            for _ in range(1_000):
                yield b" "

    turns = 0

    async def take_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    others = asyncio.create_task(take_turns())
    assert len(await exchange.read_body(httpx.Response(200, stream=Chunks()))) == 1_000
    others.cancel()
    assert turns >= 1_000


# Encodings


async def test_a_gzipped_response_is_read(service: FaultyService, connect: Connect) -> None:
    await service.inject("GET", faults.GZIP)
    port = await connect(service.origin).get_port(PORT_ID)
    assert isinstance(port, Port)
    assert port.endpoint == "forward.demo.example:24224"


@pytest.mark.parametrize(
    "fault",
    [
        faults.UNKNOWN_ENCODING,
        faults.NOT_GZIP,
        faults.TRUNCATED_GZIP,
        faults.GZIP_WITHOUT_END,
        faults.ENDLESS_AFTER_GZIP,
    ],
    ids=str,
)
async def test_a_body_that_cannot_be_decoded_is_reported(
    service: FaultyService, connect: Connect, fault: Fault
) -> None:
    await service.inject("GET", fault)
    error = await failure(connect(service.origin).get_port(PORT_ID))
    assert error == UnexpectedReplyError(200, UnexpectedReplyError.Why.UNREADABLE_ENCODING)


async def test_an_empty_body_needs_no_decoding(service: FaultyService, connect: Connect) -> None:
    await service.inject("PATCH", Fault("is 204", says(204, b"", "Content-Encoding: gzip")))
    await connect(service.origin).update_port(PORT_ID, CHANGE)
