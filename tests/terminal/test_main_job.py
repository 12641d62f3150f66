"""The main job on the demo, with real keys in a terminal: look up, view, edit, delete, quit."""

import socket
from pathlib import Path
from typing import Final

import pytest

from portui.demo.sample import HEALTH_CHECK_PORT_ID, PENDING_PORT_ID
from tests.terminal.pty_program import DOWN, ENTER, ESCAPE, SECRET, portui
from tests.terminal.steps import (
    PORT_ID,
    READY,
    discard,
    look_up,
    quit_in_order,
    showing_a_port,
    type_frontend_port,
    wait_for_all_values,
)

_TOKEN: Final = "CALYPTIA_CLOUD_TOKEN"
SIZES: Final = [(80, 24), (40, 12)]


# --- look up and view ---


def test_a_port_given_on_the_command_line_is_shown_in_full_without_scrolling(home: Path) -> None:
    with portui(home, "--demo", PORT_ID) as program:
        wait_for_all_values(program)
        program.wait_for(r"Read \d\d:\d\d:\d\d UTC, .* in \d+ ms")
        program.wait_for(r"\A portui demo .* token: none needed")
        program.wait_for(rf"{READY} .* q Quit\Z")


@pytest.mark.parametrize("size", SIZES)
def test_an_id_pasted_within_a_log_line_is_looked_up(home: Path, size: tuple[int, int]) -> None:
    with portui(home, "--demo", size=size) as program:
        program.wait_for("[Pp]aste")
        program.paste(f'\n2026-11-24T07:00:00Z ERROR port="{PORT_ID}" unreachable\n')
        program.wait_for(PORT_ID)
        program.send(ENTER)
        program.wait_for("tcp 24224 → 24224")
        program.wait_for(READY)


def test_text_without_an_id_is_refused_next_to_the_input(home: Path) -> None:
    with portui(home, "--demo") as program:
        program.wait_for("[Pp]aste")
        program.paste("no such thing in here")
        program.send(ENTER)
        program.wait_for("No port ID found")


def test_after_an_unknown_id_another_can_be_looked_up_at_once(home: Path) -> None:
    with portui(home, "--demo", "00000000-0000-4000-8000-000000000000") as program:
        program.wait_for("No such port")
        look_up(program, str(HEALTH_CHECK_PORT_ID))
        program.wait_for("2020 → 2020")
        program.wait_for("(?m)Plugin ID —$")


def test_an_unknown_route_is_not_reported_as_no_such_port(home: Path, demo_url: str) -> None:
    with portui(
        home, "--api-url", f"{demo_url}/wrong/path", PORT_ID, env={_TOKEN: SECRET}
    ) as program:
        program.wait_for(r"doesn't know this call \(404\): not found")
        program.wait_for("says nothing about the port")
        assert not program.shows("No such port")


def test_an_unreachable_service_is_named_with_its_port(
    home: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        address = f"127.0.0.1:{unused.getsockname()[1]}"
    with portui(home, "--api-url", f"http://{address}", PORT_ID, env={_TOKEN: SECRET}) as program:
        program.wait_for(f"Can't connect to {address}: connection refused")
        assert not program.shows("Nothing was sent")


def test_letters_and_arrows_move_between_rows(home: Path) -> None:
    with showing_a_port(home) as program:
        for keys, row in (
            ("j", "Protocol"),
            (DOWN, "Kind"),
            ("k", "Protocol"),
            ("G", "Updated"),
            ("g", "ID"),
        ):
            program.send(keys)
            program.wait_for(f"▸ {row}")


def test_a_pending_endpoint_appears_after_a_refresh(home: Path) -> None:
    with portui(home, "--demo", str(PENDING_PORT_ID)) as program:
        program.wait_for("Endpoint .* pending")
        program.wait_for(READY)
        for _ in range(60):
            program.send("r")
            if program.came(lambda: program.shows(r"Endpoint .*\bdemo\.example:4318"), 1.0):
                return
        program.wait_for(r"Endpoint .*\bdemo\.example:4318", 0)


# --- edit ---


@pytest.mark.parametrize("size", SIZES)
def test_a_change_is_shown_before_it_is_sent_and_read_back_after(
    home: Path, size: tuple[int, int]
) -> None:
    with showing_a_port(home, size=size) as program:
        type_frontend_port(program, "24225")
        program.send(ENTER)
        program.until(lambda: "Save" in program.reversed, "the focus on Save")
        assert program.shows("Frontend port 24224 → 24225")
        assert not program.shows("tcp 24225")
        program.press_away(ENTER, "Cancel")
        program.wait_for("Saved and confirmed")
        program.wait_for("tcp 24225 → 24224")
        program.wait_for(READY)
        program.send("r")
        program.wait_without("Saved and confirmed")
        program.wait_for("tcp 24225 → 24224")
        quit_in_order(program)


@pytest.mark.parametrize("size", SIZES)
def test_a_refused_change_reopens_the_form_as_typed_with_the_reason_at_the_field(
    home: Path, size: tuple[int, int]
) -> None:
    with showing_a_port(home, size=size) as program:
        type_frontend_port(program, "8080")
        program.send(ENTER)
        program.press_for(ENTER, "in use")
        program.wait_for(r"Frontend port 8080\W+[^\n]*in use")
        program.wait_for("Cancel")
        discard(program)


def test_leaving_a_changed_form_asks_and_only_y_discards(home: Path) -> None:
    with showing_a_port(home) as program:
        type_frontend_port(program, "24225")
        program.send(ESCAPE)
        program.wait_for("[Dd]iscard")
        program.press_away(ENTER, "[Dd]iscard")
        assert program.shows("24224 → 24225")
        program.send(ESCAPE)
        program.wait_for("[Dd]iscard")
        program.press_away("y", "Cancel")
        assert program.shows("tcp 24224 → 24224")


def test_an_unchanged_form_closes_without_a_question(home: Path) -> None:
    with showing_a_port(home) as program:
        program.send("e")
        program.wait_for("Save")
        program.press_away(ESCAPE, "Save")


# --- delete ---


@pytest.mark.parametrize("size", SIZES)
def test_y_deletes_the_port_and_its_last_values_stay(home: Path, size: tuple[int, int]) -> None:
    with showing_a_port(home, size=size) as program:
        program.send("d")
        program.wait_for("Cancel")
        program.wait_for(PORT_ID)
        program.press_away("y", "Cancel")
        program.wait_for("Deleted")
        program.wait_for("deleted")
        program.wait_for("tcp 24224 → 24224")
        program.wait_for("Frontend port 24224")
        program.wait_without(READY)
        quit_in_order(program)


def test_enter_in_the_delete_dialog_keeps_the_port(home: Path) -> None:
    with showing_a_port(home) as program:
        program.send("d")
        program.until(lambda: "Cancel" in program.reversed, "the focus on Cancel")
        program.press_away(ENTER, "Cancel")
        program.send("r")
        program.wait_for(READY)
        wait_for_all_values(program)
