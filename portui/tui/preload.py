"""What the first paint does without, loaded behind it."""

from importlib import import_module
from typing import Final

_MODULES: Final = (
    "portui.tui.actions.access",
    "portui.tui.actions",
    "portui.tui.screens.help",
    "portui.tui.screens.palette",
    "portui.tui.screens.token",
    "portui.tui.crash",
    "portui.explain.tokens",
)


def warm_up() -> None:
    """Import it all; for a thread. Whoever needs one of them before waits for that one."""
    for module in _MODULES:
        import_module(module)
