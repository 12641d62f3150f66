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
    """Return the outcome of checking an entry, and the service that was asked."""
    service = ScriptedService(reads, notes=notes or Notes())
    return asyncio.run(check_entry(service.writer, entry)), service


def test_a_change_is_saved_if_the_port_has_the_new_values() -> None:
    outcome, service = checked(UPDATE, NEW)
    assert isinstance(outcome, Saved)
    assert (outcome.reading.port, outcome.acknowledged) == (NEW, False)
    assert service.notes.results == [Result.SAVED]


def test_fields_outside_the_change_are_ignored() -> None:
    moved = replace(NEW, backend_port=1, kind="NodePort", protocol=Unreadable("7"))
    outcome, service = checked(UPDATE, moved)
    assert isinstance(outcome, Saved)
    assert service.notes.results == [Result.SAVED]


@pytest.mark.parametrize("now", [PORT, replace(PORT, backend_port=1, updated_at=START)], ids=[0, 1])
def test_a_change_is_not_confirmed_if_the_port_has_the_old_values(now: Port) -> None:
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
def test_values_neither_all_old_nor_all_new_are_reported_as_different(
    now: Port,
) -> None:
    outcome, service = checked(UPDATE, now)
    assert isinstance(outcome, DifferentValues)
    assert (outcome.reading.port, outcome.acknowledged) == (now, False)
    assert service.notes.results == [Result.DIFFERENT_VALUES]


def test_a_change_to_a_port_that_does_not_exist_is_reported_as_no_such_port() -> None:
    outcome, service = checked(UPDATE, ABSENT)
    assert outcome == NoSuchPort()
    assert service.notes.results == [Result.NO_SUCH_PORT]


def test_a_deletion_took_effect_if_the_port_does_not_exist() -> None:
    outcome, service = checked(DELETION, ABSENT)
    assert outcome == Deleted(acknowledged=False)
    assert service.notes.results == [Result.DELETED]


@pytest.mark.parametrize("now", [PORT, NEW], ids=["as it was", "changed"])
def test_a_deletion_is_not_confirmed_if_the_port_still_exists(now: Port) -> None:
    outcome, service = checked(DELETION, now)
    assert isinstance(outcome, StillExists)
    assert (outcome.reading.port, outcome.acknowledged) == (now, False)
    assert service.notes.results == [Result.NOT_CONFIRMED]


@pytest.mark.parametrize("entry", [UPDATE, DELETION], ids=["change", "deletion"])
def test_a_different_port_leaves_the_outcome_unknown_and_the_entry_open(entry: Entry) -> None:
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
def test_a_failed_read_leaves_the_outcome_unknown_and_the_entry_open(
    entry: Entry, failure: ServiceError
) -> None:
    outcome, service = checked(entry, failure)
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
