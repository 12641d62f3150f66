"""A theme in a real terminal: chosen, kept, and there from the first paint on."""

import re
from pathlib import Path
from typing import Final

from tests.terminal.pty_program import CTRL_P, ENTER
from tests.terminal.steps import quit_in_order, showing_a_port

_NORD: Final = b"48;2;46;52;64"
_CLEARED: Final = re.compile(rb"\x1b\[2J\x1b\[\d*H\x1b\[[\d;]*48;2;46;52;64m")


def test_a_chosen_theme_is_there_at_the_next_start_without_a_flash(home: Path) -> None:
    env: dict[str, str | None] = {"COLORTERM": "truecolor"}
    with showing_a_port(home, env=env) as program:
        assert b"48;2;" not in program.output
        program.send(CTRL_P)
        program.wait_for("Command")
        program.send("theme")
        program.wait_for("Choose the colours")
        program.press_for(ENTER, "high-contrast")
        program.send("nord")
        program.until(lambda: _NORD in program.output, "the theme under the cursor")
        program.press_away(ENTER, "Enter Keep")
        program.until((home / "STATE" / "portui" / "theme").exists, "the choice on disk")
        quit_in_order(program)
    with showing_a_port(home, env=env) as program:
        assert _CLEARED.search(program.output)
        assert all("2e3440" in cell for row in program.cells for cell in row)
        quit_in_order(program)
