"""Keys typed while portui starts are neither lost nor echoed, and answer no dialog."""

from pathlib import Path
from typing import Final

import pytest

from portui.demo.sample import PENDING_PORT_ID
from tests.terminal.launch import PORTUI, environment
from tests.terminal.pty_program import CTRL_Q, CTRL_U, ENTER, ESCAPE, Program, portui, running
from tests.terminal.steps import PORT_ID, READY, quit_in_order, wait_for_all_values

_ALTERNATE: Final = b"\x1b[?1049h"


def when_it_listens(program: Program) -> None:
    """Wait until the program turns echoing off, long before it draws."""
    program.until(lambda: not program.echoing, "the end of the echo")
    assert _ALTERNATE not in program.output


def test_an_id_and_enter_typed_at_once_start_a_lookup(home: Path) -> None:
    with portui(home, "--demo") as program:
        program.send(PORT_ID + ENTER)
        program.wait_for(READY)
        wait_for_all_values(program)
        program.send("q")  # not `quit_in_order`: keys typed before Python started were echoed
        assert program.end() == 0
        assert program.restored


def test_what_is_typed_before_the_first_paint_is_not_echoed(home: Path) -> None:
    with portui(home, "--demo") as program:
        when_it_listens(program)
        for key in str(PENDING_PORT_ID) + CTRL_U + PORT_ID + ENTER:
            program.send(key)
        program.wait_for(READY)
        wait_for_all_values(program)
        before, _, _ = program.output.partition(_ALTERNATE)
        assert before == b""
        quit_in_order(program)


def test_a_paste_before_the_first_paint_is_taken_whole(home: Path) -> None:
    with portui(home, "--demo") as program:
        when_it_listens(program)
        program.send(f"see {PORT_ID}, please{ENTER}")
        program.wait_for(READY)
        wait_for_all_values(program)


def test_keys_typed_early_answer_no_dialog(home: Path) -> None:
    with portui(home, "--demo", PORT_ID) as program:
        when_it_listens(program)
        program.send("dy" + ENTER + "dy" + ENTER)
        program.wait_for(READY)
        wait_for_all_values(program)
        program.send("r")
        program.wait_for(READY)
        wait_for_all_values(program)
        quit_in_order(program)


def test_keys_typed_before_the_program_starts_do_no_harm(home: Path) -> None:
    patient = ["sh", "-c", 'read -r line; exec "$@"', "sh", *PORTUI, "--demo", PORT_ID]
    with running(patient, environment(home)) as program:
        program.send("\ndy\r\x1b[Be\ry")
        program.wait_for("Save Cancel")
        program.press_away(ESCAPE, "Save")
        wait_for_all_values(program)
        program.send(CTRL_Q)
        assert program.end() == 0
        assert program.restored


@pytest.mark.parametrize(
    "arguments", [["--no-such-option"], ["--demo", "123e4567-e89b-12d3-a456"], ["--version"]]
)
def test_an_exit_before_the_app_starts_restores_the_terminal(
    home: Path, arguments: list[str]
) -> None:
    with portui(home, *arguments) as program:
        program.send("echo")
        program.until(lambda: program.status is not None, "the end")
        assert program.restored
