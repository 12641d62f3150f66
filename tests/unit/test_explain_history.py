"""Words about the history and unfinished changes: true, safe and short."""

import json
import shlex
from base64 import urlsafe_b64encode
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.api.errors import ConnectionLostError
from portui.explain.curl import create_command
from portui.explain.edits import conflict_words
from portui.explain.explanation import Tone
from portui.explain.history import (
    explain_journal,
    explain_unfinished,
    intent_words,
    result_words,
)
from portui.explain.outcomes import explain_check, explain_delete, explain_phase, explain_save
from portui.journal import Call, Entry, Intent, JournalError, Outcome, Result
from portui.operations.check import CheckOutcome
from portui.operations.delete import Deleted, StillExists
from portui.operations.save import DifferentValues, NotConfirmed, Saved
from portui.operations.write import (
    Conflict,
    DifferentPort,
    NoSuchPort,
    Phase,
    Stopped,
    StoppedWaiting,
    Unknown,
)
from portui.port.editing import Change
from portui.port.model import EDITABLE, Field, Port
from portui.settings import Origin, Token
from portui.tui.actions.notices import progress_of
from tests.support.hostile_text import WORST, dangers, hostile_text, times
from tests.support.ports import MOMENT, PORT, PORT_ID, any_port, reading_of

CHANGE: Final = Change(((Field.FRONTEND_PORT, 24225),))
ORIGIN: Final = Origin.parse("https://plant.example")
NOW: Final = reading_of(PORT)


def entry(call: Call = Call.UPDATE, result: Result | None = None, before: Port = PORT) -> Entry:
    """Return a journal entry."""
    change = CHANGE if call is Call.UPDATE else Change()
    settled = Outcome(result, "r", MOMENT) if result else None
    return Entry("e", "r", MOMENT, Intent("plant", call, PORT_ID, before, change), settled)


@pytest.mark.parametrize(
    ("outcome", "call", "what", "tone"),
    [
        (
            Saved(NOW, acknowledged=False),
            Call.UPDATE,
            "Saved: the port has the new values",
            Tone.GOOD,
        ),
        (
            NotConfirmed(NOW, acknowledged=False),
            Call.UPDATE,
            "Not confirmed: the port has its old values",
            Tone.UNSURE,
        ),
        (
            DifferentValues(NOW, acknowledged=False),
            Call.UPDATE,
            "The port has different values from those asked for",
            Tone.UNSURE,
        ),
        (NoSuchPort(), Call.UPDATE, "The port no longer exists", Tone.BAD),
        (
            Deleted(acknowledged=False),
            Call.DELETE,
            "Deleted: the service has no such port",
            Tone.GOOD,
        ),
        (
            StillExists(NOW, acknowledged=False),
            Call.DELETE,
            "Not confirmed: the port still exists",
            Tone.UNSURE,
        ),
        (
            Unknown(ConnectionLostError(), ConnectionLostError()),
            Call.UPDATE,
            "Outcome still unknown",
            Tone.UNSURE,
        ),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_the_outcome_of_a_check_is_explained_as_it_was_found(
    outcome: CheckOutcome, call: Call, what: str, tone: Tone
) -> None:
    said = explain_check(outcome, entry(call))
    assert said.what.startswith(what)
    assert said.tone is tone


@times(100)
@given(any_port, hostile_text)
def test_the_words_about_any_entry_are_safe(before: Port, profile: str) -> None:
    intent = Intent(profile, Call.UPDATE, PORT_ID, before, Change(((Field.ENDPOINT, WORST),)))
    made = Entry("e", "r", MOMENT, intent)
    said = explain_check(Unknown(None, StoppedWaiting()), made)
    for text in (said.what, said.meaning, intent_words(intent), result_words(made)):
        assert dangers(text) == []
        assert len(text) < 1_000


def test_every_result_has_words_of_its_own_and_so_does_a_missing_one() -> None:
    words = {result_words(entry(result=result)) for result in Result}
    assert len(words) == len(Result)
    assert result_words(entry()) == "no outcome"


def test_every_journal_error_has_words_of_its_own_and_names_its_path() -> None:
    path = Path("/state/\x1b[31m\u202efile")
    said = {explain_journal(JournalError(why, path)) for why in JournalError.Why}
    assert len(said) == len(JournalError.Why)
    for words in said:
        assert words.startswith("Can't write the history: ")
        assert words.endswith("(/state/\\x1b[31m\\u202efile)")
        assert dangers(words) == []


def test_every_phase_has_words_and_in_the_app_only_confirming_can_be_stopped() -> None:
    said = {phase: progress_of(phase, 2) for phase in Phase}
    assert len(set(said.values())) == len(Phase)
    assert [phase for phase, words in said.items() if "Esc" in words] == [Phase.CONFIRMING]
    assert said[Phase.CONFIRMING] == f"{explain_phase(Phase.CONFIRMING, 2)} Esc stops waiting"
    assert "2 of 5" in said[Phase.CONFIRMING]


def test_a_conflict_is_described_field_by_field() -> None:
    now = replace(PORT, backend_port=5555, kind="NodePort", updated_at=MOMENT, plugin_alias=None)
    assert conflict_words(PORT, now) == (
        "Kind LoadBalancer → NodePort, Backend port 24224 → 5555, Plugin alias myforwardinput → —"
    )


def test_a_stopped_change_says_that_nothing_was_sent_and_why() -> None:
    moved = Stopped(Conflict(reading_of(replace(PORT, backend_port=1))))
    said = explain_save(moved, PORT, CHANGE)
    assert said.what == "Not sent. Someone changed this port"
    assert said.meaning == "Backend port 24224 → 1. Nothing was sent."
    another = explain_delete(Stopped(DifferentPort()), PORT)
    assert another.what == "Not deleted. The service returned a different port"


def test_the_create_command_keeps_the_token_out_of_sight() -> None:
    odd = replace(PORT, endpoint="it's; $(reboot) `x` \x1b[31m")
    call = create_command(odd, ORIGIN, "PLANT_TOKEN")
    assert '"$PLANT_TOKEN"' in call
    assert "-H @-" in call
    assert "https://plant.example/v1/aggregator_pipelines/PIPELINE_ID/ports" in call
    assert dangers(call) == []


def test_the_create_command_uses_the_project_token_header_and_bypasses_proxies() -> None:
    token = Token(urlsafe_b64encode(b'{"ProjectID": "p"}').decode().rstrip("=") + ".c2ln")
    call = create_command(PORT, Origin.parse("http://127.0.0.1:8000"), "T", token)
    assert "'X-Project-Token: %s'" in call
    assert "--noproxy '*'" in call


@times(60)
@given(any_port)
def test_the_body_of_the_create_command_is_one_shell_word_for_any_port(port: Port) -> None:
    words = shlex.split(create_command(port, ORIGIN, "T"))
    body = json.loads(words[words.index("-d") + 1])
    assert set(body) <= {field.json_name for field in EDITABLE}
    assert dangers(" ".join(words)) == []


@given(st.integers(1, 9))
def test_unfinished_changes_are_counted(count: int) -> None:
    said = explain_unfinished(count).what
    assert said == ("A change has" if count == 1 else f"{count} changes have") + (
        " no known outcome"
    )
