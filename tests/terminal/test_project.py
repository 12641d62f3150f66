"""The project to list, and what is kept of the list between two starts of the real program."""

import stat
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from portui.demo import create_app
from portui.demo.pipelines import PROJECT_ID, PROJECT_NAME
from tests.terminal.conftest import serving
from tests.terminal.pty_program import ENTER, F4, SECRET, Program, portui
from tests.terminal.steps import PORT_ID, READY, quit_in_order

_TOKEN: dict[str, str | None] = {"CALYPTIA_CLOUD_TOKEN": SECRET}
_BETA = str(UUID(int=0xBE7A))


def _with_two_projects(demo: ASGIApp) -> ASGIApp:
    """Return the demo with another project, whose pipelines are the demo's."""
    projects = {str(PROJECT_ID): PROJECT_NAME, _BETA: "beta"}

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        name = Request(scope).query_params.get("name", "")
        if path == "/v1/projects":
            found = [{"id": id_, "name": each} for id_, each in projects.items() if name in each]
            await JSONResponse(found)(scope, receive, send)
        elif path == f"/v1/projects/{_BETA}":
            await JSONResponse({"id": _BETA, "name": "beta"})(scope, receive, send)
        else:
            path = path.replace(_BETA, str(PROJECT_ID))
            await demo({**scope, "path": path, "raw_path": path.encode()}, receive, send)

    return application


@pytest.fixture
def url() -> Iterator[str]:
    """Serve the demo with two projects."""
    with serving(_with_two_projects(create_app())) as url:
        yield url


def open_list(program: Program) -> None:
    program.wait_for("[Pp]aste")
    program.send(F4)


def leave(program: Program) -> None:
    program.send(ENTER)  # to the rows, where letters are keys
    program.wait_for("s Sort")
    quit_in_order(program)


def files_of(home: Path) -> list[Path]:
    return [path for path in home.rglob("choices/*") if path.suffix == ".json"]


def test_the_option_says_which_project_to_list_in_the_demo_too(home: Path, url: str) -> None:
    with portui(home, "--api-url", url, "--project", "beta", env=_TOKEN) as program:
        program.wait_for("· beta .*token: environment")
        open_list(program)
        program.wait_for("ports · beta")
    with portui(home, "--demo", "--project", "attic") as program:
        open_list(program)
        program.wait_for("No project attic")
        program.send(ENTER)
        program.wait_for(f"demo +{PROJECT_ID}")
        program.send(ENTER)
        program.wait_for("ports · demo")
        leave(program)
    assert files_of(home) == []


def test_a_profile_says_which_project_to_list(home: Path, url: str) -> None:
    config = home / "CONFIG" / "portui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f'[profiles.plant]\napi_url = "{url}"\nproject = "beta"\n')
    with portui(home, "--api-url", url, env=_TOKEN) as program:
        program.wait_for("plant .*· beta")
        open_list(program)
        program.wait_for("ports · beta")
    with portui(home, "--api-url", url, "--project", "demo", env=_TOKEN) as program:
        open_list(program)
        program.wait_for("ports · demo")


def test_the_project_chosen_on_screen_is_listed_at_the_next_start(home: Path, url: str) -> None:
    with portui(home, "--api-url", url, env=_TOKEN) as program:
        open_list(program)
        program.wait_for("2 projects: choose one")
        program.send(ENTER)
        program.wait_for(f"beta +{_BETA}")
        program.send("beta\r")
        program.wait_for("ports · beta")
        leave(program)
    with portui(home, "--api-url", url, PORT_ID, env=_TOKEN) as program:
        program.wait_for(READY)
        program.wait_for("· beta .*token: environment")
        program.send("p")
        program.wait_for("ports · beta")
    (file,) = files_of(home)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert SECRET not in file.read_text()


def test_the_order_is_the_same_at_the_next_start(home: Path, demo_url: str) -> None:
    with portui(home, "--api-url", demo_url, env=_TOKEN) as program:
        open_list(program)
        program.wait_for("ports · demo")
        program.send(ENTER)
        program.wait_for("s Sort")
        program.send("sS")
        program.wait_for("Frontend(↓|v)")
        quit_in_order(program)
    with portui(home, "--api-url", demo_url, env=_TOKEN) as program:
        open_list(program)
        program.wait_for("Frontend(↓|v)")
        program.wait_for("▸ plenty +tcp 40000")
