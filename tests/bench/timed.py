"""A program in its own terminal, with a stopwatch and a byte count."""

import os
import pty
import re
import select
import signal
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from tests.terminal.emulator import Emulator
from tests.terminal.launch import ROOT, environment

_LONGEST: Final = 60.0  # seconds
_TICKS: Final = os.sysconf("SC_CLK_TCK")


class Timed:
    """A running program. Its output is read and drawn only while a method waits."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], size: tuple[int, int]
    ) -> None:
        columns, rows = size
        self._screen = Emulator(columns, rows, lambda answer: self._send(answer.encode()))
        self._started = time.perf_counter()
        self._bytes = 0
        self.pid, self._terminal = pty.fork()
        if not self.pid:
            termios.tcsetwinsize(0, (rows, columns))
            os.chdir(ROOT)
            os.execvpe(command[0], list(command), dict(environment))

    # --- the stopwatch ---

    def shows(self, pattern: str) -> float:
        """Wait until the screen shows a pattern. Return the milliseconds since the last press."""
        while not re.search(pattern, self._screen.text):
            if not self._read(_LONGEST):
                raise AssertionError(f"never came: {pattern}\n{self._screen.text}")
        return (time.perf_counter() - self._started) * 1000

    def has_shown(self, pattern: str) -> bool:
        """Return whether the screen shows a pattern, as far as its output was drawn."""
        return re.search(pattern, self._screen.text) is not None

    def changes(self) -> float:
        """Wait for the last output after a press. Return the milliseconds from one to the other."""
        last = self._started
        while self._read(1):
            last = time.perf_counter()
        return (last - self._started) * 1000

    def press(self, keys: str, silence: float = 0.25) -> None:
        """Type keys once earlier output is drawn. Restarts the stopwatch and the byte count."""
        self.settle(silence)
        self._bytes = 0
        self._started = time.perf_counter()
        self._send(keys.encode())

    def settle(self, silence: float = 0.25) -> int:
        """Wait until there's no output for some seconds. Return the bytes since the last press."""
        while self._read(silence):
            pass
        return self._bytes

    def watch(self, seconds: float) -> tuple[int, float]:
        """Wait for some seconds. Return the bytes of output and the milliseconds of CPU time."""
        self.settle()
        before, cpu = self._bytes, self._cpu()
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self._read(left)
        return self._bytes - before, self._cpu() - cpu

    def ends(self) -> float:
        """Wait for the program's end. Return the milliseconds since the last press."""
        while self._read(_LONGEST):
            pass
        os.waitpid(self.pid, 0)
        self.pid = 0
        return (time.perf_counter() - self._started) * 1000

    # --- the process ---

    @property
    def memory(self) -> float:
        """Resident memory, in MiB."""
        return self._status("VmRSS") / 1024

    def _status(self, name: str) -> int:
        lines = Path(f"/proc/{self.pid}/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name))

    def _cpu(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS * 1000

    def _send(self, keys: bytes) -> None:
        os.write(self._terminal, keys)

    def _read(self, seconds: float) -> bool:
        """Draw the output that arrives within some seconds. Return whether there was any."""
        if not select.select([self._terminal], [], [], seconds)[0]:
            return False
        output = b""
        with suppress(OSError):  # EIO: it has closed the terminal
            output = os.read(self._terminal, 65_536)
        self._bytes += len(output)
        self._screen.draw(output)
        return bool(output)

    def clean_up(self) -> None:
        """Kill the program if it's still running."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._terminal)


@contextmanager
def timed(
    home: Path,
    *command: str,
    env: Mapping[str, str | None] | None = None,
    size: tuple[int, int] = (80, 24),
) -> Iterator[Timed]:
    """Start a program and its stopwatch. The program is killed when the block ends."""
    program = Timed(command, environment(home, env), size)
    try:
        yield program
    finally:
        program.clean_up()
