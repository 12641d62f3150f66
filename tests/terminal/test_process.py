"""The process of the app: signals, terminals that vanish, calls that hang, and crashes."""

import re
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from textwrap import dedent
from typing import Final

import pytest

from tests.terminal.emulator import ALTERNATE_SCREEN
from tests.terminal.launch import PORTUI, ROOT, Setup, environment
from tests.terminal.pty_program import (
    CTRL_C,
    CTRL_Q,
    CTRL_T,
    CTRL_X,
    CTRL_Z,
    ENTER,
    PROMPT,
    SECRET,
    SHIFT_HOME,
    Program,
    portui,
    running,
)
from tests.terminal.steps import PORT_ID, READY, showing_a_port, type_frontend_port

_TOKEN: Final[dict[str, str | None]] = {"CALYPTIA_CLOUD_TOKEN": SECRET}


def with_keyring(name: str, told: Path) -> dict[str, str | None]:
    """Return the environment for a fake keyring, which writes a file when it is asked."""
    backend = f"fake_keyrings.{name}"
    folder = str(Path(__file__).parent)
    return {"PYTHONPATH": folder, "PYTHON_KEYRING_BACKEND": backend, "FAKE_KEYRING": str(told)}


def url_of(service: socket.socket) -> str:
    return f"http://127.0.0.1:{service.getsockname()[1]}"


# --- what the program may be doing when something happens to it ---


@contextmanager
def doing_nothing(home: Path, service: socket.socket) -> Iterator[Program]:
    with showing_a_port(home) as program:
        yield program


@contextmanager
def asking_in_a_dialog(home: Path, service: socket.socket) -> Iterator[Program]:
    with showing_a_port(home) as program:
        program.send("d")
        program.wait_for("Cancel")
        yield program


@contextmanager
def waiting_for_an_answer(home: Path, service: socket.socket) -> Iterator[Program]:
    with portui(home, "--api-url", url_of(service), PORT_ID, env=_TOKEN) as program:
        connection, _ = service.accept()
        with connection:
            assert connection.recv(4).startswith(b"GET")
            program.wait_for("Reading")
            yield program


@contextmanager
def waiting_for_the_keyring(home: Path, service: socket.socket) -> Iterator[Program]:
    asked = home / "asked"
    env = with_keyring("Hanging", asked)
    with portui(home, "--api-url", url_of(service), PORT_ID, env=env) as program:
        program.until(asked.exists, "the question to the keyring")
        program.wait_for("token: looking")
        yield program


@contextmanager
def looking_up_a_host_name(home: Path, service: socket.socket) -> Iterator[Program]:
    """Run portui until it hangs in a host name lookup, in a thread that can't be stopped."""
    called = home / "called"
    site = site_with(
        home,
        f"""
        import pathlib, socket, threading
        def getaddrinfo(*arguments, **more):
            pathlib.Path({str(called)!r}).touch()
            threading.Event().wait()
        socket.getaddrinfo = getaddrinfo
        """,
    )
    env = {**_TOKEN, "PYTHONPATH": site}
    with portui(home, "--api-url", "https://service.invalid", PORT_ID, env=env) as program:
        program.until(called.exists, "the look-up of the name")
        yield program


def site_with(home: Path, code: str) -> str:
    """Return a PYTHONPATH that makes Python run this code as it starts."""
    folder = home / "site"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(dedent(code))
    return f"{folder}:{ROOT}"


Doing = Callable[[Path, socket.socket], AbstractContextManager[Program]]

_ALL: Final = [
    doing_nothing,
    asking_in_a_dialog,
    waiting_for_an_answer,
    waiting_for_the_keyring,
    looking_up_a_host_name,
]


# --- signals ---


@pytest.mark.parametrize("doing", _ALL)
@pytest.mark.parametrize(("number", "status"), [(signal.SIGHUP, 129), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_cleanly(
    home: Path, silent_service: socket.socket, doing: Doing, number: signal.Signals, status: int
) -> None:
    with doing(home, silent_service) as program:
        program.kill(number)
        assert program.end(PROMPT * 2) == status
        assert program.restored


def test_an_interrupt_from_another_process_ends_it_cleanly(home: Path) -> None:
    with showing_a_port(home) as program:
        program.kill(signal.SIGINT)
        assert program.end(PROMPT * 2) == 130
        assert program.restored


def test_a_signal_during_startup_restores_the_terminal(home: Path) -> None:
    with portui(home, "--demo", PORT_ID) as program:
        program.until(lambda: ALTERNATE_SCREEN in program.modes, "the full screen")
        program.kill(signal.SIGTERM)
        assert program.end(PROMPT * 2) == 143
        assert program.restored


def test_an_interrupt_before_the_first_screen_ends_it_silently(home: Path) -> None:
    code = "import os, portui.launch.app as at; at.compose_app = lambda *_: os.kill(os.getpid(), 2)"
    env = {"PYTHONPATH": site_with(home, code)}
    with portui(home, "--demo", PORT_ID, env=env) as program:
        assert program.end() == -signal.SIGINT
        assert program.output == b""


# --- terminals ---


def test_a_size_that_follows_another_one_at_once_is_the_one_that_is_drawn(home: Path) -> None:
    once = home / "once"
    site = site_with(
        home,
        f"""
        import os, pathlib, signal
        once, of = pathlib.Path({str(once)!r}), os.get_terminal_size
        def size(*terminal):
            if not once.exists():
                return of(*terminal)
            once.unlink()
            os.kill(os.getpid(), signal.SIGWINCH)  # before this size is passed on
            return os.terminal_size((70, 20))
        os.get_terminal_size = size
        """,
    )
    with showing_a_port(home, env={"PYTHONPATH": site}) as program:
        once.touch()
        program.kill(signal.SIGWINCH)
        program.until(lambda: not once.exists(), "the first size")
        program.send("?")
        program.wait_for("Esc Close")
        assert "Esc Close" in program.text.splitlines()[-1]
        assert len(program.text.splitlines()) == 24


@pytest.mark.parametrize("setup", [{}, {"ignoring": signal.SIGHUP}, {"controlling": False}])
def test_a_terminal_that_vanishes_ends_it_without_burning_cpu_time(
    home: Path, setup: Setup
) -> None:
    with showing_a_port(home) as program:
        before = program.cpu
        program.kill(signal.SIGTERM)
        program.end()
        cost_of_ending = program.cpu - before
    with showing_a_port(home, **setup) as program:
        before, start = program.cpu, time.monotonic()
        program.hang_up()
        program.until(lambda: program.status is not None, "the end", 20.0)
        assert program.status == 129
        burnt = program.cpu - before - cost_of_ending
        assert burnt < 0.5 * (time.monotonic() - start)


@pytest.mark.parametrize(
    ("files", "env"),
    [
        ({0: Path("/dev/null")}, {}),
        ({0: Path("empty")}, {}),
        ({2: Path("errors")}, {}),
        ({}, {"TERM": "dumb"}),
        ({}, {"TERM": ""}),
        ({}, {"TERM": None}),
    ],
    ids=["stdin is null", "stdin is a file", "stderr is a file", "dumb", "empty TERM", "no TERM"],
)
def test_without_a_usable_terminal_it_says_so_in_one_line_and_draws_nothing(
    home: Path, files: dict[int, Path], env: dict[str, str | None]
) -> None:
    files = {fd: home / path for fd, path in files.items()}
    with portui(home, "--demo", PORT_ID, env=env, files=files) as program:
        assert program.end() == 2
        said = files[2].read_bytes() if 2 in files else program.output
        assert re.fullmatch(rb"portui: [^\n\x1b]*terminal[^\n\x1b]*\r?\n", said)
        assert program.output in (b"", said)


def test_standard_output_can_be_a_file_and_stays_empty(home: Path) -> None:
    out = home / "out"
    with showing_a_port(home, files={1: out}) as program:
        program.send("q")
        assert program.end() == 0
        assert out.read_bytes() == b""


@pytest.mark.parametrize(
    ("doing", "last_line"), [(doing_nothing, READY), (asking_in_a_dialog, "Esc")]
)
def test_suspending_restores_the_terminal_and_resuming_redraws_the_screen(
    home: Path, silent_service: socket.socket, doing: Doing, last_line: str
) -> None:
    with doing(home, silent_service) as program:
        program.wait_for(last_line)
        program.send(CTRL_Z)
        program.until(lambda: program.stopped, "the stop")
        program.until(lambda: program.restored, "the terminal as it was")
        program.kill(signal.SIGCONT)
        for shown in ("portui demo", "tcp 24224 → 24224", "Plugin alias", r"Read \d", last_line):
            program.wait_for(shown)
        program.send(CTRL_Q)
        assert program.end() == 0
        assert program.restored


def test_a_shell_can_suspend_it_and_bring_it_back(home: Path) -> None:
    shell = ["bash", "--norc", "--noprofile", "-i"]
    with running(shell, environment(home, {"PS1": "shell> "})) as program:
        program.wait_for("shell>")
        program.send(f"{' '.join(PORTUI)} --demo {PORT_ID}\n")
        program.wait_for(READY)
        program.send(CTRL_Z)
        program.wait_for(r"(?s)Stopped .* shell>\s*\Z")
        program.send("echo $((6 * 7))\n")
        program.wait_for(r"42 shell>\s*\Z")
        program.send("fg\n")
        program.wait_for(READY)
        program.wait_for("Plugin alias")
        program.send("jj")
        program.wait_for("▸ Kind")
        program.send("q")
        program.wait_for(r"fg [^$]* shell>\s*\Z")
        program.send("echo status $?\n")
        program.wait_for("status 0")
        program.send("exit\n")
        assert program.end() == 0


# --- quitting ---


def test_one_ctrl_c_says_that_another_quits(home: Path) -> None:
    with showing_a_port(home) as program:
        program.send(CTRL_C)
        program.wait_for("ctrl.c")
        program.send("j")
        program.wait_for("▸ Protocol")
        program.send(CTRL_C * 2)
        assert program.end() == 0
        assert program.restored


def test_keys_after_the_one_that_quits_do_nothing(home: Path) -> None:
    with showing_a_port(home) as program:
        program.send("q" + CTRL_C * 3 + "qe" + CTRL_Q)
        assert program.end() == 0
        assert program.restored


def test_ctrl_c_in_an_input_with_a_selection_quits_and_copies_nothing(home: Path) -> None:
    with portui(home, "--demo", "00000000-0000-4000-8000-000000000000") as program:
        program.wait_for("No such port")
        program.until(lambda: "00000000" in program.reversed, "the selection")
        program.send(CTRL_C * 2)
        assert program.end() == 0
        assert b"\x1b]52" not in program.output


@pytest.mark.parametrize("drawing", [[], ["--plain-drawing"]])
def test_quitting_wakes_the_thread_that_waits_for_input(home: Path, drawing: list[str]) -> None:
    with showing_a_port(home, *drawing) as program:
        program.send("q")
        assert program.end() == 0
        assert program.restored


@pytest.mark.parametrize(
    "doing", [waiting_for_an_answer, waiting_for_the_keyring, looking_up_a_host_name]
)
def test_quitting_waits_for_nothing_that_hangs(
    home: Path, silent_service: socket.socket, doing: Doing
) -> None:
    with doing(home, silent_service) as program:
        program.send(CTRL_Q)
        assert program.end(PROMPT) == 0
        assert program.restored


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ("q", 6),
        (CTRL_Q, 6),
        (CTRL_C, 6),
        (signal.SIGTERM, 143),
        (signal.SIGHUP, 129),
        (signal.SIGINT, 130),
    ],
)
def test_quitting_during_a_change_takes_a_second_try_or_a_signal_and_reports_the_change(
    home: Path, url_without_patch: str, how: str | signal.Signals, status: int
) -> None:
    with portui(home, "--api-url", url_without_patch, PORT_ID, env=_TOKEN) as program:
        program.wait_for(READY)
        type_frontend_port(program, "24225")
        program.send(ENTER)
        program.press_for(ENTER, "Sending")
        if isinstance(how, signal.Signals):
            program.kill(how)
        else:
            program.send(how * (2 if how == CTRL_C else 1))
            program.wait_for("Quitting once the outcome is known")
            program.send(how * (2 if how == CTRL_C else 1))
        assert program.end(PROMPT) == status
        assert program.restored
        command = f"portui {PORT_ID} --api-url {url_without_patch}"
        change = f"Frontend port 24224 → 24225 of port {PORT_ID}"
        told = f"Outcome unknown: {change}. To check it: {command}"
        assert "".join(program.text.splitlines()).strip() == told


# --- crashes and secrets ---


@pytest.mark.parametrize("place", ["operations.look_up.Reader.look_up", "port.display.summary"])
def test_a_crash_restores_the_terminal_and_reports_where_without_secrets(
    home: Path, place: str
) -> None:
    module, _, name = f"portui.{place}".rpartition(".")
    site = site_with(
        home,
        f"""
        from pkgutil import resolve_name
        def broken(*arguments):
            token = {SECRET!r}
            raise RuntimeError(f"with {{token}}")
        setattr(resolve_name({module!r}), {name!r}, broken)
        """,
    )
    with portui(home, "--demo", PORT_ID, env={"PYTHONPATH": site}) as program:
        assert program.end() == 1
        assert program.restored
        told = program.output.rpartition(b"\x1b")[2]
        assert b"portui stopped on an unexpected error (RuntimeError)." in told
    (report,) = (home / "STATE" / "portui").glob("crash-*.txt")
    assert str(report).encode() in told.replace(b"\r\n", b"")
    assert report.stat().st_mode & 0o777 == 0o600
    text = report.read_text()
    assert "in broken" in text
    assert SECRET not in text
    assert "with" not in text.splitlines()[0]


def test_the_token_is_in_no_command_line_and_no_childs_environment(home: Path) -> None:
    seen = home / "seen"
    env = {**with_keyring("Spawning", seen), **_TOKEN, "OTHERS_TOKEN": SECRET}
    folder = home / "CONFIG" / "portui"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(
        """
        [profiles.here]
        api_url = "http://127.0.0.1:9"
        [profiles.other]
        api_url = "http://127.0.0.1:10"
        token_env = "OTHERS_TOKEN"
        """
    )
    with portui(home, "--profile", "here", env=env) as program:
        program.until(seen.exists, "the keyring's child process")
        program.wait_for("token: none")
        assert b"FAKE_KEYRING" in seen.read_bytes()
        assert SECRET.encode() not in seen.read_bytes()
        assert SECRET.encode() not in Path(f"/proc/{program.pid}/cmdline").read_bytes()


def test_a_token_being_typed_is_neither_shown_nor_copied(
    home: Path, silent_service: socket.socket
) -> None:
    with portui(home, "--api-url", url_of(silent_service)) as program:
        program.wait_for("ctrl.t")
        program.send(CTRL_T)
        program.wait_for("Cancel")
        program.paste(SECRET)
        program.wait_for("•" * len(SECRET))
        program.press(SHIFT_HOME, lambda: "•" in program.reversed, "the selection")
        program.send(CTRL_X + CTRL_C * 2)
        assert program.end() == 0
        assert b"\x1b]52" not in program.output
