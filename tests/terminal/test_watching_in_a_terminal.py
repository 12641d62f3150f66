"""Watching a port with the real program: what it sends, the bell, and a suspend."""

import re
import signal
from pathlib import Path
from typing import Final

import pytest

from portui.demo.sample import PENDING_PORT_ID
from tests.terminal.pty_program import CTRL_Z, ENTER, ESCAPE, Program, portui
from tests.terminal.steps import PORT_ID, READY, quit_in_order, showing_a_port

_READ_AT: Final = re.compile(r"Read (\d\d:\d\d:\d\d) UTC")
_NARROW: Final = (40, 12)


def read_at(program: Program) -> str:
    """Return when the port on screen was read, as it says."""
    found = _READ_AT.search(program.text)
    return found[1] if found else ""


def wait_for_a_read(program: Program) -> None:
    before = read_at(program)
    program.until(lambda: read_at(program) not in ("", before), "another read")


@pytest.mark.parametrize("size", [(80, 24), _NARROW])
def test_a_watch_that_sees_no_change_sends_at_most_40_bytes_a_read(
    home: Path, size: tuple[int, int]
) -> None:
    with showing_a_port(home, size=size) as program:
        program.send("w")
        program.wait_for("Watching")
        wait_for_a_read(program)
        before, reads = len(program.output), 3
        for _ in range(reads):
            wait_for_a_read(program)
        assert len(program.output) - before <= 40 * reads
        program.send("w")
        program.wait_for("Stopped watching")
        quit_in_order(program)


def test_a_watch_of_a_pending_port_sends_no_more_than_that(home: Path) -> None:
    with portui(home, "--demo", "kafka-audit") as program:
        program.wait_for("1 of 10,0[0-9]+")
        program.send(ENTER)
        program.wait_for("Enter Open")
        program.send(ENTER)
        program.wait_for("Core instance plant-core")
        program.send("w")
        program.wait_for("Watching")
        wait_for_a_read(program)
        before, reads = len(program.output), 4  # in which the pipeline is read again, too
        for _ in range(reads):
            wait_for_a_read(program)
        assert len(program.output) - before <= 40 * reads


def test_the_bell_rings_when_the_endpoint_is_assigned(home: Path) -> None:
    with portui(home, "--demo", str(PENDING_PORT_ID)) as program:
        program.wait_for("Endpoint .* pending")
        program.wait_for(READY)
        before = len(program.output)  # which has the bell as the end of a title
        program.send("w")
        program.wait_for(r"Endpoint .*\bdemo\.example:4318 \S was pending")
        program.wait_for(r"change seen \d\d:\d\d:\d\d UTC")
        assert program.output[before:].count(b"\a") == 1


def test_after_a_suspend_no_frame_says_that_the_port_was_just_read(home: Path) -> None:
    with showing_a_port(home) as program:
        program.send("w")
        program.wait_for("Watching")
        program.send(CTRL_Z)
        program.until(lambda: program.stopped, "the stop")
        program.came(lambda: False, 11.0)  # as long as it takes for the age to be another one
        before = len(program.output)
        program.kill(signal.SIGCONT)
        program.until(lambda: b"Read" in program.output[before:], "the screen")
        frame = program.output[before:].partition(b"Read ")[2]
        program.wait_for("just now")
        assert b"10 s ago" in frame[:60] or b"20 s ago" in frame[:60]


def test_the_form_is_left_alone_and_the_watch_goes_on_after_it(home: Path) -> None:
    with showing_a_port(home) as program:
        program.send("w")
        program.wait_for("Watching")
        program.send("e")
        program.wait_for("Save")
        program.wait_for("Watching, paused")
        before = read_at(program)
        program.came(lambda: False, 6.0)  # longer than from one read to the next
        assert read_at(program) == before
        program.press_away(ESCAPE, "Cancel")
        wait_for_a_read(program)
        assert program.shows("Watching")


def test_keys_typed_right_after_it_do_the_same_as_if_typed_slowly(home: Path) -> None:
    with showing_a_port(home) as program:
        program.send("wjj" + ESCAPE)
        program.wait_for("▸ Kind")
        program.wait_for("w Watch")
        program.send("/")
        program.send(PORT_ID + ENTER)
        program.wait_for(READY)
