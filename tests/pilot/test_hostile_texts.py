"""Hostile text, from the service or pasted, wherever the running app shows it."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from textual import events

from portui.api.errors import (
    Peer,
    RedirectedError,
    RefusedError,
    ServiceError,
    TlsError,
    UnavailableError,
)
from portui.port.model import Port, Unreadable
from portui.settings import DEMO, Origin, Profile
from tests.support.app import Bench
from tests.support.hostile_text import ESCAPES, INVISIBLE, MARKUP, STACKED, WORST, dangers
from tests.support.ports import PORT, PORT_ID
from tests.support.screen import screen_text, until

pytestmark = pytest.mark.anyio

TEXTS = {
    "escapes": "".join(ESCAPES),
    "invisible": "".join(INVISIBLE),
    "stacked": "".join(STACKED),
    "markup": "".join(MARKUP),
    "long": "A" * 100_000,
    "worst": WORST,
}


def _port(text: str) -> Port:
    return replace(
        PORT,
        protocol=text,
        kind=text,
        backend_port=Unreadable(text),
        endpoint=text,
        plugin_id=text,
        plugin_name=text,
        plugin_alias=Unreadable(text),
        created_at=Unreadable(text),
        updated_at=datetime(1, 1, 1, tzinfo=UTC),
        unknown=((text, text), (text[::-1], text)),
    )


def _check(text: str) -> None:
    assert [danger for row in text.split("\n") for danger in dangers(row)] == []


def _made(bench: Bench, calls: int) -> bool:
    return len(bench.service.calls) == calls


@pytest.mark.parametrize("size", [(80, 24), (40, 12)], ids=["80x24", "40x12"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_hostile_text_in_a_port_is_harmless_on_every_screen_that_shows_it(
    bench: Bench, text: str, size: tuple[int, int]
) -> None:
    bench.settings = DEMO._replace(
        profile=Profile(text, Origin.parse("http://localhost"), protected=True)
    )
    bench.service.ports = {PORT_ID: _port(text)}
    bench.service.failures["PATCH"] = [RefusedError(422, text, text)]
    async with bench.run(PORT_ID, size) as pilot:
        await until(pilot, "Read 14:03:07")
        _check(screen_text(pilot.app))
        await bench.type(pilot, "end")
        await pilot.pause()
        _check(screen_text(pilot.app))
        await bench.open_dialog(pilot, "e", "Save")
        _check(screen_text(pilot.app))
        await bench.type(pilot, *"1", "enter", "enter")
        await until(pilot, "Not saved")
        _check(screen_text(pilot.app))
        await pilot.pause()
        bench.seconds += 1
        await bench.type(pilot, "escape")
        await until(pilot, "Discard your changes?")
        await bench.type(pilot, "y")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        await bench.open_dialog(pilot, "d", "Delete this port?")
        _check(screen_text(pilot.app))


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_hostile_text_in_an_error_is_shown_harmlessly(bench: Bench, text: str) -> None:
    errors: list[ServiceError] = [
        RefusedError(403, text, text),
        UnavailableError(500, text),
        RedirectedError(302, text),
        TlsError(Peer(text), text, untrusted=True),
    ]
    async with bench.shown() as pilot:
        for number, error in enumerate(errors, start=2):
            bench.service.failures["GET"] = [error]
            await bench.type(pilot, "r")
            await until(pilot, partial(_made, bench, number))
            await until(pilot, "✗")
            _check(screen_text(pilot.app))


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_a_hostile_paste_is_shown_harmlessly_in_every_input(bench: Bench, text: str) -> None:
    async with bench.shown() as pilot:
        pilot.app.post_message(events.Paste(text))
        await until(pilot, "No port ID found")
        _check(screen_text(pilot.app))
        await bench.type(pilot, "escape")
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, "tab", "tab")
        pilot.app.post_message(events.Paste(text))
        await until(pilot, lambda: "No changes" not in screen_text(pilot.app))
        _check(screen_text(pilot.app))
