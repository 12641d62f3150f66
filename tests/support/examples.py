"""How many random examples a property-based test draws."""

import os
from typing import Final

_BRIEF: Final = os.environ.get("PORTUI_BRIEF") == "1"


def examples(number: int) -> int:
    """Return a number of examples; with `PORTUI_BRIEF=1`, a tenth of it, but at least five."""
    return max(5, number // 10) if _BRIEF else number
