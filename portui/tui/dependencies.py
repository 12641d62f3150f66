"""What the app is given, and what it returns."""

from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from portui.clock import Clock
from portui.settings import Settings
from portui.settings.themes import TERMINAL
from portui.tui.screens.main import MainScreen

if TYPE_CHECKING:  # not needed for the first paint
    from portui.clipboard import Clipboard
    from portui.tui.actions.access import AccessActions
    from portui.tui.actions.port_actions import PortActions
    from portui.tui.app import PortuiApp


class AppResult(Enum):
    """What the app asks its caller to do when it ends."""

    OPEN_DEMO = auto()


class Dependencies(NamedTuple):
    """What the app depends on. The callables are called once, after the first paint."""

    settings: Settings
    actions: Callable[["PortuiApp", MainScreen], "PortActions"]
    access: Callable[[MainScreen], "AccessActions"]
    clipboard: Callable[[], "Clipboard"]
    crash_folder: Path
    """The folder for crash reports."""
    clock: Clock
    theme: str = TERMINAL
    """The theme to start with."""
    keep_theme: Callable[[str], str] = lambda _: ""
    """Keeps a theme for the next starts; returns why that failed, if it did. Blocks."""
