"""Quitting during a change: portui waits for the outcome, unless asked twice."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest
from textual.pilot import Pilot

from portui.journal import Entry, Result, Storage
from portui.tui.dependencies import AppResult
from tests.support.app import Bench
from tests.support.screen import until

pytestmark = pytest.mark.anyio


async def _send(bench: Bench, pilot: Pilot[AppResult]) -> asyncio.Event:
    """Send a change. Return an event; the service replies once it is set."""
    answer = asyncio.Event()

    async def hold(method: str, _: UUID) -> None:
        if method == "PATCH":
            await answer.wait()

    bench.service.hold = hold
    await bench.open_dialog(pilot, "e", "Save")
    await bench.type(pilot, *"24225", "enter", "enter")
    await until(pilot, "Sending…")
    return answer


async def test_quitting_waits_for_the_outcome_and_says_so(bench: Bench) -> None:
    async with bench.shown() as pilot:
        answer = await _send(bench, pilot)
        await bench.type(pilot, "q")
        await until(pilot, "Quitting once the outcome is known")
        answer.set()
        await until(pilot, lambda: pilot.app._exit)
    (entry,) = _entries(bench)
    assert entry.result is Result.SAVED
    assert pilot.app.return_code == 0


async def test_quitting_twice_quits_at_once_and_leaves_the_change_without_a_result(
    bench: Bench,
) -> None:
    async with bench.shown() as pilot:
        await _send(bench, pilot)
        await bench.type(pilot, "q", "q")
        await until(pilot, lambda: pilot.app._exit)
    (entry,) = _entries(bench)
    assert entry.result is None


async def test_quitting_ends_the_app_when_the_deletion_it_waits_for_is_cancelled(
    bench: Bench,
) -> None:
    answer = asyncio.Event()

    async def hold(method: str, port_id: UUID) -> None:
        if bench.service.made("GET")[1:] and not answer.is_set():
            await answer.wait()
            bench.service.ports[port_id] = replace(bench.service.ports[port_id], backend_port=5555)

    bench.service.hold = hold
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "d", "Delete this port?")
        await bench.type(pilot, "y")
        await until(pilot, "Checking that nobody else has changed it")
        await bench.type(pilot, "q")
        await until(pilot, "Quitting once the outcome is known")
        answer.set()
        await until(pilot, "Changed since it was read: Backend port 24224 → 5555")
        await bench.read_question(pilot)
        await bench.type(pilot, "escape")
        await until(pilot, lambda: pilot.app._exit)
    assert bench.service.made("DELETE") == []
    assert pilot.app.return_code == 0


async def test_neither_keys_nor_a_new_lookup_cancel_a_sent_change(bench: Bench) -> None:
    async with bench.shown() as pilot:
        answer = await _send(bench, pilot)
        await bench.type(pilot, "escape", "r", "j", "d")
        await until(pilot, "Your keys wait for what is under way")
        answer.set()
        await until(pilot, "Delete this port?")
    assert len(bench.service.made("PATCH")) == 1


async def test_escape_stops_confirming_and_the_outcome_is_unknown(bench: Bench) -> None:
    async with bench.shown() as pilot:
        answer = await _send(bench, pilot)

        async def hold(method: str, _: UUID) -> None:
            if method == "PATCH":
                await answer.wait()
            else:
                await asyncio.Event().wait()

        bench.service.hold = hold
        answer.set()
        await until(pilot, "Confirming, 1 of 5")
        await bench.type(pilot, "escape")
        await until(pilot, "Outcome unknown")
        await until(pilot, "you stopped waiting for confirmation")
    (entry,) = _entries(bench)
    assert entry.result is Result.UNKNOWN


def _entries(bench: Bench) -> tuple[Entry, ...]:
    kept = Storage.under(bench.folder, bench.settings.origin.name, bench.now)
    return kept.journal.entries()


async def test_a_lookup_typed_during_a_change_waits_for_its_outcome(bench: Bench) -> None:
    async with bench.shown() as pilot:
        answer = await _send(bench, pilot)
        await bench.type(pilot, "slash", "enter")
        await until(pilot, "Your keys wait for what is under way")
        answer.set()
        await until(pilot, lambda: len(bench.service.calls) == 5)
    assert [method for method, _, _ in bench.service.calls] == ["GET", "GET", "PATCH", "GET", "GET"]
