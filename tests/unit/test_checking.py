"""Looking after a change that nobody saw the end of: every row, what is written down, what stays.

| asked for | read now                            | outcome          | written down      |
| --------- | ----------------------------------- | ---------------- | ----------------- |
| a change  | its new values                      | Saved            | saved             |
| a change  | its old values                      | NotConfirmed          | not seen          |
| a change  | other values, or half of the new    | DifferentValues | changed otherwise |
| a change  | 404                                 | NoSuchPort         | gone              |
| deletion  | 404                                 | Deleted             | deleted           |
| deletion  | the port                            | StillExists       | not seen          |
| any       | another port, or nothing that tells | Unknown          | nothing           |
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
    ServiceError,
    UnavailableError,
)
from portui.journal import Call, Entry, Intent, JournalError, Result
from portui.operations.check import CheckOutcome, check_entry
from portui.operations.delete import Deleted, StillExists
from portui.operations.save import DifferentValues, NotConfirmed, Saved
from portui.operations.write import DifferentPort, NoSuchPort, Unknown
from portui.port.editing import Change
from portui.port.model import Field, Port, Unreadable
from tests.support.ports import PORT, PORT_ID
from tests.support.scripted_service import (
    ABSENT,
    DENIED,
    NO_CLEAR_ANSWERS,
    NOT_SENT,
    OTHER,
    START,
    Notes,
    Said,
    ScriptedService,
)

CHANGE: Final = Change(((Field.FRONTEND_PORT, 24225), (Field.ENDPOINT, "new.example:24225")))
NEW: Final = replace(PORT, frontend_port=24225, endpoint="new.example:24225")


def entry_of(call: Call) -> Entry:
    change = CHANGE if call is Call.UPDATE else Change()
    return Entry("e", "r", START, Intent("plant", call, PORT_ID, PORT, change))


UPDATE: Final = entry_of(Call.UPDATE)
DELETION: Final = entry_of(Call.DELETE)


def checked(
    entry: Entry, *reads: Said, notes: Notes | None = None
) -> tuple[CheckOutcome, ScriptedService]:
    """What the check comes to, and the service's record of it."""
    service = ScriptedService(reads, notes=notes or Notes())
    return asyncio.run(check_entry(service.writer, entry)), service


def test_a_change_whose_values_are_there_was_saved() -> None:
    outcome, service = checked(UPDATE, NEW)
    assert isinstance(outcome, Saved)
    assert (outcome.reading.port, outcome.acknowledged) == (NEW, False)
    assert service.notes.results == [Result.SAVED]


def test_fields_that_were_not_to_change_are_not_judged() -> None:
    moved = replace(NEW, backend_port=1, kind="NodePort", protocol=Unreadable("7"))
    outcome, service = checked(UPDATE, moved)
    assert isinstance(outcome, Saved)
    assert service.notes.results == [Result.SAVED]


@pytest.mark.parametrize("now", [PORT, replace(PORT, backend_port=1, updated_at=START)], ids=[0, 1])
def test_a_change_whose_old_values_are_there_has_not_been_seen(now: Port) -> None:
    outcome, service = checked(UPDATE, now)
    assert isinstance(outcome, NotConfirmed)
    assert (outcome.reading.port, outcome.acknowledged) == (now, False)
    assert service.notes.results == [Result.NOT_CONFIRMED]


@pytest.mark.parametrize(
    "now",
    [
        replace(PORT, frontend_port=9999),
        replace(NEW, frontend_port=9999),
        replace(PORT, frontend_port=24225),
        replace(NEW, endpoint=Unreadable("7")),
    ],
    ids=["third", "third and new", "new and old", "unreadable"],
)
def test_a_change_beside_which_there_are_other_values_is_told_as_changed_otherwise(
    now: Port,
) -> None:
    outcome, service = checked(UPDATE, now)
    assert isinstance(outcome, DifferentValues)
    assert (outcome.reading.port, outcome.acknowledged) == (now, False)
    assert service.notes.results == [Result.DIFFERENT_VALUES]


def test_a_change_of_a_port_that_is_gone_is_told_as_vanished() -> None:
    outcome, service = checked(UPDATE, ABSENT)
    assert outcome == NoSuchPort()
    assert service.notes.results == [Result.NO_SUCH_PORT]


def test_a_deletion_whose_port_is_gone_took_effect() -> None:
    outcome, service = checked(DELETION, ABSENT)
    assert outcome == Deleted(acknowledged=False)
    assert service.notes.results == [Result.DELETED]


@pytest.mark.parametrize("now", [PORT, NEW], ids=["as it was", "changed"])
def test_a_deletion_whose_port_is_answered_has_not_been_seen(now: Port) -> None:
    outcome, service = checked(DELETION, now)
    assert isinstance(outcome, StillExists)
    assert (outcome.reading.port, outcome.acknowledged) == (now, False)
    assert service.notes.results == [Result.NOT_CONFIRMED]


@pytest.mark.parametrize("entry", [UPDATE, DELETION], ids=["change", "deletion"])
def test_another_port_tells_nothing_and_the_entry_stays_open(entry: Entry) -> None:
    outcome, service = checked(entry, OTHER)
    assert isinstance(outcome, Unknown)
    assert outcome.read_failure == DifferentPort()
    assert service.notes.results == []


FORBIDDEN: Final = RefusedError(403, "permission denied")


@pytest.mark.parametrize("entry", [UPDATE, DELETION], ids=["change", "deletion"])
@pytest.mark.parametrize(
    "failure",
    [DENIED, FORBIDDEN, RefusedError(410, "token gone"), *NO_CLEAR_ANSWERS, *NOT_SENT],
    ids=repr,
)
def test_a_read_that_fails_tells_nothing_and_the_entry_stays_open(
    entry: Entry, failure: ServiceError
) -> None:
    outcome, service = checked(entry, failure)
    assert isinstance(outcome, Unknown)
    assert outcome.read_failure == failure
    assert service.notes.results == []


def test_a_failure_in_passing_is_read_through() -> None:
    outcome, service = checked(UPDATE, ConnectionLostError(), UnavailableError(503, None), NEW)
    assert isinstance(outcome, Saved)
    assert service.notes.results == [Result.SAVED]


def test_one_answer_is_enough_and_nothing_is_written_to_the_service() -> None:
    for entry in (UPDATE, DELETION):
        for now in (PORT, NEW, ABSENT, OTHER, DENIED, DeadlineError(30.0)):
            _, service = checked(entry, now)
            assert service.calls == ["GET"]
            assert service.notes.recorded == []


def test_a_result_that_cannot_be_written_down_is_told_all_the_same() -> None:
    trouble = JournalError(JournalError.Why.NO_SPACE, Path("/state/journal"))
    outcome, service = checked(UPDATE, NEW, notes=Notes(trouble))
    assert isinstance(outcome, Saved)
    assert service.notes.results == []
