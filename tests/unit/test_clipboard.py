"""Which clipboard methods an environment has, and what happens when they are tried."""

import shlex
import sys
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui import clipboard
from portui.clipboard import (
    LONGEST,
    Clipboard,
    Copied,
    NoClipboard,
    Terminal,
    Tool,
    TooLong,
    detect_clipboard,
)
from tests.support.hostile_text import any_text, times

SSH: Final = {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22", "TERM": "xterm-256color"}
LOCAL: Final = {"TERM": "xterm-256color", "DISPLAY": ":0"}
TMUX: Final = {"TMUX": "/tmp/tmux-0/default,1,0"}
ALL: Final = frozenset({"wl-copy", "xclip", "xsel", "pbcopy", "clip.exe", "tmux"})


def methods(
    environment: Mapping[str, str], platform: str = "linux", found: frozenset[str] = ALL
) -> list[str]:
    """Return the names of the methods to try, in order."""
    methods = detect_clipboard(environment, platform, found.__contains__).methods
    return [method.name for method in methods]


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, ["OSC_52"]),
        (LOCAL, ["OSC_52"]),
        (LOCAL | {"TMUX": "", "SSH_TTY": ""}, ["OSC_52"]),
        (SSH, ["OSC_52"]),
        ({"SSH_TTY": "/dev/pts/1"}, ["OSC_52"]),
        (TMUX, ["tmux", "OSC_52"]),
        (TMUX | SSH, ["tmux", "OSC_52"]),
        (TMUX | LOCAL | {"VTE_VERSION": "7003"}, ["tmux", "xclip", "xsel", "OSC_52"]),
        (LOCAL | {"VTE_VERSION": "7003"}, ["xclip", "xsel", "OSC_52"]),
        (LOCAL | {"XTERM_VERSION": "XTerm(379)"}, ["xclip", "xsel", "OSC_52"]),
        (
            LOCAL | {"VTE_VERSION": "7003", "WAYLAND_DISPLAY": "wayland-0"},
            ["wl-copy", "xclip", "xsel", "OSC_52"],
        ),
        (LOCAL | SSH | {"VTE_VERSION": "7003", "WAYLAND_DISPLAY": "w"}, ["OSC_52"]),
        ({"VTE_VERSION": "7003"}, ["OSC_52"]),
        ({"TERM": "linux"}, []),
        ({"TERM": "linux", "SSH_TTY": "/dev/pts/1"}, []),
        ({"TERM": "linux", "DISPLAY": ":0"}, ["xclip", "xsel"]),
        ({"WSL_DISTRO_NAME": "Debian", "WT_SESSION": "1"}, ["OSC_52"]),
        ({"WSL_DISTRO_NAME": "Debian"}, ["clip.exe", "OSC_52"]),
    ],
    ids=str,
)
def test_an_environment_determines_the_methods(
    environment: Mapping[str, str], expected: list[str]
) -> None:
    assert methods(environment) == expected


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("Apple_Terminal", ["pbcopy", "OSC_52"]),
        ("iTerm.app", ["pbcopy", "OSC_52"]),
        ("ghostty", ["OSC_52"]),
    ],
)
def test_pbcopy_is_tried_only_in_local_mac_terminals_that_drop_osc_52(
    program: str, expected: list[str]
) -> None:
    assert methods({"TERM_PROGRAM": program}, "darwin") == expected
    assert methods({"TERM_PROGRAM": program} | SSH, "darwin") == ["OSC_52"]


def test_a_tool_that_is_not_installed_is_not_tried() -> None:
    dropping = LOCAL | {"VTE_VERSION": "7003", "WAYLAND_DISPLAY": "wayland-0"}
    assert methods(dropping, found=frozenset({"xsel"})) == ["xsel", "OSC_52"]
    assert methods(dropping, found=frozenset()) == ["OSC_52"]


def test_gnu_screen_is_detected_unless_tmux_runs_inside_it() -> None:
    def in_screen(environment: Mapping[str, str]) -> bool:
        return detect_clipboard(environment, "linux", ALL.__contains__).in_screen

    assert in_screen({"STY": "1.pts-0.host"})
    assert not in_screen({"STY": "1.pts-0.host"} | TMUX)
    assert not in_screen({})


@times(100)
@given(any_text)
def test_a_sequence_contains_the_text_as_base64_and_nothing_else(text: str) -> None:
    sequence = Clipboard().sequence(text)
    assert (sequence[:7], sequence[-1]) == ("\x1b]52;c;", "\a")
    assert b64decode(sequence[7:-1], validate=True) == text.encode("utf-8", "backslashreplace")


@pytest.mark.parametrize("length", [0, 1, 500, 520, 5_000, LONGEST])
def test_gnu_screen_gets_the_sequence_in_chunks_that_it_accepts(length: int) -> None:
    text = "x" * length
    pieces = Clipboard(in_screen=True).sequence(text).removesuffix("\x1b\\").split("\x1b\\")
    assert {piece[:2] for piece in pieces} == {"\x1bP"}
    assert max(map(len, pieces)) < 768
    assert "".join(piece[2:] for piece in pieces) == Clipboard().sequence(text)


def test_the_longest_text_makes_a_sequence_of_100_000_bytes() -> None:
    assert len(Clipboard().sequence("x" * LONGEST)) == 100_000


# --- trying the methods ---


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Extend the deadline for tools on a slow machine."""
    monkeypatch.setattr(clipboard, "_DEADLINE", 60.0)


def taking(path: Path) -> Tool:
    """Return a tool that writes its input to a file."""
    return Tool("taker", ("sh", "-c", f"cat > {shlex.quote(str(path))}"))


FAILING: Final = Tool("failing", ("sh", "-c", "cat; echo no >&2; exit 1"))
MISSING: Final = Tool("missing", ("no-such-program-anywhere",))
DEAF: Final = Tool("deaf", ("sh", "-c", "exit 1"))
STUCK: Final = Tool("stuck", (sys.executable, "-c", "import time; time.sleep(600)"))

pytestmark = pytest.mark.anyio


async def test_methods_are_tried_until_one_takes_the_text(tmp_path: Path) -> None:
    sent: list[str] = []
    taker = taking(tmp_path / "taken")
    methods = (FAILING, MISSING, taker, Terminal.OSC_52)
    outcome = await Clipboard(methods).put("ä\x1b\n", sent.append)
    assert outcome == Copied(taker, (FAILING, MISSING))
    assert (tmp_path / "taken").read_bytes() == b"\xc3\xa4\x1b\n"
    assert sent == []


async def test_a_tool_receives_the_longest_text_in_full(tmp_path: Path) -> None:
    taker = taking(tmp_path / "taken")
    assert await Clipboard((taker,)).put("x" * LONGEST, lambda _: None) == Copied(taker)
    assert (tmp_path / "taken").stat().st_size == LONGEST


async def test_a_tool_receives_the_text_in_its_own_encoding(tmp_path: Path) -> None:
    taker = Tool("clip.exe", taking(tmp_path / "taken").command, encoding="utf-16")
    await Clipboard((taker,)).put("é", lambda _: None)
    assert (tmp_path / "taken").read_bytes().decode("utf-16") == "é"


async def test_the_terminal_gets_the_text_if_a_tool_fails() -> None:
    sent: list[str] = []
    outcome = await Clipboard((DEAF, Terminal.OSC_52)).put("x" * LONGEST, sent.append)
    assert outcome == Copied(Terminal.OSC_52, (DEAF,))
    assert sent == ["x" * LONGEST]


async def test_nothing_is_reported_as_copied_if_every_method_fails() -> None:
    assert await Clipboard((FAILING,)).put("x", lambda _: None) == NoClipboard((FAILING,))
    assert await Clipboard(()).put("x", lambda _: None) == NoClipboard()


async def test_a_tool_that_hangs_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clipboard, "_DEADLINE", 0.2)
    assert await Clipboard((STUCK,)).put("x", lambda _: None) == NoClipboard((STUCK,))


@given(st.sampled_from(["x", "ä", "漢"]))
def test_the_limit_is_in_bytes(character: str) -> None:
    fitting = LONGEST // len(character.encode())
    sent: list[str] = []
    for count, outcome in (
        (fitting, Copied(Terminal.OSC_52)),
        (fitting + 1, TooLong(len(character.encode()) * (fitting + 1))),
    ):
        assert anyio.run(Clipboard().put, character * count, sent.append) == outcome
    assert [len(text) for text in sent] == [fitting]
