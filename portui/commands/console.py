"""The standard streams, as the plain commands use them."""

import os
import sys
from dataclasses import dataclass
from typing import Final, TextIO

from portui.threads import in_daemon_thread

_ERASE_LINE: Final = "\r\x1b[K"
_NARROWEST: Final = 40  # columns; a table isn't fitted to less


@dataclass(slots=True)
class Console:
    """Data goes to `out`, all else to `err`. A stream is `None` if it was closed."""

    out: TextIO | None
    err: TextIO | None
    keyboard: TextIO | None
    _progress: bool = False

    @classmethod
    def of_process(cls) -> "Console":
        """Return the process's own streams."""
        return cls(sys.stdout, sys.stderr, sys.stdin)

    @property
    def width(self) -> int | None:
        """The columns of the terminal that the data is for, or `None` if it's for a program."""
        if not _is_terminal(self.out):
            return None
        try:
            columns = os.get_terminal_size(self.out.fileno()).columns if self.out else 0
        except OSError:
            columns = 0
        return max(_NARROWEST, columns or 80)

    @property
    def can_ask(self) -> bool:
        """Whether somebody is there to answer a question."""
        return _is_terminal(self.keyboard) and _is_terminal(self.err)

    def print(self, data: str) -> None:
        """Print data. Raises `OSError` if it can't be written, as to a pipe that was closed."""
        self._erase()
        if self.out:
            self.out.write(f"{data}\n")
            self.out.flush()

    def say(self, text: str) -> None:
        """Print a line for people."""
        self._erase()
        self._write(f"{text}\n")

    def show_progress(self, text: str) -> None:
        """Show what is going on, on the last line of a terminal; nothing if there is none."""
        if _is_terminal(self.err):
            self._write(f"{_ERASE_LINE}{text}")
            self._progress = True

    async def ask(self, question: str) -> str:
        """Ask a question and return the line that was typed; empty at the end of the input."""
        self._erase()
        self._write(f"{question} ")
        answer = await in_daemon_thread(lambda: self.keyboard.readline() if self.keyboard else "")
        return answer.strip() if isinstance(answer, str) else ""

    def _erase(self) -> None:
        if self._progress:
            self._write(_ERASE_LINE)
            self._progress = False

    def _write(self, text: str) -> None:
        if self.err:
            try:
                self.err.write(text)
                self.err.flush()
            except OSError:  # closed: nobody reads it
                self.err = None


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except (OSError, ValueError):  # closed
        return False
