"""Steps that an operator takes in portui, with the waits they need."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Unpack
from urllib.request import Request, urlopen

from portui.demo.sample import FORWARD_PORT_ID
from tests.terminal.launch import Setup
from tests.terminal.pty_program import CTRL_P, CTRL_U, ENTER, ESCAPE, Program, portui

PORT_ID: Final = str(FORWARD_PORT_ID)
OTHER_PORT_ID: Final = "123e4567-e89b-12d3-a456-426614174004"
READY: Final = "e Edit"
"""Shown in the key bar once a port is on screen and letters are keys."""


@contextmanager
def showing_a_port(
    home: Path,
    *options: str,
    env: Mapping[str, str | None] | None = None,
    **setup: Unpack[Setup],
) -> Iterator[Program]:
    """Run portui in demo mode with a port on screen and its rows focused."""
    with portui(home, "--demo", PORT_ID, *options, env=env, **setup) as program:
        program.wait_for(READY)
        yield program


def look_up(program: Program, port_id: str = PORT_ID) -> None:
    """Paste a port ID and press Enter."""
    program.paste(port_id)
    program.wait_for(port_id)
    program.send(ENTER)


def type_frontend_port(program: Program, number: str) -> None:
    """Open the form and type a new frontend port."""
    program.send("gjjj")
    program.send(ENTER)
    program.wait_for("Save")
    program.press_for(CTRL_U, "65535")  # the empty field shows the range it accepts
    program.send(number)
    program.wait_for(f"Frontend port 24224 (→|>) {number}")


def send_a_change(program: Program) -> None:
    """Save a new frontend port on a service that doesn't answer changes."""
    type_frontend_port(program, "24225")
    program.send(ENTER)
    program.press_for(ENTER, "Sending")


def look_up_edit_undo_and_delete(program: Program) -> None:
    """Do the whole main job on a port and wait for the result of each step on the screen."""
    program.wait_for("[Pp]aste")
    look_up(program)
    program.wait_for("tcp 24224 → 24224")
    program.wait_for(READY)
    type_frontend_port(program, "24225")
    program.send(ENTER)
    program.press_for(ENTER, "Saved and confirmed")
    program.wait_for("tcp 24225 → 24224")
    program.wait_for(READY)
    program.send("u")
    program.wait_for("Frontend port 24225 → 24224")
    program.press_for(ENTER, "tcp 24224 → 24224")
    program.wait_for("Saved and confirmed")
    program.wait_for(READY)
    program.send("d")
    program.wait_for("Cancel")
    program.wait_for(PORT_ID)
    program.press_for("y", "Deleted")
    program.wait_without(READY)


def frontend_port(url: str) -> object:
    """Read the frontend port directly from the service."""
    headers = {"Authorization": "Bearer x"}
    with urlopen(Request(f"{url}/v1/pipeline_ports/{PORT_ID}", headers=headers)) as answer:
        return json.load(answer)["frontendPort"]


def discard(program: Program) -> None:
    """Leave a changed form and discard the changes."""
    program.press_for(ESCAPE, "[Dd]iscard")
    program.press_away("y", "Cancel")


_VALUES: Final = [
    ("ID", PORT_ID),
    ("Protocol", r"\S+ tcp"),
    ("Kind", "LoadBalancer"),
    ("Frontend port", r"\S+ 24224"),
    ("Backend port", r"\S+ 24224"),
    ("Endpoint", r"\S+ forward\.demo\.example:24224"),
    ("Plugin ID", r"forward\.0"),
    ("Plugin name", "forward"),
    ("Plugin alias", "myforwardinput"),
    ("Created", "2025-01-15 04:36:00 UTC"),
    ("Updated", "2025-01-15 04:36:00 UTC"),
]


def quit_in_order(program: Program) -> None:
    """Quit; check that the exit status is 0, and the terminal restored and empty."""
    program.send("q")
    assert program.end() == 0
    assert program.restored
    assert program.text.strip() == ""


def wait_for_all_values(program: Program) -> None:
    for label, value in _VALUES:
        program.wait_for(rf"(?m)^\W* {label} {value}\b")


def everything_shown(home: Path, env: dict[str, str | None]) -> bytes:
    """Walk through the screens; return the program's output."""
    with portui(home, "--demo", env=env) as program:
        program.wait_for("[Pp]aste")
        program.paste("nothing")
        program.send(ENTER)
        program.wait_for("No port ID found")
        look_up(program)
        program.wait_for(READY)
        type_frontend_port(program, "8080")
        program.send(ENTER)
        program.press_for(ENTER, "in use")
        discard(program)
        program.send("d")
        program.wait_for("Cancel")
        program.press_away(ESCAPE, "Cancel")
        program.send("?")
        program.wait_for("Keys")
        program.press_away(ESCAPE, "Keys")
        program.send(CTRL_P)
        program.wait_for("Command")
        program.press_away(ESCAPE, "Command")
        program.send("d")
        program.wait_for("Cancel")
        program.press_for("y", "Deleted")
        return program.output
