"""The real program remembers which ports were looked up, from one start to the next."""

import stat
from pathlib import Path

from tests.terminal.pty_program import DOWN, ENTER, SECRET, portui
from tests.terminal.steps import OTHER_PORT_ID, PORT_ID, READY, look_up, quit_in_order

_TOKEN: dict[str, str | None] = {"CALYPTIA_CLOUD_TOKEN": SECRET}


def files_of(home: Path) -> list[Path]:
    return [path for path in home.rglob("recent/*") if path.suffix == ".json"]


def test_a_second_start_offers_the_port_of_the_first(home: Path, demo_url: str) -> None:
    with portui(home, "--api-url", demo_url, env=_TOKEN) as program:
        program.wait_for("[Pp]aste")
        look_up(program)
        program.wait_for(READY)
        quit_in_order(program)
    with portui(home, "--api-url", demo_url, env=_TOKEN) as program:
        program.wait_for(f"Recent looked up 1 {PORT_ID} tcp 24224 → 24224")
        program.send(DOWN)
        program.wait_for("Enter Open")
        program.send(ENTER)
        program.wait_for(READY)
        program.wait_for("forward.demo.example:24224")
    (file,) = files_of(home)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert SECRET not in file.read_text()


def test_two_runs_at_once_lose_no_port(home: Path, demo_url: str) -> None:
    arguments = ("--api-url", demo_url)
    with (
        portui(home, *arguments, PORT_ID, env=_TOKEN) as one,
        portui(home, *arguments, OTHER_PORT_ID, env=_TOKEN) as other,
    ):
        for program in (one, other):
            program.wait_for(READY)
            quit_in_order(program)
    with portui(home, *arguments, env=_TOKEN) as program:
        program.wait_for(PORT_ID)
        program.wait_for(OTHER_PORT_ID)


def test_the_demo_leaves_nothing_behind(home: Path) -> None:
    with portui(home, "--demo", PORT_ID) as program:
        program.wait_for(READY)
        quit_in_order(program)
    assert files_of(home) == []


def test_a_malformed_list_stops_nothing_and_its_place_is_taken(home: Path, demo_url: str) -> None:
    with portui(home, "--api-url", demo_url, PORT_ID, env=_TOKEN) as program:
        program.wait_for(READY)
        quit_in_order(program)
    (file,) = files_of(home)
    file.write_bytes(b'\xff{"ports": [')
    with portui(home, "--api-url", demo_url, PORT_ID, env=_TOKEN) as program:
        program.wait_for(READY)
        quit_in_order(program)
    assert PORT_ID in file.read_text()


def test_a_terminal_without_unicode_shows_the_list(home: Path, demo_url: str) -> None:
    env = {**_TOKEN, "LANG": "C", "NO_COLOR": "1"}
    with portui(home, "--api-url", demo_url, PORT_ID, env=env) as program:
        program.wait_for("e Edit")
        quit_in_order(program)
    with portui(home, "--api-url", demo_url, env=env, size=(40, 12)) as program:
        program.wait_for("Recent .* 1 tcp 24224 > 24224")
        program.send(DOWN)
        program.wait_for(f"> 1 .* {PORT_ID}")
        assert program.output.isascii()
