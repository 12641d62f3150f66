"""Lookups: which failures are retried, and after how long."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from portui.api import errors
from portui.api.errors import (
    ConnectionLostError,
    RefusedError,
    ServiceError,
    UnavailableError,
    UnexpectedReplyError,
)
from portui.clock import Clock
from portui.operations.look_up import Reader, Reading, Retrying, says_no_such_port
from portui.port.model import Unreadable
from tests.support.ports import PORT, PORT_ID, reading_of
from tests.support.scripted_service import START, ScriptedService

PASSING: list[ServiceError] = [
    ConnectionLostError(),
    *(UnavailableError(status, None) for status in (408, 429, 502, 503, 504)),
]
LASTING: list[ServiceError] = [
    *(UnavailableError(status, None, after) for status in (500, 501, 505) for after in (None, 1.0)),
    errors.DeadlineError(30.0),
    errors.ConnectError(errors.ConnectError.Why.REFUSED, errors.Peer("h")),
    errors.TlsError(errors.Peer("h"), "untrusted", untrusted=True),
    errors.NoTokenError(),
    errors.RedirectedError(302, "/"),
    UnexpectedReplyError(404, UnexpectedReplyError.Why.NO_ERROR_BODY),
    *(RefusedError(status, "no") for status in (400, 401, 403, 404, 409, 410, 422)),
]


def look_up(service: ScriptedService) -> tuple[Reading | ServiceError, list[Retrying]]:
    """Return the reading or the error of a lookup, and the retries that it reported."""
    reported: list[Retrying] = []
    try:
        return asyncio.run(service.reader.look_up(PORT_ID, reported.append)), reported
    except ServiceError as error:
        return error, reported


def test_a_reading_says_when_it_was_made_and_how_long_it_took() -> None:
    reading, reported = look_up(ScriptedService(read_takes=0.25))
    assert isinstance(reading, Reading)
    assert (reading.port_id, reading.port) == (PORT_ID, PORT)
    assert reading.at == START + timedelta(seconds=0.25)
    assert reading.at_seconds == 1_000.25
    assert reading.took == pytest.approx(0.25)
    assert reported == []


@pytest.mark.parametrize("error", PASSING, ids=repr)
def test_a_passing_failure_is_retried_and_reported(error: ServiceError) -> None:
    service = ScriptedService([error, PORT])
    reading, reported = look_up(service)
    assert isinstance(reading, Reading)
    assert reported == [Retrying(2, service.slept[0], error)]
    assert len(service.calls) == 2


def test_pauses_do_not_count_towards_the_time_that_a_reading_took() -> None:
    reading, _ = look_up(ScriptedService([UnavailableError(503, None, 9.0), PORT], read_takes=0.25))
    assert isinstance(reading, Reading)
    assert reading.took == pytest.approx(0.25)


def test_the_third_failure_is_raised() -> None:
    last = UnavailableError(504, "the last")
    service = ScriptedService([ConnectionLostError(), UnavailableError(503, None), last])
    outcome, reported = look_up(service)
    assert outcome is last
    assert [retrying.attempt for retrying in reported] == [2, 3]
    assert len(service.calls) == 3


@pytest.mark.parametrize("error", LASTING, ids=repr)
def test_a_lasting_failure_is_not_retried(error: ServiceError) -> None:
    service = ScriptedService([error])
    assert look_up(service) == (error, [])
    assert service.calls == ["GET"]
    assert service.slept == []


def test_a_lasting_failure_after_a_passing_one_ends_the_lookup() -> None:
    error = RefusedError(401, "no")
    service = ScriptedService([ConnectionLostError(), error, PORT])
    outcome, reported = look_up(service)
    assert outcome is error
    assert len(reported) == 1


def test_the_pauses_grow_and_have_random_jitter() -> None:
    first, second = set(), set()
    for _ in range(50):
        service = ScriptedService([ConnectionLostError(), ConnectionLostError(), PORT])
        look_up(service)
        first.add(service.slept[0])
        second.add(service.slept[1])
    assert all(0.25 <= pause <= 0.5 for pause in first)
    assert all(0.75 <= pause <= 1.5 for pause in second)
    assert len(first) > 40
    assert len(second) > 40


@pytest.mark.parametrize("seconds", [0.0, 0.5, 3.0, 10.0])
def test_a_retry_waits_as_long_as_the_service_asks(seconds: float) -> None:
    service = ScriptedService(
        [UnavailableError(429, None, seconds), UnavailableError(503, None, seconds), PORT]
    )
    reading, reported = look_up(service)
    assert isinstance(reading, Reading)
    assert service.slept == [seconds, seconds]
    assert [retrying.pause for retrying in reported] == [seconds, seconds]


@pytest.mark.parametrize("seconds", [10.1, 31_536_000.0, float("inf")])
def test_a_wait_that_is_too_long_is_not_started(seconds: float) -> None:
    error = UnavailableError(429, None, seconds)
    service = ScriptedService([error, PORT])
    assert look_up(service) == (error, [])
    assert service.slept == []


def test_a_pause_is_reported_before_it_begins_and_can_be_cancelled() -> None:
    service = ScriptedService([ConnectionLostError(), PORT])

    async def cancel_in_the_pause() -> None:
        paused = asyncio.Event()

        async def sleep(_: float) -> None:
            paused.set()
            await asyncio.Event().wait()

        reported: list[Retrying] = []
        reader = Reader(service, Clock(sleep=sleep))
        lookup = asyncio.create_task(reader.look_up(PORT_ID, reported.append))
        await paused.wait()
        assert len(reported) == 1
        lookup.cancel()
        with pytest.raises(asyncio.CancelledError):
            await lookup

    asyncio.run(cancel_in_the_pause())
    assert service.calls == ["GET"]


def test_a_single_read_is_never_retried() -> None:
    service = ScriptedService([ConnectionLostError(), PORT])
    with pytest.raises(ConnectionLostError):
        asyncio.run(service.reader.read(PORT_ID))
    assert service.calls == ["GET"]


@pytest.mark.parametrize(
    "port_id",
    [UUID(int=7), Unreadable(None), Unreadable(f'"{PORT_ID} "')],
)
def test_only_a_reading_with_the_requested_id_is_of_the_requested_port(
    port_id: UUID | Unreadable,
) -> None:
    assert reading_of(PORT).is_requested
    assert not reading_of(replace(PORT, id=port_id)).is_requested


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (RefusedError(404, "pipeline port not found"), True),
        (RefusedError(404, "not found"), False),
        (RefusedError(410, "token gone"), False),
        (RefusedError(403, "permission denied"), False),
        (UnexpectedReplyError(404, UnexpectedReplyError.Why.NO_ERROR_BODY), False),
        (UnavailableError(503, "pipeline port not found"), False),
    ],
)
def test_only_the_services_own_404_about_a_port_means_no_such_port(
    error: ServiceError,
    says: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert says_no_such_port(error) is says


def test_the_default_clock_advances_and_is_in_utc() -> None:
    clock = Clock()
    before = clock.seconds()
    asyncio.run(_nap(clock))
    assert clock.seconds() > before
    assert clock.now().utcoffset() == timedelta(0)


async def _nap(clock: Clock) -> None:
    await clock.sleep(0.001)
