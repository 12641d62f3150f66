"""A port that has changed since it was read: nothing is sent before the operator knows."""

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from portui.port.model import Field
from portui.tui.app import AppResult
from tests.support.app import Bench
from tests.support.ports import PORT, PORT_ID
from tests.support.screen import screen_text, until

pytestmark = pytest.mark.anyio


async def _save_after_a_move(bench: Bench, pilot: Pilot[AppResult], **moved: object) -> None:
    """Type another frontend port, while somebody else changes the port; then save."""
    await bench.open_dialog(pilot, "e", "Save")
    await bench.type(pilot, "tab", *"24225", "enter")
    bench.service.ports[PORT_ID] = replace(PORT, **moved)  # type: ignore[arg-type]
    await pilot.pause()
    await bench.type(pilot, "enter")
    await until(pilot, "Someone changed this port")
    await pilot.pause()
    bench.seconds += 1


async def test_a_moved_port_is_shown_as_read_now_and_yours_and_nothing_is_sent(
    bench: Bench,
) -> None:
    async with bench.shown() as pilot:
        await _save_after_a_move(bench, pilot, frontend_port=30_000, backend_port=5555)
        text = screen_text(pilot.app)
        assert "opened             now                yours" in text
        assert "Frontend port  24224              30000              24225" in text
        assert "Backend port   24224              5555               —" in text
    assert bench.service.made("PATCH") == []


async def test_enter_leads_back_to_the_form_as_it_was_typed_over_what_is_now(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await _save_after_a_move(bench, pilot, backend_port=5555)
        await bench.type(pilot, "enter")
        await until(pilot, "Frontend port 24224 → 24225")
        assert "Backend port   5555" in screen_text(pilot.app)
        assert bench.service.made("PATCH") == []


async def test_only_mine_leaves_what_somebody_else_changed(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await _save_after_a_move(bench, pilot, backend_port=5555)
        await bench.type(pilot, "down", "enter")
        await until(pilot, "Saved and confirmed")
        assert "tcp 24225 → 5555" in screen_text(pilot.app)
    assert bench.service.made("PATCH") == [{Field.FRONTEND_PORT: 24225}]


async def test_theirs_sends_nothing_and_drops_the_form(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await _save_after_a_move(bench, pilot, backend_port=5555)
        await bench.type(pilot, "down", "down", "enter")
        await until(pilot, "tcp 24224 → 5555")
        await bench.open_dialog(pilot, "e", "No changes")
    assert bench.service.made("PATCH") == []


async def test_what_somebody_else_set_to_the_same_value_is_not_sent(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, "tab", *"24225", "enter")
        bench.service.ports[PORT_ID] = replace(PORT, frontend_port=24225)
        await bench.type(pilot, "enter")
        await until(pilot, "The port already has these values")
    assert bench.service.made("PATCH") == []


async def test_a_port_that_moved_before_its_deletion_is_asked_about_again(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "d", "Delete this port?")
        bench.service.ports[PORT_ID] = replace(PORT, backend_port=5555)
        await bench.type(pilot, "y")
        await until(pilot, "Changed since it was read: Backend port 24224 → 5555")
        assert bench.service.made("DELETE") == []
        await pilot.pause()
        bench.seconds += 1
        await bench.type(pilot, "y")
        await until(pilot, "Confirmed. Its last values")
    assert len(bench.service.made("DELETE")) == 1


async def test_of_two_sessions_on_one_port_the_second_is_told_of_the_first(bench: Bench) -> None:
    other = Bench(service=bench.service, folder=bench.folder)
    async with bench.shown() as mine:
        async with other.shown() as theirs:
            await other.open_dialog(theirs, "e", "Save")
            await other.type(theirs, "tab", *"30000", "enter", "enter")
            await until(theirs, "Saved and confirmed")
        await bench.open_dialog(mine, "e", "Save")
        await bench.type(mine, "tab", *"24225", "enter", "enter")
        await until(mine, "Frontend port  24224              30000              24225")
    assert bench.service.made("PATCH") == [{Field.FRONTEND_PORT: 30_000}]
