"""Keys in the order in which they were typed, each where it belongs.

In Textual, a text field takes a letter at once, while a key bound to an action (backspace, tab,
Enter) first bubbles up to the app; and what a key sets off, such as a form or a reply of the
service, comes later still. Keys that arrive together would be taken in the wrong order and by the
wrong widget: `8080 tab 9090` would become one number. Here each key waits until what the keys
before it set off is on the screen, so that the same keys do the same at any speed.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Container, Sequence
from typing import Any, Final, TypeAlias

from textual import events
from textual.app import App
from textual.keys import _character_to_key
from textual.message_pump import MessagePump
from textual.widgets import Input

from portui.tui.terminal.input import Burst

Typed: TypeAlias = events.Key | events.Paste | Burst

_ROUNDS: Final = 4  # of messages that follow a key: action, submission, dialog, its focus
_START: Final = object()
_POLL: Final = 0.01  # seconds between two looks at whether the next key must still wait
_LOOKS_AT_MESSAGES: Final = 50
"""Looks at whether the messages that a key set off are handled, before the next key goes on.

Looks are counted, and not seconds, since a loop that was held up looks once, however long that was.
"""
_LOOKS: Final = 30  # polls after which the operator is told that keys wait
_DELIBERATE: Final = 0.3  # seconds after the last key, after which Esc isn't part of what waits
_RUN: Final = 12  # characters in a row, from which on they are text
_WORDS: Final = 8  # the same, where there are spaces between them
_LONGEST_TYPED: Final = 200  # keys in one piece; more than that is text


class KeyOrder:
    """Passes on a key when all that the keys before it set off has happened."""

    def __init__(
        self,
        app: App[Any],
        *,
        is_at_once: Callable[[events.Key], bool],
        leads_to_text: Callable[[events.Key], bool],
        must_wait: Callable[[events.Key | events.Paste], bool],
        on_wait: Callable[[], None],
        on_resume: Callable[[], None],
    ) -> None:
        """`is_at_once`: whether a key waits for nothing. `leads_to_text`: whether text follows it.

        `must_wait`: whether it is too early for a key.

        `on_wait` is called when a key has waited for some time, `on_resume` when it no longer does.
        """
        self._app = app
        self._is_at_once, self._leads_to_text = is_at_once, leads_to_text
        self._must_wait = must_wait
        self._on_wait, self._on_resume = on_wait, on_resume
        self._waiting: deque[Typed] = deque()
        self._current: Typed | object | None = _START
        self._held_up = False
        """Whether the next key is waiting for more than messages."""
        self._last_at = float("-inf")
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Pass on what was typed before any widget had the focus."""
        self._task = asyncio.create_task(self._next())

    async def dispatch(
        self, event: events.Event, handle: Callable[[events.Event], Awaitable[None]]
    ) -> None:
        """Handle an event; a key or a paste only when its turn comes."""
        if not isinstance(event, Typed) or event.is_forwarded:
            await handle(event)
        elif not self._is_open:
            return
        elif isinstance(event, events.Key) and self._is_at_once(event):
            await handle(event)
        elif event is self._current:
            try:
                await handle(event)
            finally:
                self._task = asyncio.create_task(self._next())
        else:
            self._add(event)

    @property
    def _is_open(self) -> bool:
        """Whether keys have somewhere to go: the screens aren't closing."""
        return self._app.return_code is None and bool(self._app.screen_stack)

    def _add(self, event: Typed) -> None:
        """Have an event that has just arrived wait for its turn."""
        since_last, self._last_at = event.time - self._last_at, event.time
        is_escape = isinstance(event, events.Key) and event.key == "escape"
        if is_escape and self._held_up and since_last > _DELIBERATE:
            self._waiting.clear()  # given up along with what they wait for
        self._waiting.append(event)
        if self._current is None:
            self._current = _START
            self._task = asyncio.create_task(self._pass_on())

    async def _next(self) -> None:
        """Wait for the messages that follow the last key, then pass on the next one."""
        following = asyncio.create_task(self._following_messages())
        for _ in range(_LOOKS_AT_MESSAGES):
            done, _ = await asyncio.wait({following}, timeout=_POLL)
            if done:
                following.result()  # raises what went wrong
                break
        else:
            following.cancel()
        await self._pass_on()

    async def _pass_on(self) -> None:
        """Pass on the next key once nothing holds it up."""
        looks = 0
        while self._is_open and self._waiting:
            self._held_up = self._holds_up(self._waiting[0])
            if self._held_up:
                looks += 1
                if looks == _LOOKS:
                    self._on_wait()
                await asyncio.sleep(_POLL)
            elif not self._expands():
                break
        if looks >= _LOOKS:
            self._on_resume()
        self._held_up = False
        self._current = following = self._waiting.popleft() if self._waiting else None
        if following and self._is_open:
            self._app.call_next(self._app.on_event, following)

    def _holds_up(self, event: Typed) -> bool:
        """Return whether something keeps an event, or the first key of a burst, waiting."""
        return self._must_wait(event.keys[0] if isinstance(event, Burst) else event)

    def _expands(self) -> bool:
        """Replace a burst whose turn has come by the text or the keys that it is."""
        if not isinstance(burst := self._waiting[0], Burst):
            return False
        self._waiting.popleft()
        in_field = isinstance(self._app.focused, Input)
        bound = self._app.screen.active_bindings
        typed: list[Typed] = [*burst.keys]
        leads = self._leads_to_text(burst.keys[0])
        if is_text(burst.keys, bound, in_field=in_field, leads_to_text=leads):
            text = "".join(key.character or "" for key in burst.keys)
            typed = [events.Paste(text.rstrip("\r"))]
            if text.endswith("\r") and (in_field or not self._app.screen.is_modal):
                typed.append(burst.keys[-1])
        self._waiting.extendleft(reversed(typed))
        return True

    async def _following_messages(self) -> None:
        for _ in range(_ROUNDS):
            await self._messages_handled()

    async def _messages_handled(self) -> None:
        """Wait until messages could have bubbled from the focused widget to the app."""
        if not self._is_open:
            return
        start = self._app.focused or self._app.screen
        for node in start.ancestors_with_self:  # the app is the last
            await _until_idle(node)


async def _until_idle(node: MessagePump) -> None:
    """Wait until a widget has handled all messages sent to it so far."""
    idle = asyncio.Event()
    if node.is_running and node.call_later(idle.set):
        await idle.wait()


def is_text(
    keys: Sequence[events.Key], bound: Container[str], *, in_field: bool, leads_to_text: bool
) -> bool:
    """Return whether characters that came in one piece are a pasted text, rather than keys.

    Keys typed ahead come in one piece too, on a line that has stalled. What tells them apart is a
    long run of characters that aren't all keys here, where it isn't what a key before it leads to:
    the text of a field after Tab, or what is typed after `/` or `:`, where the first key leads to
    such a text. In a text field only lines
    that follow another matter, since the first is typed there either way.
    """
    if len(keys) > _LONGEST_TYPED:
        return True
    first, *others = "".join(key.character or "" for key in keys).split("\r")
    return any(_is_run(line, bound) for line in others) or (
        not in_field and not leads_to_text and _is_run(first, bound)
    )


def _is_run(line: str, bound: Container[str]) -> bool:
    run = line.partition("\t")[0]
    enough = _WORDS if " " in run.strip() else _RUN
    return (
        len(run) >= enough
        and len(set(run)) > 1
        and any(_character_to_key(each) not in bound for each in run)
    )
