"""Keys one after the other, as they were typed.

Textual has a text field take a letter at once, while a key that is bound to an action (backspace,
tab, Enter) rises to the app first. Keys that arrive in one piece, as they do on a bad line, so
change places: 1 backspace 2 would become nothing, and 8080 tab 9090 one number.
"""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Any, Final

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

_ROUNDS: Final = 4  # of messages that follow from a key: action, submission, dialog, its focus
_START: Final = object()
_LONGEST: Final = 0.5  # seconds that a key waits for the one before


class InOrder:
    """Lets a key go on when all has happened that the one before it led to."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._waiting: deque[events.Key | events.Paste] = deque()
        self._at_work: events.Key | events.Paste | object | None = _START
        self._settling: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Something has the focus now, so that there is a place for what was typed early."""
        self.handled()

    def admits(self, event: events.Key | events.Paste) -> bool:
        """Whether an event is to be handled now; if not, it may be handed to the app again."""
        if self._over:
            return False
        if self._at_work is None:
            self._at_work = event
        elif event is not self._at_work:
            self._waiting.append(event)
        return event is self._at_work

    def handled(self) -> None:
        """The app has handed on the event that was admitted."""
        self._settling = asyncio.create_task(self._go_on())

    @property
    def _over(self) -> bool:
        """Whether the app is about to end: its screens go, and keys have nowhere to go."""
        return self._app.return_code is not None

    async def _go_on(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST):
                for _ in range(_ROUNDS):
                    await self._let_messages_rise()
        self._at_work = following = self._waiting.popleft() if self._waiting else None
        if following:
            self._app.call_next(self._app.on_event, following)

    async def _let_messages_rise(self) -> None:
        """Follow the way of a message, from what has the focus up to the app."""
        if self._over:
            return
        start = self._app.focused or self._app.screen
        for node in start.ancestors_with_self:  # the app is the last
            await _reached(node)


async def _reached(node: MessagePump) -> None:
    """Wait until a widget has dealt with all it has been sent so far."""
    reached = asyncio.Event()
    if node.is_running and node.call_later(reached.set):
        await reached.wait()
