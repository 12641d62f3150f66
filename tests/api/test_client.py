"""The port calls over real sockets: what is sent, and what every response means."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import NoneType
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from portui.api import wire
from portui.api.errors import (
    ConnectionLostError,
    ReadOnlyError,
    RedirectedError,
    RefusedError,
    ReplyError,
    ServiceError,
    UnavailableError,
    UnexpectedReplyError,
)
from portui.demo.sample import FORWARD_PORT_ID as PORT_ID
from portui.demo.sample import HTTP_PORT_ID
from portui.port.editing import Change, NewPort
from portui.port.model import Field, Port, Unreadable
from tests.support import faults
from tests.support.api_calls import CALLS, PIPELINE_ID, WRITES, Connect, failure
from tests.support.examples import examples
from tests.support.faults import failing, failing_with_body
from tests.support.faulty_service import FaultyService
from tests.support.misbehaviour import Fault, applied, refuses, says, sends

pytestmark = pytest.mark.anyio

Why = UnexpectedReplyError.Why

# What is sent


async def test_a_change_sends_only_its_fields_with_numbers_as_numbers(
    service: FaultyService, connect: Connect
) -> None:
    change = Change(((Field.FRONTEND_PORT, 24225), (Field.ENDPOINT, "ünïcode.example:1")))
    await connect(service.origin).update_port(PORT_ID, change)
    (request,) = service.received
    assert (request.method, request.path) == ("PATCH", f"/v1/pipeline_ports/{PORT_ID}")
    assert request.header("content-type") == ["application/json"]
    assert request.body == '{"frontendPort":24225,"endpoint":"ünïcode.example:1"}'.encode()


async def test_a_new_port_is_sent_with_all_that_the_service_requires_and_without_its_kind(
    service: FaultyService, connect: Connect
) -> None:
    new = NewPort("udp", 24300, 24224)
    port_id = await connect(service.origin).create_port(PIPELINE_ID, new)
    (request,) = service.received
    assert (request.method, request.path) == (
        "POST",
        f"/v1/aggregator_pipelines/{PIPELINE_ID}/ports",
    )
    assert json.loads(request.body) == {
        "protocol": "udp",
        "frontendPort": 24300,
        "backendPort": 24224,
        "endpoint": "",
    }
    state = await service.state_of(port_id)
    assert state
    assert (state["protocol"], state["frontendPort"]) == ("udp", 24300)


async def test_a_deletion_has_no_body(service: FaultyService, connect: Connect) -> None:
    await connect(service.origin).delete_port(PORT_ID)
    (request,) = service.received
    assert (request.method, request.path) == ("DELETE", f"/v1/pipeline_ports/{PORT_ID}")
    assert request.body == b""
    assert await service.state_of(PORT_ID) is None


async def test_a_read_only_client_sends_only_reads(
    service: FaultyService, connect: Connect
) -> None:
    client = connect(service.origin, read_only=True)
    for method in WRITES:
        assert isinstance(await failure(CALLS[method](client)), ReadOnlyError)
    assert service.connections == 0
    assert (await client.get_port(PORT_ID)).id == PORT_ID


# What responses mean


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.INVALID_TOKEN, RefusedError(401, "invalid token")),
        (faults.FORBIDDEN, RefusedError(403, "quota exceeded", None, 5, 0)),
        (faults.NOT_FOUND, RefusedError(404, "pipeline port not found")),
        (
            faults.IN_USE,
            RefusedError(409, "pipeline port already in use", "protocol tcp, port 8080"),
        ),
        (faults.TOKEN_GONE, RefusedError(410, "token gone")),
        (faults.INVALID, RefusedError(422, "invalid pipeline port number")),
        (faults.EMPTY_401, UnexpectedReplyError(401, Why.NO_ERROR_BODY)),
        (faults.HTML_403, UnexpectedReplyError(403, Why.NO_ERROR_BODY)),
        (faults.HTML_404, UnexpectedReplyError(404, Why.NO_ERROR_BODY)),
        (faults.HTML_502, UnavailableError(502, None)),
        (faults.ESCAPES_EVERYWHERE, UnexpectedReplyError(404, Why.NO_ERROR_BODY)),
        *((odd, UnexpectedReplyError(404, Why.NO_ERROR_BODY)) for odd in faults.ODD_ERRORS),
        *(
            (failing(status), UnavailableError(status, None))
            for status in (408, 429, 500, 501, 503)
        ),
        (failing_with_body(503), UnavailableError(503, "try again")),
        (failing_with_body(429), UnavailableError(429, "try again")),
        (failing_with_body(408), UnavailableError(408, "try again")),
        (faults.redirects(304, ""), RedirectedError(304, "")),
        (faults.ACCEPTED, UnexpectedReplyError(202, Why.UNEXPECTED_STATUS)),
        (failing_with_body(206), UnexpectedReplyError(206, Why.UNEXPECTED_STATUS)),
        (failing_with_body(600), UnexpectedReplyError(600, Why.UNEXPECTED_STATUS)),
        (failing_with_body(999), UnexpectedReplyError(999, Why.UNEXPECTED_STATUS)),
    ],
    ids=str,
)
async def test_each_error_response_raises_the_matching_error(
    service: FaultyService, connect: Connect, method: str, fault: Fault, error: ReplyError
) -> None:
    await service.inject(method, fault)
    assert await failure(CALLS[method](connect(service.origin))) == error


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize(
    "fault",
    [
        faults.CLOSES_AT_ONCE,
        faults.RESETS_AT_ONCE,
        faults.CLOSES,
        faults.RESETS,
        applied(faults.RESETS),
        faults.CUT_IN_HEADERS,
        faults.CUT_IN_BODY,
        faults.RESET_IN_BODY,
        faults.GARBAGE,
        faults.SWITCHES,
    ],
    ids=str,
)
async def test_an_incomplete_response_is_a_lost_connection(
    service: FaultyService, connect: Connect, method: str, fault: Fault
) -> None:
    await service.inject(method, fault)
    error = await failure(CALLS[method](connect(service.origin)))
    assert isinstance(error, ConnectionLostError)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.HTML_200, UnexpectedReplyError(200, Why.NOT_JSON)),
        (faults.NOT_A_PORT, UnexpectedReplyError(200, Why.NOT_A_PORT)),
        (faults.LIST, UnexpectedReplyError(200, Why.NOT_A_PORT)),
        (faults.LOSES_IT, UnexpectedReplyError(204, Why.UNEXPECTED_STATUS)),
        (faults.DEEP, UnexpectedReplyError(200, Why.NOT_JSON)),
        (faults.LONG_INTEGER, UnexpectedReplyError(200, Why.NOT_JSON)),
        (faults.NAN, UnexpectedReplyError(200, Why.NOT_JSON)),
        (faults.INVALID_UTF8, UnexpectedReplyError(200, Why.NOT_JSON)),
        (faults.LONE_SURROGATE, UnexpectedReplyError(200, Why.NOT_JSON)),
    ],
    ids=str,
)
async def test_a_response_that_is_not_a_port_is_an_unexpected_reply(
    service: FaultyService, connect: Connect, fault: Fault, error: UnexpectedReplyError
) -> None:
    await service.inject("GET", fault)
    assert await failure(connect(service.origin).get_port(PORT_ID)) == error


@pytest.mark.parametrize("method", WRITES)
async def test_a_200_does_not_acknowledge_a_write(
    service: FaultyService, connect: Connect, method: str
) -> None:
    await service.inject(method, faults.OK_WITH_BODY)
    error = await failure(CALLS[method](connect(service.origin)))
    assert error == UnexpectedReplyError(200, Why.UNEXPECTED_STATUS)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", Why.NOT_JSON),
        (b"<html>", Why.NOT_JSON),
        (b"null", Why.NOT_A_PORT),
        (b"[]", Why.NOT_A_PORT),
        (b"{}", Why.NOT_A_PORT),
        (b'{"id": 7}', Why.NOT_A_PORT),
        (b'{"id": ".."}', Why.NOT_A_PORT),
        (b'{"id": null, "createdAt": "2026-11-24T14:03:07Z"}', Why.NOT_A_PORT),
        (b'{"ID": "123e4567-e89b-12d3-a456-426614174fff"}', Why.NOT_A_PORT),
    ],
)
async def test_a_201_that_names_no_port_is_an_unexpected_reply(
    service: FaultyService, connect: Connect, body: bytes, why: UnexpectedReplyError.Why
) -> None:
    await service.inject("POST", Fault("names no port", says(201, body)))
    error = await failure(CALLS["POST"](connect(service.origin)))
    assert error == UnexpectedReplyError(201, why)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (faults.OTHER_ID, lambda port: str(port.id) == faults.OTHER_PORT),
        (faults.NO_ID, lambda port: port.id == Unreadable(None)),
        (faults.ODD_ID, lambda port: port.id == Unreadable("7")),
        (faults.FEW_FIELDS, lambda port: port.protocol == Unreadable(None)),
        (faults.DUPLICATE, lambda port: port.kind == "LoadBalancer"),
        (faults.WRONG_TYPES, lambda port: port.protocol == Unreadable("[{}]")),
        (
            faults.MORE_FIELDS,
            lambda port: port.unknown == (("\x1b[31mnew", '{"deep": [1, null]}'),),
        ),
    ],
    ids=lambda value: "" if callable(value) and not isinstance(value, Fault) else str(value),
)
async def test_a_port_that_is_not_as_documented_is_read_as_far_as_possible(
    service: FaultyService, connect: Connect, fault: Fault, expected: Callable[[Port], bool]
) -> None:
    await service.inject("GET", fault)
    assert expected(await connect(service.origin).get_port(PORT_ID))


@pytest.mark.parametrize(
    "more",
    [
        {"detail": None, "quotaLimit": None},
        {"detail": ["a"], "quotaLimit": "5", "quotaRemaining": 1.5},
        {"detail": {}, "quotaLimit": True, "quotaRemaining": []},
        {"index": 3, "code": "E_NO"},
    ],
)
async def test_invalid_and_unknown_parts_of_an_error_body_are_ignored(
    service: FaultyService, connect: Connect, more: dict[str, object]
) -> None:
    await service.inject("PATCH", Fault("refuses", refuses(422, "no\x1b[2J", **more)))
    error = await failure(CALLS["PATCH"](connect(service.origin)))
    assert error == RefusedError(422, "no\x1b[2J")


# Retry-After


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        (" 7 ", 7),
        ("31536000", 31_536_000),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("٣".encode().decode("latin-1"), None),
        ("Wed, 99 Oct 2099 07:28:00 GMT", None),
        ("Wed, 21 Oct 99999999999999999999 07:28:00 GMT", None),
        ("1 Jan 2030 00:00:00 +9999999999999", None),
        ("\x1b[2J", None),
    ],
)
async def test_retry_after_is_read_from_a_response(
    service: FaultyService, connect: Connect, value: str, seconds: float | None
) -> None:
    await service.inject("GET", failing(429, f"rETRY-aFTER:{value}"))
    error = await failure(CALLS["GET"](connect(service.origin)))
    assert error == UnavailableError(429, None, seconds)


@pytest.fixture
def far_east() -> Iterator[None]:
    """Set the local time zone to UTC+14."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "EAST-14")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("far_east")
@pytest.mark.parametrize("zone", ["GMT", "-0000", "", "+0000"])
async def test_a_retry_after_date_is_utc_in_any_local_time_zone(
    service: FaultyService, connect: Connect, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setattr("time.time", lambda: 1_893_456_000.0)  # 2030-01-01
    value = f"Tue, 01 Jan 2030 00:02:00 {zone}"
    await service.inject("GET", failing(503, f"Retry-After: {value}"))
    error = await failure(CALLS["GET"](connect(service.origin)))
    assert error == UnavailableError(503, None, 120.0)


@pytest.mark.parametrize("value", ["9" * 300, "31 Dec 9999 23:59:59 -2300"])
async def test_an_enormous_retry_after_is_a_long_wait(
    service: FaultyService, connect: Connect, value: str
) -> None:
    await service.inject("GET", failing(429, f"Retry-After: {value}"))
    error = await failure(CALLS["GET"](connect(service.origin)))
    assert isinstance(error, UnavailableError)
    assert error.retry_after is not None
    assert error.retry_after > 1e9


# Large bodies


@pytest.mark.parametrize(("size", "in_loop"), [(1_000, True), (2 * faults.MIB, False)])
@pytest.mark.parametrize(
    ("status", "reader"), [(200, "port_from"), (503, "error_from")], ids=["port", "error"]
)
async def test_a_large_body_is_parsed_off_the_event_loop(
    service: FaultyService,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
    size: int,
    in_loop: bool,  # noqa: FBT001 - a column of the table
    status: int,
    reader: str,
) -> None:
    threads: list[threading.Thread] = []

    def recording(function: Callable[..., Any]) -> Callable[..., Any]:
        def recorded(*arguments: object) -> object:
            threads.append(threading.current_thread())
            return function(*arguments)

        return recorded

    for name in ("decode", reader):
        monkeypatch.setattr(wire, name, recording(getattr(wire, name)))
    body = json.dumps({"error": "x", **(await service.state_of(PORT_ID) or {})}).encode()
    await service.inject("GET", Fault("is large", says(status, body.ljust(size))))
    with suppress(UnavailableError):
        await connect(service.origin).get_port(PORT_ID)
    assert [thread is threading.main_thread() for thread in threads] == [in_loop] * 2


# Arbitrary responses

header_names: Final = st.sampled_from(
    ["Content-Length", "Content-Encoding", "Transfer-Encoding", "Location", "Set-Cookie",
     "Retry-After", "Connection", "Upgrade", "Content-Type", "Date", "Trailer"]
)  # fmt: skip
latin_1: Final = st.characters(max_codepoint=0xFF, exclude_characters="\r\n\x00")
header_values: Final = st.sampled_from(
    ["0", "5", "-1", "9" * 30, "gzip", "chunked", "identity", "close", "h2c", "a=\xff; expires=x",
     "Tue, 01 Jan 2030 00:02:00", "http://[", "javascript:x", "\x1b[2J", ""]
) | st.text(latin_1, max_size=20)  # fmt: skip
statuses: Final = st.sampled_from(
    ["200", "204", "301", "304", "404", "422", "429", "503", "999", "100", "101", "000", "2000",
     "x"]
)  # fmt: skip
bodies: Final = st.sampled_from(
    [b"", b'{"id": 1}', b'{"error": "no"}', b"0\r\n\r\n", b"5\r\nfives\r\n", b"\x1f\x8b\x08"]
) | st.binary(max_size=60)


@st.composite
def almost_http(draw: st.DrawFn) -> bytes:
    """Draw bytes that resemble an HTTP response."""
    status, reason = draw(statuses), draw(header_values)
    fields = draw(st.lists(st.tuples(header_names, header_values), max_size=4))
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in fields)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + draw(bodies)


_RESULTS: Final[dict[str, type]] = {"GET": Port, "POST": UUID}


@given(answer=almost_http() | st.binary(max_size=200))
@example(answer=b"HTTP/1.1 302 Found\r\nLocation: javascript:x\r\n\r\n")
@example(answer=b"HTTP/1.1 200 OK\r\nSet-Cookie: a=\xff\r\nContent-Length: 2\r\n\r\n{}")
@settings(
    max_examples=examples(400),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@pytest.mark.parametrize("method", CALLS)
async def test_any_response_ends_in_a_result_or_a_service_error(
    service: FaultyService, connect: Connect, method: str, answer: bytes
) -> None:
    client = connect(service.origin)
    await service.inject(method, Fault("is anything", sends(answer)))
    try:
        result = await CALLS[method](client)
    except ServiceError:
        pass
    else:
        assert isinstance(result, _RESULTS.get(method, NoneType))
    assert (await client.get_port(HTTP_PORT_ID)).id == HTTP_PORT_ID
    await client.aclose()
