"""Drawing only changes gives the same screens as plain drawing, in pyte and in tmux."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.terminal.emulator import Cell
from tests.terminal.pty_program import (
    CTRL_L,
    CTRL_P,
    CTRL_Z,
    DOWN,
    ESCAPE,
    LONGEST,
    TAB,
    Program,
)
from tests.terminal.steps import PORT_ID, READY, discard, showing_a_port, type_frontend_port
from tests.terminal.tmux import Tmux, shell_in_tmux

F1: Final = "\x1bOP"
PLAIN: Final = "--plain-drawing"

Cells = list[list[Cell]]


def wait_until_alike(cells: Callable[[], Cells], others: Callable[[], Cells]) -> None:
    """Wait until two screens show the same; on timeout, fail at the first row that differs."""
    deadline = time.monotonic() + LONGEST
    while (found := _steady(cells())) != (other := _steady(others())):
        if time.monotonic() > deadline:
            for row, its in zip(found, other, strict=True):
                assert row == its
        time.sleep(0.05)


def _steady(cells: Cells) -> Cells:
    """Return the rows without the one that says when the port was read and how long it took."""
    text = ["".join(str(cell[0]) for cell in row) for row in cells]
    return [row for row, words in zip(cells, text, strict=True) if not words.startswith(" Read ")]


# --- in pyte ---


class Pair:
    """Two runs of portui, with plain drawing and without, that are driven alike."""

    def __init__(self, plain: Program, changes: Program) -> None:
        self.plain, self.changes = plain, changes

    def each(self, do: Callable[[Program], object], shown: str = "") -> None:
        """Do something in both, wait until both show a pattern, and compare their screens."""
        for program in (self.plain, self.changes):
            do(program)
            program.wait_for(shown)
        wait_until_alike(lambda: self.plain.cells, lambda: self.changes.cells)

    def send(self, keys: str, shown: str = "") -> None:
        """Type the same keys in both, wait for a pattern, and compare their screens."""
        self.each(lambda program: program.send(keys), shown)


@contextmanager
def a_pair(home: Path, **env: str | None) -> Iterator[Pair]:
    with showing_a_port(home, PLAIN, env=env) as plain, showing_a_port(home, env=env) as changes:
        yield Pair(plain, changes)


def test_a_walk_through_the_screens_looks_the_same(home: Path) -> None:
    with a_pair(home) as pair:
        pair.send("jjj", "▸ Frontend port")
        pair.send("/", "Enter Look up")
        pair.send(ESCAPE, READY)
        pair.each(lambda program: type_frontend_port(program, "24225"))
        for focused in ("Enter Next", "Enter Next", "Enter Save"):
            pair.send(TAB, focused)  # before the resize, in which a field scrolls while focused
        for size in ((40, 12), (20, 5), (120, 40), (80, 24)):
            shown = "needs 40" if size == (20, 5) else "Cancel"
            pair.each(lambda program, size=size: program.resize(*size), shown)  # type: ignore[misc]
        pair.each(discard, READY)
        pair.send(F1, "Keys")
        pair.send(DOWN * 5)
        pair.send(CTRL_L)
        pair.each(lambda program: program.press_away(ESCAPE, "Keys"), READY)
        pair.send("d", "Cancel")
        pair.each(lambda program: program.press_away(ESCAPE, "Cancel"), READY)
        pair.send(CTRL_P, "Command")
        pair.send("hi", "History")
        pair.each(lambda program: program.press_away(ESCAPE, "Command"), READY)
        assert len(pair.changes.output) < len(pair.plain.output) / 4


def test_it_looks_the_same_after_suspending_and_resuming(home: Path) -> None:
    def stop_and_go_on(program: Program) -> None:
        program.send(CTRL_Z)
        program.until(lambda: program.stopped, "the stop")
        program.until(lambda: program.restored, "the terminal as it was")
        program.kill(signal.SIGCONT)

    with a_pair(home) as pair:
        pair.send("d", "Cancel")
        pair.each(stop_and_go_on, "Cancel")
        pair.each(lambda program: program.press_away(ESCAPE, "Cancel"), READY)


@pytest.mark.parametrize("term", ["eterm-color", "ansi"])
def test_an_unknown_terminal_gets_everything_that_textual_draws(home: Path, term: str) -> None:
    with showing_a_port(home, env={"TERM": term}) as unknown, showing_a_port(home) as known:
        assert len(unknown.output) > 4 * len(known.output)


def test_without_colours_no_colour_is_set_or_reset(home: Path) -> None:
    with showing_a_port(home, env={"NO_COLOR": "1"}) as program:
        type_frontend_port(program, "24225")
        assert b"\x1b[7m" in program.output
        for code in (b"39", b"49", b"38;", b"48;", b"36", b"90"):
            assert b"\x1b[" + code + b"m" not in program.output
            assert b";" + code + b"m" not in program.output


# --- in tmux ---


def test_in_tmux_it_looks_the_same(home: Path) -> None:
    (home / "plain").mkdir()
    with (
        shell_in_tmux(home / "plain", "--demo", PLAIN, PORT_ID) as plain,
        shell_in_tmux(home, "--demo", PORT_ID) as changes,
    ):
        _walk_in_tmux(plain, changes)


def _walk_in_tmux(*both: Tmux) -> None:
    def each(do: Callable[[Tmux], object], shown: str) -> None:
        for tmux in both:
            do(tmux)
            tmux.wait_for(shown)
        wait_until_alike(lambda: both[0].cells, lambda: both[1].cells)

    each(lambda tmux: tmux.wait_for(READY), READY)
    each(lambda tmux: tmux.press("j", "j", "j"), "▸ Frontend port")
    each(lambda tmux: tmux.press("/"), "Enter Look up")
    each(lambda tmux: tmux.press("Escape"), READY)
    each(lambda tmux: tmux.press("e"), "Save")
    each(lambda tmux: tmux.press_for("C-u", "65535"), "65535")
    each(lambda tmux: tmux.press(*"24225"), "24224 → 24225")
    each(lambda tmux: tmux.resize(50, 14), "24224 → 24225")
    for tmux in both:
        tmux.press("C-z")
        tmux.wait_for(r"Stopped[^$]*shell>\s*$")
        tmux.press("fg", "Enter")
    each(lambda tmux: tmux.wait_for("Cancel"), "24224 → 24225")
    each(lambda tmux: tmux.resize(80, 24), "24224 → 24225")
    each(lambda tmux: tmux.press_for("Escape", "[Dd]iscard"), "[Dd]iscard")
    each(lambda tmux: tmux.press_for("y", READY), READY)
    each(lambda tmux: tmux.press("F1"), "Keys")
    each(lambda tmux: tmux.press("Down", "Down", "Down"), "Close")
    each(lambda tmux: tmux.press_for("Escape", READY), READY)
    each(lambda tmux: tmux.press("C-p"), "Command")
    each(lambda tmux: tmux.press_for("Escape", READY), READY)


@pytest.mark.parametrize("drawing", [[], [PLAIN]])
def test_it_exits_when_tmux_does(home: Path, drawing: list[str]) -> None:
    with shell_in_tmux(home, "--demo", *drawing, PORT_ID) as tmux:
        tmux.wait_for(READY)
        program = tmux.program
        assert program.exists()
    deadline = time.monotonic() + LONGEST
    while program.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_redrawing_removes_what_another_program_wrote_on_the_screen(home: Path) -> None:
    with shell_in_tmux(home, "--demo", PORT_ID) as tmux:
        tmux.wait_for(READY)
        tmux.press("j")
        tmux.wait_for("▸ Protocol")
        before = tmux.cells
        tmux.draw("\x1b[5;40H\x1b[41mBroadcast message from root\x1b[m")
        tmux.wait_for("Broadcast")
        tmux.press("C-l")
        wait_until_alike(lambda: before, lambda: tmux.cells)
