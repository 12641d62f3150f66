"""Conflicts: nothing is sent until the operator has seen what someone else changed."""

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from portui.port.model import Field
from portui.tui.dependencies import AppResult
from tests.support.app import Bench
from tests.support.ports import PORT, PORT_ID
from tests.support.screen import screen_text, until

pytestmark = pytest.mark.anyio


async def _save_after_a_move(bench: Bench, pilot: Pilot[AppResult], **moved: object) -> None:
    """Type a new frontend port, change the fields `moved` on the service, then save."""
    await bench.open_dialog(pilot, "e", "Save")
    await bench.type(pilot, *"24225", "enter")
    bench.service.ports[PORT_ID] = replace(PORT, **moved)  # type: ignore[arg-type]
    await pilot.pause()
    await bench.type(pilot, "enter")
    await until(pilot, "Someone changed this port")
    await pilot.pause()
    bench.seconds += 1


async def test_a_conflict_shows_the_opened_current_and_own_values_and_sends_nothing(
    bench: Bench,
) -> None:
    async with bench.shown() as pilot:
        await _save_after_a_move(bench, pilot, frontend_port=30_000, backend_port=5555)
        text = screen_text(pilot.app)
        assert "opened             now                yours" in text
        assert "Frontend port  24224              30000              24225" in text
        assert "Backend port   24224              5555               —" in text
    assert bench.service.made("PATCH") == []


async def test_enter_reopens_the_form_as_typed_over_the_current_port(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await _save_after_a_move(bench, pilot, backend_port=5555)
        await bench.type(pilot, "enter")
        await until(pilot, "Frontend port 24224 → 24225")
        assert "Backend port   5555" in screen_text(pilot.app)
        assert bench.service.made("PATCH") == []


async def test_saving_mine_keeps_someone_elses_changes_to_other_fields(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await _save_after_a_move(bench, pilot, backend_port=5555)
        await bench.type(pilot, "down", "enter")
        await until(pilot, "Saved and confirmed")
        assert "tcp 24225 → 5555" in screen_text(pilot.app)
    assert bench.service.made("PATCH") == [{Field.FRONTEND_PORT: 24225}]


async def test_discarding_mine_sends_nothing_and_deletes_the_draft(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await _save_after_a_move(bench, pilot, backend_port=5555)
        await bench.type(pilot, "down", "down", "enter")
        await until(pilot, "tcp 24224 → 5555")
        await bench.open_dialog(pilot, "e", "No changes")
    assert bench.service.made("PATCH") == []


async def test_a_change_that_someone_else_already_made_is_not_sent(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"24225", "enter")
        bench.service.ports[PORT_ID] = replace(PORT, frontend_port=24225)
        await bench.type(pilot, "enter")
        await until(pilot, "The port already has these values")
    assert bench.service.made("PATCH") == []


async def test_deleting_a_port_that_has_changed_asks_again(bench: Bench) -> None:
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


async def test_the_second_of_two_sessions_is_shown_the_first_ones_change(bench: Bench) -> None:
    other = Bench(service=bench.service, folder=bench.folder)
    async with bench.shown() as mine:
        async with other.shown() as theirs:
            await other.open_dialog(theirs, "e", "Save")
            await other.type(theirs, *"30000", "enter", "enter")
            await until(theirs, "Saved and confirmed")
        await bench.open_dialog(mine, "e", "Save")
        await bench.type(mine, *"24225", "enter", "enter")
        await until(mine, "Frontend port  24224              30000              24225")
    assert bench.service.made("PATCH") == [{Field.FRONTEND_PORT: 30_000}]
