"""Keys that arrive in pieces, in bursts or late: none is lost or taken for another."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.terminal.launch import PORTUI
from tests.terminal.pty_program import ENTER, ESCAPE, HOME, Program, portui
from tests.terminal.remote import SshServer, over_ssh
from tests.terminal.slow_link import Line, slow_link
from tests.terminal.steps import PORT_ID, READY, type_frontend_port
from tests.terminal.tmux import portui_in_tmux

LEFT: Final = "\x1b[D"
QUESTION: Final = "[Dd]iscard"
MODEM: Final = Line(round_trip=0.150, rate=56_000 / 8)

Place = Callable[..., AbstractContextManager[Program]]


@pytest.fixture
def here(home: Path) -> Place:
    @contextmanager
    def place(escdelay: str | None = None) -> Iterator[Program]:
        with portui(home, "--demo", PORT_ID, env={"ESCDELAY": escdelay}) as program:
            yield program

    return place


@pytest.fixture
def far(home: Path, sshd: SshServer) -> Place:
    @contextmanager
    def place(escdelay: str | None = None) -> Iterator[Program]:
        env = {"ESCDELAY": escdelay}
        with over_ssh(sshd, home, [*PORTUI, "--demo", PORT_ID], env) as remote:
            yield remote.client

    return place


@pytest.fixture
def in_tmux(home: Path) -> Place:
    @contextmanager
    def place(escdelay: str | None = None) -> Iterator[Program]:
        env = {"ESCDELAY": escdelay}
        with portui_in_tmux(home, "--demo", PORT_ID, env=env) as tmux, tmux.attached() as client:
            yield client

    return place


def comes_whole(place: AbstractContextManager[Program], gap: float) -> bool:
    """Return whether an arrow key sent byte by byte moves the cursor; `gap` is in seconds."""
    with place as program:
        program.wait_for(READY)
        type_frontend_port(program, "12")
        for piece in LEFT:
            program.send(piece)
            time.sleep(gap)
        program.send("3")
        whole = "Frontend port 24224 → 132"
        program.wait_for(rf"{whole}|{QUESTION}|\[D")
        return program.shows(whole)


@pytest.mark.parametrize(
    ("where", "escdelay", "gap"),
    [("here", None, 0.04), ("far", None, 0.15), ("far", "8000", 0.4), ("in_tmux", None, 0.2)],
    ids=["here", "over SSH", "over SSH with the user's own delay", "tmux"],
)
def test_an_arrow_key_that_arrives_in_pieces_is_not_an_escape(
    request: pytest.FixtureRequest, where: str, escdelay: str | None, gap: float
) -> None:
    place: Place = request.getfixturevalue(where)
    # On a busy machine a piece may arrive too late, but not every time.
    assert any(comes_whole(place(escdelay), gap) for _ in range(4))


@pytest.mark.parametrize(
    ("where", "pause"), [("far", 0.0), ("in_tmux", 0.7)], ids=["at once", "once it's asked"]
)
def test_escape_pressed_twice_loses_nothing_in_a_changed_form(
    request: pytest.FixtureRequest, where: str, pause: float
) -> None:
    place: Place = request.getfixturevalue(where)
    with place() as program:
        program.wait_for(READY)
        type_frontend_port(program, "24225")
        program.send(ESCAPE)
        time.sleep(pause)
        program.send(ESCAPE)
        time.sleep(0.7)  # else Escape and Enter are alt+Enter
        program.press(ENTER, lambda: "Save" in program.reversed, "the focus on Save")
        program.press_for(ENTER, "Saved and confirmed")
        program.wait_for("tcp 24225 → 24224")


# --- a slow line ---


def test_on_a_slow_line_a_burst_of_keys_arrives_intact(sshd: SshServer, home: Path) -> None:
    with (
        slow_link(sshd.port, MODEM) as port,
        over_ssh(sshd, home, [*PORTUI, "--demo"], port=port) as remote,
    ):
        program = remote.client
        program.wait_for("[Pp]aste")
        program.send(PORT_ID[1:] + HOME + PORT_ID[0])
        program.wait_for(f"Port ID {PORT_ID}")
        program.send(ENTER)
        program.wait_for("tcp 24224 → 24224")
        program.wait_for(READY)
        program.send("jGgkjjkjjj")
        program.wait_for("▸ Backend port")
