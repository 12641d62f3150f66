"""Checks of the terminal: its type, size, colours and locale, tmux and the clipboard."""

import os
import re
import shutil
import subprocess
import sys
from typing import Final

from portui.clipboard import Clipboard, Terminal, detect_clipboard
from portui.commands.console import Console
from portui.commands.doctor.finding import Finding, care, not_applicable, ok
from portui.port.display import safe
from portui.settings.environment import color_system, is_over_ssh
from portui.settings.themes import HIGH_CONTRAST, TERMINAL

_SMALLEST: Final = (40, 12)
_OLDEST_TMUX: Final = (3, 2)  # the first with `load-buffer -w`
_TMUX_DEADLINE: Final = 2.0  # seconds


def check_terminal(console: Console) -> Finding:
    """Check that the app can be drawn here."""
    check, kind = "Terminal", os.environ.get("TERM", "")
    over_ssh = ", over SSH" if is_over_ssh(os.environ) else ""
    size = _size(console)
    if size is None:
        return not_applicable(
            check, f"not run in a terminal; TERM is {safe(kind, 40) or 'not set'}"
        )
    if kind in ("", "dumb"):
        what = f"TERM is {kind or 'not set'}, so the app can't be opened here"
        return care(check, what, "Set TERM to your terminal's type, such as xterm-256color.")
    found = f"{safe(kind, 40)}, {size[0]} x {size[1]}{over_ssh}"
    if size[0] < _SMALLEST[0] or size[1] < _SMALLEST[1]:
        return care(check, found, "The app needs 40 x 12: enlarge the terminal.")
    return ok(check, found)


def _size(console: Console) -> tuple[int, int] | None:
    """Return the columns and rows of the terminal that the app would be drawn on."""
    if not (console.can_ask and console.err):
        return None
    try:
        size = os.get_terminal_size(console.err.fileno())
    except (OSError, ValueError):
        return None
    return size.columns, size.lines


def check_colours(theme: str) -> Finding:
    """Return which colours are used, given the theme that is wanted."""
    system, plain = color_system(os.environ), "the terminal's own sixteen"
    if os.environ.get("NO_COLOR"):
        return ok("Colours", "none: NO_COLOR is set")
    if theme == TERMINAL:
        return ok("Colours", plain)
    if system == "standard" and theme != HIGH_CONTRAST:
        return ok("Colours", f"{plain}; theme {theme} needs 256, which TERM doesn't promise")
    amount = {"truecolor": "16 million", "256": "256"}.get(system, "16")
    return ok("Colours", f"theme {theme}, in {amount} colours")


def check_locale(console: Console) -> Finding:
    """Return whether the terminal takes UTF-8, as the composition root found out."""
    names = ("LC_ALL", "LC_CTYPE", "LANG")
    name = next((f"{n}={safe(os.environ[n], 40)}" for n in names if os.environ.get(n)), "no locale")
    if console.err is None:
        return not_applicable("Locale", f"{name}; there is no standard error to draw on")
    if console.err.encoding == "ascii":
        return ok("Locale", f"{name}, without UTF-8: everything is drawn in ASCII")
    return ok("Locale", f"{name}, with UTF-8")


def check_tmux() -> Finding:
    """Check that copies get through tmux, if portui runs in it."""
    check = "tmux"
    if not os.environ.get("TMUX"):
        screen = "GNU screen instead" if os.environ.get("STY") else "not run in tmux"
        return not_applicable(check, screen)
    program = shutil.which("tmux")
    if program is None:
        what = "run in tmux, but there is no tmux program in PATH"
        return care(check, what, "Install it here, or copies won't reach tmux or its terminal.")
    said = _tmux_version(program)
    numbers = re.search(r"(\d+)\.(\d+)", said)
    if numbers and (int(numbers[1]), int(numbers[2])) < _OLDEST_TMUX:
        return care(
            check, said, "Update tmux to 3.2 or newer: older ones keep copies in their own buffer."
        )
    return ok(check, said or "run in tmux; its version isn't known")


def _tmux_version(program: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - the program that copies use
            [program, "-V"],
            env={},  # no tokens
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TMUX_DEADLINE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return safe(done.stdout.strip(), 40)


def check_clipboard() -> Finding:
    """Return the clipboard methods, in the order in which they are tried."""
    clipboard = detect_clipboard(os.environ, sys.platform, shutil.which)
    if not clipboard.methods:
        what = "none: this terminal has no clipboard"
        return not_applicable(
            "Clipboard", f"{what} (portui get prints a port, to copy it otherwise)"
        )
    return ok("Clipboard", _methods(clipboard))


def _methods(clipboard: Clipboard) -> str:
    names = [
        "OSC 52, which terminals don't confirm" if method is Terminal.OSC_52 else method.name
        for method in clipboard.methods
    ]
    return ", then ".join(names)
