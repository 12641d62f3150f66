"""Imports that are not needed for the first paint, done after it."""

from importlib import import_module
from typing import Final

_MODULES: Final = (
    "portui.tui.actions.access",
    "portui.tui.actions.find",
    "portui.tui.actions.port_actions",
    "portui.tui.screens.help",
    "portui.tui.screens.palette",
    "portui.tui.screens.token",
    "portui.crash",
    "portui.explain.tokens",
)


def preload() -> None:
    """Import the modules. For a thread: code that needs one sooner waits only for that one."""
    for module in _MODULES:
        import_module(module)
