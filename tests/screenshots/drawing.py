"""Lines of a terminal as SVG. Their classes are colours, which the window's style sheet chooses."""

import re
from collections.abc import Iterator
from html import escape
from typing import Final

from rich.cells import cell_len
from rich.color import Color, ColorType
from rich.style import Style

from portui.tui.widgets.lines import Line

CELL: Final = 10
"""The width of a cell in pixels."""
LINE: Final = 21
"""The height of a line in pixels."""
BASE: Final = 15
"""Pixels from the top of a line to its baseline."""

_COLORS: Final = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_SYMBOLS: Final = "▸✎✓✗●○↑↓"
"""Not in every monospaced font, so each is centred in its cell whatever its own width."""
_BOX: Final = "─│╭╮╰╯"
"""Drawn as paths, since glyphs of most fonts leave gaps between lines."""
_PIECES: Final = re.compile(
    rf"─+|[{_BOX}{_SYMBOLS}]|[^\s{_BOX}{_SYMBOLS}]+(?: [^\s{_BOX}{_SYMBOLS}]+)*"
)
_MIDDLE: Final = LINE / 2 - BASE  # above the baseline, where lines of boxes meet


def draw_line(line: Line) -> str:
    """Return a line as SVG elements, whose origin is the left end of the baseline."""
    elements: list[str] = []
    start = 0
    for text, style in line:
        elements += _draw(text, style, start)
        start += cell_len(text)
    return "".join(elements)


def _draw(text: str, style: Style, start: int) -> Iterator[str]:
    """Yield a text's background, and the text in pieces, each of which begins in its own cell.

    So a font whose letters are wider or narrower than a cell moves nothing out of its column.
    """
    front, back = _color(style.color), _color(style.bgcolor)
    if style.reverse:
        front, back = back or "ground", front or "text"
    if back:
        x, width = CELL * start, CELL * cell_len(text)
        yield f'<rect class="{back}" x="{x}" y="{-BASE}" width="{width}" height="{LINE}"/>'
    names = (front, style.bold and "bold", style.dim and "dim")
    classes = " ".join(name for name in names if name)
    attributes = f' class="{classes}"' if classes else ""
    for piece in _PIECES.finditer(text):
        x = CELL * (start + cell_len(text[: piece.start()]))
        yield _draw_piece(piece[0], x, attributes)


def _color(color: Color | None) -> str:
    """Return the class of one of the terminal's sixteen colours; empty for its default."""
    if color is None or color.type is ColorType.DEFAULT:
        return ""
    assert color.number is not None, f"{color.name} isn't one of the terminal's own colours"
    bright, number = divmod(color.number, len(_COLORS))
    return f"{'bright-' if bright else ''}{_COLORS[number]}"


def _draw_piece(piece: str, x: int, attributes: str) -> str:
    if piece[0] in _BOX:
        return f'<path{attributes} d="{_path(piece, x)}"/>'
    if piece in _SYMBOLS:
        return f'<text{attributes} x="{x + CELL // 2}" text-anchor="middle">{piece}</text>'
    cells = cell_len(piece)
    length = f' textLength="{CELL * cells}"' if cells > 1 else ""
    return f'<text{attributes} x="{x}"{length}>{escape(piece, quote=False)}</text>'


def _path(piece: str, x: int) -> str:
    """Return the path of a piece of a box: a run of `─`, or one other character."""
    middle = x + CELL // 2
    if piece[0] == "─":
        return f"M{x} {_MIDDLE}h{CELL * len(piece)}"
    if piece == "│":
        return f"M{middle} {-BASE}v{LINE}"
    end, turn = (LINE - BASE, _MIDDLE + 5) if piece in "╭╮" else (-BASE, _MIDDLE - 5)
    side = x + CELL if piece in "╭╰" else x
    return f"M{middle} {end}V{turn}Q{middle} {_MIDDLE} {side} {_MIDDLE}"
