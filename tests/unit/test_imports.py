"""The imports of the innermost layers."""

from pathlib import Path
from typing import Final

import pytest

from portui.cli import COMMANDS
from tests.support.child_python import run_python

_PROGRAM: Final = """
import importlib, pkgutil, sys
before = set(sys.modules)
for name in ("portui.port", "portui.settings", "portui.api.errors"):
    module = importlib.import_module(name)
    for inner in pkgutil.iter_modules(getattr(module, "__path__", ()), name + "."):
        importlib.import_module(inner.name)
roots = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(roots - sys.stdlib_module_names))
"""


def test_port_settings_and_api_errors_import_only_the_standard_library(
    tmp_path: Path,
) -> None:
    assert run_python(_PROGRAM, tmp_path) == "portui\n"


_HELP: Final = """
import sys
from portui.cli import main
sys.argv[1:] = [{command!r}, "--help"]
try:
    main()
except SystemExit as end:
    slow = "httpx pydantic pydantic_core keyring textual rich starlette asyncio".split()
    print(end.code, *[name for name in slow if name in sys.modules])
"""


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_imports_nothing_slow(command: str, tmp_path: Path) -> None:
    assert run_python(_HELP.format(command=command), tmp_path).endswith("\n0\n")
