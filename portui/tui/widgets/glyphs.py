"""The glyphs on screen; `encoding` has their look-alikes for terminals without Unicode."""

import os
from typing import NamedTuple

from portui.tui.terminal.encoding import in_ascii


class Glyphs(NamedTuple):
    """Glyphs that carry meaning, so that colour alone never has to."""

    cursor: str = "▸"
    editable: str = "✎"
    odd: str = "!"
    good: str = "✓"
    bad: str = "✗"
    unsure: str = "?"
    chosen: str = "●"
    free: str = "○"
    ascending: str = "↑"
    descending: str = "↓"


def glyphs_for(term: str) -> Glyphs:
    """Return the glyphs for a terminal type.

    The Linux console, whose fonts lack most of them, gets their ASCII look-alikes.
    """
    signs = Glyphs()
    if term == "linux":
        return Glyphs(**{name: in_ascii(sign) for name, sign in signs._asdict().items()})
    return signs


GLYPHS = glyphs_for(os.environ.get("TERM", ""))
