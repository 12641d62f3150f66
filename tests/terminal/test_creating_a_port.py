"""Creating a port, in the real program: on the demo, and on a service that dies meanwhile."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portui.demo import create_app
from tests.terminal.conftest import serving
from tests.terminal.pty_program import ENTER, ESCAPE, F3, SECRET, Program, portui
from tests.terminal.steps import READY

_TOKEN: Final[dict[str, str | None]] = {"CALYPTIA_CLOUD_TOKEN": SECRET}


def open_form(program: Program) -> None:
    """Choose the forward port in the list, and open the form in its pipeline."""
    program.wait_for("of 10,0[0-9]+ · demo")
    program.wait_for("edge-forward +tcp 24224")
    program.send(ENTER)
    program.wait_for("n New")
    program.send("n")
    program.wait_for("New port +in edge-forward")


def send_the_form(program: Program, text: str) -> None:
    """Fill in the form and create its port; wait for a text."""
    program.send("24300\r24301\r")
    program.wait_for("Create tcp 24300 (→|>) 24301")
    program.press_for(ENTER, text)


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
def test_a_port_is_created_from_the_list_and_opened(home: Path, size: tuple[int, int]) -> None:
    with portui(home, "--demo", "tcp", "24224", "edge-forward", size=size) as program:
        if size == (40, 12):
            program.wait_for("of 10,0[0-9]+")
            program.wait_for("edge-forward +tcp 24224")
            program.send(ENTER)
            program.wait_for("Enter Open")
            program.send("n")
            program.wait_for("in edge-forward")
        else:
            open_form(program)
        send_the_form(program, "Created: tcp 24300 → 24301 in")
        program.wait_for("tcp 24300 → 24301")
        program.wait_for("e Edit")
        program.send("q")
        assert program.end() == 0


@dataclass
class MortalService:
    """The demo, which carries out a POST and then fails until it is revived."""

    demo: ASGIApp
    posts: int = 0
    is_dead: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "POST":
            self.posts += 1
            self.is_dead = True
            await self.demo(scope, receive, _nobody)
        if self.is_dead:
            await Response(status_code=503)(scope, receive, send)
        else:
            await self.demo(scope, receive, send)


async def _nobody(_: Message) -> None:
    pass


@pytest.fixture
def mortal() -> Iterator[tuple[MortalService, str]]:
    """Serve a demo that dies of a POST."""
    service = MortalService(create_app())
    with serving(service) as url:
        yield service, url


def test_a_service_that_dies_of_it_leaves_it_unknown_until_the_next_start(
    home: Path, mortal: tuple[MortalService, str]
) -> None:
    service, url = mortal
    words = ("tcp", "24224", "edge-forward")
    with portui(home, "--api-url", url, *words, env=_TOKEN) as program:
        open_form(program)
        send_the_form(program, "Confirming")
        program.send(ESCAPE)
        program.wait_for("Outcome unknown")
        program.wait_for("before you create it again")
        program.send("1")
        program.wait_without("Outcome unknown")
        program.send("q")
        assert program.end() == 0
    service.is_dead = False
    with portui(home, "--api-url", url, env=_TOKEN) as program:
        program.wait_for("A change has no known outcome; F3 shows it")
        program.send(F3)
        program.wait_for("New port tcp 24300 → 24301 in edge-forward")
        program.send(ENTER)
        program.wait_for("Created: tcp 24300 → 24301 in edge-forward")
        program.wait_for(READY)
        program.send("q")
        assert program.end() == 0
    assert service.posts == 1
    with portui(home, "--api-url", url, *words, env=_TOKEN) as program:
        open_form(program)
        program.wait_for("Type the frontend and the backend port")
        assert not program.shows("Draft|no known outcome")
