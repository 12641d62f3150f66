"""A terminal emulator: pyte, extended with the sequences that Textual and tmux use."""

import re
from collections import deque
from collections.abc import Callable
from copy import copy
from itertools import islice
from typing import Any, Final, TypeAlias

import pyte

ALTERNATE_SCREEN, BRACKETED_PASTE, FOCUS_REPORTS = 1049, 2004, 1004
MOUSE: Final = frozenset({1000, 1002, 1003, 1005, 1006, 1015, 1016})

# pyte would print part of these: it takes `<` as the end of a control sequence.
_UNKNOWN: Final = re.compile(rb"\x1b\[<[0-9;]*[@-~]")
_UNFINISHED: Final = re.compile(rb"\x1b(\[[0-?]*)?\Z")


Cell: TypeAlias = tuple[object, ...]
"""A character and its style; for a space, only the attributes that are visible."""


class _Screen(pyte.Screen):
    """A pyte screen that restores the main screen and its cursor after the alternate screen.

    It tracks dim text, stored in pyte's blink attribute, and blanks the remaining half of a wide
    character that is partly overwritten.
    """

    def __init__(self, columns: int, rows: int, answer: Callable[[str], None]) -> None:
        self._answer = answer
        self._dim = False
        self._behind: tuple[dict[int, Any], pyte.screens.Cursor] | None = None
        super().__init__(columns, rows)

    def write_process_input(self, data: str) -> None:
        self._answer(data)

    def draw(self, data: str) -> None:
        if data.isascii() and all(cell.data for cell in self.buffer[self.cursor.y].values()):
            super().draw(data)
            return
        for character in data:
            has_width = pyte.screens.wcwidth(character) > 0
            if has_width:
                self._blank_if_cut(self.cursor.x, before=1)
            super().draw(character)
            if has_width:
                self._blank_if_cut(self.cursor.x, before=0)

    def _blank_if_cut(self, x: int, *, before: int) -> None:
        line = self.buffer[self.cursor.y]
        if 0 < x < self.columns and not line[x].data:
            line[x - before] = line[x - before]._replace(data=" ")

    def scroll_up(self, lines: int = 1, **_: bool) -> None:
        """Scroll the region up, as tmux does to clear it."""
        cursor = copy(self.cursor)
        self.cursor.y = self.margins.top if self.margins else 0
        self.delete_lines(lines or 1)
        self.cursor = cursor

    def select_graphic_rendition(self, *attributes: int, **kwargs: bool) -> None:
        super().select_graphic_rendition(*attributes, **kwargs)
        codes = iter(attributes or (0,))
        for code in codes:
            if code in (38, 48):
                deque(islice(codes, 3 if next(codes, 5) == 2 else 1), 0)
            elif code in (0, 2, 22):
                self._dim = code == 2
        self.cursor.attrs = self.cursor.attrs._replace(blink=self._dim)

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


class _Stream(pyte.ByteStream):
    """A pyte stream that knows how to scroll up."""

    csi = pyte.ByteStream.csi | {"S": "scroll_up"}
    events = pyte.ByteStream.events | {"scroll_up"}


class Emulator:
    """A terminal's screen and modes; `answer` is called with its replies to the program."""

    def __init__(self, columns: int, rows: int, answer: Callable[[str], None]) -> None:
        self._screen = _Screen(columns, rows, answer)
        self._stream = _Stream(self._screen)
        self._held = b""

    def draw(self, output: bytes) -> None:
        """Draw output from the program; a sequence may be split between calls."""
        output = _UNKNOWN.sub(b"", self._held + output)
        unfinished = _UNFINISHED.search(output)
        end = unfinished.start() if unfinished else len(output)
        self._held = output[end:]
        self._stream.feed(output[:end])

    def resize(self, columns: int, rows: int) -> None:
        """Resize the screen."""
        self._screen.resize(rows, columns)

    @property
    def text(self) -> str:
        """The text on the screen, one line per row, without trailing whitespace."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def cells(self) -> list[list[Cell]]:
        """The rows of the screen, each a list of cells, one per column."""
        columns = range(self._screen.columns)
        lines = [self._screen.buffer[y] for y in range(self._screen.lines)]
        return [[_seen(line[x]) for x in columns] for line in lines]

    @property
    def cursor(self) -> tuple[int, int]:
        """The row and column of the cursor, counted from 0."""
        return self._screen.cursor.y, min(self._screen.cursor.x, self._screen.columns - 1)

    @property
    def reversed(self) -> str:
        """The text in reverse video."""
        lines = [self._screen.buffer[y] for y in range(self._screen.lines)]
        cells = [line[x] for line in lines for x in range(self._screen.columns)]
        return "".join(cell.data for cell in cells if cell.reverse)

    @property
    def modes(self) -> frozenset[int]:
        """The DEC modes that are set; pyte stores them shifted left by 5."""
        return frozenset(mode >> 5 for mode in self._screen.mode if mode >= 1 << 5)

    @property
    def as_for_a_shell(self) -> bool:
        """Whether the cursor is visible and no mode for full-screen programs is set."""
        ours = {ALTERNATE_SCREEN, BRACKETED_PASTE, FOCUS_REPORTS, *MOUSE}
        return not self._screen.cursor.hidden and not ours & self.modes


def _seen(cell: pyte.screens.Char) -> Cell:
    """Return the visible attributes of a cell; pyte's blink attribute stands for dim."""
    if cell.data[:1] == " " and not (cell.underscore or cell.strikethrough or cell.reverse):
        return (cell.data, cell.bg)
    return tuple(cell)
