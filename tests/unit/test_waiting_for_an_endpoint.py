"""Waiting for an endpoint: how often the port is read, and what ends it."""

from dataclasses import replace

import pytest

from portui.api.errors import (
    ConnectionLostError,
    RefusedError,
    ServiceError,
    UnavailableError,
)
from portui.explain.waiting import explain_not_assigned, explain_waiting
from portui.operations.look_up import Reading, Retrying
from portui.operations.wait import Waiting, wait_for_endpoint
from portui.port.model import Unreadable
from tests.support.hostile_text import dangers
from tests.support.ports import PORT, PORT_ID
from tests.support.scripted_service import ABSENT, DENIED, OTHER, Said, ScriptedService

PENDING = replace(PORT, endpoint="")
DOWN = UnavailableError(500, None)
pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def waited(
    service: ScriptedService, seconds: float | None = None
) -> tuple[Reading | Waiting, list[Waiting | Retrying]]:
    """Wait; return the outcome, and the news until then."""
    news: list[Waiting | Retrying] = []
    return await wait_for_endpoint(service.reader, PORT_ID, seconds, news.append), news


async def test_an_assigned_endpoint_needs_one_read() -> None:
    service = ScriptedService([PORT])
    outcome, news = await waited(service, 0.0)
    assert isinstance(outcome, Reading)
    assert (outcome.port, service.calls, news) == (PORT, ["GET"], [])


async def test_a_pending_port_is_read_every_five_seconds_until_it_has_an_endpoint() -> None:
    service = ScriptedService([PENDING, PENDING, PORT])
    outcome, news = await waited(service)
    assert isinstance(outcome, Reading)
    assert outcome.port == PORT
    assert len(service.calls) == 3
    assert sum(service.slept) == pytest.approx(10.0)
    assert max(service.slept) <= 1.0  # so that a suspend doesn't make it longer
    assert [explain_waiting(each) for each in news if isinstance(each, Waiting)][:2] == [
        "Waiting for the endpoint, 0 s…",
        "Waiting for the endpoint, 1 s…",
    ]


@pytest.mark.parametrize("endpoint", [Unreadable(None), Unreadable("12")])
async def test_an_unreadable_endpoint_counts_as_none(endpoint: Unreadable) -> None:
    service = ScriptedService([replace(PORT, endpoint=endpoint), PORT])
    outcome, _ = await waited(service)
    assert isinstance(outcome, Reading)
    assert len(service.calls) == 2


async def test_at_the_timeout_the_last_reading_is_what_is_known() -> None:
    service = ScriptedService([PENDING])
    outcome, _ = await waited(service, 12.0)
    assert isinstance(outcome, Waiting)
    assert outcome.reading
    assert outcome.reading.port == PENDING
    assert outcome.seconds == pytest.approx(12.0)
    assert len(service.calls) == 3
    said = explain_not_assigned(outcome, 12.0)
    assert said.what == "The endpoint was not assigned within 12 s"
    assert said.meaning.startswith("It was pending at 14:03:")


async def test_a_timeout_of_zero_reads_once() -> None:
    service = ScriptedService([PENDING])
    outcome, news = await waited(service, 0.0)
    assert isinstance(outcome, Waiting)
    assert (service.calls, service.slept, news) == (["GET"], [], [])


async def test_failed_reads_are_repeated_less_often_and_reported() -> None:
    service = ScriptedService([PENDING, DOWN, DOWN, PORT])
    outcome, news = await waited(service)
    assert isinstance(outcome, Reading)
    assert len(service.calls) == 4
    assert sum(service.slept) > 5.0 + 7.5 + 15.0 - 0.5
    failed = [each for each in news if isinstance(each, Waiting) and each.failed]
    assert "The service failed (500); next read 14:03:" in explain_waiting(failed[0])


async def test_retry_after_is_honoured() -> None:
    service = ScriptedService([PENDING, UnavailableError(429, None, 100.0), PORT])
    await waited(service)
    assert sum(service.slept) >= 105.0


async def test_at_the_timeout_the_failure_of_later_reads_is_said() -> None:
    service = ScriptedService([PENDING, UnavailableError(429, "\x1b[2J", 100.0)])
    outcome, _ = await waited(service, 20.0)
    assert isinstance(outcome, Waiting)
    said = explain_not_assigned(outcome, 20.0)
    assert said.meaning.endswith(" Since then: Too many requests (429).")
    assert dangers(said.meaning) == []


@pytest.mark.parametrize("error", [ABSENT, DENIED, RefusedError(403, "no")], ids=repr)
async def test_a_refusal_ends_the_wait(error: ServiceError) -> None:
    with pytest.raises(type(error)):
        await waited(ScriptedService([PENDING, error]))


async def test_the_first_read_is_retried_like_any_lookup() -> None:
    lost = ConnectionLostError()
    service = ScriptedService([lost, PORT])
    _, news = await waited(service)
    assert [type(each) for each in news] == [Retrying]
    with pytest.raises(ConnectionLostError):
        await waited(ScriptedService([lost]))


@pytest.mark.parametrize("said", [[OTHER], [PENDING, replace(OTHER, endpoint="")]])
async def test_another_port_ends_the_wait(said: list[Said]) -> None:
    outcome, _ = await waited(ScriptedService(said))
    assert isinstance(outcome, Reading)
    assert not outcome.is_requested


def test_nothing_is_known_if_no_reply_came() -> None:
    said = explain_not_assigned(Waiting(5.0), 0.5)
    assert said.what == "The port could not be read within 0.5 s"
