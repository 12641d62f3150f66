"""What an app under test shows, as text."""

import asyncio
import html
import re
from collections.abc import Callable

from textual.app import App
from textual.pilot import Pilot

from portui.tui.app import Ending

LONGEST = 30.0  # seconds; ten times what a slow machine needs


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
