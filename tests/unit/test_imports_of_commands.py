"""What the plain commands import: never Textual, and nothing slow for their help."""

from pathlib import Path
from typing import Final

import pytest

from portui.cli import COMMANDS
from tests.support.child_python import run_python
from tests.support.listening import LOOPBACK, listening, number_of

_ID: Final = "123e4567-e89b-12d3-a456-426614174000"
_RUN: Final = """
import os, sys
sys.stdout, out = open(os.devnull, "w"), sys.stdout
from portui import cli
cli._exit = lambda status, at_once=False: None
sys.argv = ["portui", *{arguments!r}]
try:
    cli.main()
except SystemExit as ended:
    assert not ended.code
print(*sorted({{name.partition(".")[0] for name in sys.modules if sys.modules[name]}}), file=out)
"""
_OF_THE_SCREEN: Final = {"textual", "rich", "pygments"}
_SLOW: Final = {
    "asyncio", "dataclasses", "httpx", "keyring", "platformdirs", "pydantic", "ssl", "starlette",
    "yaml",
}  # fmt: skip


def imported(folder: Path, *arguments: str, **environment: str) -> set[str]:
    """Run portui and return the packages that it imported."""
    program = _RUN.format(arguments=list(arguments))
    return set(run_python(program, folder, HOME=str(folder), **environment).split())


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_imports_nothing_slow(tmp_path: Path, command: str) -> None:
    packages = imported(tmp_path, command, "--help")
    assert "portui" in packages
    assert packages & (_SLOW | _OF_THE_SCREEN) == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ["get", "--demo", _ID],
        ["get", "--demo", _ID, "-o", "json"],
        ["get", "--demo", _ID, "--wait"],
        ["list", "--demo", "24224"],
        ["list", "--demo", "--pipeline", "edge-forward", "-o", "json"],
    ],
    ids=" ".join,
)
def test_a_command_imports_nothing_that_draws_a_screen(
    tmp_path: Path, arguments: list[str]
) -> None:
    packages = imported(tmp_path, *arguments)
    assert "httpx" in packages
    assert packages & {*_OF_THE_SCREEN, "yaml"} == set()


def test_the_doctor_imports_nothing_that_draws_a_screen_either(tmp_path: Path) -> None:
    with listening() as server:
        packages = imported(
            tmp_path,
            "doctor",
            "--api-url",
            f"https://{LOOPBACK}:{number_of(server)}",
            PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring",
            SSL_CERT_FILE="/nowhere/ca.pem",  # so it doesn't wait for a reply
        )
    assert "httpx" in packages
    assert packages & {*_OF_THE_SCREEN, "yaml"} == set()


def test_yaml_is_imported_when_asked_for(tmp_path: Path) -> None:
    assert "yaml" in imported(tmp_path, "get", "--demo", _ID, "-o", "yaml")
