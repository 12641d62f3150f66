"""portui in its own pseudo-terminal, with an emulated screen.

One thread draws the program's output and another waits for its exit. Tests wait for conditions,
each with a deadline of about ten times what a slow machine needs.
"""

import os
import re
import select
import signal
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Condition, Thread
from typing import Final, Unpack

from tests.terminal.emulator import BRACKETED_PASTE, Cell, Emulator
from tests.terminal.launch import PORTUI, Setup, environment, spawn

LONGEST: Final = 60.0  # seconds
PROMPT: Final = 5.0  # seconds, ten times what exiting may take
SECRET: Final = "s3cr3t-t0k3n"
"""Part of every token in these tests; it must never appear in the output."""

ENTER, ESCAPE, TAB = "\r\x1b\t"
F3: Final = "\x1bOR"
F4: Final = "\x1bOS"
DOWN, HOME, SHIFT_HOME = "\x1b[B", "\x1b[H", "\x1b[1;2H"
CTRL_C, CTRL_L, CTRL_P, CTRL_Q, CTRL_T = "\x03\x0c\x10\x11\x14"
CTRL_U, CTRL_X, CTRL_Z = "\x15\x18\x1a"


class Program:
    """A command that runs in its own terminal."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], **setup: Unpack[Setup]
    ) -> None:
        columns, rows = setup.get("size", (80, 24))
        self.output = b""
        self.status: int | None = None
        """The exit status, or minus the number of the signal that killed it; None while it runs."""
        self._cpu = 0.0
        self._news = Condition()
        self._screen = Emulator(columns, rows, self.send)
        self._master, slave = os.openpty()
        termios.tcsetwinsize(slave, (rows, columns))
        self._attributes_before = termios.tcgetattr(slave)
        self.pid = spawn(command, environment, slave, setup)
        os.close(slave)
        self._open = True
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()
        Thread(target=self._reap, daemon=True).start()

    def _read(self) -> None:
        with suppress(OSError):  # EIO: the program closed the terminal
            while self._open:
                if select.select([self._master], [], [], 0.05)[0]:
                    self._draw(os.read(self._master, 65536))

    def _draw(self, output: bytes) -> None:
        with self._news:
            self.output += output
            self._screen.draw(output)
            self._news.notify_all()

    def _reap(self) -> None:
        _, status, usage = os.wait4(self.pid, 0)
        with self._news:
            self._cpu = usage.ru_utime + usage.ru_stime
            self.status = os.waitstatus_to_exitcode(status)
            self._news.notify_all()

    # --- observing it ---

    @property
    def text(self) -> str:
        """The text on the screen, one line per row."""
        with self._news:
            return self._screen.text

    @property
    def cells(self) -> list[list[Cell]]:
        """The rows of the screen, each a list of cells, one per column."""
        with self._news:
            return self._screen.cells

    @property
    def reversed(self) -> str:
        """The text on the screen in reverse video."""
        with self._news:
            return self._screen.reversed

    @property
    def cursor(self) -> tuple[int, int]:
        """The row and column of the cursor, counted from 0."""
        with self._news:
            return self._screen.cursor

    @property
    def modes(self) -> frozenset[int]:
        """The DEC modes that are set in the terminal."""
        with self._news:
            return self._screen.modes

    @property
    def restored(self) -> bool:
        """Whether the terminal has its original attributes and modes that suit a shell."""
        with self._news:
            attributes = termios.tcgetattr(self._master)
            return attributes == self._attributes_before and self._screen.as_for_a_shell

    @property
    def echoing(self) -> bool:
        """Whether the terminal echoes what is typed."""
        return bool(termios.tcgetattr(self._master)[3] & termios.ECHO)

    @property
    def stopped(self) -> bool:
        """Whether the program is suspended."""
        flags = os.WSTOPPED | os.WNOHANG | os.WNOWAIT
        return self.status is None and os.waitid(os.P_PID, self.pid, flags) is not None

    @property
    def cpu(self) -> float:
        """The CPU time used so far, in seconds."""
        if self.status is not None:
            return self._cpu
        return time.clock_gettime(~self.pid << 3 | 2)  # the ID that clock_getcpuclockid(3) returns

    def shows(self, pattern: str) -> bool:
        """Return whether a regular expression is found on the screen.

        A space in it matches any whitespace, line ends included.
        """
        return re.search(pattern.replace(" ", r"\s+"), self.text) is not None

    def until(self, condition: Callable[[], bool], what: str, seconds: float = LONGEST) -> None:
        """Wait until a condition holds; on timeout, fail with the screen's text."""
        if not self.came(condition, seconds):
            state = "" if self.status is None else f", exit status {self.status}"
            raise AssertionError(f"never came: {what}{state}\n{self.text}")

    def came(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait for a condition; return whether it held in time."""
        deadline = time.monotonic() + seconds
        with self._news:
            while not (came := condition()) and time.monotonic() < deadline:
                self._news.wait(0.05)
        return came

    def wait_for(self, pattern: str, seconds: float = LONGEST) -> None:
        """Wait until the screen shows a pattern."""
        self.until(lambda: self.shows(pattern), pattern, seconds)

    def wait_without(self, pattern: str) -> None:
        """Wait until the screen doesn't show a pattern."""
        self.until(lambda: not self.shows(pattern), f"no more {pattern}")

    # --- controlling it ---

    def send(self, keys: str) -> None:
        """Type keys."""
        self.send_bytes(keys.encode())

    def send_bytes(self, data: bytes) -> None:
        """Send bytes as the terminal; wait until the program has read all but the last few."""
        while data:
            data = data[os.write(self._master, data[:65_536]) :]

    def paste(self, text: str) -> None:
        """Wait for bracketed paste mode, then paste a text."""
        self.until(lambda: BRACKETED_PASTE in self.modes, "bracketed paste")
        self.send(f"\x1b[200~{text}\x1b[201~")

    def press(self, key: str, condition: Callable[[], bool], what: str = "") -> None:
        """Press a key until a condition holds; again only if a dialog says that it was too quick.

        The pauses in between grow, since what a dialog said stays on the screen for some seconds.
        """
        pause = 0.6
        self.send(key)
        self.came(lambda: condition() or self._too_quick, LONGEST)
        while not self.came(condition, pause) and self._too_quick and pause < LONGEST:
            self.send(key)
            pause *= 3
        self.until(condition, f"{what or 'what was waited for'}, by {key!r}")

    @property
    def _too_quick(self) -> bool:
        return self.shows("Too quick: press")

    def press_for(self, key: str, pattern: str) -> None:
        """Press a key until the screen shows a pattern."""
        self.press(key, lambda: self.shows(pattern), pattern)

    def press_away(self, key: str, pattern: str) -> None:
        """Press a key until the screen doesn't show a pattern."""
        self.press(key, lambda: not self.shows(pattern), f"no more {pattern}")

    def resize(self, columns: int, rows: int) -> None:
        """Resize the terminal."""
        with self._news:
            self._screen.resize(columns, rows)
            termios.tcsetwinsize(self._master, (rows, columns))

    def kill(self, number: signal.Signals) -> None:
        """Send a signal if the program is still running."""
        if self.status is None:
            with suppress(ProcessLookupError):  # it was reaped, but `status` isn't set yet
                os.kill(self.pid, number)

    def hang_up(self) -> None:
        """Hang up the terminal."""
        if self._open:
            self._open = False
            self._reader.join()
            os.close(self._master)

    def end(self, seconds: float = LONGEST) -> int:
        """Wait for the program to exit and its output to end; return its exit status.

        Fails if it leaves processes of its group behind.
        """
        self.until(lambda: self.status is not None, "the end", seconds)
        self._reader.join(LONGEST)
        assert not self._group_lives(), "it left processes behind"
        assert self.status is not None
        return self.status

    def _group_lives(self) -> bool:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, 0)
            return True
        return False

    def clean_up(self) -> None:
        """Terminate the program, kill what remains of its group, and hang up the terminal."""
        for number in (signal.SIGCONT, signal.SIGTERM):
            self.kill(number)
        self.came(lambda: self.status is not None, 5.0)
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.hang_up()


@contextmanager
def running(
    command: Sequence[str], environment: Mapping[str, str], **setup: Unpack[Setup]
) -> Iterator[Program]:
    """Run a program for the duration of the block; fail if its output contains a token."""
    program = Program(command, environment, **setup)
    try:
        yield program
    finally:
        program.clean_up()
    assert SECRET.encode() not in program.output


@contextmanager
def portui(
    home: Path,
    *arguments: str,
    env: Mapping[str, str | None] | None = None,
    **setup: Unpack[Setup],
) -> Iterator[Program]:
    """Run portui for the duration of the block; `env` changes its environment."""
    with running([*PORTUI, *arguments], environment(home, env), **setup) as program:
        yield program
