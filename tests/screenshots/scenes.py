"""The scenes that the pictures show."""

from typing import Final

from portui.demo.sample import FORWARD_PORT_ID
from tests.screenshots.recorder import Recorder

_MISSING: Final = "123e4567-e89b-12d3-a456-42661417ffff"


async def edit_and_undo(demo: Recorder) -> None:
    """Look up a port by its ID, change its frontend port, and undo the change."""
    await demo.look(1.2, "token: none needed")
    await demo.paste(str(FORWARD_PORT_ID), 1.2, name="lookup")
    await demo.press("enter", 2.2, "Read ", name="port")
    await demo.press("e", 1.2, "Enter Next")
    await demo.type("24225", 2.0, "→ 24225", name="edit")
    await demo.press("enter", 1.0, "Enter Save")
    await demo.press("enter", 2.8, "Saved and confirmed")
    await demo.press("u", 2.0, "→ 24224")
    await demo.press("enter", 3.0, "Frontend port 24225 → 24224")


async def find_and_open(demo: Recorder) -> None:
    """Filter the ports of the project by words, and open one of them, and the one after it."""
    await demo.look(1.2, "token: none needed")
    await demo.press("f4", 1.8, "pipelines read")
    await demo.type("syslog", 1.4, "8 of ", name="ports")
    await demo.type(" tcp", 2.0, "4 of ")
    await demo.press("enter", 0.7, "Enter Open")
    await demo.press("down", 0.5, "▸ firewall-palo-alto")
    await demo.press("down", 0.9, "▸ syslog-eu")
    await demo.press("enter", 3.0, "tcp 6514 → 6514")
    await demo.press("right_square_bracket", 2.4, "tcp 6515 → 6514")
    await demo.press("escape", 1.6, "Enter Open")


async def mishaps(demo: Recorder) -> None:
    """Have a change refused, look at what a deletion asks, and look up a port that isn't there."""
    await demo.look(1.0, "token: none needed")
    await demo.paste(str(FORWARD_PORT_ID), 1.0)
    await demo.press("enter", 1.0, "Read ")
    await demo.press("e", 1.0, "Enter Next")
    await demo.type("8080", 1.0, "→ 8080")
    await demo.press("enter", 1.0, "Enter Save")
    await demo.press("enter", 1.0, "already in use", name="refused")
    await demo.press("escape", 1.0, "Discard your changes?")
    await demo.press("y", 1.0, "Read ")
    await demo.press("d", 1.0, "Delete this port", name="delete")
    await demo.press("escape", 1.0, "e Edit")
    await demo.press("slash", 1.0, "Enter Look up")
    await demo.paste(_MISSING, 1.0)
    await demo.press("enter", 1.0, "No such port", name="error")
