"""Deleting with keys: nothing is deleted by accident, and a deleted port stays on screen."""

from dataclasses import replace
from uuid import UUID

import pytest

from portui.api.errors import ConnectionLostError, DeadlineError, RefusedError
from portui.settings import DEMO
from tests.support.app import Bench
from tests.support.screen import focused_id, screen_text, until

pytestmark = pytest.mark.anyio


async def test_cancel_has_focus_and_enter_keeps_the_port(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "d", "Delete this port?")
        assert focused_id(pilot) == "cancel"
        await bench.type(pilot, "enter")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
    assert bench.service.made("DELETE") == []


async def test_y_deletes_and_a_read_confirms_it(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "d", "Delete this port?")
        await bench.type(pilot, "y")
        await until(pilot, "Confirmed. Its last values")
        assert "forward.demo.example:24224" in screen_text(pilot.app)
    assert [method for method, _, _ in bench.service.calls] == ["GET", "GET", "DELETE", "GET"]


async def test_a_y_typed_as_the_dialog_opens_is_ignored(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await pilot.press("d", "y")
        await until(pilot, "Delete this port?")
        await pilot.press("y")
        await pilot.pause()
        assert len(pilot.app.screen_stack) == 2
    assert bench.service.made("DELETE") == []


async def test_a_y_in_the_middle_of_typing_is_ignored(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "d", "Delete this port?")
        await pilot.press("x", "y")
        await pilot.pause()
        assert len(pilot.app.screen_stack) == 2
    assert bench.service.made("DELETE") == []


async def test_a_protected_profile_requires_typing_the_frontend_port(bench: Bench) -> None:
    bench.settings = DEMO._replace(profile=DEMO.profile._replace(protected=True))
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "d", "To delete, type 24224")
        assert focused_id(pilot) == "cancel"
        await bench.type(pilot, "y", "enter")
        await until(pilot, "No match")
        assert bench.service.made("DELETE") == []
        await bench.type(pilot, "backspace", *"24224", "enter")
        await until(pilot, "Confirmed. Its last values")


async def test_a_refused_deletion_keeps_the_port_and_shows_the_services_reason(
    bench: Bench,
) -> None:
    bench.service.failures["DELETE"] = [RefusedError(403, "permission denied")]
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "d", "Delete this port?")
        await bench.type(pilot, "y")
        await until(pilot, "Not deleted: permission denied")
        assert "deleted  tcp" not in screen_text(pilot.app)


async def test_a_port_that_still_exists_after_a_lost_reply_is_not_called_deleted(
    bench: Bench,
) -> None:
    bench.service.failures["DELETE"] = [ConnectionLostError()]
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "d", "Delete this port?")
        await bench.type(pilot, "y")
        await until(pilot, "Not confirmed: the port still exists")
    assert len(bench.service.made("DELETE")) == 1


@pytest.mark.parametrize("size", [(80, 24), (80, 20), (40, 12)])
async def test_the_id_and_cancel_are_visible_at_every_size(
    bench: Bench, size: tuple[int, int]
) -> None:
    bench.settings = DEMO._replace(profile=DEMO.profile._replace(protected=True))
    long = replace(next(iter(bench.service.ports.values())), endpoint="e" * 300, plugin_id="p" * 90)
    bench.service.ports = dict.fromkeys(bench.service.ports, long)
    async with bench.run(next(iter(bench.service.ports)), size) as pilot:
        await until(pilot, "tcp 24224")
        await bench.open_dialog(pilot, "d", "Delete this port?")
        text = screen_text(pilot.app)
        assert "123e4567-e89b-12d3-a456-426614174000" in text.partition("Delete this port?")[2]
        assert "Cancel  " in text
        assert "To delete, type 24224" in text


async def test_a_refresh_after_a_deletion_says_that_the_port_is_still_deleted(
    bench: Bench,
) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "d", "Delete this port?")
        await bench.type(pilot, "y")
        await until(pilot, "Confirmed. Its last values")
        assert "u Create again" in screen_text(pilot.app)
        await bench.type(pilot, "r")
        await until(pilot, "✓ Still deleted")
        assert "may have been" not in screen_text(pilot.app)
        bench.service.failures["GET"] = [DeadlineError(30.0)]
        await bench.type(pilot, "r")
        await until(pilot, "The values shown are those of 14:03:07 UTC")
        assert "deleted  tcp 24224" in screen_text(pilot.app)


async def test_a_404_that_is_not_about_the_port_does_not_confirm_a_deletion(bench: Bench) -> None:
    bench.service.failures["DELETE"] = [ConnectionLostError()]
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "d", "Delete this port?")
        bench.service.failures["GET"] = [RefusedError(404, "not found")] * 9
        await bench.type(pilot, "y")
        await until(pilot, "Not deleted. The service doesn't know this call (404): not found")
        bench.service.failures["GET"] = []
        await bench.open_dialog(pilot, "d", "Delete this port?")

        async def lose_reads(method: str, _: UUID) -> None:
            if method == "DELETE":
                bench.service.failures["GET"] = [RefusedError(404, "not found")] * 9

        bench.service.hold = lose_reads
        await bench.type(pilot, "y")
        await until(pilot, "Outcome unknown")
        assert "deleted  tcp" not in screen_text(pilot.app)
