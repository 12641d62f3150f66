"""Imports that are not needed for the first paint, done after it."""

from collections.abc import Sequence
from importlib import import_module
from typing import Final

_FOR_A_PORT: Final = (
    "portui.tui.actions.access",
    "portui.tui.actions.port_actions",
    "portui.explain.tokens",
)
_REST: Final = (
    "portui.tui.actions.collaborators",
    "portui.tui.actions.find",
    "portui.tui.screens.help",
    "portui.tui.screens.palette",
    "portui.tui.screens.token",
    "portui.clipboard",
    "portui.crash",
)


def preload_look_up() -> None:
    """Import what the app needs to find the token and to read a port, as `preload` does."""
    _import(_FOR_A_PORT)


def preload() -> None:
    """Import the rest. For a thread: code that needs a module sooner waits only for that one."""
    _import(_REST)


def _import(modules: Sequence[str]) -> None:
    for module in modules:
        import_module(module)
