"""The project that the operator names, by its name or its ID."""

from typing import Final
from unicodedata import category

_LONGEST: Final = 256  # characters
_NOT_IN_NAMES: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""The categories of control characters, lone surrogates and line breaks."""


def project_named(text: str) -> str | None:
    """Return the name or ID in a text, without the blanks around it; `None` if it can't be one."""
    name = text.strip()
    usable = not any(category(character) in _NOT_IN_NAMES for character in name)
    return name if usable and 1 <= len(name) <= _LONGEST else None
