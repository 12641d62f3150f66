"""Keys typed before the app controls the terminal: neither echoed nor lost, and Enter stays Enter.

As the shell leaves it, a terminal echoes what is typed, buffers it until the line ends, and turns
Enter into a newline. `TypeAhead` switches all three off before the slow imports; the app's driver
takes over from there.
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
_IFLAG, _LFLAG = 0, 3  # indices in tcgetattr's list
_MOST: Final = 4096  # bytes; the most that a terminal buffers


class TypeAhead:
    """A terminal before the app takes control of it."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self._keys = b""
        self.attributes: list[Any] = termios.tcgetattr(terminal)
        """The terminal's attributes as the shell left them, which are restored at the end."""

    def begin(self) -> None:
        """Read what was typed so far; stop echoing, buffering lines and translating Enter."""
        attributes = termios.tcgetattr(self._terminal)
        attributes[_LFLAG] &= ~(termios.ECHO | termios.ICANON)
        attributes[_IFLAG] &= ~termios.ICRNL
        termios.tcsetattr(self._terminal, termios.TCSANOW, attributes)
        while select.select([self._terminal], [], [], 0)[0]:
            if not (read := os.read(self._terminal, _MOST)):
                break
            self._keys += read.replace(b"\n", b"\r")

    def take(self) -> bytes:
        """Return what was typed before `begin`, with Enter as CR; nothing on later calls."""
        keys, self._keys = self._keys, b""
        return keys

    def end(self) -> None:
        """Restore the terminal's attributes."""
        with suppress(termios.error):
            termios.tcsetattr(self._terminal, termios.TCSANOW, self.attributes)


@contextmanager
def type_ahead() -> Iterator[TypeAhead | None]:
    """Keep what is typed in the meantime, and restore the terminal however the block ends.

    Yield `None` if standard input isn't a terminal.
    """
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
            signal.signal(number, die)  # until the app handles signals: no traceback
    try:
        early.begin()
        yield early
    finally:
        early.end()
