"""The standard streams, as the plain commands use them."""

import os
import stat
import sys
import termios
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TextIO

from portui.port.cells import cut_to_cells
from portui.threads import in_daemon_thread

_ERASE_LINE: Final = "\r\x1b[K"
_LONGEST_LINE: Final = 4_096  # bytes; a terminal keeps no more of a line
_NARROWEST: Final = 40  # columns; a table isn't fitted to less
_USUAL: Final = 80  # columns, if the terminal's size is unknown


class OutputError(Exception):
    """The data can't be written. `reason` is the system's; empty if the reader closed the pipe."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Console:
    """Data goes to `out`, all else to `err`. A stream is `None` if it was closed."""

    out: TextIO | None
    err: TextIO | None
    keyboard: TextIO | None
    _progress: bool = False
    _has_piped: bool = False
    """Whether data went into a pipe, whose reader may show it on the same terminal."""

    @classmethod
    def of_process(cls) -> "Console":
        """Return the process's own streams."""
        return cls(sys.stdout, sys.stderr, sys.stdin)

    @property
    def width(self) -> int | None:
        """The columns of the terminal that the data is for, or `None` if it's for a program."""
        return max(_NARROWEST, _columns(self.out)) if _is_terminal(self.out) else None

    @property
    def can_ask(self) -> bool:
        """Whether somebody is there to answer a question."""
        return _is_terminal(self.keyboard) and _is_terminal(self.err)

    @property
    def shows_progress(self) -> bool:
        """Whether progress can be shown: on a terminal that can erase a line."""
        return _is_terminal(self.err) and os.environ.get("TERM", "dumb") not in ("dumb", "")

    def print(self, data: str) -> None:
        """Print data. Raises `OutputError` if it can't be written, as to a pipe that was closed."""
        self.clear()
        if not self.out:
            return
        try:
            self._has_piped = self._has_piped or _is_pipe(self.out)
            self.out.write(f"{data}\n")
            self.out.flush()
        except BrokenPipeError:
            raise OutputError("") from None
        except OSError as error:
            raise OutputError(error.strerror or type(error).__name__) from None

    def say(self, text: str) -> None:
        """Print a line for people."""
        self.clear()
        self._write(f"{text}\n")

    def show_progress(self, text: str) -> None:
        """Show what is going on, on the last line of a terminal; nothing if there is none.

        Once data went into a pipe, that line may be the reader's (`| head`, `| less`).
        """
        if self.shows_progress and not self._has_piped:
            # A line that is full would wrap, and then only its second half could be erased.
            self._write(f"{_ERASE_LINE}{cut_to_cells(text, _columns(self.err) - 1)}")
            self._progress = True

    async def ask(self, question: str) -> str:
        """Ask a question and return the line that was typed; empty at the end of the input.

        It can't be answered ahead: what was typed before the question is discarded.
        """
        self.clear()
        keyboard = self.keyboard
        if keyboard is None:
            return ""
        with suppress(termios.error):
            termios.tcflush(keyboard, termios.TCIFLUSH)
        self._write(f"{question} ")
        line: bytes | Exception = b""
        try:
            # Without the stream's buffer, whose lock the thread would hold until the end.
            line = await in_daemon_thread(lambda: os.read(keyboard.fileno(), _LONGEST_LINE))
        finally:
            if not line or isinstance(line, Exception):  # no Enter has ended the line
                self._write("\n")
        return line.decode(errors="replace").strip() if isinstance(line, bytes) else ""

    async def confirm(self, question: str) -> bool:
        """Ask a question, and return whether the answer is yes."""
        return (await self.ask(f"{question} [y/N]")).lower() in ("y", "yes")

    def ask_for(self, what: str) -> None:
        """Print a question, whose answer is typed on the same line."""
        self.clear()
        self._write(f"{what} ")

    def clear(self) -> None:
        """Erase the progress, if any is shown."""
        if self._progress:
            self._write(_ERASE_LINE)
            self._progress = False

    def _write(self, text: str) -> None:
        if self.err:
            try:
                self.err.write(text)
                self.err.flush()
            except (OSError, ValueError):  # closed: nobody reads it
                self.err = None


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except (OSError, ValueError):  # closed
        return False


def _is_pipe(stream: TextIO) -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):  # closed, or not a file
        return False


def _columns(stream: TextIO | None) -> int:
    """Return the columns of a terminal."""
    try:
        columns = os.get_terminal_size(stream.fileno()).columns if stream else 0
    except (OSError, ValueError):
        columns = 0
    return columns or _USUAL
