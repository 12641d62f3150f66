"""The imports of the innermost layers."""

import subprocess
import sys
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[2]

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
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        env={"PYTHONPATH": str(_ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert (done.stdout, done.stderr) == ("portui\n", "")
