"""Bytes of all kinds in the real program: none crash it, none are keys that nobody pressed."""

import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Final

import pytest
from starlette.types import Receive, Scope, Send
from textual import events

from portui.demo import create_app
from portui.tui.terminal.input import PASTE_TIMEOUT, Burst, InputParser
from tests.terminal.conftest import serving
from tests.terminal.launch import PORTUI, environment
from tests.terminal.pty_program import (
    CTRL_C,
    CTRL_P,
    CTRL_Q,
    ENTER,
    ESCAPE,
    LONGEST,
    SECRET,
    Program,
    portui,
    running,
)
from tests.terminal.steps import OTHER_PORT_ID, PORT_ID, READY, showing_a_port
from tests.terminal.test_process import site_with

_TOKEN: Final[dict[str, str | None]] = {"CALYPTIA_CLOUD_TOKEN": SECRET}
_HELP: Final = "Keys available here"


def check_keys_work(program: Program) -> None:
    """Leave whatever is open, then open the help and close it, while earlier keys still come."""

    def ready() -> bool:
        return program.shows(READY) or program.status is not None

    deadline = time.monotonic() + 2 * LONGEST
    while time.monotonic() < deadline:
        if program.shows(READY):
            program.send("?")
            if program.came(lambda: program.shows(_HELP), PASTE_TIMEOUT * 1.2):
                program.send(ESCAPE)
                if program.came(ready, 2.0):
                    break
        program.send("y" if program.shows("Discard your changes") else ESCAPE)
        program.came(ready, 0.5)
    program.wait_for(READY, 0.0)


def insist(program: Program, key: str, condition: Callable[[], bool]) -> None:
    """Press a harmless key until a condition holds: what came before may take the first one."""
    pause = 1.0
    while pause < LONGEST and not condition():
        program.send(key)
        program.came(condition, pause)
        pause *= 2
    program.until(condition, f"what {key!r} does", 0.0)


def first_row(program: Program) -> str:
    """Go to the last row and back to the first; return what is on the screen, without the time."""
    insist(program, "G", lambda: program.shows("▸ Updated"))
    insist(program, "g", lambda: program.shows("▸ ID"))
    return re.sub(r"Read \d.* ms", "", program.text)


# --- bytes that are no keys ---

_HOSTILE: Final = (
    # The kitty protocol
    *("\x1b[97:65;2:3u", "\x1b[1089::99;5:3u", "\x1b[1;5:3B", "\x1b[1114112u", "\x1b[55296u"),
    *("\x1b[113;99999999999999999999u", "\x1b[99999999999999999999;5u", "\x1b[113:1:2:3:4u"),
    *("\x1b[:;:;:u", "\x1b[57441;2u", "\x1b[?29u", "\x1b[0u"),
    # Reports
    *("\x1b[?2048;2$y\x1b[48;24;80;0;0t\x1b[<35;3;3M", "\x1b[48;0;0;0;0t", "\x1b[?2026;2$y"),
    *("\x1b[?62;22c", "\x1b[>41;354;0c", "\x1b[1;2R", "\x1b[24;80R", "\x1b[O\x1b[I"),
    *("\x1b]11;rgb:0000/0000/0000\x07", "\x1bP>|XTerm(379)\x1b\\", "\x1b]52;c;cXVpdA==\x07"),
    *("\x1b[<0;99999;99999M\x1b[<0;99999;99999m", "\x1b[<99;0;0M", "\x1b[M\xff\xff\xff"),
    # What Textual has two keys for
    *("\x1b[1;7q", "\x1b[1;8y"),
    # Cut off, interleaved, malformed
    *("\x1b[1;\x1b[?1;\x1b[I", "\x1b[\x1b[\x1bO\x1b[I", "\x1b[1 113u", "\x1b[201~"),
    *("\x1b[<0;10", "\x1b[1;5", "\x1bO", "\x1b]11;rgb:ff", "\x1bPquit"),
    f"\x1b[{'1;' * 40_000}113u",
    f"\x1b]{'q' * 200_000}\x07",
    *(b"\xff\xfe\xc0\x80\xed\xa0\x80", b"\x80\x9b\xc2\x9b", b"\xf0\x9f\x98"),
)


def test_hostile_bytes_do_nothing_and_the_next_key_works(home: Path) -> None:
    with showing_a_port(home) as program:
        before = first_row(program)
        for sent in _HOSTILE:
            program.send_bytes(sent if isinstance(sent, bytes) else sent.encode())
            after = first_row(program)
            assert after == before, sent[:60]
        program.send(CTRL_Q)
        assert program.end() == 0
        assert program.restored


def test_the_kitty_protocols_keys_work_with_sub_parameters_on_a_cyrillic_keyboard(
    home: Path,
) -> None:
    with showing_a_port(home) as program:
        program.send("\x1b[1086::106;1:1;1086u")  # о, in place of j
        program.wait_for("▸ Protocol")
        program.send("\x1b[1;1:2B\x1b[1;129B")
        program.wait_for("▸ Frontend port")
        program.send("\x1b[106;5u")  # ctrl+j
        program.wait_for("Save")
        program.press_away("\x1b[27u", "Save")
        program.send("\x1b[1089::99;5u")
        program.wait_for("ctrl.c")
        program.send("\x1b[1081::113;5u")
        assert program.end() == 0


def test_without_the_kitty_protocol_its_keys_and_ctrl_j_still_work(home: Path) -> None:
    with showing_a_port(home, env={"TEXTUAL_DISABLE_KITTY_KEY": "1"}) as program:
        program.send("\x1b[1B\x1b[106;;106u\x1b[97;5u\x1b[3;3~")
        program.wait_for("▸ Kind")
        program.send("j")
        program.wait_for("▸ Frontend port")
        program.send("\n")
        program.wait_for("Save")
        program.send(CTRL_Q)
        assert program.end() == 0
        assert not re.search(rb"\x1b\[>\d*u", program.output)


# --- recorded sessions, with errors in them ---

_RECORDED: Final = {
    "xterm": (
        b"\x1b[I\x1bOB\x1bOB\x1b[B\x1b[A\x1b[1;5C\x1b[1;2D\x1b[H\x1b[F\x1b[5~\x1b[6~\x1bOP\x1b"
        b"\x1b[<35;20;7M\x1b[<0;20;7M\x1b[<0;20;7m\x1b[<64;20;7M\x1b[<65;20;7M\x1b[15~\x1b[24~"
        b"\x1b[200~port 123e4567-e89b-12d3-a456-426614174004\r\nnext\x1b[201~\x1b\x1b[Z\t\x1b[O"
    ),
    "kitty": (
        b"\x1b[?29u\x1b[106;;106u\x1b[107;1:1;107u\x1b[106;1:2;106u\x1b[106;1:3u\x1b[57441;2u"
        b"\x1b[103:71;2;71u\x1b[1;1:1A\x1b[1;1:3A\x1b[1;5D\x1b[13u\x1b[27u\x1b[9;2u\x1b[57420u"
        b"\x1b[1086::106;;1086u\x1b[47;;47u\x1b[97;5u\x1b[27;1:1u\x1b[<35;9;9M\x1b[200~x\x1b[201~"
    ),
    "tmux": (
        b"\x1b[>84;0;0c\x1bP>|tmux 3.3a\x1b\\\x1b[B\x1b[B\x1b[1;3A\x1b[3~\x1b[4~\x1b[1~\x1bOQ\x1bOR"
        b"\x1b\x1b[I\x1b[200~\x1b[32mINFO\x1b[0m port 123e4567-e89b-12d3-a456-426614174004\x1b[201~"
        b"\x1b[<0;5;12M\x1b[<0;5;12m\x1b[O\x1b[I\x1b[105;6u\x1b[13;2u\x1b"
    ),
    "GNU screen": (
        b"\x1b[>83;40900;0c\x1bOA\x1bOB\x1bOC\x1bOD\x1b[1~\x1b[4~\x1b[2~\x1b[3~\x1b[5~\x1b[6~"
        b"\x1bOP\x1b\x1b[15~\x1b[17~\x1b[18~\x1b[23~\x1b[M !!\x1b[M#!!jkjk\x7f\x08\tGg/a\x1b\x1bOB"
    ),
    "Linux console": (
        b"\x1b[?6c\x1b[[A\x1b\x1b[[B\x1b[[C\x1b\x1b[[D\x1b[[E\x1b[17~\x1b[25~\x1b[A\x1b[B\x1b[1~"
        b"\x1b[4~\x1b[5~\x1b[6~jjjk\t\x7f\x1b[3~ge123\x7f\x7f\x1b\x1b[P\x1b[GGg"
    ),
}
_LEAVES: Final = frozenset({*"qQyY", "ctrl+q", "ctrl+c", "ctrl+z", "ctrl+p", "colon"})
"""Keys that quit, suspend or confirm, or open the palette, where that can be chosen."""


def with_errors(recorded: bytes, random: Random) -> bytes:
    """Return a recording with some bytes replaced, removed, repeated or swapped."""
    sent = bytearray(recorded)
    for _ in range(random.randint(1, 8)):
        at = random.randrange(len(sent) - 1)
        match random.randrange(5):
            case 0:
                sent[at] = random.randrange(256)
            case 1:
                del sent[at : at + random.randint(1, 4)]
            case 2:
                sent.insert(at, random.randrange(256))
            case 3:
                sent[at:at] = sent[at : at + random.randint(1, 9)]
            case _:
                sent[at], sent[at + 1] = sent[at + 1], sent[at]
    return bytes(sent)


def leaves(sent: bytes) -> bool:
    """Return whether bytes contain keys that end the program or confirm a question."""
    parser = InputParser()
    found = [*parser.feed(sent, 0.0), *parser.flush()]
    keys = [
        each for event in found for each in (event.keys if isinstance(event, Burst) else [event])
    ]
    return any(isinstance(key, events.Key) and key.key in _LEAVES for key in keys)


@pytest.mark.parametrize("terminal", _RECORDED)
def test_recorded_sessions_with_errors_in_them_do_no_harm(home: Path, terminal: str) -> None:
    random = Random(terminal)
    recorded = _RECORDED[terminal]
    assert not leaves(recorded)
    with showing_a_port(home) as program:
        program.send_bytes(recorded)
        check_keys_work(program)
        for _ in range(3):
            sent = b"".join(with_errors(recorded, random) for _ in range(5))
            while leaves(sent):
                sent = b"".join(with_errors(recorded, random) for _ in range(5))
            program.send_bytes(sent)
            check_keys_work(program)
        insist(program, CTRL_Q, lambda: program.status is not None)
        assert program.end() == 0
        assert program.restored


def test_a_megabyte_of_noise_does_no_harm(home: Path) -> None:
    noise = Random(1).randbytes(1_200_000).translate(None, b"qQyY:\x03\x10\x11\x1a")[: 1 << 20]
    with showing_a_port(home) as program:
        program.send_bytes(noise)
        check_keys_work(program)
        insist(program, CTRL_Q, lambda: program.status is not None)
        assert program.end() == 0
        assert program.restored


# --- pastes ---


def test_the_id_is_found_in_a_paste_of_any_size_with_any_bytes(home: Path) -> None:
    filler = ("\x1b[32mINFO\x1b[0m q d y \x1b[200~ \x03\x11\x1a\x1b]0;t\x07\r\n" * 16).encode()
    with showing_a_port(home) as program:
        program.send_bytes(
            b"\x1b[200~"
            + filler * (5 * 1024 * 1024 // len(filler))
            + OTHER_PORT_ID.encode()
            + b" \xff\xfe\x1b[201~"
        )
        program.wait_for(f"Port ID {OTHER_PORT_ID}")
        program.send(ESCAPE)
        program.wait_for(READY)
        check_keys_work(program)


def test_a_paste_without_an_end_ends_by_itself(home: Path) -> None:
    with showing_a_port(home) as program:
        program.send(f"\x1b[200~dye q {OTHER_PORT_ID} q\r")
        program.wait_for(f"Port ID {OTHER_PORT_ID}")
        program.send(ESCAPE)
        program.wait_for(READY)
        check_keys_work(program)


# --- text without brackets ---

_IDS: Final = [f"{first}23e4567-e89b-42d3-a456-426614174000" for first in "de"]
_TEXTS: Final = [
    *((port_id, port_id) for port_id in _IDS),
    (f"https://cloud-api.example/v1/pipeline_ports/{_IDS[0]}?q=y", _IDS[0]),
    (f"2026-11-24T14:03:07Z error: can't read pipeline_ports/{_IDS[1]}: yes, quit\t(2)", _IDS[1]),
]


@pytest.fixture(scope="module")
def service() -> Iterator[tuple[str, list[str]]]:
    """Serve the demo; yield its URL and the methods of the requests so far."""
    demo, methods = create_app(), list[str]()

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        methods.append(scope["method"])
        await demo(scope, receive, send)

    with serving(application) as url:
        yield url, methods


@contextmanager
def on_rows(home: Path, service: tuple[str, list[str]]) -> Iterator[Program]:
    """Run portui with a port on screen; check that nothing was asked but to read it."""
    url, methods = service
    methods.clear()
    with portui(home, "--api-url", url, PORT_ID, env=_TOKEN) as program:
        program.wait_for(READY)
        yield program
        assert b"\x1b]52" not in program.output
        program.send(CTRL_Q)
        assert program.end() == 0
    assert set(methods) == {"GET"}


def test_text_on_the_rows_is_a_paste(home: Path, service: tuple[str, list[str]]) -> None:
    with on_rows(home, service) as program:
        for text, port_id in _TEXTS:
            program.send(text)
            program.wait_for(f"Port ID {port_id}")
            assert "╭" not in program.text
            program.send(ESCAPE)
            program.wait_for(READY)
            check_keys_work(program)


@pytest.mark.parametrize(
    ("key", "shown"),
    [("d", "Delete this port"), ("?", "Keys available here"), ("h", "No changes yet")],
)
def test_text_in_a_dialog_decides_nothing(
    home: Path, service: tuple[str, list[str]], key: str, shown: str
) -> None:
    with on_rows(home, service) as program:
        program.send(key)
        program.wait_for(shown)
        program.came(lambda: False, 0.5)  # until keys would count
        for text, _ in _TEXTS:
            program.send(text)
            program.wait_for("[Pp]aste")
            assert program.shows(shown)
            program.resize(79, 24)  # redraws the keys in place of the hint
            program.resize(80, 24)
        program.press_away(ESCAPE, shown)
        program.wait_for(READY)


def test_text_in_the_palette_runs_nothing(home: Path, service: tuple[str, list[str]]) -> None:
    with on_rows(home, service) as program:
        for text, _ in _TEXTS:
            program.send(CTRL_P)
            program.wait_for("(?s)Command .* Look up")
            program.send(text + ENTER)
            program.wait_for("No such command")
            program.press_away(ESCAPE, "Command")
            program.wait_for(READY)


# --- the end ---


def test_answers_that_come_late_do_not_reach_the_shell(home: Path) -> None:
    shell = ["bash", "--norc", "--noprofile", "-i"]
    with running(shell, environment(home, {"PS1": "shell> "})) as program:
        program.wait_for("shell>")
        program.send(f"{' '.join(PORTUI)} --demo {PORT_ID}\n")
        program.wait_for(READY)
        program.send("\x1b[?2026;2$y\x1b[?2048;2$y" + CTRL_Q + "\x1b[?2026;2$y\x1b[?62;22c")
        program.wait_for(r"(?s)-m portui .* shell>\s*\Z")
        program.send("echo status $?\n")
        program.wait_for(r"shell> echo status \S+ status 0")
        program.send("exit\n")
        assert program.end() == 0
        assert b"$p" not in program.output


@pytest.mark.parametrize(
    ("way_out", "status"),
    [("q", 0), (CTRL_Q, 0), (signal.SIGTERM, 143), (signal.SIGHUP, 129), ("#", 1)],
    ids=["q", "ctrl+q", "SIGTERM", "SIGHUP", "crash"],
)
def test_every_mode_of_the_terminal_is_undone_however_it_ends(
    home: Path, way_out: str | signal.Signals, status: int
) -> None:
    with showing_a_port(home, env={"PYTHONPATH": broken_parser(home)}) as program:
        if isinstance(way_out, signal.Signals):
            program.kill(way_out)
        else:
            program.send(way_out)
        assert program.end() == status
        assert program.restored
        assert not {1016, 2026, 2048} & program.modes
        pushes = re.findall(rb"\x1b\[>\d+u", program.output)
        assert len(pushes) == len(re.findall(rb"\x1b\[<\d*u", program.output)) > 0
        assert program.output.rindex(b"\x1b[<u") < program.output.rindex(b"\x1b[?1049l")
        assert b"$p" not in program.output


def broken_parser(home: Path) -> str:
    """Return a PYTHONPATH with which `#` breaks the input's thread, and ctrl+c another one."""
    return site_with(
        home,
        f"""
        import threading
        import portui.tui.app as app, portui.tui.terminal.input as input
        feed = input.InputParser.feed
        def broken(*arguments):
            token = {SECRET!r}
            if b"#" in arguments[1:] or not arguments:
                raise RuntimeError(f"with {{token}}")
            return feed(*arguments)
        input.InputParser.feed = broken
        app.PortuiApp.action_interrupt = lambda _: threading.Thread(target=broken).start()
        """,
    )


@pytest.mark.parametrize("key", ["#", CTRL_C], ids=["input", "another"])
def test_an_error_in_any_thread_ends_with_a_crash_report(home: Path, key: str) -> None:
    with showing_a_port(home, env={"PYTHONPATH": broken_parser(home)}) as program:
        program.send(key)
        assert program.end() == 1
        assert program.restored
        told = program.output.rpartition(b"\x1b")[2]
        assert b"portui stopped on an unexpected error (RuntimeError)." in told
        assert b"Traceback" not in program.output
    (report,) = (home / "STATE" / "portui").glob("crash-*.txt")
    assert "in broken" in report.read_text()
    assert SECRET not in report.read_text()


# --- the terminal itself ---


def test_the_terminals_own_size_counts_whatever_the_environment_says(home: Path) -> None:
    with showing_a_port(home, env={"COLUMNS": "40", "LINES": "60"}) as program:
        for columns, rows in ((80, 24), (100, 30)):
            program.resize(columns, rows)
            program.until(
                lambda rows=rows: "q Quit" in program.text.split("\n")[rows - 1],  # type: ignore[misc]
                "the keys on the last line",
            )


def test_in_gnu_screen_the_mouse_is_left_alone_unless_asked_for(home: Path) -> None:
    with showing_a_port(home, env={"STY": "1.pts-0.host"}) as program:
        assert b"\x1b[?1000h" not in program.output
    with showing_a_port(home, "--mouse", env={"STY": "1.pts-0.host"}) as program:
        assert b"\x1b[?1000h" in program.output


def test_the_terminals_cursor_is_on_what_has_the_focus(home: Path) -> None:
    def on(text: str) -> bool:
        row, column = program.cursor
        return program.text.split("\n")[row][column:].startswith(text)

    with showing_a_port(home) as program:
        program.until(lambda: on("▸ ID"), "the cursor on the first row")
        program.send("jjj")
        program.until(lambda: on("▸ Frontend port"), "the cursor on another row")
        program.send("/")
        program.until(lambda: program.cursor[0] == 1, "the cursor in the input")
        program.send("\x1b[H")
        program.until(lambda: on(PORT_ID), "the cursor at the beginning of the text")
        program.send(ESCAPE)
        program.wait_for(READY)
        program.send("d")
        program.until(lambda: on("Cancel"), "the cursor on the button")
