"""portui in a real tmux: a terminal that wasn't written for these tests."""

import os
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Unpack

import pytest

from tests.terminal.emulator import Cell, Emulator
from tests.terminal.launch import PORTUI, ROOT, Setup, environment
from tests.terminal.pty_program import LONGEST, Program, running
from tests.terminal.witness import Witness

TMUX: Final = ("tmux", "-L", "portui", "-f", "/dev/null")
ATTACH: Final = (*TMUX, "attach-session")
DETACH: Final = "\x02d"


@dataclass
class Tmux:
    """A private tmux server with one window, detached at first."""

    environment: Mapping[str, str]
    """The environment for tmux clients."""
    witness: Witness
    size: tuple[int, int] = (80, 24)

    def run(self, *arguments: str) -> str:
        """Run a tmux command; return its output."""
        command = [*TMUX, *arguments]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def attached(self, **setup: Unpack[Setup]) -> Iterator[Program]:
        """Attach a client in its own terminal for the duration of the block."""
        with running(ATTACH, self.environment, **setup) as client:
            yield client

    # --- what the window shows ---

    @property
    def text(self) -> str:
        """The text on the screen."""
        return self.run("capture-pane", "-p")

    @property
    def cells(self) -> list[list[Cell]]:
        """The rows of the screen as tmux captures them, each a list of cells, one per column."""
        emulator = Emulator(*self.size, answer=lambda _: None)
        captured = self.run("capture-pane", "-p", "-e", "-N").removesuffix("\n")
        emulator.draw(f"\x1b[?7l{captured}".replace("\n", "\r\n").encode())
        return emulator.cells

    def wait_for(self, pattern: str) -> None:
        """Wait until a regular expression is found on the screen."""
        assert self.came(pattern, LONGEST), f"never came: {pattern}\n{self.text}"

    def came(self, pattern: str, seconds: float) -> bool:
        """Wait for a regular expression on the screen; return whether it was found in time."""
        deadline = time.monotonic() + seconds
        while not re.search(pattern, self.text):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    @property
    def program(self) -> Path:
        """The `/proc` directory of the program that the window's shell runs, until it exits."""
        shell = self.run("display-message", "-p", "#{pane_pid}").strip()
        return Path("/proc", Path(f"/proc/{shell}/task/{shell}/children").read_text().strip())

    def end(self, seconds: float = LONGEST) -> int:
        """Wait for the program in the window to exit; return its exit status."""
        return self.witness.wait(seconds)

    # --- controlling it ---

    def press(self, *keys: str) -> None:
        """Press keys, given by their tmux names."""
        self.run("send-keys", *keys)

    def press_for(self, key: str, pattern: str) -> None:
        """Press a key until a pattern appears; pressing it again must be harmless."""
        pause = 0.5
        while not self.came(pattern, pause) and pause < LONGEST:
            self.press(key)
            pause *= 2
        self.wait_for(pattern)

    def resize(self, columns: int, rows: int) -> None:
        """Resize the window."""
        self.size = (columns, rows)
        self.run("resize-window", "-x", str(columns), "-y", str(rows))

    def draw(self, text: str) -> None:
        """Write to the terminal directly, bypassing the program that draws on it."""
        path = self.run("display-message", "-p", "#{pane_tty}").strip()
        terminal = os.open(path, os.O_WRONLY | os.O_NOCTTY)
        os.write(terminal, text.encode())
        os.close(terminal)


@contextmanager
def portui_in_tmux(
    home: Path, *arguments: str, env: Mapping[str, str | None] | None = None
) -> Iterator[Tmux]:
    """Run portui in tmux for the duration of the block."""
    witness = Witness(home)
    with _own_server(home, {"SHELL": "/bin/sh", **(env or {})}) as variables:
        tmux = Tmux(variables, witness)
        tmux.run("new-session", "-d", "-c", str(ROOT), *witness.of([*PORTUI, *arguments]))
        yield tmux
    witness.wait()


@contextmanager
def shell_in_tmux(home: Path, *arguments: str) -> Iterator[Tmux]:
    """Run a shell in tmux and start portui from it."""
    variables = environment(home, {"TERM": "screen-256color", "PS1": "shell> "})
    # A clean environment, above all without COLUMNS and LINES, which would fix the size.
    given = [f"{name}={value}" for name, value in variables.items()]
    shell = ["env", "-i", *given, "bash", "--norc", "--noprofile", "-i"]
    with _own_server(home, {}) as own:
        tmux = Tmux(own, Witness(home))
        columns, rows = map(str, tmux.size)
        tmux.run("new-session", "-d", "-x", columns, "-y", rows, shlex.join(shell))
        tmux.press(f"cd {ROOT}; {shlex.join([*PORTUI, *arguments])}", "Enter")
        yield tmux


@contextmanager
def _own_server(home: Path, changes: Mapping[str, str | None]) -> Iterator[dict[str, str]]:
    """Yield the environment for a tmux server, which is killed at the end of the block.

    Skips the test if tmux is missing.
    """
    if not shutil.which("tmux"):
        pytest.skip("missing: tmux")
    with TemporaryDirectory(prefix="portui-") as short:  # a socket's path must be short
        variables = environment(home, {"TMUX_TMPDIR": short, **changes})
        try:
            yield variables
        finally:
            subprocess.run([*TMUX, "kill-server"], env=variables, capture_output=True, check=False)
