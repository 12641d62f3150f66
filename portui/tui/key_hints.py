"""The order of keys in the app, and hints: why one does nothing, and that others wait."""

from math import inf
from typing import Any, Final

from textual import events
from textual.app import App

from portui.tui.screens.dialog import Dialog
from portui.tui.screens.main import MainScreen
from portui.tui.state import Activity, Loading, Showing
from portui.tui.terminal.key_order import KeyOrder
from portui.tui.widgets.status_line import HINT_SECONDS

_ANY_TIME: Final = frozenset({"escape", "ctrl+t"})
"""Keys of the main screen that make sense whatever is under way."""


class KeyHints:
    """Decides which keys wait, and shows hints about keys on whatever screen is on top."""

    def __init__(self, app: App[Any], main: MainScreen) -> None:
        self._app = app
        self._main = main
        self.key_order = KeyOrder(
            app,
            must_wait=self._must_wait,
            on_wait=self._say_keys_wait,
            on_resume=lambda: main.say(""),
        )

    def explain(self, event: events.Key) -> None:
        """Say why a key does nothing."""
        active = self._app.screen.active_bindings.get(event.key)
        if not (active and active.enabled):
            words = self._main.explain_key(event.key) if self._app.screen is self._main else ""
            unknown = not words and active is None
            self.say("No such key here: F1 Help, ctrl+q Quit" if unknown else words)

    def _must_wait(self, event: events.Key | events.Paste) -> bool:
        """Return whether it's too early for a key that was typed ahead."""
        if isinstance(self._app.screen, Dialog):
            return not self._app.screen.takes_keys
        at_any_time = isinstance(event, events.Key) and event.key in _ANY_TIME
        return not at_any_time and self._main.must_wait(event)

    def _say_keys_wait(self) -> None:
        """Say that keys wait, for as long as they do."""
        state = self._main.state
        reading = isinstance(state, Showing) and state.activity is Activity.READING
        if reading or isinstance(state, Loading):
            self.say("Your keys wait for the port; Esc cancels", inf)
        else:
            self.say("Your keys wait for what is under way", inf)

    def say(self, words: str, seconds: float = HINT_SECONDS) -> None:
        """Show a hint on whatever screen is on top."""
        if words:
            screen = self._app.screen if isinstance(self._app.screen, Dialog) else self._main
            screen.say(words, seconds)
