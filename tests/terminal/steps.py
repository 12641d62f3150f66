"""What an operator does at portui's screen, step by step, each until it shows."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Unpack

from portui.demo.sample import FORWARD_PORT_ID
from tests.terminal.launch import Setup
from tests.terminal.pty_program import CTRL_U, ENTER, ESCAPE, Program, portui

PORT_ID: Final = str(FORWARD_PORT_ID)
READY: Final = "e Edit"
"""In the last line, once a port is shown and letters are keys."""


@contextmanager
def showing_a_port(
    home: Path, *, env: Mapping[str, str | None] | None = None, **setup: Unpack[Setup]
) -> Iterator[Program]:
    """portui on the demo's port, its rows in focus."""
    with portui(home, "--demo", PORT_ID, env=env, **setup) as program:
        program.wait_for(READY)
        yield program


def look_up(program: Program, port_id: str = PORT_ID) -> None:
    """Paste an ID."""
    program.paste(port_id)
    program.wait_for(port_id)
    program.send(ENTER)


def type_frontend_port(program: Program, number: str) -> None:
    """Open the form and type another frontend port."""
    program.send("gjjj")
    program.send(ENTER)
    program.wait_for("Save")
    program.press_for(CTRL_U, "65535")  # the field is empty, and says what may be typed there
    program.send(number)
    program.wait_for(f"Frontend port 24224 → {number}")


def discard(program: Program) -> None:
    """Leave a changed form."""
    program.press_for(ESCAPE, "[Dd]iscard")
    program.press_away("y", "Cancel")
