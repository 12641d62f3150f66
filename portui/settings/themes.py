"""The names of the themes, and the one chosen, without importing what draws them."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

TERMINAL: Final = "terminal"
"""The terminal's own colours."""
HIGH_CONTRAST: Final = "high-contrast"
THEMES: Final = (
    TERMINAL,
    HIGH_CONTRAST,
    "atom-one-dark",
    "atom-one-light",
    "catppuccin-frappe",
    "catppuccin-latte",
    "catppuccin-macchiato",
    "catppuccin-mocha",
    "dracula",
    "flexoki",
    "gruvbox",
    "monokai",
    "nord",
    "rose-pine",
    "rose-pine-dawn",
    "rose-pine-moon",
    "solarized-dark",
    "solarized-light",
    "textual-dark",
    "textual-light",
    "tokyo-night",
)
"""All themes: portui's own two, then Textual's."""

_LONGEST: Final = 100  # bytes; no name is longer


def theme_file(state_folder: Path) -> Path:
    """Return the file that holds the theme chosen in the app, for all profiles."""
    return state_folder / "theme"


def chosen_theme(state_folder: Path | None) -> str | None:
    """Return the theme chosen in the app; `None` if there's no such choice, or no such theme."""
    if state_folder is None:
        return None
    with suppress(OSError, ValueError):
        name = _content(theme_file(state_folder)).decode().strip()
        return name if name in THEMES else None
    return None


def _content(path: Path) -> bytes:
    """Return a regular file's bytes. A pipe or a device isn't read, which could take forever."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(file, "rb") as reading:
        return reading.read(_LONGEST) if stat.S_ISREG(os.fstat(file).st_mode) else b""
