"""The help: every key that works, on every screen, and the pages."""

import re

import pytest
from textual.pilot import Pilot

from portui.tui.active_keys import active_keys
from portui.tui.dependencies import AppResult
from portui.tui.screens.page import PageScreen
from portui.tui.screens.pages import PagesScreen
from tests.support.app import Bench
from tests.support.ports import PORT_ID
from tests.support.screen import screen_text, until

_SELECTS = re.compile("shift[+](?!tab)|super[+]|ctrl[+]shift[+]")

pytestmark = pytest.mark.anyio


def unexplained(pilot: Pilot[AppResult]) -> list[str]:
    """Return the keys that work now and that the help doesn't list, but for those that select."""
    return [
        each.binding.key
        for each in active_keys(pilot.app.screen)
        if not each.tooltip and not _SELECTS.match(each.binding.key)
    ]


async def test_the_help_lists_every_key_that_works(bench: Bench) -> None:
    async with bench.run() as pilot:
        seen = {"start": unexplained(pilot)}
        await bench.type(pilot, *str(PORT_ID), "enter")
        await until(pilot, "Read 14:03:07 UTC")
        seen["rows"] = unexplained(pilot)
        await bench.open_dialog(pilot, "e", "Edit port")
        seen["field"] = unexplained(pilot)
        await bench.type(pilot, "shift+tab")
        seen["choice"] = unexplained(pilot)
        await bench.type(pilot, "shift+tab")
        seen["button"] = unexplained(pilot)
        for key, title in (("d", "Delete this port?"), ("h", "No changes yet"), ("ctrl+p", "Run")):
            await bench.type(pilot, "escape")
            await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
            await bench.open_dialog(pilot, key, title)
            seen[title] = unexplained(pilot)
        await bench.type(pilot, "escape", "p")
        await until(pilot, "Filter")
        seen["filter"] = unexplained(pilot)
        await bench.type(pilot, "enter")
        seen["list"] = unexplained(pilot)
    assert {where: keys for where, keys in seen.items() if keys} == {}


async def test_the_help_leads_to_pages_and_back_by_keys(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "question_mark", "available here")
        await bench.open_dialog(pilot, "tab", "Pages  to read")
        await bench.type(pilot, "j", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, PageScreen))
        await until(pilot, "Editing, creating and deleting")
        await bench.type(pilot, "G")
        await until(pilot, "then keeps it as unknown")
        await bench.open_dialog(pilot, "slash", "Find")
        await bench.type(pilot, *"etag")
        await until(pilot, "The service has no ETag")
        await bench.type(pilot, "enter", "n", "escape")
        await until(pilot, "▸ 2 Editing")
        await bench.type(pilot, "1")
        await until(pilot, "Paste any text that contains the ID")
        await bench.type(pilot, "escape")
        await until(pilot, "▸ 1 Finding a port")
        await bench.type(pilot, "escape")
        await until(pilot, "available here")
        await bench.type(pilot, "escape")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)


async def test_pages_can_be_read_where_there_is_little_room(bench: Bench) -> None:
    async with bench.shown(size=(40, 12)) as pilot:
        await bench.open_dialog(pilot, "question_mark", "available here")
        await bench.open_dialog(pilot, "tab", "Pages  to read")
        await bench.type(pilot, "G")
        await until(pilot, "▸ ")
        assert isinstance(pilot.app.screen, PagesScreen)
        await bench.type(pilot, "enter")
        await until(pilot, "Troubleshooting")
        assert all(len(line) <= 40 for line in screen_text(pilot.app).splitlines())
