"""Words for every outcome of creating a port, and for drafts of new ports."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.api.errors import ReadOnlyError, RefusedError, ServiceError
from portui.explain.creations import (
    explain_checked_creation,
    explain_create,
    explain_left_creation,
    explain_taken,
)
from portui.explain.explanation import Action, Explanation, Tone
from portui.journal import Creation, CreationEntry, JournalError, Outcome, Result, Sent
from portui.operations.create import Created, CreateOutcome, Refused, Unknown
from portui.operations.look_up import Reading
from portui.operations.new_port import NotSeen, PartlyListed, SeveralSeen
from portui.operations.paging import Limit
from portui.operations.write import DifferentPort, NotSent, Stopped, StoppedWaiting
from portui.port.editing import NewPort
from portui.port.listed import ListedPort, Pipeline
from portui.port.model import Port
from tests.support.hostile_text import WORST, dangers, hostile_text
from tests.support.listed import any_listed, any_pipeline
from tests.support.ports import PORT, any_port, reading_of
from tests.support.scripted_service import DENIED, NO_CLEAR_ANSWERS, NOT_SENT

MOMENT: Final = datetime(2026, 11, 24, 14, 3, 7, tzinfo=UTC)
EDGE: Final = Pipeline(UUID(int=0xF001), "edge-forward")
NEW: Final = NewPort("tcp", 24300, 24224)
PORT_ID: Final = UUID(int=0xBEEF)
CREATED: Final = replace(PORT, id=PORT_ID, frontend_port=24300, backend_port=24224, endpoint="")
LOST: Final = NO_CLEAR_ANSWERS[0]
ERRORS: Final[list[ServiceError]] = [
    *NO_CLEAR_ANSWERS,
    *NOT_SENT,
    DENIED,
    RefusedError(404, WORST),
    RefusedError(409, WORST, WORST),
]


def created(port: Port = CREATED, *, acknowledged: bool = True) -> Created:
    return Created(Reading(PORT_ID, port, MOMENT, 0.0, 0.04), acknowledged)


def told(outcome: CreateOutcome, new: NewPort = NEW) -> str:
    explained = explain_create(outcome, EDGE, new)
    return f"{explained.what}. {explained.meaning}"


# --- what an operator reads ---


def test_a_created_port_is_named_with_its_pipeline() -> None:
    assert explain_create(created(), EDGE, NEW) == Explanation(
        "Created: tcp 24300 → 24224 in edge-forward",
        "Confirmed. Its endpoint is pending.",
        tone=Tone.GOOD,
    )
    assigned = created(replace(CREATED, endpoint="lb:24300"), acknowledged=False)
    assert told(assigned) == (
        "Created: tcp 24300 → 24224 in edge-forward. The service's reply was lost; this is the "
        "pipeline's only new port with these values."
    )


def test_other_values_than_those_asked_for_are_told() -> None:
    outcome = created(replace(CREATED, frontend_port=24301))
    explained = explain_create(outcome, EDGE, NEW)
    assert explained.tone is Tone.UNSURE
    assert told(outcome) == (
        "Created with different values: tcp 24301 → 24224 in edge-forward. "
        "You asked for tcp 24300 → 24224 in edge-forward. Confirmed."
    )


def test_a_refused_number_leads_to_who_has_it() -> None:
    error = RefusedError(409, "pipeline port already in use", "protocol tcp, port 24300")
    explained = explain_create(Refused(error), EDGE, NEW)
    assert explained.what == (
        "Not created: pipeline port already in use · protocol tcp, port 24300"
    )
    assert Action.FIND_NUMBER in explained.next
    gone = explain_create(Refused(RefusedError(404, "pipeline not found")), EDGE, NEW)
    assert gone.what == "Not created: pipeline not found"
    assert Action.FIND_NUMBER not in gone.next


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (
            Unknown(LOST, NotSeen()),
            (
                "Not confirmed: the new port hasn't appeared. tcp 24300 → 24224 in edge-forward. "
                "The connection broke before a reply; the port may still appear. "
                "Look at the pipeline's ports before you create it again."
            ),
        ),
        (
            Unknown(None, NotSeen(), PORT_ID),
            (
                "Not confirmed: the new port hasn't appeared. tcp 24300 → 24224 in edge-forward. "
                "The service accepted it; the port may still appear. The service gave it the ID "
                f"{PORT_ID}. Look at the pipeline's ports before you create it again."
            ),
        ),
        (
            Unknown(LOST, SeveralSeen(2)),
            (
                "Outcome unknown. portui can't tell whether tcp 24300 → 24224 in edge-forward was "
                "created. The connection broke before a reply; the pipeline has 2 new ports with "
                "these values. Look at the pipeline's ports before you create it again."
            ),
        ),
        (
            Stopped(ReadOnlyError()),
            "Not created. Read-only. The settings don't allow changes here. Nothing was sent.",
        ),
    ],
)
def test_an_outcome_that_is_not_good_says_what_to_do(outcome: CreateOutcome, words: str) -> None:
    assert told(outcome) == words


# --- every outcome ---

_why: Final = st.sampled_from(
    [
        *ERRORS,
        NotSeen(),
        SeveralSeen(10**9),
        DifferentPort(),
        StoppedWaiting(),
        *(PartlyListed(limit) for limit in Limit),
    ]
)
_created: Final = st.builds(Created, any_port.map(reading_of), st.booleans())
_unknown: Final = st.builds(
    Unknown, st.none() | st.sampled_from(ERRORS), _why, st.none() | st.uuids()
)
_outcomes: Final = st.one_of(
    _created,
    _unknown,
    st.builds(NotSent, st.sampled_from(ERRORS)),
    st.builds(Refused, st.builds(RefusedError, st.just(409), hostile_text, hostile_text)),
    st.just(Stopped(ReadOnlyError())),
    st.builds(
        Stopped, st.builds(JournalError, st.sampled_from(JournalError.Why), st.just(Path(WORST)))
    ),
)
_new: Final = st.builds(
    NewPort,
    hostile_text,
    st.integers(1, 65_535),
    st.integers(1, 65_535),
    hostile_text,
)


def check(explained: Explanation) -> None:
    assert dangers(explained.what) == []
    assert dangers(explained.meaning) == []
    assert explained.what.strip()


@given(_outcomes, any_pipeline, _new)
def test_every_outcome_has_safe_words(
    outcome: CreateOutcome, pipeline: Pipeline, new: NewPort
) -> None:
    check(explain_create(outcome, pipeline, new))


def test_every_outcome_is_drawn() -> None:
    assert set(get_args(CreateOutcome)) == {Created, NotSent, Stopped, Refused, Unknown}


@given(_created | _unknown, st.none() | hostile_text, _new)
def test_every_later_finding_has_safe_words(
    outcome: Created | Unknown, name: str | None, new: NewPort
) -> None:
    check(explain_checked_creation(outcome, Creation("plant", UUID(int=1), name, new)))


@given(any_listed)
def test_a_taken_number_is_told_in_safe_words(listed: ListedPort) -> None:
    assert dangers(explain_taken(listed, MOMENT)) == []


# --- drafts ---

ENTRY: Final = CreationEntry("e", "r", MOMENT, Creation("plant", UUID(int=1), "edge", NEW))


def settled(result: Result, run: str = "r") -> CreationEntry:
    return replace(ENTRY, outcome=Outcome(result, run))


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (None, "Unsaved draft from 2026-11-24 14:03:07 UTC"),
        (settled(Result.NOT_SENT), "Unsaved draft from 2026-11-24 14:03:07 UTC"),
        (ENTRY, "Draft being sent at 14:03:07 UTC when portui stopped; outcome unknown"),
        (
            settled(Result.NOT_CONFIRMED, "later"),
            "Draft being sent at 14:03:07 UTC when portui stopped; the port had not appeared",
        ),
        (settled(Result.REFUSED), "Draft sent at 14:03:07 UTC; the service refused it"),
        (Sent(MOMENT), "Draft that may have been sent at 14:03:07 UTC; outcome unknown"),
    ],
)
def test_a_draft_that_was_sent_is_never_called_unsaved(
    sent: CreationEntry | Sent | None, words: str
) -> None:
    assert explain_left_creation(MOMENT, sent, as_sent=True).what == words


@pytest.mark.parametrize("result", [None, *Result])
@pytest.mark.parametrize("as_sent", [True, False])
def test_every_result_has_words(result: Result | None, *, as_sent: bool) -> None:
    entry = settled(result) if result else ENTRY
    check(explain_left_creation(MOMENT, entry, as_sent=as_sent))
