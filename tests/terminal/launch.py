"""Starting a program in a terminal: its session, environment and standard files."""

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypedDict

ROOT: Final = Path(__file__).parents[2]
PORTUI: Final = (sys.executable, "-m", "portui")

# Leads the new session: takes the terminal as its controlling one if asked, then execs.
_LAUNCHER: Final = """\
import fcntl, os, signal, sys, termios
folder, own, ignored, *command = sys.argv[1:]
os.chdir(folder)
os.environ.pop("LC_CTYPE", None)  # which Python sets for itself in a C locale
if own == "1":
    fcntl.ioctl(sys.stdin if sys.stdin.isatty() else sys.stderr, termios.TIOCSCTTY, 0)
if ignored:
    signal.signal(int(ignored), signal.SIG_IGN)
os.execvp(command[0], command)
"""


class Setup(TypedDict, total=False):
    """Options for starting a program; the default is a controlling terminal of 80 × 24 cells."""

    size: tuple[int, int]
    controlling: bool
    """Whether the terminal is the controlling one, whose hang-up sends SIGHUP."""
    ignoring: signal.Signals
    files: Mapping[int, Path]
    """Files to use in place of the terminal, by file descriptor."""


def environment(home: Path, changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """Return a terminal user's environment, which inherits only `PATH` from the tests.

    `changes` override single variables; None removes one.
    """
    variables = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        **{f"XDG_{kind}_HOME": str(home / kind) for kind in ("CONFIG", "STATE", "DATA", "CACHE")},
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        **(changes or {}),
    }
    return {name: value for name, value in variables.items() if value is not None}


def spawn(
    command: Sequence[str], environment: Mapping[str, str], terminal: int, setup: Setup
) -> int:
    """Start a command with a terminal as its standard files; return its process ID."""
    own = str(int(setup.get("controlling", True)))
    ignored = str(int(setup["ignoring"])) if "ignoring" in setup else ""
    launcher = [sys.executable, "-ISc", _LAUNCHER, str(ROOT), own, ignored, *command]
    actions: list[Any] = [(os.POSIX_SPAWN_DUP2, terminal, fd) for fd in (0, 1, 2)]
    for fd, path in setup.get("files", {}).items():
        actions.append((os.POSIX_SPAWN_OPEN, fd, str(path), os.O_RDWR | os.O_CREAT, 0o600))
    return os.posix_spawn(launcher[0], launcher, environment, file_actions=actions, setsid=True)
