"""The real program, ended in the middle of its work: drafts and changes survive."""

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest

from tests.terminal.pty_program import CTRL_Q, ENTER, F3, SECRET, Program, portui
from tests.terminal.steps import (
    OTHER_PORT_ID,
    PORT_ID,
    READY,
    frontend_port,
    send_a_change,
    type_frontend_port,
)

_TOKEN: Final[dict[str, str | None]] = {"CALYPTIA_CLOUD_TOKEN": SECRET}

Running = Callable[..., AbstractContextManager[Program]]


@pytest.fixture
def running(home: Path) -> Running:
    """Return a context manager that runs portui on a service, always with the same home."""

    @contextmanager
    def run(url: str, port_id: str = PORT_ID) -> Iterator[Program]:
        with portui(home, "--api-url", url, port_id, env=_TOKEN) as program:
            program.wait_for(READY)
            yield program

    return run


def on_the_disk(home: Path, text: str) -> bool:
    """Return whether a draft on disk contains a text."""
    for path in home.rglob("drafts/**/*.json"):
        with suppress(FileNotFoundError):  # deleted by the program after it was listed
            if text in path.read_text("utf-8"):
                return True
    return False


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_a_change_interrupted_by_a_signal_is_checked_and_reported_as_not_confirmed(
    running: Running, url_without_patch: str, number: signal.Signals
) -> None:
    with running(url_without_patch) as program:
        send_a_change(program)
        program.kill(number)
        program.until(lambda: program.status is not None, "the end")
    with running(url_without_patch) as program:
        program.wait_for("Not confirmed: the port has its old values")
        program.wait_for("Frontend port 24224 → 24225")


def test_a_change_applied_before_a_kill_is_confirmed_from_the_history(
    running: Running, url_without_answer: str
) -> None:
    with running(url_without_answer) as program:
        send_a_change(program)
        program.until(lambda: frontend_port(url_without_answer) == 24225, "the change")
        program.kill(signal.SIGKILL)
        program.until(lambda: program.status is not None, "the end")
    with running(url_without_answer, OTHER_PORT_ID) as program:
        program.wait_for("A change has no known outcome")
        program.send(F3)
        program.wait_for("No changes yet")
        program.press_for("a", "no outcome")
        program.press_for(ENTER, "Saved: the port has the new values")


@pytest.mark.parametrize("way", ["kill", "hang up", "quit twice"])
@pytest.mark.parametrize("arrives", [False, True])
def test_a_form_that_was_sent_is_never_called_an_unsaved_draft(
    running: Running,
    url_without_patch: str,
    url_without_answer: str,
    home: Path,
    way: str,
    *,
    arrives: bool,
) -> None:
    url = url_without_answer if arrives else url_without_patch
    with running(url) as program:
        send_a_change(program)
        program.until(lambda: not arrives or frontend_port(url) == 24225, "the change")
        leave(program, way)
    for _ in range(2):  # the run that checks the change, and the one after that
        with running(url) as program:
            if arrives:
                program.wait_for("tcp 24225 → 24224")
                program.until(lambda: not on_the_disk(home, "24225"), "no draft on the disk")
            else:
                program.wait_for("sent at|Not confirmed: the port has its old values")
                program.send("e")
                program.wait_for("eing sent at .* when portui stopped")
                program.wait_for("Frontend port 24224 → 24225")
            assert not program.shows("nsaved draft")
            assert not program.shows("Nothing was sent")
            leave(program, "kill")


def leave(program: Program, way: str) -> None:
    """End the program by a kill, a hang-up or quitting twice; wait for it to exit."""
    match way:
        case "kill":
            program.kill(signal.SIGKILL)
        case "hang up":
            program.hang_up()
        case _:
            program.send("q")
            program.wait_for("Quitting once the outcome is known")
            program.send("q")
    program.until(lambda: program.status is not None, "the end")


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGKILL])
def test_an_open_form_is_offered_as_a_draft_at_the_next_start(
    running: Running, demo_url: str, number: signal.Signals, home: Path
) -> None:
    with running(demo_url) as program:
        type_frontend_port(program, "24225")
        program.until(lambda: on_the_disk(home, "24225"), "the form on the disk")
        program.kill(number)
        program.until(lambda: program.status is not None, "the end")
    with running(demo_url) as program:
        program.wait_for("Unsaved draft from")
        program.send("e")
        program.wait_for("Frontend port 24224 → 24225")


def test_the_last_key_before_a_hang_up_is_kept(running: Running, demo_url: str) -> None:
    with running(demo_url) as program:
        type_frontend_port(program, "24225")
        program.send("9")
        program.wait_for("a whole number from 1 to 65535")
        program.hang_up()
        assert program.end() == 129
    with running(demo_url) as program:
        program.wait_for("Unsaved draft from")
        program.send("e")
        program.wait_for("242259")


def test_changes_from_two_concurrent_runs_are_both_in_the_history(
    running: Running, demo_url: str
) -> None:
    with running(demo_url) as one, running(demo_url, OTHER_PORT_ID) as other:
        type_frontend_port(one, "24225")
        one.send(ENTER)
        one.press_for(ENTER, "Saved and confirmed")
        other.send("gjjj")
        other.send(ENTER)
        other.wait_for("Save")
        other.press_for("8", "→ 8+")
        other.send(ENTER)
        other.press_for(ENTER, "Saved and confirmed")
        other.send("h")
        other.wait_for("saved")
        other.press_for("a", "123e4567  Frontend port 24224 → 24225")


def test_quitting_waits_for_the_outcome_and_prints_it_on_the_shells_screen(
    running: Running, demo_url: str
) -> None:
    with running(demo_url) as program:
        type_frontend_port(program, "24225")
        program.send(ENTER)
        program.wait_for("Enter Save")
        program.press(ENTER, lambda: not program.shows("Enter Save"))
        program.send(CTRL_Q)
        assert program.end() == 0
        assert program.restored
        left = program.shows("Saved and confirmed. Frontend port 24224 → 24225")
    with running(demo_url) as program:
        assert program.shows("24225") or not left
