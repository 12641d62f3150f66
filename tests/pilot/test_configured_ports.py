"""Ports that a pipeline's configuration made: their form, and kubectl's list of them."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from textual import events
from textual.pilot import Pilot

from portui.tui.dependencies import AppResult
from tests.support.app import Bench
from tests.support.kubectl import pipeline_json, pipeline_yaml
from tests.support.ports import PORT, PORT_ID
from tests.support.screen import screen_text, until

pytestmark = pytest.mark.anyio

OTHER = UUID("00000000-0000-4000-8000-00000000000f")


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_the_form_of_a_port_with_a_plugin_says_that_the_configuration_made_it(
    bench: Bench, size: tuple[int, int]
) -> None:
    async with bench.shown(size) as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await until(pilot, "The pipeline's config made it and may")
        await bench.type(pilot, *"70000", "enter")
        await until(pilot, "whole number")
        for words in ("Protocol", "Endpoint", "Save", "Cancel"):
            assert words in screen_text(pilot.app)


@pytest.mark.parametrize("plugin_id", [None, ""])
async def test_the_form_of_another_port_claims_nothing(bench: Bench, plugin_id: str | None) -> None:
    bench.service.ports = {PORT_ID: replace(PORT, plugin_id=plugin_id)}
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        assert "config" not in screen_text(pilot.app)


# --- kubectl ---


async def _paste(pilot: Pilot[AppResult], text: str) -> None:
    await until(pilot, lambda: pilot.app.focused is not None)
    pilot.app.post_message(events.Paste(text))


async def test_kubectls_pipeline_with_one_port_fills_in_its_id(bench: Bench) -> None:
    async with bench.run() as pilot:
        await _paste(pilot, pipeline_yaml(PORT_ID))
        await until(pilot, f"Port ID  {PORT_ID}")
        await bench.type(pilot, "enter")
        await until(pilot, "Read 14:03:07 UTC")


@pytest.mark.parametrize("written", [pipeline_yaml, pipeline_json])
@pytest.mark.parametrize("padding", ["", "x" * 10_000])
async def test_several_ports_are_listed_to_pick_from_however_long_the_paste(
    bench: Bench, written: Callable[..., str], padding: str
) -> None:
    bench.service.ports[OTHER] = replace(PORT, id=OTHER)
    async with bench.run() as pilot:
        await _paste(pilot, written(PORT_ID, OTHER, config=padding))
        await until(pilot, "2 port IDs found: press a number to pick one")
        assert f" 1 {PORT_ID}" in screen_text(pilot.app)
        assert f" 2 {OTHER}" in screen_text(pilot.app)
        await bench.type(pilot, "enter")  # the line holds only the beginning of a long paste
        await until(pilot, f" 2 {OTHER}")
        assert bench.service.calls == []
        await bench.type(pilot, "2")
        await until(pilot, "Read 14:03:07 UTC")
        assert [port_id for _, port_id, _ in bench.service.calls] == [OTHER]


async def test_a_pipeline_without_ports_has_no_port_id(bench: Bench) -> None:
    async with bench.run() as pilot:
        await _paste(pilot, pipeline_yaml())
        await until(pilot, "No port ID found")
