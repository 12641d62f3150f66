"""The signs on screen; `encoding` has their likenesses for terminals without Unicode."""

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


MARKS = Marks()
