"""Keys that arrive in one burst, as on a bad line, act as they would one by one."""

from textual import events
from textual.pilot import Pilot

from portui.port.model import Field
from portui.tui.dependencies import AppResult
from portui.tui.screens.edit import EditScreen
from tests.support.app import Bench
from tests.support.ports import PORT_ID
from tests.support.screen import screen_text, until


def arrive(pilot: Pilot[AppResult], *keys: str) -> None:
    """Post keys in one burst; a text that isn't the name of a key is pasted."""
    for key in keys:
        named = len(key) == 1 or key in {"backspace", "tab", "enter", "ctrl+u", "home", "end", "up"}
        event = events.Key(key, key if len(key) == 1 else None) if named else events.Paste(key)
        pilot.app.post_message(event)


def field(pilot: Pilot[AppResult], field: Field) -> str:
    """Return the text in a field of the edit form."""
    assert isinstance(pilot.app.screen, EditScreen)
    return pilot.app.screen._form[field]


async def test_letters_and_corrections_keep_their_order(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        arrive(pilot, "end", "backspace", "5", "6", "backspace", "7", "home", "1")
        await until(pilot, lambda: field(pilot, Field.FRONTEND_PORT) == "1242257")


async def test_text_typed_after_tab_goes_into_the_next_field(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        arrive(pilot, *"8080", "tab", *"9090", "tab", "ctrl+u", *"host.example:1")
        await until(pilot, lambda: field(pilot, Field.ENDPOINT) == "host.example:1")
        assert field(pilot, Field.FRONTEND_PORT) == "8080"
        assert field(pilot, Field.BACKEND_PORT) == "9090"
        await until(pilot, "Frontend port 24224 → 8080")


async def test_a_paste_right_after_a_key_follows_it(bench: Bench) -> None:
    async with bench.run() as pilot:
        await pilot.press(*"typed before")
        arrive(pilot, "ctrl+u", str(PORT_ID), "enter")
        await until(pilot, "Read 14:03:07 UTC")


async def test_a_field_can_be_opened_and_typed_over_in_one_burst(bench: Bench) -> None:
    async with bench.shown() as pilot:
        arrive(pilot, "j", "j", "j", "enter", *"8080")
        await until(pilot, "Frontend port 24224 → 8080")


async def test_enter_in_a_burst_does_not_save_unseen_changes(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        arrive(pilot, *"8080", "enter", "enter", "enter")
        await until(pilot, "Frontend port 24224 → 8080")
        await pilot.pause(0.3)
        assert bench.service.made("PATCH") == []
        assert "Save" in screen_text(pilot.app)
