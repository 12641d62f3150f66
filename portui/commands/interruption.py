"""Signals that end a command: at once, or once the outcome of a change is known."""

import signal
import time
from collections.abc import Callable
from typing import Final

_REPEATED: Final = 0.5  # seconds in which a signal comes twice: from `timeout`, or a hang-up


class Interruption:
    """The signals that a command received.

    A signal ends the command at once. After a change was sent, the first one only says that the
    command ends when the outcome is known; a second one ends it before that.
    """

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._end: Callable[[], object] = lambda: None
        self._say: Callable[[], None] | None = None
        self._first: signal.Signals | None = None
        self._at = 0.0

    @property
    def status(self) -> int | None:
        """The exit status that the first signal asks for; `None` if there was none."""
        return None if self._first is None else 128 + self._first

    def begin(self, end: Callable[[], object]) -> None:
        """Have signals end the command by calling `end`."""
        self._end = end

    def hold(self, say: Callable[[], None]) -> None:
        """Wait for the outcome of a change that was sent; the first signal calls `say`."""
        self._say = say

    def release(self) -> None:
        """Let signals end the command at once again."""
        self._say = None

    def receive(self, number: signal.Signals) -> None:
        """Handle a signal."""
        is_first, now = self._first is None, self._seconds()
        if is_first:
            self._first, self._at = number, now
        if self._say is None:
            self._end()
        elif is_first:
            self._say()
        elif now - self._at >= _REPEATED:
            self._end()
