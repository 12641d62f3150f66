"""What the innermost layers import, and what the first paint and the first port wait for."""

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


_FIRST_PAINT: Final = """
import sys
import portui.cli, portui.launch.app, portui.tui.terminal.driver
from portui.settings import DEMO
portui.launch.app.compose_app(DEMO, None, "")
values = {
    value
    for module in [*sys.modules.values()]
    if module.__name__.startswith("portui")
    for value in vars(module).values()
    if isinstance(value, type) and getattr(value, "__module__", "").startswith("portui")
}
made = {each.__name__ for each in values if "__dataclass_params__" in vars(each)}
print(*sorted(made))
print(*sorted(sys.modules))
"""
_NOT_PAINTED: Final = {
    "httpx",
    "json",
    "keyring",
    "portui.api",
    "portui.explain.errors",
    "portui.journal",
    "portui.operations",
    "portui.port.listed",
    "portui.port.model",
    "portui.tui.actions",
    "portui.tui.screens.help",
    "portui.tui.screens.ports",
    "portui.tui.widgets.beside",
    "portui.tui.widgets.recent_ports",
    "pydantic",
    "tomllib",
}


def test_the_first_paint_waits_only_for_what_it_draws(tmp_path: Path) -> None:
    dataclasses, modules = run_python(_FIRST_PAINT, tmp_path).splitlines()
    assert {"textual.app", "portui.tui.widgets.port_pane"} <= set(modules.split())
    assert set(modules.split()) & _NOT_PAINTED == set()
    # To make one takes as long as to import a small module; a NamedTuple, a fifth of that.
    assert dataclasses.split() == ["FindingToken", "Nothing"]


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
