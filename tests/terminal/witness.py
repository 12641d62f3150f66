"""How a program ends that isn't the tests' own child, as one at the far end of a connection."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.terminal.pty_program import LONGEST

# Outlives the program also where their terminal is taken away, which both are told.
_WAIT: Final = """\
trap : HUP
ended=$1; shift
"$@"
echo $? >"$ended.new"
mv "$ended.new" "$ended"
"""


class Witness:
    """Sees a program end."""

    def __init__(self, folder: Path) -> None:
        self._ended = folder / "ended"
        self._ended.unlink(missing_ok=True)

    def of(self, command: Sequence[str]) -> list[str]:
        """A command, seen by this witness."""
        return ["sh", "-c", _WAIT, "sh", str(self._ended), *command]

    def wait(self, seconds: float = LONGEST) -> int:
        """Wait for the end; the exit status."""
        deadline = time.monotonic() + seconds
        while not self._ended.exists():
            assert time.monotonic() < deadline, "it never ended"
            time.sleep(0.02)
        return int(self._ended.read_text())
