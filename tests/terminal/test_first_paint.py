"""The modules imported by the first paint: only Textual's, for the quickest start possible."""

import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions, requires
from pathlib import Path
from typing import Final

import pytest

from tests.terminal.launch import ROOT
from tests.terminal.pty_program import SECRET, portui
from tests.terminal.steps import PORT_ID

# Runs as Python starts; once the first text is out, writes which modules were loaded since.
_WITNESS: Final = """\
import json, os, sys
before = set(sys.modules)
from textual.drivers.linux_driver import LinuxDriver
write = LinuxDriver.write
def witness(driver, text):
    write(driver, text)
    if "portui" in text:
        LinuxDriver.write = write
        with open(os.environ["WITNESS"] + ".new", "w") as file:
            json.dump(sorted(set(sys.modules) - before), file)
        os.rename(os.environ["WITNESS"] + ".new", os.environ["WITNESS"])
LinuxDriver.write = witness
"""


@pytest.mark.parametrize(
    ("arguments", "token"),
    [
        (["--demo", PORT_ID], None),
        (["--api-url", "http://127.0.0.1:9", PORT_ID], SECRET),
        (["--api-url", "http://127.0.0.1:9", PORT_ID], None),
    ],
    ids=["demo", "token from the environment", "token from the keyring"],
)
def test_the_first_paint_imports_only_textual_and_the_standard_library(
    home: Path, arguments: list[str], token: str | None
) -> None:
    (home / "sitecustomize.py").write_text(_WITNESS)
    witness = home / "modules"
    env = {"PYTHONPATH": f"{home}:{ROOT}", "WITNESS": str(witness), "CALYPTIA_CLOUD_TOKEN": token}
    with portui(home, *arguments, env=env) as program:
        program.until(witness.exists, "the first paint")
    packages = {name.partition(".")[0] for name in json.loads(witness.read_text())}
    assert {"portui", "textual"} <= packages
    assert packages - sys.stdlib_module_names - _packages_of_textual() == {"portui"}


def _packages_of_textual() -> set[str]:
    needed = set(_needed_by("textual"))
    found = packages_distributions().items()
    return {package for package, names in found if needed & {_plain(name) for name in names}}


def _needed_by(distribution: str) -> Iterator[str]:
    """Yield a distribution and, recursively, those it requires; extras are left out."""
    yield _plain(distribution)
    for requirement in requires(distribution) or ():
        if "extra ==" not in requirement:
            yield from _needed_by(re.split(r"[^\w.-]", requirement, maxsplit=1)[0])


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
