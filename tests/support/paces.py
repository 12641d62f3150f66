"""Typing slowly and in one piece, and what that leaves behind."""

import asyncio
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from unittest.mock import patch
from uuid import UUID

from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Input

from portui.journal import Storage
from portui.tui.app import PortuiApp
from portui.tui.dependencies import AppResult
from portui.tui.screens.dialog import Dialog
from portui.tui.screens.help import HelpScreen
from portui.tui.screens.main import MainScreen
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
"""What a terminal sends for keys that are no characters, and for a paste of the port's ID."""


def keys_of(words: str) -> tuple[str, ...]:
    """Return the keys of words, each the name of a key or else characters."""
    return tuple(
        key for word in words.split() for key in ((word,) if word in _SENT else tuple(word))
    )


def in_one_piece(keys: Iterable[str]) -> list[Message]:
    """Return the events of keys that come together; characters in a row are a `Burst`."""
    parser = InputParser()
    found: list[Message] = []
    for key in keys:
        found += parser.feed(_SENT.get(key, key).encode(), 0.0)
        if key == "escape":
            found += parser.tick(1.0)
    return [*found, *parser.flush()]


def one_by_one(keys: Iterable[str]) -> list[Message]:
    """Return the events of keys that come singly."""
    return [event for key in keys for event in in_one_piece((key,))]


def may_be_text(keys: Iterable[str]) -> bool:
    """Return whether some of the keys could be taken for a pasted text if they come together."""
    bursts = (event for event in in_one_piece(keys) if isinstance(event, Burst))
    texts = ("".join(key.character or "" for key in burst.keys) for burst in bursts)
    lines = (line.partition("\t")[0] for text in texts for line in text.split("\r"))
    return any(len(line) >= (8 if " " in line else 12) for line in lines)


@dataclass
class SlowService(FakeService):
    """A service that replies after a number of the event loop's turns."""

    turns: int = 0
    under_way: int = 0
    """The number of calls without a reply."""

    def __post_init__(self) -> None:
        self.hold = self._wait

    async def _wait(self, _: str, __: UUID) -> None:
        self.under_way += 1
        try:
            for _turn in range(self.turns):
                await asyncio.sleep(0)
        finally:
            self.under_way -= 1


async def at_rest(pilot: Pilot[AppResult]) -> None:
    """Wait until all that the keys so far set off has happened, or the app has ended."""
    app, looks = pilot.app, 0
    assert isinstance(app, PortuiApp)
    try:
        async with asyncio.timeout(LONGEST):
            while looks < 3 and app.return_code is None:
                await pilot._wait_for_screen()
                await asyncio.sleep(0.001)
                if app.return_code is None:
                    app.screen._on_timer_update()
                    looks = 0 if _is_busy(app) else looks + 1
    except TimeoutError:
        raise AssertionError(f"no rest\n{screen_text(app)}") from None


def _is_busy(app: PortuiApp) -> bool:
    screen = app.screen
    if app._keys.key_order._current is not None:
        return True
    if any("(run)" in thread.name for thread in threading.enumerate()):  # `in_daemon_thread`
        return True
    if screen._layout_required or screen._callbacks or screen._dirty_widgets:
        return True
    running = {worker.group for worker in app.workers if not worker.is_finished}
    if isinstance(screen, Dialog):  # for whose answer an action waits
        return not screen.takes_keys or "refresh" in running
    return bool(running - {"terminal"})


@dataclass
class Left:
    """What typing leaves behind."""

    screen: str
    """Without hints and ages, which pass."""
    focus: tuple[object, ...]
    copied: str
    journal: list[tuple[object, ...]] = field(default_factory=list)
    changes: list[object] = field(default_factory=list)
    """The calls to the service that change something."""
    ports: dict[UUID, object] = field(default_factory=dict)


@dataclass
class Seen:
    """What depends on the time by design."""

    too_quick: bool = False
    """Whether a deciding key was ignored."""
    stopped: bool = False
    """Whether Esc was pressed while something was under way, which it may have cancelled."""


@dataclass(frozen=True)
class Start:
    """Where typing begins."""

    name: str
    before: str = ""
    """Keys that lead there, each given its time."""
    head: str = ""
    """Keys that come first in each sequence."""
    first: UUID | None = PORT_ID
    set_up: Callable[[Bench], None] = lambda _: None

    async def type(
        self, keys: tuple[str, ...], turns: int, *, piece: list[Message] | None, pause: float = 0.0
    ) -> tuple[Left, Seen]:
        """Post the keys' events in one piece, or type them with pauses of seconds on the clock.

        `turns` are those that each reply of the service takes.
        """
        service = SlowService(turns=turns)
        bench = Bench(service=service)
        self.set_up(bench)
        with watched() as seen:
            async with bench.run(self.first) as pilot:
                await at_rest(pilot)
                await type_slowly(bench, pilot, keys_of(self.before), 1.0)
                bench.seconds += 1.0
                seen.too_quick = seen.stopped = False
                if piece is None:
                    await type_slowly(bench, pilot, keys, pause)
                for event in piece or ():
                    pilot.app.post_message(event)
                await at_rest(pilot)
                await _end_hints(pilot)
                left = _left_on(pilot)
        storage = Storage.under(bench.folder, bench.settings.origin.name, bench.now)
        left.journal = [
            (entry.intent.call, entry.intent.change, entry.result)
            for entry in storage.journal.entries()
        ]
        storage.run.end()
        left.changes = [call for call in service.calls if call[0] != "GET"]
        left.ports = dict(service.ports)
        return left, seen


async def type_slowly(
    bench: Bench, pilot: Pilot[AppResult], keys: Iterable[str], pause: float
) -> None:
    """Type keys, each once the screen has come to rest after the one before."""
    for key in keys:
        if pilot.app.return_code is None:
            bench.seconds += pause
            for event in one_by_one((key,)):
                pilot.app.post_message(event)
            await at_rest(pilot)


@contextmanager
def watched() -> Iterator[Seen]:
    """Watch what depends on the time by design."""
    seen, say, back = Seen(), Dialog.say, MainScreen.action_back

    def say_watched(dialog: Dialog[object], words: str, seconds: float = 4.0) -> None:
        seen.too_quick |= words.startswith("Too quick")
        say(dialog, words, seconds)

    def back_watched(screen: MainScreen) -> None:
        seen.stopped |= any(worker.group in ("actions", "refresh") for worker in screen.workers)
        back(screen)

    with (
        patch.object(Dialog, "say", say_watched),
        patch.object(MainScreen, "action_back", back_watched),
    ):
        yield seen


async def _end_hints(pilot: Pilot[AppResult]) -> None:
    for screen in pilot.app.screen_stack if pilot.app.return_code is None else ():
        if isinstance(screen, Dialog):
            screen.key_bar._end_hint()
        elif isinstance(screen, MainScreen):
            screen.say("")
    await at_rest(pilot)


def _left_on(pilot: Pilot[AppResult]) -> Left:
    app = pilot.app
    assert isinstance(app, PortuiApp)
    if app.return_code is not None:
        return Left("the app has ended", (), "")
    # The help lists what the keys did when F1 was pressed, which works at any time.
    text = "the help" if isinstance(app.screen, HelpScreen) else screen_text(app)
    focused = app.focused
    focus: tuple[object, ...] = (type(app.screen).__name__, focused and focused.id)
    if isinstance(focused, Input):
        focus = (*focus, focused.value, focused.cursor_position, focused.selection)
    without_age = re.sub(r"UTC, (just now|\d+ \w+ ago)", "UTC", text)
    return Left(without_age, (*focus, app._main.rows.cursor), app.clipboard)
