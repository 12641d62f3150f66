"""How many random examples a property-based test draws, if it doesn't leave it at the usual 100."""

import os
from typing import Final

_BRIEF: Final = os.environ.get("PORTUI_BRIEF") == "1"
_EXPLORES: Final = os.environ.get("PORTUI_EXPLORE") == "1"


def examples(number: int) -> int:
    """Return how many of a number of examples to draw.

    All of them where each run draws new ones, with `PORTUI_EXPLORE=1`; half where they are always
    the same; a tenth, but at least five, with `PORTUI_BRIEF=1`.
    """
    if _BRIEF:
        return max(5, number // 10)
    return number if _EXPLORES else number // 2
