"""What an app under test shows, as text."""

import asyncio
import html
import re
from collections.abc import Callable

from textual.app import App
from textual.pilot import Pilot

from portui.tui.app import Ending

_SETTLED = 10  # looks at a screen that is the same
LONGEST = 30.0  # seconds; ten times what a slow machine needs


def same_if_alike(svg: str) -> str:
    """A picture without the number that Rich makes of how its styles came about."""
    return re.sub(r"terminal-\d+", "terminal", svg)


def screen_text(app: App[Ending]) -> str:
    """The screen's text, modals included, one line after the other without breaks."""
    pieces = re.findall(r"<text[^>]*>([^<]*)</text>", app.export_screenshot())
    return html.unescape("".join(pieces)).replace("\xa0", " ")


async def until(pilot: Pilot[Ending], condition: str | Callable[[], bool]) -> None:
    """Wait until a text is on the screen, or a condition holds; fail with the screen's text."""
    try:
        async with asyncio.timeout(LONGEST):
            while not (
                condition in screen_text(pilot.app) if isinstance(condition, str) else condition()
            ):
                await pilot.pause(0.01)
    except TimeoutError:
        raise AssertionError(f"never came: {condition}\n{screen_text(pilot.app)}") from None


async def settled(pilot: Pilot[Ending]) -> None:
    """Wait until the screen has been the same for some while: layout and paint follow a key."""
    same, before = 0, ""
    async with asyncio.timeout(LONGEST):
        while same < _SETTLED:
            await pilot.pause(0.01)
            now = pilot.app.export_screenshot()
            same, before = (same + 1 if now == before else 0), now
