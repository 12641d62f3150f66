"""The signs on screen; `encoding` has their likenesses for terminals without Unicode."""

import os
from dataclasses import asdict, dataclass

from portui.tui.terminal.encoding import in_ascii


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Signs that carry meaning, so that colour never has to."""

    cursor: str = "▸"
    editable: str = "✎"
    odd: str = "!"
    good: str = "✓"
    bad: str = "✗"
    unsure: str = "?"
    chosen: str = "●"
    free: str = "○"


def glyphs_for(term: str) -> Glyphs:
    """The signs; on Linux's console, whose fonts lack most of them, their likenesses."""
    signs = Glyphs()
    if term == "linux":
        return Glyphs(**{name: in_ascii(sign) for name, sign in asdict(signs).items()})
    return signs


GLYPHS = glyphs_for(os.environ.get("TERM", ""))
