"""Keys in the order in which they were typed.

In Textual, a text field takes a letter at once, while a key that is bound to an action (backspace,
tab, Enter) first rises to the app. Keys that arrive in one piece, as on a bad line, would so change
places: `1 backspace 2` would become nothing, and `8080 tab 9090` one number.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

_ROUNDS: Final = 4  # of messages that follow a key: action, submission, dialog, its focus
_START: Final = object()
_LONGEST: Final = 0.5  # seconds that a key waits for the one before


class KeyOrder:
    """Passes a key on once everything has happened that the key before it set off."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._waiting: deque[events.Key | events.Paste] = deque()
        self._current: events.Key | events.Paste | object | None = _START
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Pass on what was typed before something had the focus."""
        self._task = asyncio.create_task(self._next())

    async def dispatch(
        self, event: events.Event, handle: Callable[[events.Event], Awaitable[None]]
    ) -> None:
        """Handle an event; a key or a paste, when its turn has come."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await handle(event)
        elif self._is_its_turn(event):
            try:
                await handle(event)
            finally:
                self._task = asyncio.create_task(self._next())

    def _is_its_turn(self, event: events.Key | events.Paste) -> bool:
        if self._app_has_ended:
            return False
        if self._current is None:
            self._current = event
        elif event is not self._current:
            self._waiting.append(event)
        return event is self._current

    @property
    def _app_has_ended(self) -> bool:
        """Whether the app is about to end: its screens are closing, and keys have nowhere to go."""
        return self._app.return_code is not None

    async def _next(self) -> None:
        """Wait for the messages that follow the last key, then handle the next one."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST):
                for _ in range(_ROUNDS):
                    await self._let_messages_bubble()
        self._current = following = self._waiting.popleft() if self._waiting else None
        if following:
            self._app.call_next(self._app.on_event, following)

    async def _let_messages_bubble(self) -> None:
        """Follow the way of a message, from what has the focus up to the app."""
        if self._app_has_ended:
            return
        start = self._app.focused or self._app.screen
        for node in start.ancestors_with_self:  # the app is the last
            await _is_idle(node)


async def _is_idle(node: MessagePump) -> None:
    """Wait until a widget has handled all messages that it was sent so far."""
    idle = asyncio.Event()
    if node.is_running and node.call_later(idle.set):
        await idle.wait()
