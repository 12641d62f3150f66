"""Frames as Textual renders them, and a pair of terminals that draw them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import StringIO
from typing import Final

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from portui.tui.terminal.screen import ScreenModel, is_harmless
from tests.terminal.emulator import Cell, Emulator

Row = Sequence[tuple[str, str]]
"""Texts, each with a Rich style definition."""

START: Final = "\x1b[?1049h\x1b[?25l\x1b[?7l"
STOP: Final = "\x1b[?7h\x1b[<u\x1b[?1049l\x1b[?25h"

_CONSOLE: Final = Console(file=StringIO(), force_terminal=True, color_system="truecolor")


def strip(row: Row, width: int) -> Strip:
    """Return a row as a Textual strip, cropped or padded with spaces."""
    segments = [Segment(text, Style.parse(style)) for text, style in row]
    return Strip(segments).adjust_cell_length(width)


def full(rows: Sequence[Strip], width: int, cursor: tuple[int, int] = (0, 0)) -> str:
    """Return the frame that draws a whole screen."""
    update = LayoutUpdate([[row] for row in rows], Region(0, 0, width, len(rows)))
    return update.render_segments(_CONSOLE) + _place(cursor)


def partial(
    rows: Sequence[Strip], spans: Sequence[tuple[int, int, int]], cursor: tuple[int, int] = (0, 0)
) -> str:
    """Return the frame that draws parts of some rows. A span is a row, its start and its end."""
    chops: list[dict[int, Strip | None]] = [{} for _ in rows]
    ends: list[list[int]] = [[] for _ in rows]
    for y, start, end in spans:
        chops[y][start] = rows[y].crop(start, end)
        ends[y].append(end)
    return ChopsUpdate(chops, list(spans), ends).render_segments(_CONSOLE) + _place(cursor)


def _place(cursor: tuple[int, int]) -> str:
    row, column = cursor
    return f"\x1b[{row + 1};{column + 1}H"


@dataclass
class Twice:
    """Two terminals: one draws frames as written, the other only what changes in them."""

    width: int
    height: int
    sent: list[str] = field(default_factory=list)
    watched: bool = False
    """Whether to compare the terminals after each frame."""

    def __post_init__(self) -> None:
        self.screen = ScreenModel(self.width, self.height)
        self.plain, self.changes = (
            Emulator(self.width, self.height, answer=lambda _: None) for _ in range(2)
        )

    def write(self, data: str) -> str:
        """Write a frame to both terminals. Return what was sent to the second."""
        sent = data if is_harmless(data) else self.screen.feed(data)
        self.plain.draw(data.encode())
        self.changes.draw(sent.encode())
        self.sent.append(sent)
        if self.watched:
            self.check()
        return sent

    def resize(self, width: int, height: int) -> None:
        """Resize both terminals."""
        self.width, self.height = width, height
        self.plain.resize(width, height)
        self.changes.resize(width, height)
        self.screen.resize(width, height)

    def check(self) -> None:
        """Fail if the terminals differ."""
        rows, others = (map(_without_strays, each.cells) for each in (self.plain, self.changes))
        for y, (row, other) in enumerate(zip(rows, others, strict=True)):
            assert row == other, _difference(y, row, other)
        assert self.plain.cursor == self.changes.cursor


def _without_strays(row: list[Cell]) -> list[Cell]:
    """Return a row without combining marks on blanks.

    Textual leaves one more with each drawing, where it cuts off a letter before its mark.
    """
    return [(" ", *cell[1:]) if str(cell[0]).startswith(" ") else cell for cell in row]


def _difference(y: int, row: list[Cell], other: list[Cell]) -> str:
    text, others = ("".join(str(cell[0]) for cell in each) for each in (row, other))
    x = next(x for x, pair in enumerate(zip(row, other, strict=True)) if pair[0] != pair[1])
    return f"row {y}, column {x}: {row[x]} {other[x]}\n{text!r}\n{others!r}"
