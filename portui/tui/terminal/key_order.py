"""Handling keys in the order in which they were typed.

In Textual, an input takes a letter at once, while a key that is bound to an action (backspace, tab,
Enter) first bubbles up to the app. Keys that arrive together, as on a bad line, would be handled
out of order: `1 backspace 2` would leave `1`, and `8080 tab 9090` would become one number.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

_ROUNDS: Final = 4  # of messages after a key: action, submission, dialog, its focus
_START: Final = object()
_LONGEST: Final = 0.5  # seconds that a key waits for the previous one at most


class KeyOrder:
    """Passes a key on once the effects of the previous key are complete."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._waiting: deque[events.Key | events.Paste] = deque()
        self._current: events.Key | events.Paste | object | None = _START
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Start passing keys on, beginning with those that have been waiting."""
        self._task = asyncio.create_task(self._next())

    async def dispatch(
        self, event: events.Event, handle: Callable[[events.Event], Awaitable[None]]
    ) -> None:
        """Handle an event; queue a key or a paste if it isn't its turn yet."""
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
        """Whether the app is exiting: its screens are closing, and nothing is left to take keys."""
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
        """Wait for each node from the focused widget up to the app to handle its messages."""
        if self._app_has_ended:
            return
        start = self._app.focused or self._app.screen
        for node in start.ancestors_with_self:  # the app is the last
            await _is_idle(node)


async def _is_idle(node: MessagePump) -> None:
    """Wait until a node has handled all messages sent to it so far."""
    idle = asyncio.Event()
    if node.is_running and node.call_later(idle.set):
        await idle.wait()
