"""The terminal emulator of the tests: what pyte lacks."""

from tests.terminal.emulator import Emulator


def test_scrolling_up_moves_the_region_and_leaves_the_cursor() -> None:
    emulator = Emulator(10, 4, answer=lambda _: None)
    emulator.draw(b"a\r\nb\r\nc\r\nd\x1b[1;3r\x1b[2;3H\x1b[2Sx")
    assert emulator.text == "c\n  x\n\nd"
