"""The imports of the innermost layers, and those that the first port waits for."""

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


_LOOK_UP: Final = """
import asyncio, sys
from portui.launch.service import make_client
from portui.settings import DEMO
from portui.tui.preload import preload_look_up
from portui.demo.sample import FORWARD_PORT_ID
preload_look_up()
client = make_client(DEMO, DEMO.given_token)
asyncio.run(client.get_port(FORWARD_PORT_ID))
print(*sorted(sys.modules))
"""
_LATER: Final = {
    "keyring",
    "socksio",
    "portui.api.wire_lists",
    "portui.clipboard",
    "portui.crash",
    "portui.demo.lists",
    "portui.demo.pipelines",
    "portui.explain.errors",
    "portui.explain.outcomes",
    "portui.journal",
    "portui.operations.save",
    "portui.port.editing",
    "portui.port.listed",
    "portui.tui.actions.collaborators",
    "portui.tui.actions.view",
    "portui.tui.screens.token",
}
"""What is imported only once the first port is on the screen, or when it's needed."""


def test_the_first_port_waits_only_for_what_reads_it(tmp_path: Path) -> None:
    modules = set(run_python(_LOOK_UP, tmp_path).split())
    assert {"httpx", "pydantic", "portui.tui.actions.port_actions"} <= modules
    assert modules & _LATER == set()


def test_no_plugin_sees_what_pydantic_validates(tmp_path: Path) -> None:
    folder = tmp_path / "odd-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1\n")
    (folder / "entry_points.txt").write_text("[pydantic]\nodd = no_such_module:plugin\n")
    assert "no_such_module" not in run_python(_LOOK_UP, tmp_path)  # nor a warning that it's missing
