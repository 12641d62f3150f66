"""Hints, which never cover an age or an outcome, and the old values shown after a change."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest
from textual.pilot import Pilot

from portui.port.model import Port
from portui.tui.dependencies import AppResult
from tests.support.app import Bench
from tests.support.ports import PORT, PORT_ID
from tests.support.screen import screen_text, until

pytestmark = pytest.mark.anyio

AGE = "Read 14:03:07 UTC, just now"


async def gone_after(bench: Bench, pilot: Pilot[AppResult], words: str, seconds: float) -> None:
    """Check that a hint stays for some seconds and then disappears."""
    bench.seconds += seconds - 1
    await asyncio.sleep(1.2)  # longer than a tick
    assert words in screen_text(pilot.app)
    bench.seconds += 1
    await until(pilot, lambda: words not in screen_text(pilot.app))


async def test_a_copy_is_reported_beside_the_age_for_four_seconds(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.type(pilot, "c")
        await until(pilot, "to the terminal (")
        assert AGE in screen_text(pilot.app)
        await gone_after(bench, pilot, "to the terminal (", 4.0)


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_a_read_in_progress_keeps_the_age_visible(
    bench: Bench, size: tuple[int, int]
) -> None:
    answer = asyncio.Event()

    async def hold(_: str, __: UUID) -> None:
        await answer.wait()

    async with bench.shown(size) as pilot:
        bench.service.hold = hold
        await bench.type(pilot, "r")
        await until(pilot, "Reading…")
        assert AGE in screen_text(pilot.app)
        answer.set()
        await until(pilot, lambda: "Reading…" not in screen_text(pilot.app))


async def test_a_hint_never_covers_an_outcome(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"24225", "enter", "enter")
        await until(pilot, "Saved and confirmed")
        await bench.type(pilot, "c")
        await until(pilot, "to the terminal (")
        assert "Saved and confirmed" in screen_text(pilot.app)


async def test_the_ctrl_c_hint_stays_as_long_as_a_second_ctrl_c_quits(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.type(pilot, "ctrl+c")
        await until(pilot, "ctrl+c again to quit")
        await gone_after(bench, pilot, "ctrl+c again to quit", 2.0)


# --- old values ---


def changed(**values: object) -> dict[UUID, Port]:
    return {PORT_ID: replace(PORT, **values)}  # type: ignore[arg-type]


async def test_a_refresh_shows_old_values_until_the_next_read(bench: Bench) -> None:
    async with bench.shown() as pilot:
        bench.service.ports = changed(frontend_port=24225, kind="NodePort")
        await bench.type(pilot, "r")
        await until(pilot, "24225  was 24224")
        assert "NodePort  was LoadBalancer" in screen_text(pilot.app)
        await bench.type(pilot, "down", "c")  # neither leaves the fields
        assert "was 24224" in screen_text(pilot.app)
        await bench.type(pilot, "r")
        await until(pilot, lambda: "was " not in screen_text(pilot.app))


@pytest.mark.parametrize("key", ["slash", "e", "d", "h"])
async def test_a_key_that_leaves_the_fields_hides_the_old_values(bench: Bench, key: str) -> None:
    async with bench.shown() as pilot:
        bench.service.ports = changed(frontend_port=24225)
        await bench.type(pilot, "r")
        await until(pilot, "was 24224")
        await bench.type(pilot, key)
        await until(pilot, lambda: "was 24224" not in screen_text(pilot.app))


async def test_a_pending_endpoint_is_marked_once_it_is_assigned(bench: Bench) -> None:
    bench.service.ports = changed(endpoint="")
    async with bench.run(PORT_ID) as pilot:
        await until(pilot, "pending (not assigned yet)")
        bench.service.ports = changed()
        await bench.type(pilot, "r")
        await until(pilot, "forward.demo.example:24224  ✓ was pending")


async def test_a_save_and_its_undo_show_the_old_value(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"24225", "enter", "enter")
        await until(pilot, "24225  was 24224")
        await until(pilot, "u Undo")
        await bench.open_dialog(pilot, "u", "24225 → 24224")
        await bench.type(pilot, "enter")
        await until(pilot, "24224  was 24225")


async def test_discarding_mine_in_a_conflict_shows_what_someone_else_changed(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"24225", "enter")
        bench.service.ports = changed(backend_port=5555)
        await bench.type(pilot, "enter")
        await until(pilot, "Someone changed this port")
        await pilot.pause()
        await bench.type(pilot, "down", "down", "enter")
        await until(pilot, "5555  was 24224")
