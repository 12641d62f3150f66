"""The commands that change ports in the README and the pages, each run as it stands there."""

import sys
from pathlib import Path

import pytest

from tests.support.documents import CHANGING, shell_blocks
from tests.terminal.launch import environment
from tests.terminal.pty_program import SECRET, running
from tests.terminal.steps import PORT_ID, frontend_port


def _runs() -> dict[str, str]:
    """Return the commands, and what their comments say."""
    found: dict[str, str] = {}
    for block in shell_blocks(CHANGING):
        for line in block.lines:
            found.setdefault(line.command, line.says)
    return found


@pytest.mark.parametrize(("command", "says"), _runs().items())
def test_each_documented_change_does_what_is_said_there(
    home: Path, demo_url: str, command: str, says: str
) -> None:
    command = command.replace("PORT_ID", PORT_ID)
    env = environment(home, {"CALYPTIA_CLOUD_URL": demo_url, "CALYPTIA_CLOUD_TOKEN": SECRET})
    env["PATH"] = f"{Path(sys.executable).parent}:{env['PATH']}"
    with running(["bash", "-c", command], env) as program:
        if "and asks" in says:
            program.wait_for(r"\? \[y/N\]")
            program.send("y\n")
        assert program.end() == 0
        if "delete" in command or "create" in command:
            assert program.shows("Deleted|Created")
        elif "sends nothing" in says:
            assert program.shows("Nothing was sent")
            assert frontend_port(demo_url) == 24224
        else:
            assert program.shows("Saved and confirmed")
