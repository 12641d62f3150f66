"""The README's commands that change ports, each run as it stands there."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.terminal.launch import ROOT, environment
from tests.terminal.pty_program import SECRET, running
from tests.terminal.steps import PORT_ID, frontend_port

_BLOCK: Final = re.compile(r"<!-- commands that change ports.*?```sh\n(.*?)```", re.DOTALL)


def _lines() -> Iterator[str]:
    found = _BLOCK.search((ROOT / "README.md").read_text("utf-8"))
    assert found
    yield from found[1].splitlines()


@pytest.mark.parametrize("line", _lines())
def test_each_command_in_the_readme_does_what_is_said_there(
    home: Path, demo_url: str, line: str
) -> None:
    command, _, says = line.replace("PORT_ID", PORT_ID).partition("#")
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
