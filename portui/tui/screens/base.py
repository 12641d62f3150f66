"""What the main screen and the list of ports have in common: the screens below any dialog."""

import asyncio
from collections.abc import Iterator
from typing import Final, TypeVar

from textual import events, getters
from textual.actions import parse
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Input

from portui.tui.screens.dialog import Dialog
from portui.tui.widgets.bound_keys import bound_keys
from portui.tui.widgets.status_line import HINT_SECONDS, StatusLine

T = TypeVar("T")

_POLL: Final = 0.02  # seconds between two looks whether a dialog has closed


class BaseScreen(Screen[None]):
    """A screen that says why a key does nothing, and which keys must wait."""

    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-narrow"), (60, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (12, "-short"), (18, "-tall")]

    focused = reactive(None, repaint=False)  # Textual's repaints the whole screen

    status_line = getters.query_one(StatusLine)

    def say(self, words: str, seconds: float = HINT_SECONDS) -> None:
        """Show a hint for some seconds; an empty string clears it."""
        self.status_line.say(words, seconds)

    async def ask(self, dialog: Dialog[T]) -> T:
        """Open a dialog and wait for its answer. Call this only from a worker.

        A dialog that is open already is waited for: it has the keys, and a token that is being
        typed into it must not go on in another one.
        """
        while isinstance(self.app.screen, Dialog):  # noqa: ASYNC110 - no event tells that it closed
            await asyncio.sleep(_POLL)
        return await self.app.push_screen_wait(dialog)

    @property
    def awaited(self) -> str:
        """What keys that were typed ahead are waiting for."""
        return "what is under way"

    def explain_key(self, key: str) -> str:
        """Return why a key does nothing now; empty if it isn't a key of this screen."""
        raise NotImplementedError

    def must_wait(self, event: events.Key | events.Paste) -> bool:
        """Return whether it's too early for a key: something before it is still under way."""
        raise NotImplementedError

    def bound_actions(self, key: str) -> Iterator[tuple[str, tuple[object, ...]]]:
        """Yield the actions of this screen that a key is bound to, with their parameters."""
        for binding in self._bindings.key_to_bindings.get(key, ()):
            _, action, parameters = parse(binding.action)
            yield action, parameters

    def is_key_of(self, event: events.Key | events.Paste, *bindings: str) -> bool:
        """Return whether an event is a key of one of these bindings, by their ids.

        In an input, a key that types a character is of none.
        """
        if not isinstance(event, events.Key):
            return False
        is_text = event.is_printable and isinstance(self.focused, Input)
        return not is_text and bound_keys(self).has(event.key, *bindings)
