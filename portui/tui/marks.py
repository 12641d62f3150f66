"""The signs on screen, in the characters that the terminal can show."""

import locale
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Marks:
    """Signs that carry meaning, so that colour never has to."""

    cursor: str = "▸"
    editable: str = "✎"
    odd: str = "!"
    good: str = "✓"
    bad: str = "✗"
    unsure: str = "?"
    chosen: str = "●"
    free: str = "○"


def marks_for(encoding: str) -> Marks:
    """Signs in Unicode where the locale's encoding has it, else in ASCII."""
    if encoding.lower().replace("-", "") == "utf8":
        return Marks()
    return Marks(cursor=">", editable="*", good="+", bad="x", chosen="(x)", free="( )")


MARKS = marks_for(locale.getencoding())
