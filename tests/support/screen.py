"""What an app under test shows, as text."""

import asyncio
import re
from collections.abc import Callable, Iterable

from rich.style import Style
from textual._compositor import LayoutUpdate
from textual.app import App
from textual.pilot import Pilot
from textual.strip import Strip

from portui.tui.dependencies import AppResult
from portui.tui.widgets.lines import PLAIN, Line
from portui.tui.widgets.port_pane import PortPane
from portui.tui.widgets.status_line import StatusLine

_SETTLED = 10  # identical screens in a row
LONGEST = 60.0  # seconds; ten times what a slow machine needs


def same_if_alike(svg: str) -> str:
    """Return a screenshot without Rich's `terminal-…` number, which can differ for equal ones."""
    return re.sub(r"terminal-\d+", "terminal", svg)


def lines_on(app: App[AppResult]) -> tuple[Line, ...]:
    """Return the lines on the screen, including modals, with their styles."""
    return tuple(
        tuple((text, style or PLAIN) for text, style, _ in Strip.join(strips).simplify())
        for strips in _strips(app)
    )


def screen_text(app: App[AppResult]) -> str:
    """Return the screen's text, including modals, with one line per row."""
    rows = ("".join(strip.text for strip in strips) for strips in _strips(app))
    return "\n".join(row.rstrip() for row in rows)


def _strips(app: App[AppResult]) -> Iterable[Iterable[Strip]]:
    compositor, behind = app.screen._compositor, app._background_screens
    update = compositor.render_update(full=True, screen_stack=behind)
    assert isinstance(update, LayoutUpdate)
    return update.strips


def focused_id(pilot: Pilot[AppResult]) -> str | None:
    """Return the ID of the widget that has the focus."""
    return pilot.app.focused.id if pilot.app.focused else None


async def until(pilot: Pilot[AppResult], condition: str | Callable[[], bool]) -> None:
    """Wait until a text is on the screen or a condition holds.

    On timeout, the `AssertionError` contains the screen's text.
    """
    try:
        async with asyncio.timeout(LONGEST):
            while not (
                condition in screen_text(pilot.app) if isinstance(condition, str) else condition()
            ):
                await pilot.pause(0.01)
    except TimeoutError:
        raise AssertionError(f"never came: {condition}\n{screen_text(pilot.app)}") from None


async def still(pilot: Pilot[AppResult]) -> None:
    """Redraw ages by the scripted clock, and wait for the last paint."""
    for screen in pilot.app.screen_stack:
        for drawn in (*screen.query(StatusLine), *screen.query(PortPane)):
            drawn.draw()
    await settled(pilot)


async def settled(pilot: Pilot[AppResult]) -> None:
    """Wait until the screen stops changing, since layout and paint come some time after a key."""
    same, before = 0, lines_on(pilot.app)
    async with asyncio.timeout(LONGEST):
        while same < _SETTLED:
            await pilot.pause(0.01)
            now = lines_on(pilot.app)
            same, before = (same + 1 if now == before else 0), now


def screen_styles(app: App[AppResult]) -> set[Style]:
    """Return the styles in which the screen is drawn, including modals."""
    return {style for line in lines_on(app) for _, style in line}


def colourless(app: App[AppResult]) -> tuple[Line, ...]:
    """Return what is seen without colours: the text, and what is reverse, bold or dim."""
    return tuple(
        tuple(
            (text, Style(reverse=style.reverse, bold=style.bold, dim=style.dim))
            for text, style in line
        )
        for line in lines_on(app)
    )
