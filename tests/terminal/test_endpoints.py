"""Testing endpoints in the real program, on the demo and the loopback."""

from pathlib import Path

import pytest

from tests.support.listening import LOOPBACK, listening, number_of, received, silent
from tests.terminal.pty_program import CTRL_U, ENTER, ESCAPE, Program
from tests.terminal.steps import quit_in_order, showing_a_port


def _set_endpoint(program: Program, endpoint: str) -> None:
    """Change the port's endpoint: the demo's is a name, whose lookup would leave the machine."""
    program.send("g" + "j" * 5)
    program.send(ENTER)
    program.wait_for("Save")
    program.send(CTRL_U + endpoint + ENTER)
    program.wait_for(f"(?s)Endpoint .* {endpoint}")
    program.press_for(ENTER, "Saved and confirmed")


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
def test_t_connects_to_the_endpoint_and_sends_nothing(home: Path, size: tuple[int, int]) -> None:
    with listening() as server, showing_a_port(home, size=size) as program:
        _set_endpoint(program, f"{LOOPBACK}:{number_of(server)}")
        program.send("r")
        program.wait_without("Saved and confirmed")
        program.send("t")
        program.wait_for(rf"{LOOPBACK}:{number_of(server)}: connected in \d+ ms\s+\(this machine\)")
        assert received(server) == b""
        quit_in_order(program)


def test_escape_cancels_a_test_and_quitting_never_waits_for_one(home: Path) -> None:
    with silent() as number, showing_a_port(home) as program:
        _set_endpoint(program, f"{LOOPBACK}:{number}")
        program.send("t")
        program.wait_for(f"Testing {LOOPBACK}:{number}")
        program.send(ESCAPE)
        program.wait_for("Test cancelled")
        assert not program.shows("Testing")
        program.send("t")
        program.wait_for(f"Testing {LOOPBACK}:{number}")
        quit_in_order(program)


def test_keys_typed_ahead_of_a_test_do_what_they_do_typed_slowly(home: Path) -> None:
    with silent() as number, showing_a_port(home) as program:
        _set_endpoint(program, f"{LOOPBACK}:{number}")
        program.send("tgj")
        program.wait_for("▸ Protocol")
        assert program.shows(f"Testing {LOOPBACK}:{number}")
        program.wait_for("no answer after")
