"""The app on the demo, filmed while keys are pressed at a pace that a reader can follow.

Time passes only between frames, so every recording of the same keys has the same frames.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
from textual import events
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input

from portui.api.client import CloudClient
from portui.api.exchange import Exchange
from portui.clock import Clock
from portui.demo import create_app
from portui.operations.service import Service
from portui.settings import Token
from portui.tui.dependencies import AppResult
from portui.tui.screens.dialog import Dialog
from tests.screenshots.film import Frame
from tests.support.app import Bench
from tests.support.screen import lines_on, still, until

_LATENCY = 0.041  # seconds
_TO_READ = 0.5  # seconds after which a dialog takes all keys
_TYPING = 0.16  # seconds from one letter to the next
_NAMES = {
    "enter": "Enter",
    "escape": "Esc",
    "down": "↓",
    "f4": "F4",
    "slash": "/",
    "right_square_bracket": "]",
}


@dataclass
class DemoBench(Bench):
    """The app on the demo service, where time passes only for replies and between frames."""

    started: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self.started = self.seconds

    def clock(self) -> Clock:
        """Return a clock whose time of day moves along with the seconds."""
        return super().clock()._replace(now=self._time_of_day)

    def _time_of_day(self) -> datetime:
        return self.now() + timedelta(seconds=self.seconds - self.started)

    async def _connect(self, token: Token) -> Service:
        demo = create_app(latency=self._latency, clock=self._nanoseconds)
        transport = httpx.ASGITransport(demo, raise_app_exceptions=False)
        exchange = Exchange(self.settings.profile, token, transport=transport)
        exchange.prepare()
        return CloudClient(exchange, read_only=False)

    def _latency(self) -> float:
        self.seconds += _LATENCY
        return 0.0

    def _nanoseconds(self) -> int:
        return int(self._time_of_day().timestamp()) * 1_000_000_000


@dataclass
class Recorder:
    """Presses keys, and keeps what the screen shows after each."""

    bench: DemoBench
    pilot: Pilot[AppResult]
    frames: list[Frame] = field(default_factory=list)

    async def look(
        self, seconds: float, shows: str | Callable[[], bool], *, key: str = "", name: str = ""
    ) -> None:
        """Wait until the screen shows a text, or a condition holds, and add a frame of it."""
        await until(self.pilot, shows)
        await until(self.pilot, self._is_painted)
        early = min(seconds, _TO_READ)
        self.bench.seconds += early
        self.pilot.app.screen.refresh_bindings()
        await still(self.pilot)
        self.frames.append(Frame(lines_on(self.pilot.app), seconds, key, name))
        self.bench.seconds += seconds - early

    async def press(self, key: str, seconds: float, shows: str, *, name: str = "") -> None:
        """Press a key, and add a frame of what follows."""
        await self.pilot.press(key)
        await self.look(seconds, shows, key=_NAMES.get(key, key), name=name)

    async def paste(self, text: str, seconds: float, *, name: str = "") -> None:
        """Paste a text, and add a frame."""
        self.pilot.app.post_message(events.Paste(text))
        await self.look(seconds, text, key="paste", name=name)

    async def type(self, text: str, seconds: float, shows: str, *, name: str = "") -> None:
        """Type a text, and add a frame for each letter; the last one stays for longer."""
        for end in range(1, len(text)):
            await self.pilot.press(text[end - 1])
            await self.look(_TYPING, _typed(self.pilot.app, text[:end]))
        await self.pilot.press(text[-1])
        await self.look(seconds, shows, name=name)

    def _is_painted(self) -> bool:
        """Return whether a dialog, if there is one, counts the time for which it can be read."""
        screen = self.pilot.app.screen
        return not isinstance(screen, Dialog) or screen._painted_at is not None


def _typed(app: App[AppResult], text: str) -> Callable[[], bool]:
    """Return whether the input that has the focus ends with a text, as a condition."""
    return lambda: isinstance(app.focused, Input) and app.focused.value.endswith(text)


@asynccontextmanager
async def recording() -> AsyncIterator[Recorder]:
    """Run the app on a demo of its own."""
    bench = DemoBench()
    async with bench.run(size=(80, 24)) as pilot:
        yield Recorder(bench, pilot)
