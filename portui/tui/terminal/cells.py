"""Terminal cells: their characters and styles, and the shortest sequences between styles."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from rich.cells import cell_len

# The code that ends each attribute. Some share one: 22 ends both bold (1) and dim (2).
_OFF: Final = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "6": "25", "7": "27"} | {
    "8": "28",
    "9": "29",
    "21": "24",
    "51": "54",
    "52": "54",
    "53": "55",
}
_SEEN_ON_SPACES: Final = frozenset({"4", "7", "9", "21", "51", "52", "53"})
_FRONT: Final = frozenset(map(str, (*range(30, 38), *range(90, 98))))
_BACK: Final = frozenset(map(str, (*range(40, 48), *range(100, 108))))
_EXTENDED: Final = {"5": 3, "2": 5}  # parameters of a colour, counting the 38 or 48

_SURE: Final = frozenset(map(chr, range(0x20, 0x7F))) | frozenset("▸✎✓✗")


class Style(NamedTuple):
    """How a character looks; each part consists of SGR parameters."""

    attributes: frozenset[str] = frozenset()
    front: str = ""
    back: str = ""


Cell: TypeAlias = tuple[str, Style]
"""A character with its combining marks, and its style.

The character is empty in the right half of a wide one.
"""

PLAIN: Final = Style()
BLANK: Final[Cell] = (" ", PLAIN)


@lru_cache(1024)
def styled(style: Style, parameters: str) -> Style | None:
    """Return the style after an SGR sequence, or `None` if it isn't understood."""
    codes = iter(parameters.split(";"))
    attributes, front, back = style
    for code in codes:
        if code in ("", "0"):
            attributes, front, back = PLAIN
        elif code in _OFF:
            attributes |= {code}
        elif code in _OFF.values():
            attributes -= {each for each in attributes if _OFF[each] == code}
        elif code in _FRONT or code == "39":
            front = "" if code == "39" else code
        elif code in _BACK or code == "49":
            back = "" if code == "49" else code
        elif code in ("38", "48") and (colour := _extended(code, codes)):
            front, back = (colour, back) if code == "38" else (front, colour)
        else:
            return None
    return Style(attributes, front, back)


def _extended(code: str, rest: Iterator[str]) -> str:
    kind = next(rest, "")
    parameters = [code, kind, *(next(rest, "") for _ in range(2, _EXTENDED.get(kind, 0)))]
    return ";".join(parameters) if kind in _EXTENDED and all(parameters) else ""


@lru_cache(1024)
def restyling(before: Style, after: Style) -> str:
    """Return the shortest sequence from one style to another.

    A colour is reset only if one was set: without colours, no colour code is ever sent.
    """
    if before == after:
        return ""
    if after == PLAIN:
        return "\x1b[m"
    gone = {_OFF[each] for each in before.attributes - after.attributes}
    kept = {each for each in before.attributes if _OFF[each] not in gone}
    onward = [*sorted(gone), *sorted(after.attributes - kept)]
    if before.front != after.front:
        onward.append(after.front or "39")
    if before.back != after.back:
        onward.append(after.back or "49")
    anew = ["0", *sorted(after.attributes), *filter(None, after[1:])]
    return f"\x1b[{min(';'.join(onward), ';'.join(anew), key=len)}m"


@lru_cache(1024)
def on_space(style: Style) -> Style:
    """Return the part of a style that is visible on a space."""
    return style if style.attributes & _SEEN_ON_SPACES else Style(back=style.back)


def is_sure(cell: Cell) -> bool:
    """Return whether a character takes exactly one cell on every terminal.

    Terminals disagree about wide, combining, zero-width and ambiguous characters, emoji, and whole
    scripts. Only ASCII and the app's own glyphs of neutral width count as sure.
    """
    return cell[0] in _SURE


def unsure(row: Sequence[Cell]) -> list[bool]:
    """Return, for each cell, whether an unsure character is there or could reach it.

    No terminal gives a character more than two cells, and neither does `wcwidth`.
    """
    reached = 0
    found = []
    for x, cell in enumerate(row):
        if not is_sure(cell):
            reached = max(reached, x) + 2 * len(cell[0])
        found.append(x < reached)
    return found


@lru_cache(2048)
def cells_of(text: str, style: Style) -> tuple[str, tuple[Cell, ...]]:
    """Split a text into cells, as Textual measures it.

    Return the zero-width characters that the text begins with, and its cells. The former belong to
    the cell before the text.
    """
    blank = (" ", on_space(style))
    if text.isascii():
        return "", tuple(blank if each == " " else (each, style) for each in text)
    stray = ""
    clusters: list[tuple[str, int]] = []
    length = 0
    for end in range(1, len(text) + 1):
        cells = cell_len(text[:end]) - length
        length += cells
        character = text[end - 1]
        if clusters and (cells == 0 or character == "\ufe0f"):  # VS16 may widen the one before
            clusters[-1] = clusters[-1][0] + character, clusters[-1][1] + cells
        elif cells == 0:
            stray += character
        else:
            clusters.append((character, cells))
    return stray, tuple(cell for each in clusters for cell in _cells(*each, style))


def _cells(cluster: str, width: int, style: Style) -> list[Cell]:
    first = (" ", on_space(style)) if cluster == " " else (cluster, style)
    return [first, *[("", style)] * (width - 1)]
