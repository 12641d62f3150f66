"""The exit status of programs that aren't children of the tests, such as those over SSH."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.terminal.pty_program import LONGEST

# Catches SIGHUP, which a hang-up sends to both processes, so it outlives the program.
_WAIT: Final = """\
trap : HUP
ended=$1; shift
"$@"
echo $? >"$ended.new"
mv "$ended.new" "$ended"
"""


class Witness:
    """A record of a program's exit status, in a file."""

    def __init__(self, folder: Path) -> None:
        self._ended = folder / "ended"
        self._ended.unlink(missing_ok=True)

    def of(self, command: Sequence[str]) -> list[str]:
        """Wrap a command so that its exit status is recorded."""
        return ["sh", "-c", _WAIT, "sh", str(self._ended), *command]

    def wait(self, seconds: float = LONGEST) -> int:
        """Wait for the program to exit; return its exit status."""
        deadline = time.monotonic() + seconds
        while not self._ended.exists():
            assert time.monotonic() < deadline, "it never ended"
            time.sleep(0.02)
        return int(self._ended.read_text())
