"""Terminals of all kinds, sizes, colours and encodings, and the mouse over SSH."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.terminal.emulator import ALTERNATE_SCREEN, MOUSE
from tests.terminal.pty_program import CTRL_P, DOWN, ENTER, ESCAPE, portui
from tests.terminal.steps import (
    PORT_ID,
    READY,
    everything_shown,
    quit_in_order,
    showing_a_port,
    type_frontend_port,
    wait_for_all_values,
)

KINDS: Final = ("xterm-256color", "screen-256color", "tmux-256color", "xterm", "linux")
_SSH: Final = "192.0.2.1 50000 192.0.2.2 22"


@pytest.mark.parametrize("colorterm", ["truecolor", None])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_terminal_shows_everything_in_its_own_sixteen_colours(
    home: Path, kind: str, colorterm: str | None
) -> None:
    with showing_a_port(home, env={"TERM": kind, "COLORTERM": colorterm}) as program:
        wait_for_all_values(program)
        program.send("e")
        program.wait_for("(?s)Edit port .* Save Cancel")
        program.press_away(ESCAPE, "Cancel")
        program.send(CTRL_P)
        program.wait_for("Look up .* Go to the port ID")
        program.press_away(ESCAPE, "Command")
        quit_in_order(program)
        assert _colours(program.output) - {*range(30, 38), *range(90, 98)} == set()


def test_a_large_screen_shows_everything(home: Path) -> None:
    with showing_a_port(home, size=(200, 50)) as program:
        wait_for_all_values(program)
        program.wait_for("q Quit")
        type_frontend_port(program, "24225")


@pytest.mark.parametrize("size", [(39, 12), (40, 11), (20, 5), (10, 3)])
def test_a_screen_that_is_too_small_says_what_it_needs(home: Path, size: tuple[int, int]) -> None:
    with portui(home, "--demo", PORT_ID, size=size) as program:
        program.wait_for("40 × 12")
        program.resize(80, 24)
        wait_for_all_values(program)


def test_a_dialog_ignores_keys_while_the_screen_is_too_small_to_show_it(home: Path) -> None:
    with showing_a_port(home) as program:
        program.send("d")
        program.wait_for("Cancel")
        program.resize(30, 8)
        program.wait_for("40 × 12")
        program.send("y")
        program.resize(80, 24)
        program.wait_for("(?s)Delete .* Cancel")
        program.press_away(ESCAPE, "Cancel")
        program.wait_for(READY)


def test_resizing_keeps_a_dialog_and_its_question(home: Path) -> None:
    with showing_a_port(home) as program:
        program.send("d")
        program.wait_for("Cancel")
        for columns, rows in ((40, 12), (20, 5), (120, 40), (80, 24)):
            program.resize(columns, rows)
        program.wait_for("(?s)Delete .* Cancel")
        program.press_away(ESCAPE, "Cancel")
        program.wait_for(READY)


def test_quitting_restores_the_terminal(home: Path) -> None:
    with showing_a_port(home) as program:
        assert ALTERNATE_SCREEN in program.modes
        assert not program.restored
        quit_in_order(program)


def test_resizing_redraws_the_whole_screen_at_every_size(home: Path) -> None:
    with showing_a_port(home) as program:
        program.wait_for("q Quit")
        at_first = _without_ages(program.text)
        program.resize(40, 12)
        program.wait_for(rf"(?ms)^\W*{PORT_ID}$.* tcp 24224 → 24224 .*{READY}")
        program.resize(20, 5)
        program.wait_for("40 × 12")
        program.resize(120, 40)
        wait_for_all_values(program)
        program.wait_for(READY)
        program.resize(80, 24)
        program.until(lambda: _without_ages(program.text) == at_first, "what was there at first")


def test_resizing_keeps_what_was_typed_in_the_form(home: Path) -> None:
    with showing_a_port(home) as program:
        type_frontend_port(program, "24225")
        for columns, rows in ((40, 12), (20, 5), (120, 40)):
            program.resize(columns, rows)
        program.wait_for("(?s)Frontend port 24225 .* 24224 → 24225")


def _without_ages(text: str) -> str:
    return re.sub(r"(?m)^ Read .*$|·[^·]* ago$|just now", "", text)


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"LC_ALL": "C"}, {"TERM": "linux"}])
def test_the_selected_command_in_the_palette_is_marked_without_colours_too(
    home: Path, env: dict[str, str | None]
) -> None:
    with showing_a_port(home, env=env) as program:
        program.send(CTRL_P)
        program.wait_for("[▸>] Look up")
        program.press_for(DOWN, "[▸>] Edit")
        program.wait_for("(?s)portui demo .* tcp 24224 .* 24224 .* Enter Run")
        program.send("hist")
        program.wait_for("[▸>] History")
        program.press_for(ENTER, "No changes yet")


def test_with_no_color_set_no_colour_is_sent(home: Path) -> None:
    with showing_a_port(home) as program:
        assert _colours(program.output) != set()
    assert _colours(everything_shown(home, {"NO_COLOR": "1"})) == set()


def _colours(output: bytes) -> set[int]:
    """Return the SGR codes that set a colour other than the terminal's default."""
    sequences = re.findall(rb"\x1b\[([0-9;:]*)m", output)
    codes = {int(code) for sequence in sequences for code in re.findall(rb"\d+", sequence)}
    return codes & {*range(30, 39), *range(40, 49), *range(90, 108)}


# --- encodings ---

NOT_UTF8: Final[dict[str, dict[str, str | None]]] = {
    "C": {"LC_ALL": "C"},
    "POSIX": {"LANG": "POSIX"},
    "a Latin one": {"LC_ALL": "en_US.ISO-8859-1"},
    "Python's ASCII": {"PYTHONIOENCODING": "ascii"},
    "Python's Latin": {"PYTHONIOENCODING": "latin-1"},
}


@pytest.mark.parametrize("name", NOT_UTF8)
def test_without_unicode_the_port_is_shown_in_ascii_and_keeps_its_layout(
    home: Path, name: str
) -> None:
    with showing_a_port(home, env=NOT_UTF8[name]) as program:
        wait_for_all_values(program)
        program.wait_for("tcp 24224 > 24224 - LoadBalancer - forward.0")
        program.wait_for("Frontend port [*] 24224")
        program.wait_for("> ID")
        quit_in_order(program)
        assert program.output.isascii()


def test_without_unicode_every_screen_is_in_ascii(home: Path) -> None:
    assert everything_shown(home, {"LC_ALL": "C"}).isascii()


@pytest.mark.parametrize(
    "locale", [{"LANG": "en_US.UTF-8"}, {"LANG": "C", "LC_ALL": "C.UTF-8"}, {"LANG": None}]
)
def test_with_a_unicode_locale_or_none_set_unicode_glyphs_are_used(
    home: Path, locale: dict[str, str | None]
) -> None:
    with showing_a_port(home, env=locale) as program:
        program.wait_for("▸ ID")
        program.wait_for("✎ tcp")


# --- the mouse ---


@pytest.mark.parametrize(
    ("arguments", "env", "used"),
    [
        ([], {}, True),
        ([], {"SSH_CONNECTION": _SSH}, False),
        ([], {"SSH_TTY": "/dev/pts/1"}, False),
        (["--mouse"], {"SSH_CONNECTION": _SSH}, True),
    ],
)
def test_over_ssh_the_mouse_is_left_to_the_terminal_unless_requested(
    home: Path, arguments: list[str], env: dict[str, str | None], *, used: bool
) -> None:
    with portui(home, "--demo", PORT_ID, *arguments, env=env) as program:
        program.wait_for(READY)
        assert bool(MOUSE & program.modes) is used
        quit_in_order(program)
