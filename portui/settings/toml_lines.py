"""Where in a TOML file a key is defined, which `tomllib` doesn't say."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any


def line_of(text: str, where: Sequence[str]) -> int:
    """Return the line (from 1) on which the statement that defines a key begins."""
    lines = text.split("\n")
    return bisect_left(range(len(lines)), x=True, key=partial(_there, lines, where))


def _there(lines: Sequence[str], where: Sequence[str], count: int) -> bool:
    """Return whether the first `count` lines define a key.

    Lines are added until the text parses, to complete a statement that spans several.
    """
    import tomllib

    for end in range(count, len(lines) + 1):
        with suppress(ValueError):
            return _holds(tomllib.loads("\n".join(lines[:end]) + "\n"), where)
    return True


def _holds(tables: Mapping[str, Any], where: Sequence[str]) -> bool:
    first, *rest = where
    return first in tables and (not rest or _holds(tables[first], rest))
