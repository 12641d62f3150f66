"""Editing with keys: what is sent and what is shown."""

from dataclasses import replace
from uuid import UUID

import pytest

from portui.api.errors import ConnectError, ConnectionLostError, Peer, RefusedError
from portui.port.model import Field, Unreadable
from portui.settings import DEMO
from tests.support.app import Bench
from tests.support.ports import PORT, PORT_ID
from tests.support.screen import focused_id, screen_text, until

pytestmark = pytest.mark.anyio


async def test_only_the_changed_field_is_sent_with_a_port_as_a_number(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.type(pilot, "down", "down", "down")
        await bench.open_dialog(pilot, "enter", "Save")
        await bench.type(pilot, *"24225")
        await until(pilot, "Frontend port 24224 → 24225")
        assert bench.service.made("PATCH") == []
        await bench.type(pilot, "enter", "enter")
        await until(pilot, "Saved and confirmed")
    assert bench.service.made("PATCH") == [{Field.FRONTEND_PORT: 24225}]
    assert [method for method, _, _ in bench.service.calls] == ["GET", "GET", "PATCH", "GET"]


async def test_saving_an_unchanged_form_sends_nothing_and_says_so(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, "enter")
        await until(pilot, "Nothing to save: no changes")
        await bench.type(pilot, "escape")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
    assert bench.service.made("PATCH") == []


async def test_space_changes_the_protocol(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, "shift+tab", "space")
        await until(pilot, "Protocol tcp → udp")
        await bench.type(pilot, "enter", "enter")
        await until(pilot, "Saved and confirmed")
    assert bench.service.made("PATCH") == [{Field.PROTOCOL: "udp"}]


@pytest.mark.parametrize("number", ["0", "65536", "08", "1_0", "+5", "٣"])
async def test_enter_in_an_invalid_form_focuses_the_invalid_field(
    bench: Bench, number: str
) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, "down", *number, "tab", "enter")
        await until(pilot, "a whole number from 1 to 65535")
        assert focused_id(pilot) == "backend_port"
    assert bench.service.made("PATCH") == []


async def test_a_port_number_in_use_reopens_the_form_as_typed(bench: Bench) -> None:
    conflict = RefusedError(409, "pipeline port already in use", "protocol tcp, port 8080")
    bench.service.failures["PATCH"] = [conflict]
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"8080", "enter", "enter")
        await until(pilot, "pipeline port already in use")
        await until(pilot, "Frontend port 24224 → 8080")
        assert pilot.app.screen.query_one("#frontend_port").has_focus
        bench.seconds += 1
        await bench.type(pilot, *"8081", "enter", "enter")
        await until(pilot, "Saved and confirmed")
    assert bench.service.made("PATCH") == [
        {Field.FRONTEND_PORT: 8080},
        {Field.FRONTEND_PORT: 8081},
    ]


async def test_a_rejected_token_keeps_the_draft(bench: Bench) -> None:
    bench.service.failures["PATCH"] = [RefusedError(401, "invalid token")]
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"8080", "enter", "enter")
        await until(pilot, "ctrl+t Token")
        await bench.open_dialog(pilot, "e", "Save")
        await until(pilot, "Frontend port 24224 → 8080")


async def test_a_failed_connection_is_not_sent_and_keeps_the_draft(bench: Bench) -> None:
    bench.service.failures["PATCH"] = [ConnectError(ConnectError.Why.REFUSED, Peer("h"))]
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"8080", "enter", "enter")
        await until(pilot, "Not sent.")
        await bench.open_dialog(pilot, "e", "Save")
        await until(pilot, "Frontend port 24224 → 8080")


async def test_a_lost_change_that_took_no_effect_is_not_confirmed(bench: Bench) -> None:
    bench.service.failures["PATCH"] = [ConnectionLostError()]
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"8080", "enter", "enter")
        await until(pilot, "Not confirmed: the port still has its old values")
        assert "aved and" not in screen_text(pilot.app)


async def test_escape_in_a_changed_form_asks_before_discarding_it(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"8080", "escape")
        await until(pilot, "Discard your changes?")
        await bench.type(pilot, "escape")
        await until(pilot, "24224 → 8080")
        assert "Discard" not in screen_text(pilot.app)
        await bench.type(pilot, "escape", "y")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
    assert bench.service.made("PATCH") == []


async def test_keeping_the_form_leaves_the_cursor_where_it_was(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"135", "left", "left", "escape")
        await until(pilot, "Discard your changes?")
        await bench.type(pilot, "escape", "2")
        await until(pilot, "24224 → 1235")


async def test_an_unreadable_value_is_shown_and_never_sent_back(bench: Bench) -> None:
    bench.service.ports[PORT_ID] = replace(PORT, backend_port=Unreadable("70000"))
    async with bench.shown() as pilot:
        await until(pilot, "! 70000")
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"8080", "enter", "enter")
        await until(pilot, "Saved and confirmed")
    assert bench.service.made("PATCH") == [{Field.FRONTEND_PORT: 8080}]


async def test_a_different_port_than_requested_cannot_be_edited_or_deleted(bench: Bench) -> None:
    other = UUID("00000000-0000-0000-0000-000000000001")
    bench.service.ports[PORT_ID] = replace(PORT, id=other)
    async with bench.shown() as pilot:
        await until(pilot, "The service returned a different port")
        await bench.type(pilot, "e", "d", "down", "enter")
        await pilot.pause()
        assert len(pilot.app.screen_stack) == 1


async def test_a_read_only_profile_offers_no_changes(bench: Bench) -> None:
    bench.settings = DEMO._replace(profile=DEMO.profile._replace(read_only=True))
    async with bench.shown() as pilot:
        assert "read-only" in screen_text(pilot.app)
        assert "Edit" not in screen_text(pilot.app)
        await bench.type(pilot, "e", "d")
        await pilot.pause()
        assert len(pilot.app.screen_stack) == 1
