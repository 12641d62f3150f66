"""Reading a token from a terminal, which doesn't show it, or from another standard input.

The terminal gives its input as it is typed: a whole line would be cut after 1,024 characters on
macOS and 4,095 on Linux, which some tokens exceed.
"""

import asyncio
import os
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from portui.commands.console import Console
from portui.settings import Token
from portui.threads import in_daemon_thread

_LONGEST: Final = 65_536  # bytes; tokens have 16,384 at most
_DISABLED: Final = os.pathconf("/", "PC_VDISABLE").to_bytes(1)  # in place of a key
_ERASE, _CLEAR, _END = b"\x7f\b", b"\x15", b"\x04"
_LOCAL_FLAGS, _CONTROLS = 3, 6  # where `tcgetattr` returns them


async def read_token(console: Console, question: str) -> Token:
    """Return the token that is typed, or that standard input contains.

    Raises `InvalidTokenError`, also for no input.
    """
    keyboard = console.keyboard
    if keyboard is None:  # closed
        return Token("")
    if keyboard.isatty():
        return Token((await _typed(keyboard.fileno(), console, question)).decode(errors="replace"))
    given = await in_daemon_thread(lambda: keyboard.buffer.read(_LONGEST))
    return Token(given.decode(errors="replace") if isinstance(given, bytes) else "")


async def _typed(terminal: int, console: Console, question: str) -> bytes:
    """Return a line that is typed; empty if the terminal closes or sends ctrl+d."""
    line, ended = _Line(), asyncio.Event()

    def read() -> None:
        try:
            data = os.read(terminal, _LONGEST)
        except OSError:  # it has closed
            data = b""
        if not data or line.takes_last_of(data):
            ended.set()

    loop = asyncio.get_running_loop()
    with _hidden(terminal):
        console.ask_for(question)
        loop.add_reader(terminal, read)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(terminal)
            console.say("")  # Enter showed nothing either
    return bytes(line.text)


class _Line:
    """A line that is being typed. Its `repr` doesn't contain it."""

    def __init__(self) -> None:
        self.text = bytearray()

    def takes_last_of(self, data: bytes) -> bool:
        """Add what was typed, and return whether the line is complete.

        An empty line isn't, if more was pasted with its end.
        """
        for index, byte in enumerate(data):
            key = bytes([byte])
            if key in (b"\n", b"\r"):
                if self.text or data[index:].strip() == b"":
                    return True
            elif key == _END and not self.text:
                return True
            elif key == _CLEAR:
                self.text.clear()
            elif key in _ERASE:
                del self.text[-1:]
            elif len(self.text) < _LONGEST:
                self.text += key
        return False


@contextmanager
def _hidden(terminal: int) -> Iterator[None]:
    """Have a terminal not show what is typed, and pass it on at once.

    However the block ends, the terminal is restored, and input that wasn't read is discarded, so
    that a shell doesn't run the rest of a paste. The keys that would end or suspend the process
    without that are disabled. Ctrl+c isn't: it ends the block.
    """
    before = termios.tcgetattr(terminal)
    hidden = termios.tcgetattr(terminal)
    hidden[_LOCAL_FLAGS] &= ~(termios.ECHO | termios.ECHONL | termios.ICANON)
    # Otherwise ctrl+c would discard input that the loop has just been told about, and the read
    # would block the loop.
    hidden[_LOCAL_FLAGS] |= termios.NOFLSH
    for key in (termios.VQUIT, termios.VSUSP):
        hidden[_CONTROLS][key] = _DISABLED
    hidden[_CONTROLS][termios.VMIN], hidden[_CONTROLS][termios.VTIME] = 1, 0
    try:
        termios.tcsetattr(terminal, termios.TCSADRAIN, hidden)
        yield
    finally:
        with suppress(termios.error):  # the terminal has closed
            termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
