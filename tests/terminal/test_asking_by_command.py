"""`portui update` and `portui delete` in a terminal: their questions, and signals meanwhile."""

import asyncio
import signal
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Event
from typing import Final

import pytest
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from portui.demo import create_app
from tests.terminal.conftest import serving
from tests.terminal.pty_program import CTRL_C, SECRET, Program, portui
from tests.terminal.scripting import Plain
from tests.terminal.steps import PORT_ID, READY, frontend_port

_TOKEN: Final[dict[str, str | None]] = {"CALYPTIA_CLOUD_TOKEN": SECRET}
_CHANGE: Final = ("--frontend-port", "24225")
_ASKED: Final = r"Save this change\? \[y/N\]"
_CTRL_D: Final = "\x04"
_SIGNALS: Final = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]


def update(home: Path, url: str, *arguments: str) -> AbstractContextManager[Program]:
    command = ("update", PORT_ID, *_CHANGE, "--api-url", url, *arguments)
    return portui(home, *command, env=_TOKEN)


def delete(home: Path, url: str, *arguments: str) -> AbstractContextManager[Program]:
    return portui(home, "delete", PORT_ID, "--api-url", url, *arguments, env=_TOKEN)


# --- questions ---


@pytest.mark.parametrize("answer", ["y", "Y", "yes", " y "])
def test_a_change_is_shown_and_saved_after_a_yes(home: Path, demo_url: str, answer: str) -> None:
    with update(home, demo_url) as program:
        program.wait_for(_ASKED)
        assert program.shows("Frontend port 24224 → 24225")
        assert program.shows(f"Port {PORT_ID} .tcp 24224 → 24224")
        assert frontend_port(demo_url) == 24224
        program.send(f"{answer}\n")
        program.wait_for("Saved and confirmed. Frontend port 24224 → 24225.")
        assert program.end() == 0
        assert program.shows("Frontend port  24225")
        assert "Confirming" not in program.text


@pytest.mark.parametrize("answer", ["\n", "n\n", "yep\n", "ÿ\n", _CTRL_D])
def test_anything_but_a_yes_sends_nothing(home: Path, demo_url: str, answer: str) -> None:
    with update(home, demo_url) as program:
        program.wait_for(_ASKED)
        program.send(answer)
        assert program.end() == 1
        assert program.shows("(?m)^portui: Not saved$")
        assert program.shows("Nothing was sent.")
    assert frontend_port(demo_url) == 24224


def test_a_yes_typed_before_the_question_is_not_taken_for_its_answer(
    home: Path, demo_url: str
) -> None:
    with update(home, demo_url) as program:
        program.send("y\n")
        program.wait_for(_ASKED)
        program.send("\n")
        assert program.end() == 1
    assert frontend_port(demo_url) == 24224


def test_a_deletion_shows_the_port_and_asks(home: Path, demo_url: str) -> None:
    with delete(home, demo_url) as program:
        program.wait_for(r"Delete this port\? \[y/N\]")
        for told in (PORT_ID, "24224 → 24224", r"forward\.demo\.example:24224", r"forward\.0"):
            assert program.shows(told)
        program.send("\n")
        assert program.end() == 1
        assert program.shows("Not deleted")
    with delete(home, demo_url) as program:
        program.wait_for(r"Delete this port\? \[y/N\]")
        program.send("y\n")
        program.wait_for("Deleted. Confirmed.")
        assert program.end() == 0


def test_on_a_protected_service_the_frontend_port_must_be_typed(home: Path, demo_url: str) -> None:
    folder = home / "CONFIG" / "portui"
    folder.mkdir(parents=True)
    profile = f'[profiles.plant]\napi_url = "{demo_url}"\nprotected = true\n'
    (folder / "config.toml").write_text(profile)
    for number, status in (("y", 1), ("24225", 1), ("", 1), ("24224", 0)):
        with delete(home, demo_url, "--yes") as program:
            program.wait_for("To delete, type 24224:")
            program.send(f"{number}\n")
            assert program.end() == status
            assert program.shows("Deleted" if number == "24224" else "Nothing was sent")


@pytest.mark.parametrize(("answer", "status"), [("\n", 1), ("y\n", 0)])
def test_a_change_that_cannot_be_recorded_is_sent_only_after_another_yes(
    home: Path, demo_url: str, answer: str, status: int
) -> None:
    state = home / "STATE" / "portui"
    state.mkdir(parents=True)
    (state / "journal").write_text("not a folder")
    with update(home, demo_url) as program:
        program.wait_for(_ASKED)
        program.send("y\n")
        program.wait_for(r"Save without a record\? \[y/N\]")
        assert program.shows("Can't write the history")
        assert frontend_port(demo_url) == 24224
        program.send(answer)
        assert program.end() == status
        assert program.shows("Saved and confirmed" if status == 0 else "Nothing was sent")


# --- signals ---


@pytest.mark.parametrize(("number", "status"), _SIGNALS)
def test_a_signal_at_the_question_ends_it_at_once_and_says_that_nothing_was_sent(
    home: Path, demo_url: str, number: signal.Signals, status: int
) -> None:
    with update(home, demo_url) as program:
        program.wait_for(_ASKED)
        program.kill(number)
        assert program.end() == status
        told = f"Not sent: Frontend port 24224 → 24225 of port {PORT_ID}."
        assert told in "".join(program.text.splitlines())
    assert frontend_port(demo_url) == 24224


def test_ctrl_c_at_the_question_leaves_the_prompt_on_a_line_of_its_own(
    home: Path, demo_url: str
) -> None:
    with delete(home, demo_url) as program:
        program.wait_for(r"Delete this port\?")
        program.send(CTRL_C)
        assert program.end() == 130
        assert program.restored
        assert program.shows("(?m)^Not sent: the deletion of port")


@pytest.mark.parametrize(("number", "status"), _SIGNALS)
def test_a_signal_while_the_port_is_read_ends_it_at_once(
    home: Path, silent_service: socket.socket, number: signal.Signals, status: int
) -> None:
    url = f"http://127.0.0.1:{silent_service.getsockname()[1]}"
    with update(home, url, "--yes") as program:
        connection, _ = silent_service.accept()
        with connection:
            assert connection.recv(3) == b"GET"
            program.kill(number)
            assert program.end() == status
            assert program.text.strip() in ("", "^C")


class SlowToAnswer:
    """A demo that carries out a PATCH, and replies to it, only when it may."""

    def __init__(self) -> None:
        self._demo: ASGIApp = create_app()
        self.received, self.may_answer = Event(), Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "PATCH":
            self.received.set()
            await asyncio.to_thread(self.may_answer.wait)
        await self._demo(scope, receive, send)


@pytest.fixture
def slow() -> Iterator[tuple[SlowToAnswer, str]]:
    service = SlowToAnswer()
    with serving(service) as url:
        yield service, url
        service.may_answer.set()


@pytest.mark.parametrize(("number", "status"), _SIGNALS)
def test_a_change_that_is_out_has_its_outcome_told_before_a_signal_ends_it(
    home: Path, slow: tuple[SlowToAnswer, str], number: signal.Signals, status: int
) -> None:
    service, url = slow
    with update(home, url, "--yes") as program:
        program.until(service.received.is_set, "the change")
        program.kill(number)
        program.wait_for("Ending once the outcome is known")
        service.may_answer.set()
        assert program.end() == status
        assert program.shows("Saved and confirmed")
        assert program.shows("Frontend port  24225")


def test_a_terminal_that_hangs_up_ends_it_when_the_outcome_is_recorded(
    home: Path, slow: tuple[SlowToAnswer, str]
) -> None:
    service, url = slow
    with update(home, url, "--yes") as program:
        program.until(service.received.is_set, "the change")
        program.hang_up()
        service.may_answer.set()
        program.until(lambda: program.status is not None, "the end")
        assert program.status == 129
    assert Plain(home).results() == ["saved"]
    assert frontend_port(url) == 24225


def test_a_signal_does_not_hide_that_a_change_has_no_clear_outcome(
    home: Path, slow: tuple[SlowToAnswer, str]
) -> None:
    service, url = slow
    command = ("update", PORT_ID, "--frontend-port", "8080", "--api-url", url, "--yes")
    with portui(home, *command, env=_TOKEN) as program:
        program.until(service.received.is_set, "the change")
        program.send(CTRL_C)
        program.wait_for("Ending once the outcome is known")
        service.may_answer.set()
        assert program.end() == 5
        assert program.shows("already in use")


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_leaves_the_outcome_unknown_and_portui_offers_to_check_it(
    home: Path, url_without_answer: str, second: signal.Signals
) -> None:
    with update(home, url_without_answer, "--yes") as program:
        program.until(lambda: frontend_port(url_without_answer) == 24225, "the change")
        program.send(CTRL_C)
        program.wait_for("Ending once the outcome is known")
        while not program.came(lambda: program.status is not None, 0.3):
            program.kill(second)
        assert program.end() == 6
        change = f"Frontend port 24224 → 24225 of port {PORT_ID}"
        command = f"portui {PORT_ID} --api-url {url_without_answer}"
        told = f"Outcome unknown: {change}. To check it: {command}"
        assert told in "".join(program.text.splitlines())
    with portui(home, "--api-url", url_without_answer, env=_TOKEN) as program:
        program.wait_for("A change has no known outcome")
    with portui(home, "--api-url", url_without_answer, PORT_ID, env=_TOKEN) as program:
        program.wait_for("Saved: the port has the new values")
        program.wait_for(READY)


class UnreadableAfterwards:
    """A demo that carries out a PATCH, and fails to read until it's told to."""

    def __init__(self) -> None:
        self._demo: ASGIApp = create_app()
        self.may_read = Event()
        self.may_read.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.may_read.is_set() and scope["method"] == "GET":
            await Response(status_code=503)(scope, receive, send)
            return
        if scope["method"] == "PATCH":
            self.may_read.clear()
        await self._demo(scope, receive, send)


def test_a_change_of_unknown_outcome_is_offered_for_checking_by_the_app(home: Path) -> None:
    service = UnreadableAfterwards()
    with serving(service) as url:
        with update(home, url, "--yes") as program:
            assert program.end() == 6
            told = "".join(program.text.splitlines())
            assert "Outcome unknown" in told
            assert "can't tell whether Frontend port 24224 → 24225 took effect. " in told
            assert "The service accepted it; confirming failed: " in told
        service.may_read.set()
        with portui(home, "--api-url", url, env=_TOKEN) as program:
            program.wait_for("A change has no known outcome")
        with portui(home, "--api-url", url, PORT_ID, env=_TOKEN) as program:
            program.wait_for("Saved: the port has the new values")


def test_a_change_of_a_command_that_was_killed_is_checked_too(
    home: Path, url_without_patch: str
) -> None:
    with update(home, url_without_patch, "--yes") as program:
        program.wait_for("Sending")
        program.kill(signal.SIGKILL)
        assert program.end() == -signal.SIGKILL
    with portui(home, "--api-url", url_without_patch, PORT_ID, env=_TOKEN) as program:
        program.wait_for("Not confirmed: the port has its old values")


def test_a_signal_that_is_ignored_stays_ignored(home: Path, slow: tuple[SlowToAnswer, str]) -> None:
    service, url = slow
    command = ("update", PORT_ID, *_CHANGE, "--api-url", url, "--yes")
    with portui(home, *command, env=_TOKEN, ignoring=signal.SIGHUP) as program:
        program.until(service.received.is_set, "the change")
        program.kill(signal.SIGHUP)
        service.may_answer.set()
        assert program.end() == 0
        assert not program.shows("Ending once")
