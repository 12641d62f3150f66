"""Makes `screenshots/*.svg` anew, from the running demo: `python -m tests.screenshots`."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from textual.pilot import Pilot

from portui.launch.app import compose_app
from portui.settings import DEMO
from portui.tui.app import PortuiApp
from portui.tui.dependencies import AppResult
from tests.support.screen import same_if_alike, settled, until

FOLDER = Path(__file__).parent.parent / "screenshots"
PORT = UUID("123e4567-e89b-12d3-a456-426614174000")
MISSING = UUID("123e4567-e89b-12d3-a456-42661417ffff")
DEAF = 0.5  # seconds, a little longer than dialogs ignore keys


async def main() -> None:
    """Walk through the demo, and take a picture at each stop."""
    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as state:
        await _walk(compose_app(DEMO, Path(state), ""))


async def _walk(app: PortuiApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, "token: none needed")
        await pilot.press(*str(PORT))
        await _picture(pilot, "lookup")
        await pilot.press("enter")
        await until(pilot, "Read ")
        await pilot.press("down", "down", "down")
        await _picture(pilot, "port")
        await pilot.press("enter")
        await pilot.pause(DEAF)
        await pilot.press(*"24225")
        await until(pilot, "→ 24225")
        await _picture(pilot, "edit")
        await pilot.press("ctrl+u", *"8080", "enter")
        await pilot.pause(DEAF)
        await pilot.press("enter")
        await until(pilot, "already in use")
        await _picture(pilot, "refused")
        await pilot.pause(DEAF)
        await pilot.press("escape")
        await pilot.pause(DEAF)
        await pilot.press("y", "d")
        await until(pilot, "Delete this port")
        await _picture(pilot, "delete")
        await pilot.pause(DEAF)
        await pilot.press("escape", "slash", *str(MISSING), "enter")
        await until(pilot, "No such port")
        await _picture(pilot, "error")
        await pilot.press("f4")
        await until(pilot, "pipelines read")
        await pilot.press(*"edge", "enter", "down")
        await _picture(pilot, "ports")


async def _picture(pilot: Pilot[AppResult], name: str) -> None:
    await settled(pilot)
    svg = pilot.app.export_screenshot(title="portui")
    (FOLDER / f"{name}.svg").write_text(same_if_alike(svg), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
