"""What an app under test shows, as text."""

import asyncio
import re
from collections.abc import Callable

from textual._compositor import LayoutUpdate
from textual.app import App
from textual.pilot import Pilot

from portui.tui.app import AppResult

_SETTLED = 10  # looks at a screen that is the same
LONGEST = 30.0  # seconds; ten times what a slow machine needs


def same_if_alike(svg: str) -> str:
    """A picture without the number that Rich makes of how its styles came about."""
    return re.sub(r"terminal-\d+", "terminal", svg)


def screen_text(app: App[AppResult]) -> str:
    """The screen's text, modals included, a line for each row."""
    compositor, behind = app.screen._compositor, app._background_screens
    update = compositor.render_update(full=True, screen_stack=behind)
    assert isinstance(update, LayoutUpdate)
    rows = ("".join(strip.text for strip in strips) for strips in update.strips)
    return "\n".join(row.rstrip() for row in rows)


async def until(pilot: Pilot[AppResult], condition: str | Callable[[], bool]) -> None:
    """Wait until a text is on the screen, or a condition holds; fail with the screen's text."""
    try:
        async with asyncio.timeout(LONGEST):
            while not (
                condition in screen_text(pilot.app) if isinstance(condition, str) else condition()
            ):
                await pilot.pause(0.01)
    except TimeoutError:
        raise AssertionError(f"never came: {condition}\n{screen_text(pilot.app)}") from None


async def settled(pilot: Pilot[AppResult]) -> None:
    """Wait until the screen has been the same for some while: layout and paint follow a key."""
    same, before = 0, ""
    async with asyncio.timeout(LONGEST):
        while same < _SETTLED:
            await pilot.pause(0.01)
            now = pilot.app.export_screenshot()
            same, before = (same + 1 if now == before else 0), now
