"""Shell scripts that call portui, as an operator's do, with a keyring of their own."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support.secret_service import SECRET_SERVICE
from tests.terminal.launch import PORTUI, ROOT, environment

LONGEST: Final = 120  # seconds for a whole script
_PORTUI: Final = f"""\
portui() {{ "{PORTUI[0]}" -m portui "$@"; }}
status() {{ "$@"; echo "status $?"; }}
"""


@dataclass(frozen=True)
class Ran:
    """What a script wrote, and how it ended."""

    out: str
    err: str
    status: int


def run_script(
    home: Path, script: str, keyring: str = "", env: Mapping[str, str | None] | None = None
) -> Ran:
    """Run a script, in which `portui` is the program and `status` prints a command's exit status.

    `keyring` is a mode of `tests.support.secret_service`; without one, there's no keyring.
    """
    variables = {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "", **(env or {})}
    if keyring:
        variables |= {"PYTHON_KEYRING_BACKEND": None}
    within = [*SECRET_SERVICE, keyring] if keyring else []
    done = subprocess.run(
        [*within, "/bin/sh", "-c", _PORTUI + script],
        env=environment(home, variables),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
    return Ran(done.stdout, done.stderr, done.returncode)
