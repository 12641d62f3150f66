"""Watching a port: it is read every few seconds, and what changes is marked."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from textual.pilot import Pilot

from portui.api.errors import (
    ConnectionLostError,
    RefusedError,
    ServiceError,
    UnavailableError,
    UnexpectedReplyError,
)
from portui.tui.app import PortuiApp
from portui.tui.dependencies import AppResult
from portui.tui.screens.main import MainScreen
from portui.tui.state import NoAccess
from tests.support.app import Bench
from tests.support.ports import PORT, PORT_ID
from tests.support.screen import screen_text, until

pytestmark = pytest.mark.anyio

OTHER = UUID("00000000-0000-4000-8000-000000000001")
MOVED = replace(PORT, frontend_port=24225)
STOPPED = "Stopped watching"


@pytest.fixture
def bench() -> Bench:
    """Return collaborators whose clock only the test advances."""
    return Bench(time_passes=False)


@asynccontextmanager
async def watching(
    bench: Bench, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Pilot[AppResult]]:
    """Run the app with the sample port on screen, watched."""
    async with bench.shown(size) as pilot:
        await until(pilot, lambda: not main_screen(pilot).is_acting)
        await pilot.press("w")
        await until(pilot, "Watching")
        await pilot.pause()
        yield pilot


def main_screen(pilot: Pilot[AppResult]) -> MainScreen:
    screen = pilot.app.screen_stack[0]
    assert isinstance(screen, MainScreen)
    return screen


def reads(bench: Bench) -> int:
    return len(bench.service.made("GET"))


async def draw(pilot: Pilot[AppResult]) -> str:
    """Return the screen's text with the ages by the scripted clock."""
    main_screen(pilot).status_line.draw()
    await pilot.pause()
    return screen_text(pilot.app)


# --- reading ---


async def test_a_watched_port_is_read_every_five_seconds(bench: Bench) -> None:
    async with watching(bench) as pilot:
        assert reads(bench) == 1
        await bench.pass_time(pilot, 4)
        assert reads(bench) == 1
        for number in (2, 3, 4):
            await bench.pass_time(pilot, 5)
            await until(pilot, lambda number=number: reads(bench) == number)  # type: ignore[misc]
        text = await draw(pilot)
    assert "Watching" in text
    assert "just now" in text
    assert "w Stop" in text
    assert "Reading" not in text


async def test_what_was_read_long_ago_is_read_again_at_once(bench: Bench) -> None:
    async with bench.shown() as pilot:
        bench.seconds += 600
        await pilot.press("w")
        await until(pilot, lambda: reads(bench) == 2)
        assert "just now" in await draw(pilot)


async def test_the_read_under_way_delays_no_key(bench: Bench) -> None:
    async with watching(bench) as pilot:
        gate = hold_reads(bench)
        await bench.pass_time(pilot, 5)
        await until(pilot, lambda: reads(bench) == 2)
        await pilot.press("down", "down")
        await until(pilot, " ▸ Kind")
        await pilot.press("e")
        await until(pilot, "Save")
        gate.set()


def hold_reads(bench: Bench) -> asyncio.Event:
    """Make reads wait for an event."""
    gate = asyncio.Event()

    async def hold(method: str, _: UUID) -> None:
        if method == "GET":
            await gate.wait()

    bench.service.hold = hold
    return gate


async def test_nothing_is_ever_written(bench: Bench) -> None:
    async with watching(bench) as pilot:
        for port in (MOVED, PORT):
            bench.service.ports[PORT_ID] = port
            await bench.pass_time(pilot, 6)
        await pilot.press("w")
    assert {method for method, _, _ in bench.service.calls} == {"GET"}


async def test_a_refresh_goes_on_watching(bench: Bench) -> None:
    async with watching(bench) as pilot:
        await bench.pass_time(pilot, 3)
        await pilot.press("r")
        await until(pilot, lambda: reads(bench) == 2)
        await bench.pass_time(pilot, 4)
        assert reads(bench) == 2  # five seconds after the refresh, not after the read before
        await bench.pass_time(pilot, 2)
        await until(pilot, lambda: reads(bench) == 3)
        assert "Watching" in await draw(pilot)


async def test_a_key_typed_while_the_port_is_being_read_starts_it_afterwards(bench: Bench) -> None:
    async with bench.shown() as pilot:
        gate = hold_reads(bench)
        await pilot.press("r")
        await until(pilot, "Reading…")
        await asyncio.gather(pilot.press("w"), _open(gate))
        await until(pilot, "Watching")
        assert reads(bench) == 2


async def _open(gate: asyncio.Event) -> None:
    gate.set()


@dataclass
class HurryingBench(Bench):
    """Collaborators on a clock that runs ahead whenever something waits for it."""

    async def _sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)


async def test_memory_stays_flat_over_hours_in_which_the_port_changes_now_and_then() -> None:
    bench, count = HurryingBench(), 0

    async def hold(_: str, __: UUID) -> None:
        nonlocal count
        count += 1
        bench.service.calls.clear()
        # Always the same two, or the caches of texts' widths would grow, which are bounded.
        bench.service.ports[PORT_ID] = (PORT, MOVED)[count // 50 % 2]
        if count % 20 == 0:
            await asyncio.sleep(0.001)  # let the screen draw

    bench.service.hold = hold
    async with bench.shown() as pilot:

        async def until_read(times: int) -> None:
            for hundreds in range(100, times + 1, 100):
                await until(pilot, lambda: count >= hundreds)  # noqa: B023 - awaited at once

        await pilot.press("w")
        await until_read(1000)
        before = _objects()
        await until_read(6000)
        grown = _objects() - before
    assert bench.seconds > 8 * 60 * 60
    assert grown < 5000, "something is kept of each read"


def _objects() -> int:
    """Return the number of objects that refer to others; counting bytes would take minutes."""
    gc.collect()
    return len(gc.get_objects())


# --- what changed ---


async def test_the_last_change_stays_visible_with_its_time(bench: Bench) -> None:
    async with watching(bench) as pilot:
        bench.service.ports[PORT_ID] = MOVED
        await bench.pass_time(pilot, 6)
        await until(pilot, "24225  was 24224")
        await until(pilot, "change seen 14:03:07 UTC")
        await bench.pass_time(pilot, 20)
        assert "24225  was 24224" in screen_text(pilot.app)
        bench.service.ports[PORT_ID] = replace(MOVED, backend_port=8888)
        await bench.pass_time(pilot, 6)
        await until(pilot, "8888  was 24224")
        assert "24225  was 24224" not in screen_text(pilot.app)


async def test_a_key_that_goes_elsewhere_hides_the_last_change(bench: Bench) -> None:
    async with watching(bench) as pilot:
        bench.service.ports[PORT_ID] = MOVED
        await bench.pass_time(pilot, 6)
        await until(pilot, "was 24224")
        await pilot.press("slash")
        await bench.pass_time(pilot, 6)
        assert "was 24224" not in screen_text(pilot.app)


async def test_the_bell_rings_once_when_the_endpoint_is_assigned(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.service.ports[PORT_ID] = replace(PORT, endpoint="")
    rung = []
    monkeypatch.setattr(PortuiApp, "bell", lambda _: rung.append(bench.seconds))
    async with watching(bench) as pilot:
        await bench.pass_time(pilot, 12)
        assert rung == []
        bench.service.ports[PORT_ID] = PORT
        await bench.pass_time(pilot, 6)
        await until(pilot, "✓ was pending")
        bench.service.ports[PORT_ID] = replace(PORT, endpoint="b.example:1")
        await bench.pass_time(pilot, 6)
        await until(pilot, "was forward.demo.example")
    assert len(rung) == 1


async def test_a_notice_that_stands_is_left_alone(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        bench.time_passes = True
        await bench.type(pilot, *"8080", "enter", "enter")
        await until(pilot, "Saved and confirmed")
        await until(pilot, "u Undo")
        bench.time_passes = False
        await pilot.press("w")
        await bench.pass_time(pilot, 12)
        text = await draw(pilot)
    assert "Saved and confirmed" in text
    assert "u Undo" in text


async def test_the_notice_of_a_failed_refresh_goes_with_the_values_it_speaks_of(
    bench: Bench,
) -> None:
    async with bench.shown() as pilot:
        bench.service.failures["GET"] = [UnavailableError(500, None)]
        await pilot.press("r")
        await until(pilot, "The values shown are those of 14:03:07 UTC")
        await pilot.press("w")
        await bench.pass_time(pilot, 6)
        await until(pilot, "Watching")
        assert "The values shown" not in screen_text(pilot.app)


# --- failures ---


async def test_a_failed_read_keeps_the_true_age_and_says_when_the_next_one_is(
    bench: Bench,
) -> None:
    async with watching(bench) as pilot:
        bench.service.failures["GET"] = [ConnectionLostError(), ConnectionLostError()]
        await bench.pass_time(pilot, 6)
        await until(pilot, "Watching · The connection broke before a reply; next read 14:03:")
        await bench.pass_time(pilot, 20)
        text = await draw(pilot)
        assert "20 s ago" in text
        assert "24224" in text
        await bench.pass_time(pilot, 20)
        text = await draw(pilot)
        assert "just now" in text or "10 s ago" in text
        assert "broke" not in text
    assert 4 <= reads(bench) <= 7


async def test_the_pause_that_the_service_asks_for_is_kept(bench: Bench) -> None:
    async with watching(bench) as pilot:
        bench.service.failures["GET"] = [UnavailableError(429, None, retry_after=120.0)]
        await bench.pass_time(pilot, 6)
        await until(pilot, "Too many requests (429); next read 14:05:07 UTC")
        await bench.pass_time(pilot, 115)
        assert reads(bench) == 2
        assert "2 minutes ago" in await draw(pilot)
        await bench.pass_time(pilot, 8)
        assert reads(bench) >= 3


async def test_so_it_is_if_a_refresh_was_asked_to_wait(bench: Bench) -> None:
    async with watching(bench) as pilot:
        bench.service.failures["GET"] = [UnavailableError(429, None, retry_after=120.0)]
        await pilot.press("r")
        await until(pilot, "Too many requests")
        await bench.pass_time(pilot, 60)
        assert reads(bench) == 2


async def test_after_a_suspend_the_age_is_true_and_the_port_is_read_at_once(bench: Bench) -> None:
    async with watching(bench) as pilot:
        gate = hold_reads(bench)
        bench.seconds += 7200
        text = await draw(pilot)
        assert "2 hours ago" in text
        gate.set()
        await until(pilot, lambda: reads(bench) == 2)
        assert "just now" in await draw(pilot)


# --- dialogs and other actions ---


async def test_an_open_dialog_pauses_the_watch(bench: Bench) -> None:
    async with watching(bench) as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.pass_time(pilot, 30)
        assert reads(bench) == 1
        assert "Watching, paused" in screen_text(pilot.app)
        await pilot.press("escape")
        await bench.pass_time(pilot, 2)
        await until(pilot, lambda: reads(bench) == 2)
        await bench.pass_time(pilot, 2)
        text = await draw(pilot)
        assert "Watching" in text
        assert "paused" not in text


async def test_a_read_that_ends_while_a_form_is_open_changes_nothing(bench: Bench) -> None:
    async with watching(bench) as pilot:
        gate = hold_reads(bench)
        await bench.pass_time(pilot, 5)
        await until(pilot, lambda: reads(bench) == 2)
        bench.service.ports[PORT_ID] = MOVED
        await pilot.press("e")
        await until(pilot, "Save")
        gate.set()
        await bench.pass_time(pilot, 10)
        assert "tcp 24224" in screen_text(pilot.app)
        await pilot.press("escape")
        await bench.pass_time(pilot, 2)
        await until(pilot, "24225  was 24224")


async def test_a_reply_that_is_older_than_what_is_shown_is_dropped(bench: Bench) -> None:
    async with watching(bench) as pilot:
        gate = hold_reads(bench)
        await bench.pass_time(pilot, 5)
        await until(pilot, lambda: reads(bench) == 2)
        bench.service.hold = None
        bench.service.ports[PORT_ID] = MOVED
        await pilot.press("r")
        await until(pilot, "24225  was 24224")
        bench.service.failures["GET"] = [RefusedError(404, "pipeline port not found")]
        gate.set()  # for the read before the refresh
        await bench.pass_time(pilot, 2)
        assert "deleted" not in screen_text(pilot.app)


# --- the end ---


@pytest.mark.parametrize("key", ["w", "escape"])
async def test_it_stops_at_a_key(bench: Bench, key: str) -> None:
    async with watching(bench) as pilot:
        await pilot.press(key)
        await until(pilot, STOPPED)
        await until(pilot, "w Watch")
        await bench.pass_time(pilot, 30)
        assert reads(bench) == 1
        assert "30 s ago" in await draw(pilot)
        assert STOPPED not in screen_text(pilot.app)


async def test_a_read_under_way_is_given_up_with_it(bench: Bench) -> None:
    async with watching(bench) as pilot:
        gate = hold_reads(bench)
        await bench.pass_time(pilot, 5)
        await until(pilot, lambda: reads(bench) == 2)
        await pilot.press("w")
        await until(pilot, STOPPED)
        bench.service.ports[PORT_ID] = MOVED
        gate.set()
        await bench.pass_time(pilot, 2)
        assert "was 24224" not in screen_text(pilot.app)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RefusedError(404, "pipeline port not found"), ": the port no longer exists"),
        (RefusedError(401, "invalid token"), ": the service rejected the token"),
        (RefusedError(410, "token gone"), ": the token was revoked"),
    ],
)
async def test_a_refusal_for_good_stops_it_and_says_so_until_the_next_key(
    bench: Bench, error: ServiceError, words: str
) -> None:
    async with watching(bench) as pilot:
        bench.service.failures["GET"] = [error]
        await bench.pass_time(pilot, 6)
        await until(pilot, STOPPED + words)
        await bench.pass_time(pilot, 60)
        assert STOPPED + words in await draw(pilot)
        assert reads(bench) == 2
        await pilot.press("r")
        await until(pilot, lambda: STOPPED not in screen_text(pilot.app))


async def test_a_proxys_refusal_does_not_stop_it(bench: Bench) -> None:
    async with watching(bench) as pilot:
        why = UnexpectedReplyError.Why.NO_ERROR_BODY
        bench.service.failures["GET"] = [UnexpectedReplyError(s, why) for s in (401, 404)]
        await bench.pass_time(pilot, 40)
        assert reads(bench) >= 4
        assert "Watching" in await draw(pilot)


async def test_it_stops_without_a_token(bench: Bench) -> None:
    async with watching(bench) as pilot:
        main_screen(pilot).access = NoAccess()
        await bench.pass_time(pilot, 6)
        await until(pilot, f"{STOPPED}: there is no token")
    assert reads(bench) == 1


async def test_another_port_in_the_reply_stops_it(bench: Bench) -> None:
    async with watching(bench) as pilot:
        bench.service.ports[PORT_ID] = replace(PORT, id=OTHER)
        await bench.pass_time(pilot, 6)
        await until(pilot, f"{STOPPED}: the service returned a different port")
        await until(pilot, f"You asked for {PORT_ID}")
        await pilot.press("w")
        await until(pilot, "This isn't the port you asked for")
    assert reads(bench) == 2


async def test_looking_up_another_port_stops_it(bench: Bench) -> None:
    bench.service.ports[OTHER] = replace(PORT, id=OTHER, frontend_port=1111)
    async with watching(bench) as pilot:
        await pilot.press("slash", "ctrl+u", *str(OTHER), "enter")
        await until(pilot, "tcp 1111")
        await bench.pass_time(pilot, 2)
        await until(pilot, STOPPED)
        await bench.pass_time(pilot, 30)
    assert reads(bench) == 2


async def test_deleting_the_port_stops_it(bench: Bench) -> None:
    async with watching(bench) as pilot:
        await bench.open_dialog(pilot, "d", "Delete this port?")
        await pilot.press("y")
        await until(pilot, "Confirmed. Its last values")
        await bench.pass_time(pilot, 2)
        await until(pilot, STOPPED)
        done = reads(bench)
        await bench.pass_time(pilot, 30)
        assert reads(bench) == done
        await pilot.press("w")
        await until(pilot, "This port was deleted")


async def test_saving_a_change_stops_it_and_hides_no_progress(bench: Bench) -> None:
    async with watching(bench) as pilot:
        gate = asyncio.Event()

        async def hold(method: str, _: UUID) -> None:
            if method == "PATCH":
                await gate.wait()

        bench.service.hold = hold
        await bench.open_dialog(pilot, "e", "Save")
        await pilot.press(*"8080", "enter")
        await bench.read_question(pilot)
        await pilot.press("enter")
        await until(pilot, "Sending…")
        await bench.pass_time(pilot, 10)
        assert "Sending…" in await draw(pilot)
        assert STOPPED not in screen_text(pilot.app)
        gate.set()
        await until(pilot, "Saved and confirmed")
        await bench.pass_time(pilot, 2)
        await until(pilot, STOPPED)


async def test_without_a_port_the_key_says_why_it_does_nothing(bench: Bench) -> None:
    async with bench.run() as pilot:
        await until(pilot, "Paste or type a port ID")
        await pilot.press("down", "escape", "w")
        await until(pilot, "No port is shown")
