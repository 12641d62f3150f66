"""The command palette: the available commands, by name."""

import pytest

from tests.support.app import Bench
from tests.support.screen import screen_text, until

pytestmark = pytest.mark.anyio


async def test_a_command_is_found_by_its_letters_and_run(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "ctrl+p", " Command")
        await bench.type(pilot, *"dele")
        await until(pilot, "▸ Delete ")
        await bench.type(pilot, "enter")
        await until(pilot, "Delete this port?")


async def test_the_arrow_keys_move_the_marked_selection(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "ctrl+p", "▸ Look up")
        await bench.type(pilot, "down")
        await until(pilot, "▸ Edit")
        await bench.type(pilot, "pagedown", "pagedown", "pagedown", "pageup", "up")
        assert screen_text(pilot.app).count("▸") == 1 + 0
        await bench.type(pilot, "escape")
        await until(pilot, "▸ ID")


async def test_the_header_and_port_stay_visible_and_the_palettes_keys_are_shown(
    bench: Bench,
) -> None:
    for size in ((80, 24), (40, 12)):
        async with bench.shown(size) as pilot:
            await bench.open_dialog(pilot, "ctrl+p", "▸ Look up")
            text = screen_text(pilot.app)
            assert "portui  demo" in text
            assert "tcp 24224 → 24224" in text
            assert "Enter Run" in text


async def test_a_command_is_found_by_its_help_text_and_no_match_says_so(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "ctrl+p", " Command")
        await bench.type(pilot, *"asks first")
        await until(pilot, "▸ Delete")
        await bench.type(pilot, "x")
        await until(pilot, "No such command")
        await bench.type(pilot, "enter")
        assert len(pilot.app.screen_stack) == 2


async def test_only_available_commands_are_listed(bench: Bench) -> None:
    async with bench.run() as pilot:
        await bench.open_dialog(pilot, "ctrl+p", " Command")
        text = screen_text(pilot.app)
        assert "Edit" not in text
        assert "Copy" not in text
        assert "History" in text
