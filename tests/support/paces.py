"""Typing at different paces, and what it leaves: on the screen, in the journal, on the service."""

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from textual import events
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Input

from portui.journal import Storage
from portui.tui.app import AppResult, PortuiApp
from portui.tui.screens.dialog import Dialog
from portui.tui.terminal.input import Burst, InputParser
from tests.support.app import Bench, FakeService
from tests.support.ports import PORT_ID
from tests.support.screen import LONGEST, screen_text

_SENT: Final = {
    "enter": "\r", "tab": "\t", "space": " ", "backspace": "\x7f", "escape": "\x1b",
    "shift+tab": "\x1b[Z", "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D",
    "home": "\x1b[H", "end": "\x1b[F", "f1": "\x1bOP",
    "ctrl+p": "\x10", "ctrl+q": "\x11", "ctrl+s": "\x13", "ctrl+u": "\x15",
    "paste": f"\x1b[200~{PORT_ID}\x1b[201~",
}  # fmt: skip
"""What a terminal sends for the keys that are no characters, and for a paste of the port's ID."""


def keys_of(token: str) -> tuple[str, ...]:
    """Return the keys of a token: the one that it names, or else its characters."""
    return (token,) if token in _SENT else tuple(token)


def one_by_one(keys: Sequence[str]) -> list[Message]:
    """Return the events of keys that come singly."""
    return [event for key in keys for event in in_one_piece((key,))]


def in_one_piece(keys: Sequence[str]) -> list[Message]:
    """Return the events of keys that come in one piece; characters in a row are a `Burst`."""
    parser, found = InputParser(), list[Message]()
    for key in keys:
        found += parser.feed(_SENT.get(key, key).encode(), 0.0)
        if key == "escape":
            found += parser.tick(1.0)
    return [*found, *parser.flush()]


@dataclass
class SlowService(FakeService):
    """A service that replies after a number of the event loop's turns."""

    turns: int = 0
    under_way: int = 0
    cancelled: bool = False
    """Whether a call was cancelled."""

    def __post_init__(self) -> None:
        self.hold = self._wait

    async def _wait(self, _: str, __: UUID) -> None:
        self.under_way += 1
        try:
            for _turn in range(self.turns):
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        finally:
            self.under_way -= 1

    @property
    def changes(self) -> list[tuple[str, UUID, object]]:
        """The calls that change something."""
        return [call for call in self.calls if call[0] != "GET"]


def _is_busy(app: PortuiApp, service: SlowService) -> bool:
    order, screen = app._key_order, app.screen
    if order._current is not None or service.under_way:
        return True
    if any("(run)" in thread.name for thread in threading.enumerate()):  # `in_daemon_thread`
        return True
    if screen._layout_required or screen._callbacks or screen._dirty_widgets:
        return True
    if isinstance(screen, Dialog):
        return not screen.takes_keys
    return any(worker.group != "terminal" and not worker.is_finished for worker in app.workers)


async def at_rest(pilot: Pilot[AppResult], service: SlowService) -> None:
    """Wait until all that the keys set off has happened."""
    app = pilot.app
    assert isinstance(app, PortuiApp)
    before = None
    try:
        async with asyncio.timeout(LONGEST):
            while app.return_code is None:
                await pilot._wait_for_screen()
                await asyncio.sleep(0.001)
                if app.return_code is not None:
                    return
                now = None if _is_busy(app, service) else screen_text(app)
                if now is not None and now == before:
                    return
                before = now
    except TimeoutError:
        raise AssertionError(f"no rest\n{screen_text(app)}") from None
