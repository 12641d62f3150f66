"""Facts about where portui runs, from environment variables."""

import re
from collections.abc import Mapping
from typing import Final

# Terminals that have all colours. SSH tells their names, but doesn't pass on COLORTERM.
_WITH_ALL_COLOURS: Final = re.compile(
    r"(xterm-)?(alacritty|contour|foot|ghostty|kitty|rio|wezterm)(-.*)?|.*-direct"
)


def is_over_ssh(environment: Mapping[str, str]) -> bool:
    """Return whether this is an SSH session. An empty variable counts as unset."""
    return any(environment.get(name) for name in ("SSH_CONNECTION", "SSH_TTY"))


def color_system(environment: Mapping[str, str]) -> str:
    """Return which colours the terminal has, as Rich names them: truecolor, 256 or standard."""
    term = environment.get("TERM", "").strip().lower()
    named = environment.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit")
    if named or _WITH_ALL_COLOURS.fullmatch(term):
        return "truecolor"
    return "256" if term.endswith("-256color") else "standard"
