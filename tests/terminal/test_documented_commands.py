"""The commands for scripts in the README and the pages, each run as it stands there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.support.child_python import LONGEST
from tests.support.documents import CHANGING, ROOT, RUN, documents, shell_blocks
from tests.terminal.launch import environment
from tests.terminal.pty_program import SECRET

_ASSIGNMENT: Final = re.compile(r"[a-z_]+=\$\(")

NOT_RUN: Final = {
    "python3 -m venv --without-pip .venv && python3 -m pip --python .venv/bin/python install .": (
        "needs the network; .ci/run makes its environment in the same way"
    ),
    ".venv/bin/portui --demo": "opens the app: test_the_day_in_the_readme goes on from there",
    ".ci/pyz && dist/portui.pyz --version": "takes minutes; .ci/packages does it",
    (
        "python3 -m venv --without-pip .venv"
        " && python3 -m pip --python .venv/bin/python install -e '.[test]'"
        " && .venv/bin/python -m pytest"
    ): "runs these tests; .ci/run takes it from here",
    ".ci/run": "runs these tests",
    "PORTUI_EXPLORE=1 .venv/bin/python -m pytest": "runs these tests",
    ".venv/bin/python -m pytest -n0 tests/snapshot --snapshot-update": "changes the snapshots",
    ".venv/bin/python -m tests.screenshots": "changes the pictures",
    ".venv/bin/python -m tests.bench": "takes minutes, and is about this machine",
    ".venv/bin/uvicorn portui.demo:app": "doesn't end; the fixture demo_url serves the same",
    "portui token set": "asks for a token: test_token_command",
    "portui": "opens the app: test_main_job",
    "ssh -t -o SendEnv=CALYPTIA_CLOUD_TOKEN plant-7 portui": (
        "needs a server that accepts the variable; test_over_ssh has one"
    ),
    "dbus-run-session -- bash": "starts a session: test_keyrings does so with a real keyring",
    (
        'read -rs word && printf %s "$word" | gnome-keyring-daemon --unlock --components=secrets'
    ): "reads a password: test_keyrings",
    "tmux set-option -ga update-environment CALYPTIA_CLOUD_TOKEN": "changes a running tmux",
    "security unlock-keychain": "is on macOS alone",
}
"""The commands that no test runs as they stand in a document, and why."""


def _runs() -> dict[str, list[str]]:
    """Return the commands to run, each with those before it in its document that set variables."""
    found: dict[str, list[str]] = {}
    for blocks in documents().values():
        before: list[str] = []
        for line in (line for block in blocks if block.marker == RUN for line in block.lines):
            found.setdefault(line.command, [*before])
            if _ASSIGNMENT.match(line.command):
                before.append(line.command)
    return found


def test_each_documented_command_is_run_or_named_with_the_reason() -> None:
    others = {
        line.command
        for block in shell_blocks()
        if block.marker not in (RUN, CHANGING)
        for line in block.lines
    }
    assert others == set(NOT_RUN)


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
@pytest.mark.parametrize(("command", "before"), _runs().items())
def test_each_documented_command_works(
    home: Path, tmp_path: Path, demo_url: str, command: str, before: list[str]
) -> None:
    env = environment(home, {"CALYPTIA_CLOUD_URL": demo_url, "CALYPTIA_CLOUD_TOKEN": SECRET})
    env |= {
        "PATH": f"{Path(sys.executable).parent}:{env['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    script = "\n".join([*before, "echo ---", command])
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env=env, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=LONGEST,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    printed = done.stdout.partition("---\n")[2]
    is_silent = _ASSIGNMENT.match(command) or command.startswith("eval ") or "> " in command
    assert bool(printed) is not bool(is_silent)
