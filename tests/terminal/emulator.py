"""The terminal that a program draws on: pyte, made to know what Textual uses."""

import re
from collections.abc import Callable
from copy import copy
from typing import Any, Final

import pyte

ALTERNATE_SCREEN, BRACKETED_PASTE, FOCUS_REPORTS = 1049, 2004, 1004
MOUSE: Final = frozenset({1000, 1002, 1003, 1005, 1006, 1015, 1016})

# What pyte would print: it takes `<` for the end of a control sequence.
_UNKNOWN: Final = re.compile(rb"\x1b\[<[0-9;]*[@-~]")
_UNFINISHED: Final = re.compile(rb"\x1b(\[[0-?]*)?\Z")


class _Screen(pyte.Screen):
    """Keeps what stands behind an alternate screen, and the cursor's place in it."""

    def __init__(self, columns: int, rows: int, answer: Callable[[str], None]) -> None:
        self._answer = answer
        self._behind: tuple[dict[int, Any], pyte.screens.Cursor] | None = None
        super().__init__(columns, rows)

    def write_process_input(self, data: str) -> None:
        self._answer(data)

    def set_mode(self, *modes: int, **kwargs: bool) -> None:
        super().set_mode(*modes, **kwargs)
        if ALTERNATE_SCREEN in modes and self._behind is None:
            lines = {y: copy(line) for y, line in self.buffer.items()}
            self._behind = lines, copy(self.cursor)
            self.erase_in_display(2)

    def reset_mode(self, *modes: int, **kwargs: bool) -> None:
        super().reset_mode(*modes, **kwargs)
        if ALTERNATE_SCREEN in modes and self._behind is not None:
            lines, self.cursor = self._behind
            self.buffer.clear()
            self.buffer.update(lines)
            self._behind = None


class Emulator:
    """A terminal's screen and modes; `answer` takes what it says to the program."""

    def __init__(self, columns: int, rows: int, answer: Callable[[str], None]) -> None:
        self._screen = _Screen(columns, rows, answer)
        self._stream = pyte.ByteStream(self._screen)
        self._held = b""

    def draw(self, output: bytes) -> None:
        """Take what the program puts out; the end of a sequence may be yet to come."""
        output = _UNKNOWN.sub(b"", self._held + output)
        unfinished = _UNFINISHED.search(output)
        end = unfinished.start() if unfinished else len(output)
        self._held = output[end:]
        self._stream.feed(output[:end])

    def resize(self, columns: int, rows: int) -> None:
        """Be another size."""
        self._screen.resize(rows, columns)

    @property
    def text(self) -> str:
        """A line for each row."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def reversed(self) -> str:
        """The text that is in reverse video."""
        lines = [self._screen.buffer[y] for y in range(self._screen.lines)]
        cells = [line[x] for line in lines for x in range(self._screen.columns)]
        return "".join(cell.data for cell in cells if cell.reverse)

    @property
    def modes(self) -> frozenset[int]:
        """The DEC modes that are on; pyte keeps them shifted by 5."""
        return frozenset(mode >> 5 for mode in self._screen.mode if mode >= 1 << 5)

    @property
    def as_for_a_shell(self) -> bool:
        """Whether the cursor is seen and no mode is on that full-screen programs use."""
        ours = {ALTERNATE_SCREEN, BRACKETED_PASTE, FOCUS_REPORTS, *MOUSE}
        return not self._screen.cursor.hidden and not ours & self.modes
