"""The same keys give the same result at any speed; only keys that decide something need time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot

from portui.api.errors import ConnectionLostError, DeadlineError, RefusedError
from portui.settings import DEMO
from portui.tui.dependencies import AppResult
from tests.support.app import Bench
from tests.support.hostile_text import times
from tests.support.paces import Start, at_rest, in_one_piece, keys_of, may_be_text, one_by_one
from tests.support.ports import PORT, PORT_ID
from tests.support.screen import screen_text, until

pytestmark = pytest.mark.anyio

IN_USE: Final = RefusedError(409, "pipeline port already in use", "protocol tcp, port 24999")


def protected(bench: Bench) -> None:
    bench.settings = DEMO._replace(profile=DEMO.profile._replace(protected=True))


def read_only(bench: Bench) -> None:
    bench.settings = DEMO._replace(profile=DEMO.profile._replace(read_only=True))


def without_ports(bench: Bench) -> None:
    bench.service.ports = {}


def failing(bench: Bench) -> None:
    bench.service.failures["GET"] = [DeadlineError(30.0) for _ in range(99)]


def refusing(bench: Bench) -> None:
    bench.service.failures["PATCH"] = [IN_USE]


def losing_replies(bench: Bench) -> None:
    bench.service.failures |= {"PATCH": [ConnectionLostError()], "DELETE": [ConnectionLostError()]}


def changed_by_someone(bench: Bench) -> None:
    """Have someone change the port between its first read and the next."""
    service, wait = bench.service, bench.service.hold
    assert wait

    async def hold(method: str, port_id: UUID) -> None:
        await wait(method, port_id)
        if len(service.calls) > 1:
            service.ports[PORT_ID] = replace(PORT, backend_port=1)

    service.hold = hold


EDITED: Final = "e 24999 enter"
STARTS: Final = (
    Start("nothing shown", first=None),
    Start("an ID being looked up", head="paste enter", first=None),
    Start("a read that fails", head="paste enter", first=None, set_up=failing),
    Start("an unknown ID", head="paste enter", first=None, set_up=without_ports),
    Start("a port shown"),
    Start("a refresh", head="r", set_up=changed_by_someone),
    Start("a read-only profile", set_up=read_only),
    Start("the form", "e"),
    Start("the question whether to discard", "e 8080 escape"),
    Start("a form being discarded", "e 8080 escape", "y"),
    Start("a change being saved", EDITED, "enter"),
    Start("a change that is refused", EDITED, "enter", set_up=refusing),
    Start("a change without a reply", EDITED, "enter", set_up=losing_replies),
    Start("a change that meets another", EDITED, "enter", set_up=changed_by_someone),
    Start("a saved change", f"{EDITED} enter"),
    Start("an undo", f"{EDITED} enter", "u"),
    Start("the history", f"{EDITED} enter h"),
    Start("a change being restored", f"{EDITED} enter h", "enter"),
    Start("the delete dialog", "d"),
    Start("the delete dialog of a protected profile", "d", set_up=protected),
    Start("a protected port being deleted", "d 24224", "enter", set_up=protected),
    Start("a port being deleted", "d", "y"),
    Start("a deletion without a reply", "d", "y", set_up=losing_replies),
    Start("a deleted port", "d y"),
    Start("the help", "f1"),
    Start("the palette", "ctrl+p"),
)
# Not `q`, ctrl+q and ctrl+c, which end the app at once.
WORDS: Final = (
    "j k g G e d u h r c C / ? : f1 ctrl+p tab shift+tab enter escape up down left right home end"
    " space backspace ctrl+u ctrl+s n y a l 1 2 24999 8080 paste edit undo history"
)
SHARES: Final = 4  # of the starts, for as many workers

sequences: Final = st.lists(st.sampled_from(WORDS.split()), min_size=2, max_size=7).map(" ".join)


@pytest.mark.parametrize("share", range(SHARES))
@given(data=st.data(), words=sequences, turns=st.sampled_from([0, 2, 20, 200]))
@times(12)
async def test_any_keys_do_the_same_slowly_and_in_one_piece(
    share: int, data: st.DataObject, words: str, turns: int
) -> None:
    start = data.draw(st.sampled_from(STARTS[share::SHARES]))
    keys = keys_of(f"{start.head} {words}")
    as_burst = data.draw(st.booleans()) and not may_be_text(keys)
    piece = in_one_piece(keys) if as_burst else one_by_one(keys)
    quick, seen = await start.type(keys, turns, piece=piece)
    if seen.stopped:
        return
    # The clock stands still, so that the same keys are too quick to decide.
    slow, _ = await start.type(keys, turns, piece=None)
    assert quick == slow, start.name
    if not start.head and not seen.too_quick:
        in_time, _ = await start.type(keys, turns, piece=None, pause=0.5)
        assert quick == in_time, start.name


# --- some of them ---


def post(pilot: Pilot[AppResult], words: str) -> None:
    """Post keys in one piece."""
    for event in in_one_piece(keys_of(words)):
        pilot.app.post_message(event)


def held(method: str, answer: asyncio.Event) -> Callable[[str, UUID], Awaitable[None]]:
    """Return what keeps the replies to one method back until an event is set."""

    async def hold(each: str, _: UUID) -> None:
        if each == method:
            await answer.wait()

    return hold


async def start_saving(bench: Bench, pilot: Pilot[AppResult]) -> asyncio.Event:
    """Send a change of the frontend port to 24999; the service replies once the event is set."""
    answer = asyncio.Event()
    bench.service.hold = held("PATCH", answer)
    await bench.open_dialog(pilot, "e", "Save")
    await bench.type(pilot, *"24999", "enter")
    await at_rest(pilot)
    await bench.type(pilot, "enter")
    await until(pilot, "Sending…")
    return answer


@pytest.mark.parametrize("pace", [None, 0.0, 0.02, 0.12])
async def test_a_port_number_typed_behind_the_key_that_opens_the_form_goes_into_it(
    bench: Bench, pace: float | None
) -> None:
    async with bench.shown() as pilot:
        if pace is None:
            post(pilot, "e tab 24999")
        else:
            for event in one_by_one(keys_of("e tab 24999")):
                pilot.app.post_message(event)
                await pilot.pause(pace)
        await until(pilot, "Backend port 24224 → 24999")


async def test_keys_behind_an_id_wait_for_its_port_and_a_hint_says_so(bench: Bench) -> None:
    answer = asyncio.Event()
    bench.service.hold = held("GET", answer)
    async with bench.run() as pilot:
        post(pilot, f"{PORT_ID} enter e tab 24999")
        await until(pilot, "Your keys wait for the port; Esc cancels")
        answer.set()
        await until(pilot, "Backend port 24224 → 24999")


async def test_escape_after_a_pause_cancels_the_read_and_what_waits_for_it(bench: Bench) -> None:
    answer = asyncio.Event()
    bench.service.hold = held("GET", answer)
    async with bench.run() as pilot:
        post(pilot, f"{PORT_ID} enter e tab 24999")
        await until(pilot, "Your keys wait for the port; Esc cancels")
        post(pilot, "escape")
        await until(pilot, "Paste or type a port ID")
        answer.set()
        await at_rest(pilot)
        assert len(pilot.app.screen_stack) == 1
        assert "24999" not in screen_text(pilot.app)


@pytest.mark.parametrize("key", ["f1", "escape"])
async def test_help_and_cancel_do_not_wait_for_a_port(bench: Bench, key: str) -> None:
    bench.service.hold = held("GET", asyncio.Event())
    async with bench.run(PORT_ID) as pilot:
        await until(pilot, lambda: len(bench.service.calls) == 1)
        post(pilot, key)
        await until(pilot, "available here" if key == "f1" else "Paste or type a port ID")


async def test_a_key_behind_a_refresh_sees_the_new_values_but_the_cursor_moves_at_once(
    bench: Bench,
) -> None:
    answer = asyncio.Event()
    async with bench.shown() as pilot:
        bench.service.hold = held("GET", answer)
        bench.service.ports[PORT_ID] = replace(PORT, frontend_port=1)
        post(pilot, "r j")
        await until(pilot, "▸ Protocol")
        post(pilot, "e")
        await until(pilot, "Your keys wait for the port; Esc cancels")
        answer.set()
        await until(pilot, "Edit port")
        await at_rest(pilot)
        assert "Frontend port  1 " in screen_text(pilot.app)


async def test_escape_stops_reading_a_deleted_port_again(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "d", "y Delete")
        await bench.type(pilot, "y")
        await until(pilot, "Confirmed. Its last values")
        bench.service.hold = held("GET", asyncio.Event())
        await bench.type(pilot, "r")
        await until(pilot, "Reading…")
        await bench.type(pilot, "escape")
        await until(pilot, lambda: "Reading…" not in screen_text(pilot.app))


async def test_keys_typed_while_a_change_is_saved_go_into_the_form_if_it_is_refused(
    bench: Bench,
) -> None:
    refusing(bench)
    async with bench.shown() as pilot:
        answer = await start_saving(bench, pilot)
        post(pilot, "8081 tab 9")
        await until(pilot, "Your keys wait for what is under way")
        answer.set()
        await until(pilot, "Frontend port 24224 → 8081")
        await until(pilot, "Backend port 24224 → 9")


async def test_a_command_typed_while_a_change_is_saved_is_found_once_it_is_available(
    bench: Bench,
) -> None:
    async with bench.shown() as pilot:
        answer = await start_saving(bench, pilot)
        post(pilot, ": undo enter")
        await until(pilot, "Your keys wait for what is under way")
        answer.set()
        await until(pilot, "Frontend port 24999 → 24224")


async def test_y_in_one_piece_with_d_deletes_nothing_but_does_so_later(bench: Bench) -> None:
    async with bench.shown() as pilot:
        post(pilot, "dy")
        await until(pilot, "Too quick: press y again")
        assert bench.service.made("DELETE") == []
        await bench.type(pilot, "y")
        await until(pilot, "Confirmed. Its last values")
    assert len(bench.service.made("DELETE")) == 1


@pytest.mark.parametrize("key", ["escape", "enter", "n"])
async def test_cancel_in_one_piece_with_d_closes_the_dialog(bench: Bench, key: str) -> None:
    async with bench.shown() as pilot:
        post(pilot, f"d {key} j")
        await until(pilot, "▸ Protocol")
        assert len(pilot.app.screen_stack) == 1
    assert bench.service.made("DELETE") == []


async def test_ctrl_q_quits_at_once_although_keys_wait(bench: Bench) -> None:
    bench.service.hold = held("GET", asyncio.Event())
    async with bench.run() as pilot:
        post(pilot, f"{PORT_ID} enter e tab 24999")
        await until(pilot, "Your keys wait for the port")
        post(pilot, "ctrl+q")
        await until(pilot, lambda: pilot.app._exit)


async def test_keys_that_scroll_the_help_add_up_in_one_piece(bench: Bench) -> None:
    async with bench.shown() as pilot:
        post(pilot, "? down down j up")
        await at_rest(pilot)
        assert pilot.app.screen.query_one("#dialog").scroll_offset.y == 2
