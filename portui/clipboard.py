"""Copying text to the operator's clipboard, with the methods that the environment offers.

OSC 52 is an escape sequence that asks the terminal to copy a text. It works over SSH, but the
terminal never replies, so the sender can't tell whether it worked.
"""

import subprocess
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import Final, TypeAlias

from portui.settings.environment import is_over_ssh
from portui.threads import in_daemon_thread

LONGEST: Final = 74_994
"""Bytes of text. The sequence then has 100,000 bytes, which most terminals accept."""
_DEADLINE: Final = 5.0  # seconds for a tool to read the text
_SCREEN_CHUNK: Final = 700  # characters; GNU screen discards strings of more than 768


class Terminal(Enum):
    """The terminal, which doesn't report whether it copied a text."""

    OSC_52 = auto()


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that copies its standard input and exits with status 0 if that worked."""

    name: str
    command: tuple[str, ...]
    encoding: str = "utf-8"


CopyMethod: TypeAlias = Terminal | Tool

# Sets tmux's own buffer, and the terminal's clipboard whatever `set-clipboard` says.
TMUX: Final = Tool("tmux", ("tmux", "load-buffer", "-w", "-"))
# Without a type, wl-copy would guess one, and text fields would not accept pasted JSON.
_WL_COPY: Final = Tool("wl-copy", ("wl-copy", "--type", "text/plain"))
_XCLIP: Final = Tool("xclip", ("xclip", "-selection", "clipboard", "-in"))
_XSEL: Final = Tool("xsel", ("xsel", "--clipboard", "--input"))
# In a locale without UTF-8, pbcopy decodes the text as Mac Roman.
_PBCOPY: Final = Tool("pbcopy", ("env", "LC_ALL=en_US.UTF-8", "pbcopy"))
_CLIP: Final = Tool("clip.exe", ("clip.exe",), encoding="utf-16")


@dataclass(frozen=True, slots=True)
class Copied:
    """The text was copied; `failed` are the tools tried before."""

    method: CopyMethod
    failed: tuple[Tool, ...] = ()


@dataclass(frozen=True, slots=True)
class TooLong:
    """The text is too long to copy; `size` is in bytes. Nothing was sent."""

    size: int


@dataclass(frozen=True, slots=True)
class NoClipboard:
    """There is no method, or all of them are tools that failed."""

    failed: tuple[Tool, ...] = ()


CopyOutcome: TypeAlias = Copied | TooLong | NoClipboard


@dataclass(frozen=True, slots=True)
class Clipboard:
    """The copy methods to try, best first."""

    methods: tuple[CopyMethod, ...] = (Terminal.OSC_52,)
    in_screen: bool = False
    """Whether GNU screen is between portui and the terminal."""

    async def put(self, text: str, to_terminal: Callable[[str], None]) -> CopyOutcome:
        """Copy a text; `to_terminal` must write the text's `sequence` to the terminal."""
        if (size := len(_bytes(text))) > LONGEST:
            return TooLong(size)
        failed: list[Tool] = []
        for method in self.methods:
            if method is Terminal.OSC_52:
                to_terminal(text)
                return Copied(method, tuple(failed))
            if not isinstance(await in_daemon_thread(partial(_run, method, text)), Exception):
                return Copied(method, tuple(failed))
            failed.append(method)
        return NoClipboard(tuple(failed))

    def sequence(self, text: str) -> str:
        """Return the OSC 52 sequence for a text, in wrapped chunks for GNU screen to pass on."""
        whole = f"\x1b]52;c;{b64encode(_bytes(text)).decode('ascii')}\a"
        if not self.in_screen:
            return whole
        starts = range(0, len(whole), _SCREEN_CHUNK)
        return "".join(f"\x1bP{whole[at : at + _SCREEN_CHUNK]}\x1b\\" for at in starts)


def detect_clipboard(
    environment: Mapping[str, str], platform: str, found: Callable[[str], object]
) -> Clipboard:
    """Return the methods that an environment offers; `found` looks up a program by name."""
    multiplexed = bool(environment.get("TMUX"))
    others = _methods_besides_tmux(environment, platform, found)
    methods = (TMUX, *others) if multiplexed else others
    return Clipboard(methods, in_screen=bool(environment.get("STY")) and not multiplexed)


def _methods_besides_tmux(
    environment: Mapping[str, str], platform: str, found: Callable[[str], object]
) -> tuple[CopyMethod, ...]:
    """Return the methods other than tmux. OSC 52 is preferred: it reaches the operator's machine.

    A terminal that ignores OSC 52 can't be detected, so native tools come first only in terminals
    known to ignore it by default. Over SSH they are left out: they would copy on the wrong machine.
    """
    terminal = () if environment.get("TERM") == "linux" else (Terminal.OSC_52,)
    if is_over_ssh(environment) or not _ignores_osc_52(environment):
        return terminal
    tools = _native_tools(environment, platform)
    return (*(tool for tool in tools if found(tool.name)), *terminal)


def _ignores_osc_52(environment: Mapping[str, str]) -> bool:
    """Return whether the terminal ignores OSC 52 by default.

    These are the Linux console, GNOME Terminal and others with VTE, xterm, Terminal.app, iTerm2 and
    the old Windows console.
    """
    return (
        environment.get("TERM") == "linux"
        or "VTE_VERSION" in environment
        or "XTERM_VERSION" in environment
        or environment.get("TERM_PROGRAM") in ("Apple_Terminal", "iTerm.app")
        or ("WSL_DISTRO_NAME" in environment and "WT_SESSION" not in environment)
    )


def _native_tools(environment: Mapping[str, str], platform: str) -> Iterator[Tool]:
    if environment.get("WAYLAND_DISPLAY"):
        yield _WL_COPY
    if environment.get("DISPLAY"):
        yield from (_XCLIP, _XSEL)
    if platform == "darwin":
        yield _PBCOPY
    if environment.get("WSL_DISTRO_NAME"):
        yield _CLIP


def _run(tool: Tool, text: str) -> None:
    """Pass a text to a tool. Raises `OSError` or `SubprocessError` if that fails.

    The tool gets its own session: those for X11 and Wayland keep running to serve pastes, and must
    survive portui and a hang-up.
    """
    subprocess.run(  # noqa: S603 - a fixed command; the text is not an argument
        tool.command,
        input=text.encode(tool.encoding, "backslashreplace"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=_DEADLINE,
        start_new_session=True,
        check=True,
    )


def _bytes(text: str) -> bytes:
    """Encode as UTF-8, with lone surrogates escaped, though the service's replies contain none."""
    return text.encode("utf-8", "backslashreplace")
