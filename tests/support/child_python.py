"""Programs run by a Python of their own, which has imported nothing yet."""

import subprocess
import sys
from pathlib import Path
from typing import Final

LONGEST: Final = 60  # seconds; ten times what a slow machine needs
_ROOT: Final = Path(__file__).parents[2]


def run_python(program: str, folder: Path, **environment: str) -> str:
    """Run a program in a folder whose modules it can import, and return its output.

    Fails if the program doesn't end, fails, or writes to standard error.
    """
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": f"{_ROOT}:{folder}", **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout
