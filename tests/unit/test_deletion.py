"""Deleting: every row of the table in `portui.operations.deleting`."""

import asyncio
from collections.abc import Sequence
from typing import Final

import pytest

from portui.api import errors
from portui.api.errors import ConnectionLost, Refused, ServiceError, TimedOut, Unavailable
from portui.operations import saving
from portui.operations.deleting import (
    AlreadyGone,
    DeleteOutcome,
    Gone,
    StillThere,
    delete,
)
from portui.operations.saving import NotSent, Stopped, Unknown
from portui.port.model import Port
from tests.ports import PORT
from tests.scripted import (
    ABSENT,
    BEFORE,
    DENIED,
    NO_CLEAR_ANSWERS,
    NOT_SENT,
    OTHER,
    SENT,
    Said,
    Scripted,
)

FORBIDDEN: Final = Refused(403, "permission denied")


def deleted(
    reads: Sequence[Said], write: ServiceError | None = None
) -> tuple[DeleteOutcome, Scripted]:
    """What the deletion comes to, and the service's record of it."""
    service = Scripted(reads, write)
    return asyncio.run(delete(service.reader, BEFORE)), service


def test_where_changes_are_forbidden_it_stops_before_sending() -> None:
    error = errors.OriginIsReadOnly()
    outcome, service = deleted([PORT], error)
    assert outcome == Stopped(error)
    assert service.reads_made == 0


@pytest.mark.parametrize("error", NOT_SENT, ids=repr)
def test_without_a_connection_it_was_not_sent_and_nothing_is_read(error: errors.NotSent) -> None:
    outcome, service = deleted([ABSENT], error)
    assert outcome == NotSent(error)
    assert service.reads_made == 0


@pytest.mark.parametrize("error", [ABSENT, FORBIDDEN, DENIED], ids=repr)
def test_a_refusal_about_a_port_that_is_gone_says_that_it_was_gone_already(
    error: Refused,
) -> None:
    assert deleted([ABSENT], error)[0] == AlreadyGone()


@pytest.mark.parametrize("error", [ABSENT, FORBIDDEN, DENIED], ids=repr)
@pytest.mark.parametrize(
    ("said", "port"),
    [(PORT, PORT), (OTHER, None), (DENIED, None), (ConnectionLost(), None)],
    ids=repr,
)
def test_a_refusal_is_told_with_the_port_as_it_is_now(
    error: Refused, said: Said, port: Port | None
) -> None:
    outcome, service = deleted([said], error)
    assert isinstance(outcome, saving.Refused)
    assert outcome.error == error
    assert (outcome.reading and outcome.reading.port) == port
    assert (service.writes_made, service.reads_made) == (1, 1)


@pytest.mark.parametrize("write", SENT, ids=repr)
@pytest.mark.parametrize("before_it", [[], [PORT], [PORT, PORT], [TimedOut(30), DENIED], [OTHER]])
def test_a_404_read_back_says_that_the_port_is_gone(
    write: ServiceError | None, before_it: list[Said]
) -> None:
    outcome, service = deleted([*before_it, ABSENT], write)
    assert outcome == Gone(acknowledged=write is None)
    assert (service.writes_made, service.reads_made) == (1, len(before_it) + 1)


@pytest.mark.parametrize("write", SENT, ids=repr)
@pytest.mark.parametrize("after_it", [[], [ConnectionLost()], [OTHER]])
def test_a_port_that_is_read_for_five_seconds_is_still_there(
    write: ServiceError | None, after_it: list[Said]
) -> None:
    outcome, service = deleted([PORT, *after_it], write)
    assert isinstance(outcome, StillThere)
    assert outcome.reading.port == PORT
    assert outcome.acknowledged is (write is None)
    assert (service.writes_made, service.reads_made) == (1, 5)
    assert sum(service.slept) == pytest.approx(5.0)


@pytest.mark.parametrize("write", [None, ConnectionLost()], ids=repr)
@pytest.mark.parametrize(
    "failure", [DENIED, FORBIDDEN, Unavailable(503, "x"), *NO_CLEAR_ANSWERS], ids=repr
)
def test_without_a_read_that_tells_the_outcome_is_unknown(
    write: ServiceError | None, failure: ServiceError
) -> None:
    outcome, service = deleted([failure], write)
    assert outcome == Unknown(write, failure)
    assert service.writes_made == 1


def test_another_port_read_back_tells_nothing() -> None:
    assert deleted([OTHER])[0] == Unknown(None, None)


def test_slow_reads_end_with_the_time_they_take() -> None:
    service = Scripted([TimedOut(30.0)], read_takes=30.0)
    assert asyncio.run(delete(service.reader, BEFORE)) == Unknown(None, TimedOut(30.0))
    assert service.reads_made == 2
