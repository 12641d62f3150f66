"""The main screen as actions see it."""

from collections.abc import Awaitable
from typing import Protocol, TypeVar

from portui.tui.screens.dialog import Dialog
from portui.tui.state import AccessState, State

T = TypeVar("T")


class View(Protocol):
    """What an action reads from the screen, and does to it."""

    state: State
    access: AccessState

    def say(self, words: str, seconds: float = ...) -> None:
        """Show a hint for some seconds; an empty one removes the last."""

    def ask(self, dialog: Dialog[T]) -> Awaitable[T]:
        """Open a dialog and wait for its answer. Only workers may."""


class AppView(Protocol):
    """The app, as far as actions need it."""

    farewell: list[str]
    """Lines for the shell's screen, once the app has ended."""

    def warn(self, words: str) -> None:
        """Show words that no hint covers, until the end."""

    def copy_to_clipboard(self, text: str) -> None:
        """Send a text to the terminal's clipboard."""

    def end(self, code: int) -> None:
        """End the app with an exit code."""
