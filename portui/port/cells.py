"""How many cells of a terminal a text takes, and texts cut to a number of cells.

This is for safe text, which has no invisible characters. The app measures as Textual does.
"""

import unicodedata
from typing import Final

ELLIPSIS: Final = "…"
_WIDE: Final = frozenset("WF")


def cells(text: str) -> int:
    """Return the cells that a safe text takes."""
    if text.isascii():
        return len(text)
    return sum(map(_cells_of, text))


def _cells_of(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


def padded(text: str, width: int) -> str:
    """Return a text with spaces after it, up to a number of cells."""
    return text.ljust(width) if text.isascii() else text + " " * (width - cells(text))


def cut_to_cells(text: str, width: int) -> str:
    """Return a text of at most `width` cells, which ends with an ellipsis if it was longer."""
    return text if cells(text) <= width else f"{_beginning(text, width - 1)}{ELLIPSIS}"


def cut_in_middle(text: str, width: int) -> str:
    """Return a text of at most `width` cells, with an ellipsis in its middle if it was longer."""
    if cells(text) <= width:
        return text
    end = max(0, (width - 1) // 2)
    return f"{_beginning(text, width - 1 - end)}{ELLIPSIS}{_end(text, end)}"


def _beginning(text: str, width: int) -> str:
    taken = 0
    for index, character in enumerate(text):
        taken += _cells_of(character)
        if taken > width:
            return text[:index]
    return text


def _end(text: str, width: int) -> str:
    """Return the end of a text that fits; it doesn't begin with a mark that has lost its letter."""
    taken, start = 0, len(text)
    for index in range(len(text) - 1, -1, -1):
        taken += _cells_of(text[index])
        if taken > width:
            break
        start = index
    while start < len(text) and not _cells_of(text[start]):
        start += 1
    return text[start:]
