"""All pictures in `screenshots/`, by name."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from tests.screenshots.film import Frame, draw_film
from tests.screenshots.recorder import Recorder, recording
from tests.screenshots.scenes import edit_and_undo, find_and_open, mishaps

FOLDER: Final = Path(__file__).parents[2] / "screenshots"

_TITLES: Final = {
    "edit-and-undo": "A port is looked up by its ID, its frontend port changed, and changed back",
    "find-and-open": "The ports of the project are filtered by words, and one of them is opened",
    "lookup": "A port ID that was pasted, to be looked up",
    "port": "A pipeline port, looked up",
    "ports": "All ports of the project, filtered by words",
    "edit": "The form, with the change as it would be sent",
    "refused": "A change that the service refused, as it was typed",
    "delete": "The question before a port is deleted",
    "error": "A port that doesn't exist",
}
"""What each picture shows, for those who can't see it."""


async def draw_pictures() -> dict[str, str]:
    """Return the pictures as SVG: the films, and each frame of a scene that has a name."""
    editing, finding, others = [
        await _record(scene) for scene in (edit_and_undo, find_and_open, mishaps)
    ]
    stills = {frame.name: frame for frame in (*editing, *finding, *others) if frame.name}
    drawn = {
        name: draw_film([replace(frame, key="")], _TITLES[name]) for name, frame in stills.items()
    }
    for name, film, still in (
        ("edit-and-undo", editing, "edit"),
        ("find-and-open", finding, "ports"),
    ):
        drawn[name] = draw_film(film, _TITLES[name], film.index(stills[still]))
    return drawn


async def _record(scene: Callable[[Recorder], Awaitable[None]]) -> list[Frame]:
    async with recording() as demo:
        await scene(demo)
    return demo.frames
