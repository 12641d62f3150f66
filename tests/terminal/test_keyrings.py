"""The keyring store with a real gnome-keyring, in every state observed in practice.

Each test runs `keyring_probe.py` with a keyring on a private bus in a private home; the user's
own keyring is never touched.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.support.secret_service import SECRET_SERVICE

pytestmark = pytest.mark.usefixtures("secret_service")

_ROOT: Final = Path(__file__).parents[2]
_PROBE: Final = Path(__file__).with_name("keyring_probe.py")
_SECRET_SERVICE: Final = "keyring.backends.SecretService.Keyring"
_NONE: Final = "keyring.backends.fail.Keyring"


@dataclass(frozen=True)
class Step:
    step: str
    outcome: object
    elapsed: float  # seconds


def _trouble(why: str, backend: str = _SECRET_SERVICE) -> dict[str, str]:
    return {"why": why, "backend": backend}


def _run(mode: str, *steps: str) -> list[object]:
    """Run the steps and return their outcomes; fail if a step or the exit takes too long."""
    done = subprocess.run(
        [*SECRET_SERVICE, mode, sys.executable, _PROBE, *steps],
        env={**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONWARNINGS": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    *came, end = [Step(**json.loads(line)) for line in done.stdout.splitlines()]
    assert [step for step in came if step.elapsed > 5] == []
    assert end.elapsed < 0.5
    return [step.outcome for step in came]


def test_an_unlocked_keyring_returns_the_stored_token() -> None:
    assert _run("unlocked", "load", "store=first.token", "load") == [None, None, "first.token"]


def test_storing_again_replaces_the_token() -> None:
    assert _run("unlocked", "store=first", "store=second", "load", "forget", "load") == [
        None,
        None,
        "second",
        True,
        None,
    ]


def test_deleting_reports_whether_there_was_a_token() -> None:
    assert _run("unlocked", "forget", "store=token", "forget", "forget") == [
        False,
        None,
        True,
        False,
    ]


def test_every_origin_has_its_own_token() -> None:
    elsewhere = "as=http://127.0.0.1:8080"
    assert _run("unlocked", "store=token", elsewhere, "load", "forget") == [None, None, False]


def test_the_official_cli_token_is_readable_but_separate_from_ours() -> None:
    steps = ["official", "official-is=theirs", "official", "load", "forget", "official"]
    assert _run("unlocked", *steps) == [None, None, "theirs", None, False, "theirs"]


@pytest.mark.parametrize("mode", ["locked", "no-prompter", "fresh"])
def test_a_keyring_that_cannot_be_unlocked_is_reported_as_locked(mode: str) -> None:
    assert _run(mode, "load", "store=token", "forget") == [_trouble("LOCKED")] * 3


def test_a_keyring_is_used_again_after_it_was_locked_and_unlocked() -> None:
    steps = ["store=token", "lock", "load", "forget", "unlock", "load"]
    locked = _trouble("LOCKED")
    assert _run("unlocked", *steps) == [None, None, locked, locked, None, "token"]


def test_a_prompt_on_an_unattended_display_times_out_and_is_not_repeated() -> None:
    assert _run("silent-prompter", "load", "load", "store=token") == [
        _trouble("NOT_ANSWERING"),
        _trouble("BUSY"),
        _trouble("BUSY"),
    ]


def test_storing_in_a_locked_keyring_times_out_when_the_prompt_stays_open() -> None:
    assert _run("silent-prompter", "store=token", "forget") == [
        _trouble("NOT_ANSWERING"),
        _trouble("BUSY"),
    ]


def test_a_frozen_keyring_times_out_and_is_used_again_once_it_replies() -> None:
    steps = ["load", "forget", "thaw", "load-again", "store=token", "load"]
    assert _run("frozen", *steps) == [
        _trouble("NOT_ANSWERING"),
        _trouble("BUSY"),
        None,
        None,
        None,
        "token",
    ]


def test_a_token_stored_after_the_deadline_is_found_by_the_next_load() -> None:
    assert _run("frozen", "store=late", "thaw", "load-again") == [
        _trouble("NOT_ANSWERING"),
        None,
        "late",
    ]


@pytest.mark.parametrize("mode", ["no-service", "no-bus"])
def test_without_a_keyring_service_no_other_backend_is_used(mode: str) -> None:
    assert _run(mode, "load", "store=token", "forget") == [_trouble("NO_SERVICE", _NONE)] * 3


def test_a_service_that_dies_between_calls_is_reported_as_no_service() -> None:
    gone = _trouble("NO_SERVICE")
    assert _run("unlocked", "store=token", "kill", "load", "store=new", "forget") == [
        None,
        None,
        gone,
        gone,
        gone,
    ]


def test_a_service_that_dies_during_a_call_frees_the_store() -> None:
    steps = ["load", "freeze", "load", "kill", "load-again"]
    assert _run("unlocked", *steps) == [
        None,
        None,
        _trouble("NOT_ANSWERING"),
        None,
        _trouble("NO_SERVICE"),
    ]


def test_a_service_that_exits_on_start_is_reported_as_no_service() -> None:
    assert _run("fresh", "no-start", "load") == [None, _trouble("NO_SERVICE")]


def test_a_bus_that_ends_between_calls_is_reported_as_no_service() -> None:
    steps = ["store=token", "end-bus", "load", "store=new"]
    gone = _trouble("NO_SERVICE")
    assert _run("unlocked", *steps) == [None, None, gone, gone]
