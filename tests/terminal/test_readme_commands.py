"""The README's commands for scripts, each run as it stands there."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.support.child_python import LONGEST
from tests.terminal.launch import ROOT, environment
from tests.terminal.pty_program import SECRET

_BLOCK: Final = re.compile(r"<!-- each line is run by a test -->\n```sh\n(.*?)```", re.DOTALL)
_ASSIGNMENT: Final = re.compile(r"[a-z_]+=\$\(")


def _lines() -> Iterator[str]:
    """Yield the lines of all blocks with the marker."""
    blocks = _BLOCK.findall((ROOT / "README.md").read_text("utf-8"))
    assert blocks
    for block in blocks:
        yield from block.splitlines()


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
@pytest.mark.parametrize("line", _lines())
def test_each_line_of_the_readme_works(
    home: Path, tmp_path: Path, demo_url: str, line: str
) -> None:
    """The lines before it that set a variable are run as well."""
    lines = list(_lines())
    before = [each for each in lines[: lines.index(line)] if _ASSIGNMENT.match(each)]
    env = environment(home, {"CALYPTIA_CLOUD_URL": demo_url, "CALYPTIA_CLOUD_TOKEN": SECRET})
    env |= {
        "PATH": f"{Path(sys.executable).parent}:{env['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    script = "\n".join([*before, "echo ---", line])
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env=env, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=LONGEST,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    printed = done.stdout.partition("---\n")[2]
    is_silent = bool(_ASSIGNMENT.match(line)) or "> " in line
    assert bool(printed) is not is_silent
