"""Deleting: every row of the table in `portui.operations.delete`."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from portui.api import errors
from portui.api.errors import (
    ConnectionLostError,
    DeadlineError,
    RefusedError,
    ServiceError,
    UnavailableError,
)
from portui.journal import Call, JournalError, Result
from portui.operations import write
from portui.operations.delete import (
    AlreadyDeleted,
    Deleted,
    DeleteOutcome,
    Deleting,
    StillExists,
    delete,
)
from portui.operations.write import Conflict, DifferentPort, NotSent, Observer, Stopped, Unknown
from portui.port.editing import Change
from portui.port.model import Port
from tests.support.ports import PORT
from tests.support.scripted_service import (
    ABSENT,
    BEFORE,
    DENIED,
    NO_CLEAR_ANSWERS,
    NOT_SENT,
    OTHER,
    SENT,
    Notes,
    Said,
    ScriptedService,
)

FORBIDDEN: Final = RefusedError(403, "permission denied")


def deleted(
    reads: Sequence[Said], write: ServiceError | None = None
) -> tuple[DeleteOutcome, ScriptedService]:
    """What the deletion comes to, and the service's record of it."""
    service = ScriptedService(reads, write, checked=PORT)
    return asyncio.run(delete(service.writer, Deleting(BEFORE), Observer())), service


def test_where_changes_are_forbidden_it_stops_before_sending() -> None:
    error = errors.ReadOnlyError()
    outcome, service = deleted([PORT], error)
    assert outcome == Stopped(error)
    assert service.reads_made == 0


@pytest.mark.parametrize("error", NOT_SENT, ids=repr)
def test_without_a_connection_it_was_not_sent_and_nothing_is_read(
    error: errors.NotSentError,
) -> None:
    outcome, service = deleted([ABSENT], error)
    assert outcome == NotSent(error)
    assert service.reads_made == 0


@pytest.mark.parametrize("error", [ABSENT, FORBIDDEN, DENIED], ids=repr)
def test_a_refusal_about_a_port_that_is_gone_says_that_it_was_gone_already(
    error: RefusedError,
) -> None:
    assert deleted([ABSENT], error)[0] == AlreadyDeleted()


@pytest.mark.parametrize("error", [ABSENT, FORBIDDEN, DENIED], ids=repr)
@pytest.mark.parametrize(
    ("said", "port"),
    [(PORT, PORT), (OTHER, None), (DENIED, None), (ConnectionLostError(), None)],
    ids=repr,
)
def test_a_refusal_is_told_with_the_port_as_it_is_now(
    error: RefusedError, said: Said, port: Port | None
) -> None:
    outcome, service = deleted([said], error)
    assert isinstance(outcome, write.Refused)
    assert outcome.error == error
    assert (outcome.reading and outcome.reading.port) == port
    assert (service.writes_made, service.reads_made) == (1, 1)


@pytest.mark.parametrize("write", SENT, ids=repr)
@pytest.mark.parametrize(
    "before_it", [[], [PORT], [PORT, PORT], [DeadlineError(30), DENIED], [OTHER]]
)
def test_a_404_read_back_says_that_the_port_is_gone(
    write: ServiceError | None, before_it: list[Said]
) -> None:
    outcome, service = deleted([*before_it, ABSENT], write)
    assert outcome == Deleted(acknowledged=write is None)
    assert (service.writes_made, service.reads_made) == (1, len(before_it) + 1)


@pytest.mark.parametrize("write", SENT, ids=repr)
@pytest.mark.parametrize("after_it", [[], [ConnectionLostError()], [OTHER]])
def test_a_port_that_is_read_for_five_seconds_is_still_there(
    write: ServiceError | None, after_it: list[Said]
) -> None:
    outcome, service = deleted([PORT, *after_it], write)
    assert isinstance(outcome, StillExists)
    assert outcome.reading.port == PORT
    assert outcome.acknowledged is (write is None)
    assert (service.writes_made, service.reads_made) == (1, 5)
    assert sum(service.slept) == pytest.approx(5.0)


@pytest.mark.parametrize("write", [None, ConnectionLostError()], ids=repr)
@pytest.mark.parametrize(
    "failure", [DENIED, FORBIDDEN, UnavailableError(503, "x"), *NO_CLEAR_ANSWERS], ids=repr
)
def test_without_a_read_that_tells_the_outcome_is_unknown(
    write: ServiceError | None, failure: ServiceError
) -> None:
    outcome, service = deleted([failure], write)
    assert outcome == Unknown(write, failure)
    assert service.writes_made == 1


def test_another_port_read_back_tells_nothing() -> None:
    assert deleted([OTHER])[0] == Unknown(None, DifferentPort())


def test_slow_reads_end_with_the_time_they_take() -> None:
    service = ScriptedService([DeadlineError(30.0)], read_takes=30.0, checked=PORT)
    outcome = asyncio.run(delete(service.writer, Deleting(BEFORE), Observer()))
    assert outcome == Unknown(None, DeadlineError(30.0))
    assert service.reads_made == 2


# --- before anything is sent ---


@pytest.mark.parametrize("failure", [DENIED, *NO_CLEAR_ANSWERS, *NOT_SENT], ids=repr)
def test_a_port_that_cannot_be_read_again_is_not_deleted(failure: ServiceError) -> None:
    service = ScriptedService(checked=failure)
    outcome = asyncio.run(delete(service.writer, Deleting(BEFORE), Observer()))
    assert outcome == NotSent(failure)
    assert (service.writes_made, service.notes.begun) == (0, [])


@pytest.mark.parametrize(
    ("now", "outcome"),
    [(ABSENT, AlreadyDeleted()), (OTHER, Stopped(DifferentPort()))],
    ids=["gone", "another"],
)
def test_a_port_that_is_gone_or_another_is_not_deleted(now: Said, outcome: DeleteOutcome) -> None:
    service = ScriptedService(checked=now)
    assert asyncio.run(delete(service.writer, Deleting(BEFORE), Observer())) == outcome
    assert (service.writes_made, service.notes.begun) == (0, [])


def test_a_port_that_has_moved_is_not_deleted_before_the_operator_knows() -> None:
    now = replace(PORT, frontend_port=9999)
    service = ScriptedService(checked=now)
    outcome = asyncio.run(delete(service.writer, Deleting(BEFORE), Observer()))
    assert isinstance(outcome, Stopped)
    assert isinstance(outcome.why, Conflict)
    assert outcome.why.reading.port == now
    assert service.writes_made == 0


# --- the journal ---


def test_what_is_deleted_is_written_down() -> None:
    _, service = deleted([ABSENT])
    (intent,) = service.notes.begun
    assert (intent.call, intent.before, intent.change) == (Call.DELETE, PORT, Change())


@pytest.mark.parametrize(
    ("reads", "write", "result"),
    [
        ([ABSENT], None, Result.DELETED),
        ([ABSENT], FORBIDDEN, Result.NO_SUCH_PORT),
        ([PORT], None, Result.NOT_CONFIRMED),
        ([DENIED], None, Result.UNKNOWN),
        ([PORT], FORBIDDEN, Result.REFUSED),
        ([PORT], NOT_SENT[0], Result.NOT_SENT),
        ([PORT], errors.ReadOnlyError(), Result.NOT_SENT),
    ],
    ids=lambda value: value.name if isinstance(value, Result) else "",
)
def test_the_result_is_written_down(
    reads: list[Said], write: ServiceError | None, result: Result
) -> None:
    _, service = deleted(reads, write)
    assert service.notes.results == [result]


def test_a_deletion_that_cannot_be_written_down_is_not_sent_unless_it_is_wanted_so() -> None:
    trouble = JournalError(JournalError.Why.READ_ONLY, Path("/state/journal"))
    service = ScriptedService([ABSENT], checked=PORT, notes=Notes(trouble))
    outcome = asyncio.run(delete(service.writer, Deleting(BEFORE), Observer()))
    assert (outcome, service.writes_made) == (Stopped(trouble), 0)
    wanted = Deleting(BEFORE, unrecorded=True)
    outcome = asyncio.run(delete(service.writer, wanted, Observer()))
    assert (outcome, service.writes_made) == (Deleted(acknowledged=True), 1)
