"""Checking a change whose outcome is not known: every case, and the result that is recorded.

| sent     | read now                             | outcome         | recorded result  |
| -------- | ------------------------------------ | --------------- | ---------------- |
| change   | its new values                       | Saved           | saved            |
| change   | its old values                       | NotConfirmed    | not confirmed    |
| change   | other values, or half of the new     | DifferentValues | different values |
| change   | 404                                  | NoSuchPort      | no such port     |
| deletion | 404                                  | Deleted         | deleted          |
| deletion | the port                             | StillExists     | not confirmed    |
| either   | a different port, or the read failed | Unknown         | none             |
"""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from portui.api.errors import (
    ConnectionLostError,
    DeadlineError,
    RefusedError,
    UnavailableError,
)
from portui.journal import Call, Entry, Intent, JournalError, Result
from portui.operations.check import CheckOutcome, check_entry
from portui.operations.delete import Deleted, StillExists
from portui.operations.save import DifferentValues, NotConfirmed, Saved
from portui.operations.write import DifferentPort, NoSuchPort, ReadBackFailure, Unknown
from portui.port.editing import Change
from portui.port.model import Port, Unreadable
from tests.support.ports import PORT, PORT_ID
from tests.support.scripted_service import (
    ABSENT,
    CHANGE,
    DENIED,
    NEW,
    NO_CLEAR_ANSWERS,
    NOT_SENT,
    OTHER,
    START,
    Notes,
    Said,
    ScriptedService,
)


def entry_of(call: Call) -> Entry:
    change = CHANGE if call is Call.UPDATE else Change()
    return Entry("e", "r", START, Intent("plant", call, PORT_ID, PORT, change))


UPDATE: Final = entry_of(Call.UPDATE)
DELETION: Final = entry_of(Call.DELETE)


def checked(
    entry: Entry, *reads: Said, notes: Notes | None = None
) -> tuple[CheckOutcome, ScriptedService]:
    """Return the outcome of checking an entry, and the service that was asked."""
    service = ScriptedService(reads, notes=notes or Notes())
    return asyncio.run(check_entry(service.writer, entry)), service


SAVED, UNCONFIRMED = (Saved, Result.SAVED), (NotConfirmed, Result.NOT_CONFIRMED)
DIFFERENT, EXISTS = (DifferentValues, Result.DIFFERENT_VALUES), (StillExists, Result.NOT_CONFIRMED)


@pytest.mark.parametrize(
    ("entry", "now", "expected"),
    [
        (UPDATE, NEW, SAVED),
        (UPDATE, replace(NEW, backend_port=1, kind="NodePort", protocol=Unreadable("7")), SAVED),
        (UPDATE, PORT, UNCONFIRMED),
        (UPDATE, replace(PORT, backend_port=1, updated_at=START), UNCONFIRMED),
        (UPDATE, replace(PORT, frontend_port=9999), DIFFERENT),
        (UPDATE, replace(NEW, frontend_port=9999), DIFFERENT),
        (UPDATE, replace(PORT, frontend_port=24225), DIFFERENT),
        (UPDATE, replace(NEW, endpoint=Unreadable("7")), DIFFERENT),
        (DELETION, PORT, EXISTS),
        (DELETION, NEW, EXISTS),
    ],
)
def test_the_sent_fields_of_the_port_as_read_now_decide_the_outcome(
    entry: Entry, now: Port, expected: tuple[type[CheckOutcome], Result]
) -> None:
    outcome, service = checked(entry, now)
    assert isinstance(outcome, Saved | NotConfirmed | DifferentValues | StillExists)
    assert (type(outcome), *service.notes.results) == expected
    assert (outcome.reading.port, outcome.acknowledged) == (now, False)


@pytest.mark.parametrize(
    ("entry", "expected", "result"),
    [
        (UPDATE, NoSuchPort(), Result.NO_SUCH_PORT),
        (DELETION, Deleted(acknowledged=False), Result.DELETED),
    ],
)
def test_a_port_that_does_not_exist_decides_the_outcome_too(
    entry: Entry, expected: CheckOutcome, result: Result
) -> None:
    outcome, service = checked(entry, ABSENT)
    assert outcome == expected
    assert service.notes.results == [result]


FAILURES: Final = [
    DENIED,
    RefusedError(403, "permission denied"),
    RefusedError(410, "token gone"),
    *NO_CLEAR_ANSWERS,
    *NOT_SENT,
]


@pytest.mark.parametrize("entry", [UPDATE, DELETION], ids=["change", "deletion"])
@pytest.mark.parametrize(
    ("said", "failure"), [(OTHER, DifferentPort()), *((error, error) for error in FAILURES)]
)
def test_any_other_read_leaves_the_outcome_unknown_and_the_entry_open(
    entry: Entry, said: Said, failure: ReadBackFailure
) -> None:
    outcome, service = checked(entry, said)
    assert isinstance(outcome, Unknown)
    assert outcome.read_failure == failure
    assert service.notes.results == []


def test_a_passing_failure_is_retried() -> None:
    outcome, service = checked(UPDATE, ConnectionLostError(), UnavailableError(503, None), NEW)
    assert isinstance(outcome, Saved)
    assert service.notes.results == [Result.SAVED]


def test_one_reply_is_enough_and_nothing_is_written_to_the_service() -> None:
    for entry in (UPDATE, DELETION):
        for now in (PORT, NEW, ABSENT, OTHER, DENIED, DeadlineError(30.0)):
            _, service = checked(entry, now)
            assert service.calls == ["GET"]
            assert service.notes.recorded == []


def test_an_outcome_that_cannot_be_recorded_is_still_reported() -> None:
    trouble = JournalError(JournalError.Why.NO_SPACE, Path("/state/journal"))
    outcome, service = checked(UPDATE, NEW, notes=Notes(trouble))
    assert isinstance(outcome, Saved)
    assert service.notes.results == []
