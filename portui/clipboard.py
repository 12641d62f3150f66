"""Copying to the operator's clipboard: the methods that an environment has, and their use.

OSC 52 is a sequence that asks the terminal to take a text. It crosses SSH and is never answered, so
whoever sends it knows no more than that.
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
"""Bytes of text. Its sequence has 100,000, which is what terminals are commonly known to take."""
_DEADLINE: Final = 5.0  # seconds for a program to take the text
_SCREEN_CHUNK: Final = 700  # characters; GNU screen drops a string of more than 768


class Terminal(Enum):
    """The terminal, which never says whether it took a text."""

    OSC_52 = auto()


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that takes the text on its standard input and tells by its end whether it did."""

    name: str
    command: tuple[str, ...]
    encoding: str = "utf-8"


CopyMethod: TypeAlias = Terminal | Tool

# It writes to tmux's own buffer, and to the terminal whatever `set-clipboard` says.
TMUX: Final = Tool("tmux", ("tmux", "load-buffer", "-w", "-"))
# Without a type, wl-copy would guess one, and offer JSON as what no text field takes.
_WL_COPY: Final = Tool("wl-copy", ("wl-copy", "--type", "text/plain"))
_XCLIP: Final = Tool("xclip", ("xclip", "-selection", "clipboard", "-in"))
_XSEL: Final = Tool("xsel", ("xsel", "--clipboard", "--input"))
# In any other locale, pbcopy takes the text for Mac Roman.
_PBCOPY: Final = Tool("pbcopy", ("env", "LC_ALL=en_US.UTF-8", "pbcopy"))
_CLIP: Final = Tool("clip.exe", ("clip.exe",), encoding="utf-16")


@dataclass(frozen=True, slots=True)
class Copied:
    """A text was copied, after the tools that failed."""

    method: CopyMethod
    failed: tuple[Tool, ...] = ()


@dataclass(frozen=True, slots=True)
class TooLong:
    """A text of so many bytes; nothing was sent."""

    size: int


@dataclass(frozen=True, slots=True)
class NoClipboard:
    """There is no method, or only tools that failed."""

    failed: tuple[Tool, ...] = ()


CopyOutcome: TypeAlias = Copied | TooLong | NoClipboard


@dataclass(frozen=True, slots=True)
class Clipboard:
    """The methods to try, the best first."""

    methods: tuple[CopyMethod, ...] = (Terminal.OSC_52,)
    in_screen: bool = False
    """Whether GNU screen is between portui and the terminal."""

    async def put(self, text: str, to_terminal: Callable[[str], None]) -> CopyOutcome:
        """Have a text taken; `to_terminal` puts it out as `sequence` has it."""
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
        """The OSC 52 sequence; GNU screen hands on only what comes wrapped and in pieces."""
        whole = f"\x1b]52;c;{b64encode(_bytes(text)).decode('ascii')}\a"
        if not self.in_screen:
            return whole
        starts = range(0, len(whole), _SCREEN_CHUNK)
        return "".join(f"\x1bP{whole[at : at + _SCREEN_CHUNK]}\x1b\\" for at in starts)


def detect_clipboard(
    environment: Mapping[str, str], platform: str, found: Callable[[str], object]
) -> Clipboard:
    """The methods that an environment has; `found` tells whether a program is there."""
    multiplexed = bool(environment.get("TMUX"))
    within = _ways_beyond_tmux(environment, platform, found)
    methods = (TMUX, *within) if multiplexed else within
    return Clipboard(methods, in_screen=bool(environment.get("STY")) and not multiplexed)


def _ways_beyond_tmux(
    environment: Mapping[str, str], platform: str, found: Callable[[str], object]
) -> tuple[CopyMethod, ...]:
    """OSC 52, since it gets to where the operator sits.

    Nothing tells that a terminal drops it, so a native tool comes first only where the environment
    names a terminal that does as it ships. Over SSH a tool would copy on the wrong machine.
    """
    terminal = () if environment.get("TERM") == "linux" else (Terminal.OSC_52,)
    if is_over_ssh(environment) or not _drops_osc_52(environment):
        return terminal
    tools = _native_tools(environment, platform)
    return (*(tool for tool in tools if found(tool.name)), *terminal)


def _drops_osc_52(environment: Mapping[str, str]) -> bool:
    """Whether this is the Linux console, GNOME's, xterm, a Mac's or an old Windows console."""
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
    """Hand a text to a tool. Raises `OSError` or `SubprocessError` if that didn't take it.

    X11's and Wayland's tools live on to hand it out: neither our end nor a hang-up may end them.
    """
    subprocess.run(  # noqa: S603 - one of the commands above, and the text is not among its words
        tool.command,
        input=text.encode(tool.encoding, "backslashreplace"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=_DEADLINE,
        start_new_session=True,
        check=True,
    )


def _bytes(text: str) -> bytes:
    """UTF-8; lone surrogates, which no answer of the service has, are spelled out."""
    return text.encode("utf-8", "backslashreplace")
