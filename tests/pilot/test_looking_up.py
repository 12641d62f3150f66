"""Looking up ports by typing and pasting."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest
from textual import events

from portui.api.errors import (
    ConnectionLostError,
    DeadlineError,
    RefusedError,
    UnavailableError,
    UnexpectedReplyError,
)
from portui.port.model import Field
from tests.support.app import Bench
from tests.support.ports import PORT, PORT_ID
from tests.support.screen import focused_id, screen_text, until

pytestmark = pytest.mark.anyio

OTHER = UUID("00000000-0000-4000-8000-000000000001")


async def test_all_labels_and_values_fit_on_an_80_by_24_screen(bench: Bench) -> None:
    async with bench.shown() as pilot:
        text = screen_text(pilot.app)
        assert [field.label for field in Field if field.label not in text] == []
        assert "2025-01-15 04:36:00 UTC · 22 months ago" in text
        assert "Read 14:03:07 UTC, just now, in 0 ms" in text


@pytest.mark.parametrize(
    "pasted",
    [
        f"\n\n  {PORT_ID}  ",
        f"https://cloud-api.calyptia.com/v1/pipeline_ports/{PORT_ID}?x={OTHER}",
        f'{{"id": "{PORT_ID}", "pipeline": "{OTHER}"}}',
        f"urn:uuid:{str(PORT_ID).upper()}",
        f"dy q level=info port='{PORT_ID}'\ndq",
    ],
)
async def test_pasting_text_anywhere_fills_in_the_port_id_it_contains(
    bench: Bench, pasted: str
) -> None:
    async with bench.shown() as pilot:
        pilot.app.post_message(events.Paste(pasted))
        await until(pilot, lambda: focused_id(pilot) == "port-id")
        assert f" Port ID  {PORT_ID}" in screen_text(pilot.app)
        await bench.type(pilot, "enter")
        await until(pilot, lambda: len(bench.service.calls) == 2)
    assert bench.service.calls[1][:2] == ("GET", PORT_ID)


async def test_looking_up_the_port_on_screen_again_leads_to_its_fields(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.type(pilot, "slash", "enter", "e")
        await until(pilot, "Edit port")
        assert f" Port ID  {PORT_ID}\n" in screen_text(pilot.app)


async def test_text_without_an_id_is_refused_before_any_request(bench: Bench) -> None:
    async with bench.run() as pilot:
        await bench.type(pilot, *"not-an-id", "enter")
        await until(pilot, "No port ID found")
        assert "not-an-id" in screen_text(pilot.app)
    assert bench.service.calls == []


async def test_several_ids_are_reported_and_none_is_looked_up(bench: Bench) -> None:
    async with bench.run() as pilot:
        pilot.app.post_message(events.Paste(f"{PORT_ID} {OTHER}"))
        await until(pilot, "2 port IDs found")
        await bench.type(pilot, "enter")
        await pilot.pause()
    assert bench.service.calls == []


async def test_a_late_reply_never_replaces_a_newer_one(bench: Bench) -> None:
    bench.service.ports[OTHER] = replace(PORT, id=OTHER, frontend_port=1111)
    gates = {PORT_ID: asyncio.Event(), OTHER: asyncio.Event()}

    async def hold(_: str, port_id: UUID) -> None:
        await gates[port_id].wait()

    bench.service.hold = hold
    async with bench.run() as pilot:
        await bench.type(pilot, *str(PORT_ID), "enter")
        await until(pilot, lambda: len(bench.service.calls) == 1)
        await bench.type(pilot, "slash", *str(OTHER), "enter")
        await until(pilot, lambda: len(bench.service.calls) == 2)
        gates[OTHER].set()
        await until(pilot, "tcp 1111")
        gates[PORT_ID].set()
        await pilot.pause()
        assert "tcp 1111" in screen_text(pilot.app)


async def test_escape_stops_a_read(bench: Bench) -> None:
    async def hold(_: str, __: UUID) -> None:
        await asyncio.Event().wait()

    bench.service.hold = hold
    async with bench.run(PORT_ID) as pilot:
        await until(pilot, "Reading…")
        await until(pilot, lambda: len(bench.service.calls) == 1)
        await bench.type(pilot, "escape")
        await until(pilot, "Paste or type a port ID")


async def test_a_read_that_breaks_as_it_is_stopped_is_not_shown_as_failed(bench: Bench) -> None:
    async def hold(_: str, __: UUID) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise DeadlineError(30.0) from None

    bench.service.hold = hold
    async with bench.run(PORT_ID) as pilot:
        await until(pilot, lambda: len(bench.service.calls) == 1)
        await bench.type(pilot, "escape")
        await until(pilot, "Paste or type a port ID")
        await pilot.pause()
        assert "Paste or type a port ID" in screen_text(pilot.app)


async def test_the_id_of_a_missing_port_stays_selected_in_the_input(bench: Bench) -> None:
    async with bench.run() as pilot:
        await bench.type(pilot, *str(OTHER), "enter")
        await until(pilot, "No such port")
        await bench.type(pilot, "x")
        await until(pilot, " Port ID  x")


async def test_a_proxys_404_is_not_called_no_such_port(bench: Bench) -> None:
    bench.service.failures["GET"] = [
        UnexpectedReplyError(404, UnexpectedReplyError.Why.NO_ERROR_BODY)
    ]
    async with bench.run(PORT_ID) as pilot:
        await until(pilot, "Unexpected reply (404)")
        assert "No such port" not in screen_text(pilot.app)


async def test_a_failed_refresh_keeps_the_port_with_its_true_age(bench: Bench) -> None:
    async with bench.shown() as pilot:
        bench.service.failures["GET"] = [DeadlineError(30)]
        bench.seconds += 200
        await bench.type(pilot, "r")
        await until(pilot, "No complete reply within 30 s")
        await until(pilot, "3 minutes ago")
        assert "forward.demo.example" in screen_text(pilot.app)


async def test_refreshing_a_deleted_port_says_so_and_shows_its_last_values(bench: Bench) -> None:
    async with bench.shown() as pilot:
        bench.service.failures["GET"] = [RefusedError(404, "pipeline port not found")]
        await bench.type(pilot, "r")
        await until(pilot, "deleted  tcp 24224")
        await until(pilot, "The port no longer exists")
        bench.service.failures["GET"] = [RefusedError(404, "pipeline port not found")]
        await bench.type(pilot, "r")
        await until(pilot, "Still no such port")
        assert "may have been deleted" not in screen_text(pilot.app)


async def test_transient_failures_are_retried(bench: Bench) -> None:
    bench.service.failures["GET"] = [ConnectionLostError(), UnavailableError(503, None)]
    async with bench.run(PORT_ID) as pilot:
        await until(pilot, "Read 14:03:07")
    assert len(bench.service.made("GET")) == 3


async def test_a_terminal_that_is_too_small_shows_the_size_it_needs(bench: Bench) -> None:
    async with bench.run(PORT_ID, (30, 8)) as pilot:
        await until(pilot, "portui needs 40 × 12")


async def test_arrows_and_letters_move_between_rows(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.type(pilot, "down", "j", "j")
        await until(pilot, " ▸ Frontend port")
        await bench.type(pilot, "k", "up", "up", "up")
        await until(pilot, " ▸ ID")
        await bench.type(pilot, "G")
        await until(pilot, " ▸ Updated")
