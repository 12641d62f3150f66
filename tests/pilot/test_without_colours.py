"""The app for those who see no colours, or read the screen by its cursor."""

import pytest
from textual.geometry import Offset
from textual.pilot import Pilot

from portui.tui.dependencies import AppResult
from tests.support.app import Bench
from tests.support.screen import colourless, screen_text, until

pytestmark = pytest.mark.anyio


def _at_cursor(pilot: Pilot[AppResult], cells: int) -> str:
    """Return what is on the screen from the terminal's cursor on."""
    x, y = pilot.app.cursor_position
    return screen_text(pilot.app).split("\n")[y][x : x + cells].strip()


async def test_every_field_of_a_form_that_has_the_focus_looks_different_without_colours(
    bench: Bench,
) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        seen = []
        for _ in range(6):
            seen.append(colourless(pilot.app))
            await bench.type(pilot, "tab")
            await pilot.pause()
        assert len(set(seen)) == 6
        assert colourless(pilot.app) == seen[0]


async def test_a_key_that_does_not_count_yet_looks_different_without_colours(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await pilot.press("d")
        await until(pilot, "Delete this port?")
        early = colourless(pilot.app)
        await bench.read_question(pilot)
        assert colourless(pilot.app) != early


async def test_the_cursor_is_where_one_has_to_look(bench: Bench) -> None:
    async with bench.shown() as pilot:
        assert _at_cursor(pilot, 5) == "▸ ID"
        await bench.open_dialog(pilot, "h", "Changes")
        assert _at_cursor(pilot, 20) == "No changes yet."
        await bench.type(pilot, "escape")
        await bench.open_dialog(pilot, "question_mark", "available here")
        assert _at_cursor(pilot, 10) == "Keys  avai"
        await bench.type(pilot, "escape")
        await bench.open_dialog(pilot, "ctrl+p", "▸ Look up")
        words = pilot.app.screen.query_one("#words").region.offset
        assert pilot.app.cursor_position == words
        await bench.type(pilot, "down")
        assert _at_cursor(pilot, 6) == "▸ Edit"
        await bench.type(pilot, "r")
        assert pilot.app.cursor_position == words + Offset(1, 0)
        await bench.type(pilot, "escape")
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, "ctrl+u", *"24225", "shift+tab")
        assert _at_cursor(pilot, 5) == "● tcp"
        await bench.open_dialog(pilot, "escape", "Discard your changes?")
        assert _at_cursor(pilot, 21) == "Discard your changes?"
