"""Keys that the operator has chosen do what the default ones did, and the old ones nothing."""

import asyncio
from uuid import UUID

import pytest
from textual import events

from portui.settings import DEMO
from portui.settings.keymap import keymap
from portui.tui.terminal.input import Burst
from tests.support.app import Bench
from tests.support.ports import PORT_ID
from tests.support.screen import screen_text, until

pytestmark = pytest.mark.anyio

OTHER = UUID("00000000-0000-4000-8000-000000000000")


def with_keys(bench: Bench, **written: str) -> None:
    """Give the app other keys."""
    keys = keymap({binding.replace("_", "-"): keys for binding, keys in written.items()})
    bench.settings = DEMO._replace(keys=keys)


async def test_a_key_that_deletes_waits_as_the_old_one_did_and_the_old_one_does_nothing(
    bench: Bench,
) -> None:
    with_keys(bench, delete="ctrl+d, D", confirm="ctrl+y")
    async with bench.shown() as pilot:
        await bench.type(pilot, "d")
        await until(pilot, "No such key here: F1 Help, ctrl+q Quit")
        await pilot.press("ctrl+d")
        await until(pilot, "Delete this port?")
        await until(pilot, "Cancel    ctrl+y Delete")
        await pilot.press("ctrl+y")
        await until(pilot, "Too quick: press ctrl+y again")
        bench.seconds += 1
        await pilot.press("y")
        await until(pilot, "No such key here")
        assert bench.service.made("DELETE") == []
        await pilot.press("ctrl+y")
        await until(pilot, "Deleted")


async def test_saving_and_discarding_wait_by_their_new_keys_too(bench: Bench) -> None:
    with_keys(bench, save="f8", discard="Y", keep="K")
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"8080")
        await pilot.press("escape")
        await until(pilot, "Y discard, K keep editing")
        await pilot.press("Y")
        await until(pilot, "Too quick: press Y again")
        await pilot.press("escape", "ctrl+s")
        await until(pilot, "No such key here")
        assert bench.service.made("PATCH") == []
        bench.seconds += 1
        await pilot.press("f8")
        await until(pilot, "Saved and confirmed")


async def test_in_an_input_characters_are_text_and_other_keys_work(bench: Bench) -> None:
    with_keys(bench, refresh="f5", edit="slash", look_up="L", help="ctrl+g", history="f7")
    async with bench.shown() as pilot:
        await bench.type(pilot, "L", "f5")
        await until(pilot, lambda: len(bench.service.made("GET")) == 2)
        await bench.open_dialog(pilot, "f7", "No changes yet.")
        await bench.type(pilot, "escape")
        await bench.open_dialog(pilot, "ctrl+g", "Keys  available here")
        assert "Edit the port" not in screen_text(pilot.app)
        await bench.type(pilot, "ctrl+g", "slash", "L")
        await until(pilot, " Port ID  /L")
        await bench.type(pilot, "f5")
        await until(pilot, "Press Enter to look this port up first")
    assert len(bench.service.made("GET")) == 2


async def test_quitting_by_another_key_waits_for_no_read(bench: Bench) -> None:
    with_keys(bench, quit="Q")
    reply = asyncio.Event()

    async def hold(_: str, __: UUID) -> None:
        await reply.wait()

    async with bench.shown() as pilot:
        bench.service.hold = hold
        await pilot.press("r", "Q")
        await until(pilot, lambda: pilot.app.return_code == 0)
        reply.set()


async def test_what_is_picked_by_its_number_is_picked_by_another_key_beside_it(
    bench: Bench,
) -> None:
    with_keys(bench, **{"number-1": "f9", "number-2": "f10"})
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "d", "Delete this port?")
        await bench.type(pilot, "y")
        await until(pilot, "Deleted")
        await bench.open_dialog(pilot, "u", "F10 Copy the command")
        await bench.type(pilot, "2")
        await until(pilot, "No such key here")
        await bench.type(pilot, "f9")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)


async def test_an_id_typed_ahead_after_the_key_to_the_port_id_is_text(bench: Bench) -> None:
    with_keys(bench, look_up="g", top="home")
    async with bench.shown() as pilot:
        pilot.app.post_message(Burst([events.Key(each, each) for each in f"g{OTHER.hex}"]))
        await until(pilot, f" Port ID  {OTHER.hex}")


async def test_every_text_that_names_a_key_names_the_new_one(bench: Bench) -> None:
    with_keys(
        bench,
        **{"submit": "f12", "ports-anywhere": "f6", "history-anywhere": "f7", "help": "ctrl+g"},
        **{"palette-anywhere": "ctrl+o", "help-anywhere": "f10", "quit-now": "f11", "edit": "E"},
        **{"copy-port": "J", "ports": "L"},
    )
    async with bench.run() as pilot:
        await until(pilot, "press F12.")
        text = screen_text(pilot.app)
        for line in ("F12     look", "F6      all ports", "F7      the history", "ctrl+o  all"):
            assert line in text
        await bench.type(pilot, "escape", "f5")
        await until(pilot, "No such key here: F10 Help, F11 Quit")
        await bench.type(pilot, "slash", *str(PORT_ID), "f12")
        await until(pilot, "E Edit")
        await bench.type(pilot, "left_square_bracket")
        await until(pilot, "No list here: L opens it")
        await bench.open_dialog(pilot, "ctrl+o", "Command")
        await until(pilot, "Copy as JSON         J")
        await bench.type(pilot, "escape", "ctrl+q")
        await until(pilot, lambda: pilot.app.return_code == 0)
