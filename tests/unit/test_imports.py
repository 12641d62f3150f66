"""The imports of the innermost layers."""

from pathlib import Path
from typing import Final

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
