"""Keys typed before the app has its terminal: neither echoed nor lost, and Enter stays Enter.

A terminal as the shell leaves it echoes what is typed, keeps it back until the line ends, and makes
a newline of Enter. All three end before the slow imports; the app's driver takes over from there.
"""

import os
import select
import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, Final

_DEADLY: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_IFLAG, _LFLAG = 0, 3  # where tcgetattr has them
_MOST: Final = 4096  # bytes; what a terminal keeps at the most


class TypeAhead:
    """A terminal from before the app had it."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self._keys = b""
        self.attributes: list[Any] = termios.tcgetattr(terminal)
        """As the shell left them: what the terminal is to have again at the end."""

    def begin(self) -> None:
        """Take what was typed so far, and have the rest come as it is typed."""
        attributes = termios.tcgetattr(self._terminal)
        attributes[_LFLAG] &= ~(termios.ECHO | termios.ICANON)
        attributes[_IFLAG] &= ~termios.ICRNL
        termios.tcsetattr(self._terminal, termios.TCSANOW, attributes)
        while select.select([self._terminal], [], [], 0)[0]:
            if not (read := os.read(self._terminal, _MOST)):
                break
            self._keys += read.replace(b"\n", b"\r")

    def take(self) -> bytes:
        """What had been typed when it began, as an app's terminal sends it; once."""
        keys, self._keys = self._keys, b""
        return keys

    def end(self) -> None:
        """Give the terminal back as it was."""
        with suppress(termios.error):
            termios.tcsetattr(self._terminal, termios.TCSANOW, self.attributes)


@contextmanager
def type_ahead() -> Iterator[TypeAhead | None]:
    """Keep what is typed from now on, and give the terminal back however this ends."""
    if not (sys.stdin and sys.stdin.isatty()):
        yield None
        return
    early = TypeAhead(sys.stdin.fileno())

    def die(number: int, _: FrameType | None) -> None:
        early.end()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    for number in _DEADLY:
        if signal.getsignal(number) != signal.SIG_IGN:  # as under nohup
            signal.signal(number, die)  # until the app listens: an end without a report
    try:
        early.begin()
        yield early
    finally:
        early.end()
