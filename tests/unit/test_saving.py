"""Saving: every row of the table in `portui.operations.saving`, and what lies between the rows."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

import pytest

from portui.api import errors
from portui.api.errors import ConnectionLost, Refused, ServiceError, TimedOut, Unavailable
from portui.operations import Reading, saving
from portui.operations.saving import (
    AlreadySo,
    ChangedOtherwise,
    NotSeen,
    NotSent,
    Saved,
    SaveOutcome,
    Stopped,
    Unknown,
    Vanished,
    save,
)
from portui.port.editing import Change
from portui.port.model import Field, Port, Unreadable
from tests.ports import PORT, PORT_ID
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

CHANGE: Final = Change(((Field.FRONTEND_PORT, 24225), (Field.ENDPOINT, "new.example:24225")))
NEW: Final = replace(PORT, frontend_port=24225, endpoint="new.example:24225")
HALF: Final = replace(PORT, frontend_port=24225)
THIRD: Final = replace(NEW, frontend_port=9999)
IN_USE: Final = Refused(409, "pipeline port already in use")


def saved(reads: Sequence[Said], write: ServiceError | None = None) -> tuple[SaveOutcome, Scripted]:
    """What saving the change comes to, and the service's record of it."""
    service = Scripted(reads, write)
    return asyncio.run(save(service.reader, BEFORE, CHANGE)), service


def test_a_change_of_nothing_is_not_sent() -> None:
    service = Scripted()
    assert asyncio.run(save(service.reader, BEFORE, Change())) == AlreadySo()
    assert service.calls == []


def test_where_changes_are_forbidden_it_stops_before_sending() -> None:
    error = errors.OriginIsReadOnly()
    outcome, service = saved([PORT], error)
    assert outcome == Stopped(error)
    assert service.reads_made == 0


@pytest.mark.parametrize("error", NOT_SENT, ids=repr)
def test_without_a_connection_it_was_not_sent_and_nothing_is_read(error: errors.NotSent) -> None:
    outcome, service = saved([NEW], error)
    assert outcome == NotSent(error)
    assert service.reads_made == 0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 422])
@pytest.mark.parametrize(
    ("said", "port"),
    [
        (PORT, PORT),
        (NEW, NEW),
        (OTHER, None),
        (DENIED, None),
        (ConnectionLost(), None),
        (Unavailable(503, None), None),
        (errors.NotTheService(404, errors.NotTheService.Why.NO_ERROR_BODY), None),
    ],
    ids=repr,
)
def test_a_refusal_is_told_with_the_port_as_it_is_now(
    status: int, said: Said, port: Port | None
) -> None:
    error = Refused(status, "no")
    outcome, service = saved([said], error)
    assert isinstance(outcome, saving.Refused)
    assert outcome.error == error
    assert (outcome.reading and outcome.reading.port) == port
    assert (service.writes_made, service.reads_made) == (1, 1)


@pytest.mark.parametrize("error", [IN_USE, ABSENT, DENIED], ids=repr)
def test_a_refusal_about_a_port_that_is_gone_says_that_it_vanished(error: Refused) -> None:
    assert saved([ABSENT], error)[0] == Vanished()


@pytest.mark.parametrize("write", SENT, ids=repr)
@pytest.mark.parametrize(
    "before_it", [[], [PORT], [HALF], [PORT, HALF], [TimedOut(30), DENIED], [OTHER, OTHER, OTHER]]
)
def test_the_new_values_read_back_are_saved(
    write: ServiceError | None, before_it: list[Said]
) -> None:
    outcome, service = saved([*before_it, NEW], write)
    assert isinstance(outcome, Saved)
    assert outcome.reading.port == NEW
    assert outcome.acknowledged is (write is None)
    assert (service.writes_made, service.reads_made) == (1, len(before_it) + 1)


@pytest.mark.parametrize("write", SENT, ids=repr)
@pytest.mark.parametrize("before_it", [[], [PORT], [ConnectionLost()]])
def test_a_third_value_read_back_is_a_change_of_another_kind(
    write: ServiceError | None, before_it: list[Said]
) -> None:
    outcome, service = saved([*before_it, THIRD, NEW], write)
    assert isinstance(outcome, ChangedOtherwise)
    assert outcome.reading.port == THIRD
    assert outcome.acknowledged is (write is None)
    assert service.reads_made == len(before_it) + 1


@pytest.mark.parametrize("write", SENT, ids=repr)
def test_half_of_a_change_is_read_again_and_then_a_change_of_another_kind(
    write: ServiceError | None,
) -> None:
    outcome, service = saved([HALF], write)
    assert isinstance(outcome, ChangedOtherwise)
    assert outcome.reading.port == HALF
    assert sum(service.slept) == pytest.approx(5.0)


@pytest.mark.parametrize("write", SENT, ids=repr)
def test_the_old_values_are_read_again_over_five_seconds_and_then_not_seen(
    write: ServiceError | None,
) -> None:
    outcome, service = saved([PORT], write)
    assert isinstance(outcome, NotSeen)
    assert outcome.reading.port == PORT
    assert outcome.acknowledged is (write is None)
    assert (service.writes_made, service.reads_made) == (1, 5)
    assert sum(service.slept) == pytest.approx(5.0)


@pytest.mark.parametrize("write", SENT, ids=repr)
@pytest.mark.parametrize("before_it", [[], [PORT], [ConnectionLost()], [OTHER]])
def test_a_404_read_back_says_that_the_port_vanished(
    write: ServiceError | None, before_it: list[Said]
) -> None:
    outcome, service = saved([*before_it, ABSENT, NEW], write)
    assert outcome == Vanished()
    assert service.reads_made == len(before_it) + 1


@pytest.mark.parametrize("write", [None, ConnectionLost()], ids=repr)
@pytest.mark.parametrize("failure", [DENIED, *NO_CLEAR_ANSWERS, *NOT_SENT], ids=repr)
def test_without_a_read_that_tells_the_outcome_is_unknown(
    write: ServiceError | None, failure: ServiceError
) -> None:
    outcome, service = saved([failure], write)
    assert outcome == Unknown(write, failure)
    assert service.writes_made == 1


@pytest.mark.parametrize("other_id", [OTHER.id, Unreadable(None)])
def test_another_port_read_back_tells_nothing(other_id: UUID | Unreadable) -> None:
    outcome, service = saved([replace(NEW, id=other_id)])
    assert outcome == Unknown(None, None)
    assert service.reads_made == 5


def test_what_was_read_of_the_port_counts_even_if_later_reads_fail() -> None:
    outcome, _ = saved([PORT, ConnectionLost()])
    assert isinstance(outcome, NotSeen)


def test_fields_that_were_not_sent_are_not_judged() -> None:
    moved = replace(NEW, protocol="udp", backend_port=1, plugin_alias=None, kind="Ingress")
    outcome, _ = saved([moved])
    assert isinstance(outcome, Saved)
    assert outcome.reading.port == moved


@pytest.mark.parametrize("value", [Unreadable("70000"), Unreadable('"24225"'), Unreadable(None)])
def test_a_sent_field_that_cannot_be_read_back_is_a_change_of_another_kind(
    value: Unreadable,
) -> None:
    outcome, _ = saved([replace(NEW, frontend_port=value)])
    assert isinstance(outcome, ChangedOtherwise)


def test_a_field_that_could_not_be_read_before_can_be_saved() -> None:
    before = Reading(PORT_ID, replace(PORT, frontend_port=Unreadable("70000")), BEFORE.at, 0, 0)
    service = Scripted([before.port, NEW])
    outcome = asyncio.run(save(service.reader, before, CHANGE))
    assert isinstance(outcome, Saved)


def test_slow_reads_end_with_the_time_they_take() -> None:
    service = Scripted([TimedOut(30.0)], TimedOut(60.0), read_takes=30.0)
    outcome = asyncio.run(save(service.reader, BEFORE, CHANGE))
    assert outcome == Unknown(TimedOut(60.0), TimedOut(30.0))
    assert service.reads_made == 2


def test_what_is_sent_is_the_change_and_nothing_else() -> None:
    _, service = saved([NEW])
    assert service.calls == [f"PATCH {dict(CHANGE)}", "GET"]
