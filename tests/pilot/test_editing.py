"""Editing through keys: what is sent, and what is said."""

from dataclasses import replace
from uuid import UUID

import pytest

from portui.api.errors import ConnectError, ConnectionLostError, Peer, RefusedError
from portui.port.model import Field, Unreadable
from portui.settings import DEMO
from tests.support.app import Bench
from tests.support.ports import PORT, PORT_ID
from tests.support.screen import screen_text, until

pytestmark = pytest.mark.anyio


async def test_only_the_changed_field_is_sent_and_as_a_number(bench: Bench) -> None:
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


async def test_nothing_changed_sends_nothing_and_says_so(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, "enter")
        await until(pilot, "Nothing to save: no changes")
        await bench.type(pilot, "escape")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
    assert bench.service.made("PATCH") == []


async def test_protocol_is_changed_with_space(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, "space")
        await until(pilot, "Protocol tcp → udp")
        await bench.type(pilot, "enter", "enter")
        await until(pilot, "Saved and confirmed")
    assert bench.service.made("PATCH") == [{Field.PROTOCOL: "udp"}]


@pytest.mark.parametrize("number", ["0", "65536", "08", "1_0", "+5", "٣"])
async def test_enter_in_an_invalid_form_stays_at_the_invalid_field(
    bench: Bench, number: str
) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, "down", "down", *number, "tab", "enter")
        await until(pilot, "a whole number from 1 to 65535")
        focused = pilot.app.focused
        assert focused is not None
        assert focused.id == "backend_port"
    assert bench.service.made("PATCH") == []


async def test_a_conflict_reopens_the_form_as_it_was_typed(bench: Bench) -> None:
    conflict = RefusedError(409, "pipeline port already in use", "protocol tcp, port 8080")
    bench.service.failures["PATCH"] = [conflict]
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, "down", *"8080", "enter", "enter")
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


async def test_a_refused_token_keeps_what_was_typed_for_the_next_time(bench: Bench) -> None:
    bench.service.failures["PATCH"] = [RefusedError(401, "invalid token")]
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, "down", *"8080", "enter", "enter")
        await until(pilot, "ctrl+t Token")
        await bench.open_dialog(pilot, "e", "Save")
        await until(pilot, "Frontend port 24224 → 8080")


async def test_no_connection_is_not_sent_and_the_form_comes_back(bench: Bench) -> None:
    bench.service.failures["PATCH"] = [ConnectError(ConnectError.Why.REFUSED, Peer("h"))]
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, "down", *"8080", "enter", "enter")
        await until(pilot, "Not sent.")
        await bench.open_dialog(pilot, "e", "Save")
        await until(pilot, "Frontend port 24224 → 8080")


async def test_a_lost_answer_that_never_took_effect_is_not_seen(bench: Bench) -> None:
    bench.service.failures["PATCH"] = [ConnectionLostError()]
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, "down", *"8080", "enter", "enter")
        await until(pilot, "Not confirmed: the port still has its old values")
        assert "aved and" not in screen_text(pilot.app)


async def test_escape_in_a_changed_form_never_loses_it(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, "down", *"8080", "escape")
        await until(pilot, "Discard your changes?")
        await bench.type(pilot, "escape")
        await until(pilot, "24224 → 8080")
        assert "Discard" not in screen_text(pilot.app)
        await bench.type(pilot, "escape", "y")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
    assert bench.service.made("PATCH") == []


async def test_kept_after_the_question_the_next_key_goes_where_the_cursor_was(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, "down", *"135", "left", "left", "escape")
        await until(pilot, "Discard your changes?")
        await bench.type(pilot, "escape", "2")
        await until(pilot, "24224 → 1235")


async def test_a_value_that_was_unreadable_is_shown_and_never_sent_back(bench: Bench) -> None:
    bench.service.ports[PORT_ID] = replace(PORT, backend_port=Unreadable("70000"))
    async with bench.shown() as pilot:
        await until(pilot, "! 70000")
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, "down", *"8080", "enter", "enter")
        await until(pilot, "Saved and confirmed")
    assert bench.service.made("PATCH") == [{Field.FRONTEND_PORT: 8080}]


async def test_another_ports_answer_can_be_neither_edited_nor_deleted(bench: Bench) -> None:
    other = UUID("00000000-0000-0000-0000-000000000001")
    bench.service.ports[PORT_ID] = replace(PORT, id=other)
    async with bench.shown() as pilot:
        await until(pilot, "The service returned a different port")
        await bench.type(pilot, "e", "d", "down", "enter")
        await pilot.pause()
        assert len(pilot.app.screen_stack) == 1


async def test_read_only_offers_no_changes(bench: Bench) -> None:
    bench.settings = replace(DEMO, profile=replace(DEMO.profile, read_only=True))
    async with bench.shown() as pilot:
        assert "read-only" in screen_text(pilot.app)
        assert "Edit" not in screen_text(pilot.app)
        await bench.type(pilot, "e", "d")
        await pilot.pause()
        assert len(pilot.app.screen_stack) == 1
