"""Recent ports: offered, filtered, and read anew when they are picked."""

import asyncio
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from textual.pilot import Pilot

from portui.journal import RecentPort, Storage
from portui.port.model import Unreadable
from portui.tui.dependencies import AppResult
from tests.support.app import Bench
from tests.support.hostile_text import WORST, dangers
from tests.support.ports import PORT, PORT_ID
from tests.support.recent import BEATS, GONE, SYSLOG, leave_many, leave_recent
from tests.support.screen import focused_id, screen_text, until

pytestmark = pytest.mark.anyio

SIZES = [(80, 24), (40, 12), (120, 40)]


@pytest.fixture
def recalled(bench: Bench) -> Bench:
    """Return a bench with three recent ports."""
    leave_recent(bench)
    return bench


def stored(bench: Bench) -> tuple[RecentPort, ...]:
    """Return the recent ports on the disk."""
    return Storage.under(bench.folder, bench.settings.origin.name, bench.now).recent.load()


def gets(bench: Bench) -> list[UUID]:
    return [port_id for method, port_id, _ in bench.service.calls if method == "GET"]


# --- remembering ---


async def test_a_port_that_was_looked_up_is_offered_at_the_next_start(bench: Bench) -> None:
    async with bench.shown():
        pass
    async with bench.run() as pilot:
        await until(pilot, f"1 {PORT_ID}  tcp 24224 → 24224  forward.0")
    assert gets(bench) == [PORT_ID]  # the list itself reads nothing


async def test_what_was_looked_up_just_before_quitting_is_kept(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.type(pilot, "q")
    assert [port.port_id for port in stored(bench)] == [PORT_ID]


async def test_a_save_and_a_deletion_are_in_the_list(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"8080", "enter", "enter")
        await until(pilot, "Saved and confirmed")
        await until(pilot, lambda: stored(bench)[0].summary == "tcp 8080 → 24224")
        await bench.open_dialog(pilot, "d", "Delete this port?")
        await bench.type(pilot, "y")
        await until(pilot, "Deleted")
        await until(pilot, lambda: stored(bench)[0].deleted)
    async with bench.run() as pilot:
        await until(pilot, "deleted  tcp 8080 → 24224")


async def test_a_port_that_the_service_no_longer_has_is_marked(recalled: Bench) -> None:
    async with recalled.run() as pilot:
        await until(pilot, "   Recent ")
        await recalled.type(pilot, "down", "3")
        await until(pilot, "No such port")
        await until(pilot, lambda: stored(recalled)[2].deleted)
        assert stored(recalled)[2].port_id == GONE


async def test_an_unknown_id_is_not_remembered(bench: Bench) -> None:
    async with bench.run(SYSLOG) as pilot:
        await until(pilot, "No such port")
    assert stored(bench) == ()


async def test_a_port_with_another_id_than_asked_for_is_not_remembered(bench: Bench) -> None:
    bench.service.ports = {PORT_ID: replace(PORT, id=SYSLOG)}
    async with bench.run(PORT_ID) as pilot:
        await until(pilot, "The service returned a different port")
    assert stored(bench) == ()


async def test_without_a_disk_the_list_lasts_as_long_as_the_run(bench: Bench) -> None:
    bench.folder = Path("/proc/no/such/place")
    bench.service.ports[BEATS] = replace(PORT, id=BEATS)
    async with bench.shown() as pilot:
        await bench.type(pilot, "slash", *str(BEATS), "enter")
        await until(pilot, lambda: gets(bench) == [PORT_ID, BEATS])
        await until(pilot, "▸ ID")
        await bench.type(pilot, "slash", "down", "enter")
        await until(pilot, lambda: gets(bench) == [PORT_ID, BEATS, PORT_ID])


async def test_forget_in_the_palette_empties_the_list(recalled: Bench) -> None:
    async with recalled.run() as pilot:
        await until(pilot, "   Recent ")
        await recalled.open_dialog(pilot, "ctrl+p", " Command")
        await recalled.type(pilot, *"forget", "enter")
        await until(pilot, lambda: stored(recalled) == ())
        await until(pilot, lambda: "   Recent " not in screen_text(pilot.app))
        await recalled.type(pilot, "down")
        await until(pilot, "No recent ports yet")


# --- picking ---


async def test_enter_and_digits_read_a_port_anew(recalled: Bench) -> None:
    recalled.service.ports[SYSLOG] = replace(PORT, id=SYSLOG, frontend_port=1)
    async with recalled.run() as pilot:
        await until(pilot, "   Recent ")
        await recalled.type(pilot, "down", "enter")
        await until(pilot, "tcp 1 → 24224")  # not what the list said
        await until(pilot, f" Port ID  {SYSLOG}")
        await until(pilot, "▸ ID")
        await recalled.type(pilot, "slash", "down", "1")
        await until(pilot, lambda: gets(recalled) == [SYSLOG, BEATS])


async def test_keys_typed_ahead_pick_a_port(recalled: Bench) -> None:
    async with recalled.run() as pilot:
        await until(pilot, "   Recent ")
        await pilot.press("down", "2", "d")
        await until(pilot, "Delete this port?")
        assert str(BEATS) in screen_text(pilot.app)


async def test_the_list_is_filtered_while_typing(recalled: Bench) -> None:
    async with recalled.run() as pilot:
        await until(pilot, "beats.1")
        await recalled.type(pilot, *"5140 sys")
        await until(pilot, lambda: "beats.1" not in screen_text(pilot.app))
        await until(pilot, "syslog.0")
        await recalled.type(pilot, *"x")
        await until(pilot, lambda: "syslog.0" not in screen_text(pilot.app))
        await recalled.type(pilot, "down")
        await until(pilot, "No recent port matches")
        await recalled.type(pilot, "backspace", "down", "enter")
        await until(pilot, lambda: gets(recalled) == [SYSLOG])


async def test_digits_in_the_input_are_text(recalled: Bench) -> None:
    async with recalled.run() as pilot:
        await until(pilot, "   Recent ")
        await recalled.type(pilot, "1")
        await until(pilot, " Port ID  1")
    assert gets(recalled) == []


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_port_on_screen_does_not_lose_its_place_to_the_list(
    recalled: Bench, size: tuple[int, int]
) -> None:
    async with recalled.shown(size) as pilot:
        await until(pilot, lambda: len(stored(recalled)) == 4)
        await recalled.type(pilot, "slash", *"beats")
        await until(pilot, "tcp 5044 → 5044")
        assert "tcp 24224 → 24224" in screen_text(pilot.app)
        await recalled.type(pilot, "down", "escape")
        await until(pilot, str(PORT_ID))
        assert focused_id(pilot) != "recent"
        if size[0] < 120:
            await until(pilot, lambda: "   Recent " not in screen_text(pilot.app))


@pytest.mark.parametrize("key", ["d", "e", "u", "r", "c", "C"])
async def test_keys_for_the_port_on_screen_do_nothing_while_another_is_chosen(
    recalled: Bench, key: str
) -> None:
    async with recalled.shown() as pilot:
        await until(pilot, lambda: len(stored(recalled)) == 4)
        await recalled.type(pilot, "slash", "down")
        await until(pilot, lambda: focused_id(pilot) == "recent")
        await recalled.type(pilot, key)
        await until(pilot, "Press Enter to look this port up first")
        assert len(pilot.app.screen_stack) == 1
    assert gets(recalled) == [PORT_ID]


async def test_the_list_is_walked_like_any_other(bench: Bench) -> None:
    ids = leave_many(bench, 30)
    async with bench.run() as pilot:
        await until(pilot, "   Recent ")
        for key, row in (("down", 0), ("j", 1), ("G", 29), ("k", 28), ("up", 27), ("g", 0)):
            await bench.type(pilot, key)
            await until(pilot, lambda row=row: _chosen(pilot) == str(ids[row]))  # type: ignore[misc]
        await bench.type(pilot, "end", "pageup", "home", "pagedown")
        await until(pilot, lambda: _chosen(pilot) == str(ids[5]))
        await bench.type(pilot, "g", "k")
        await until(pilot, lambda: focused_id(pilot) == "port-id")


def _chosen(pilot: Pilot[AppResult]) -> str:
    rows = [row for row in screen_text(pilot.app).splitlines() if row.startswith(" ▸ ")]
    return rows[0][5:41] if rows else ""


async def test_a_number_picks_what_it_stands_beside_however_far_the_list_is_scrolled(
    bench: Bench,
) -> None:
    ids = leave_many(bench, 30)
    async with bench.run() as pilot:
        await until(pilot, "   Recent ")
        await bench.type(pilot, "down", "G")
        await until(pilot, f"8 {ids[29]}")
        await bench.type(pilot, "8")
        await until(pilot, lambda: gets(bench) == [ids[29]])


async def test_a_number_without_a_port_says_so(recalled: Bench) -> None:
    async with recalled.run() as pilot:
        await until(pilot, "   Recent ")
        await recalled.type(pilot, "down", "4")
        await until(pilot, "No such key here")


async def test_escape_leads_to_the_list_and_back(recalled: Bench) -> None:
    async with recalled.run() as pilot:
        await until(pilot, "   Recent ")
        await recalled.type(pilot, "escape")
        await until(pilot, lambda: focused_id(pilot) == "recent")
        await recalled.type(pilot, "escape")
        await until(pilot, lambda: focused_id(pilot) == "port-id")


async def test_a_slow_disk_keeps_nobody_waiting(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Look up and edit while the file of recent ports is being written."""
    released = asyncio.Event()
    loop = asyncio.get_running_loop()

    def held(*_: object) -> tuple[RecentPort, ...]:
        asyncio.run_coroutine_threadsafe(released.wait(), loop).result()
        return ()

    monkeypatch.setattr("portui.journal.RecentFile.update", held)
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        released.set()


# --- beside the port ---


async def test_from_120_columns_on_a_port_has_recent_ports_and_its_changes_beside_it(
    recalled: Bench,
) -> None:
    async with recalled.shown((120, 40)) as pilot:
        await until(pilot, "No changes yet")
        await until(pilot, "1 udp 5140 → 24224")
        await recalled.open_dialog(pilot, "e", "Save")
        await recalled.type(pilot, *"8080", "enter", "enter")
        await until(pilot, "Saved and confirmed")
        await until(pilot, "Frontend port 24224 → 8080  saved")
        await recalled.type(pilot, "slash", "down", "1")
        await until(pilot, "udp 5140 → 24224 · LoadBalancer · syslog.0")
        await until(pilot, "No changes yet")


async def test_a_resize_moves_the_list(recalled: Bench) -> None:
    async with recalled.shown((120, 40)) as pilot:
        await until(pilot, "   Recent ")
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "   Recent " not in screen_text(pilot.app))
        await pilot.resize_terminal(150, 30)
        await until(pilot, "   Recent ")


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_hostile_text_in_a_port_is_harmless_in_the_list(
    bench: Bench, size: tuple[int, int]
) -> None:
    port = replace(PORT, protocol=WORST, frontend_port=Unreadable(WORST), plugin_id=WORST)
    bench.service.ports = {PORT_ID: port, BEATS: PORT}
    async with bench.shown(size) as pilot:
        await until(pilot, lambda: len(stored(bench)) == 1)
    async with bench.run(size=size) as pilot:
        await until(pilot, "   Recent ")
        for keys in (["down"], ["escape"], [*"xn"]):
            await bench.type(pilot, *keys)
            await pilot.pause()
            shown = screen_text(pilot.app).split("\n")
            assert [danger for row in shown for danger in dangers(row)] == []
