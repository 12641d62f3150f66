"""A real tmux of one window, with portui in it: its own server, its own settings."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Unpack

import pytest

from tests.terminal.launch import PORTUI, ROOT, Setup, environment
from tests.terminal.pty_program import LONGEST, Program, running
from tests.terminal.witness import Witness

TMUX: Final = ("tmux", "-L", "portui", "-f", "/dev/null")
ATTACH: Final = (*TMUX, "attach-session")
DETACH: Final = "\x02d"


@dataclass(frozen=True)
class Tmux:
    """portui in tmux, attached to no terminal at first."""

    environment: Mapping[str, str]
    """A client's."""
    _witness: Witness

    @contextmanager
    def attached(self, **setup: Unpack[Setup]) -> Iterator[Program]:
        """A client in a terminal, and what it shows."""
        with running(ATTACH, self.environment, **setup) as client:
            yield client

    def tell(self, *arguments: str) -> str:
        """Run a command of tmux; what it puts out."""
        command = [*TMUX, *arguments]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    def end(self, seconds: float = LONGEST) -> int:
        """Wait for portui's end; its exit status."""
        return self._witness.wait(seconds)


@contextmanager
def portui_in_tmux(
    home: Path, *arguments: str, env: Mapping[str, str | None] | None = None
) -> Iterator[Tmux]:
    """portui in a tmux, neither of which outlives the block; skips the test without tmux."""
    if not shutil.which("tmux"):
        pytest.skip("missing: tmux")
    witness = Witness(home)
    with TemporaryDirectory(prefix="portui-") as short:  # as a socket's path must be
        own = environment(home, {"SHELL": "/bin/sh", "TMUX_TMPDIR": short, **(env or {})})
        tmux = Tmux(own, witness)
        tmux.tell("new-session", "-d", "-c", str(ROOT), *witness.of([*PORTUI, *arguments]))
        try:
            yield tmux
        finally:
            subprocess.run([*TMUX, "kill-server"], env=own, capture_output=True, check=False)
            witness.wait()
