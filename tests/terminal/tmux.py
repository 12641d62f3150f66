"""portui in a real tmux, a terminal that wasn't written for these tests."""

import os
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.terminal.emulator import Cell, Emulator
from tests.terminal.launch import PORTUI, ROOT, environment
from tests.terminal.pty_program import LONGEST


class Tmux:
    """A server of its own, with one window."""

    def __init__(self, socket: Path, size: tuple[int, int] = (80, 24)) -> None:
        self._socket = socket
        self.size = size

    def run(self, *arguments: str) -> str:
        """Run a tmux command; what it prints."""
        command = ["tmux", "-S", str(self._socket), "-f", "/dev/null", *arguments]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def text(self) -> str:
        """The text on the screen."""
        return self.run("capture-pane", "-p")

    @property
    def cells(self) -> list[list[Cell]]:
        """What stands in each column of each row, as tmux says that it looks."""
        emulator = Emulator(*self.size, answer=lambda _: None)
        captured = (
            self.run("capture-pane", "-p", "-e", "-N").removesuffix("\n").replace("\n", "\r\n")
        )
        emulator.draw(f"\x1b[?7l{captured}".encode())
        return emulator.cells

    @property
    def program(self) -> Path:
        """What the system tells of the program that the shell runs, as long as that lives."""
        shell = self.run("display-message", "-p", "#{pane_pid}").strip()
        return Path("/proc", Path(f"/proc/{shell}/task/{shell}/children").read_text().strip())

    def draw(self, text: str) -> None:
        """Write on the terminal, past the program that draws on it."""
        path = self.run("display-message", "-p", "#{pane_tty}").strip()
        terminal = os.open(path, os.O_WRONLY | os.O_NOCTTY)
        os.write(terminal, text.encode())
        os.close(terminal)

    def press(self, *keys: str) -> None:
        """Press keys, as tmux names them."""
        self.run("send-keys", *keys)

    def press_for(self, key: str, pattern: str) -> None:
        """Press a key until a pattern shows; dialogs are deaf at first, so it may do no harm."""
        pause = 0.5
        while not self.came(pattern, pause) and pause < LONGEST:
            self.press(key)
            pause *= 2
        self.wait_for(pattern)

    def resize(self, columns: int, rows: int) -> None:
        """Make the window another size."""
        self.size = (columns, rows)
        self.run("resize-window", "-x", str(columns), "-y", str(rows))

    def wait_for(self, pattern: str) -> None:
        """Wait until a regular expression is found on the screen."""
        assert self.came(pattern, LONGEST), f"never came: {pattern}\n{self.text}"

    def came(self, pattern: str, seconds: float) -> bool:
        """Whether a regular expression comes to be found on the screen in time."""
        deadline = time.monotonic() + seconds
        while not re.search(pattern, self.text):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True


@contextmanager
def in_tmux(home: Path, *arguments: str) -> Iterator[Tmux]:
    """A shell in tmux that has just started portui."""
    if not shutil.which("tmux"):
        pytest.skip("tmux isn't installed")
    tmux = Tmux(home / "tmux")
    variables = environment(home, {"TERM": "screen-256color", "PS1": "shell> "})
    given = [f"{name}={value}" for name, value in variables.items()]
    # Without COLUMNS and LINES above all, which would make it that large for ever.
    shell = ["env", "-i", *given, "bash", "--norc", "--noprofile", "-i"]
    columns, rows = map(str, tmux.size)
    tmux.run("new-session", "-d", "-x", columns, "-y", rows, shlex.join(shell))
    try:
        tmux.press(f"cd {ROOT}; {shlex.join([*PORTUI, *arguments])}", "Enter")
        yield tmux
    finally:
        tmux.run("kill-server")
