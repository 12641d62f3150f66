"""Filter and sort listed ports.

A filter is words in any order, each of which a port has to match. Case makes no difference.

- `24224`: the frontend or the backend port, exactly.
- `30*`: the beginning of either.
- Any other word: a part of the pipeline's name, or of its status unless that is `STARTED`, or of
  the protocol, kind, endpoint, plugin or ID. `edge*` is the beginning of one of them.
- `pending` also finds ports whose endpoint has not been assigned yet.
- `pipeline:edge`, `frontend:24224`, `endpoint:pending`: a column before a word narrows it to that
  column. Any other colon belongs to the word, as in `10.2.0.7:24224`.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any, Final, TypeAlias

from portui.port.listed import ListedPort, TextPart
from portui.port.model import Field, Value

Matches: TypeAlias = Callable[[ListedPort], bool]

_NUMBER: Final = re.compile(r"[0-9]{1,5}")
_NUMBERS: Final = {
    "frontend": (Field.FRONTEND_PORT,),
    "backend": (Field.BACKEND_PORT,),
    "": (Field.FRONTEND_PORT, Field.BACKEND_PORT),
}
_TEXTS: Final = {part.value: part for part in TextPart}
_COLUMN: Final = re.compile(rf"({'|'.join(filter(None, (*_TEXTS, *_NUMBERS)))}):(.*)", re.DOTALL)


class Column(Enum):
    """A column that a list can be sorted by."""

    PIPELINE = auto()
    FRONTEND = auto()
    BACKEND = auto()
    KIND = auto()
    ENDPOINT = auto()
    PLUGIN = auto()
    UPDATED = auto()
    """The latest first; the others are in ascending order."""


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted."""

    column: Column = Column.PIPELINE
    reverse: bool = False
    """Whether in the opposite of the column's usual direction."""

    @property
    def is_descending(self) -> bool:
        """Whether the greatest value comes first."""
        return (self.column is Column.UPDATED) is not self.reverse


def filtered(ports: Iterable[ListedPort], words: str) -> tuple[ListedPort, ...]:
    """Return the ports that match all words, in the same order."""
    found = tuple(ports)
    for word in words.casefold().split():
        matches = _matcher(word)
        found = tuple(listed for listed in found if matches(listed))
    return found


def sorted_by(
    ports: Iterable[ListedPort], column: Column, *, reverse: bool = False
) -> tuple[ListedPort, ...]:
    """Return the ports in the order of a column; equal ones by pipeline, number and ID.

    Ports without a readable value in that column come last, in either direction.
    """
    found = sorted(ports, key=lambda listed: (_key(listed, column), *_tie_break(listed)))
    if reverse:
        end = next((n for n, each in enumerate(found) if _key(each, column) == _LAST), len(found))
        found[:end] = reversed(found[:end])
    return tuple(found)


def _matcher(word: str) -> Matches:
    """Return the function that a port has to match for a case-folded word."""
    column, rest = "", word
    if narrowed := _COLUMN.fullmatch(word):
        column, rest = narrowed.groups()
    beginning = rest.removesuffix("*")
    if _NUMBER.fullmatch(beginning) and column in _NUMBERS:
        return _number_matcher(_NUMBERS[column], beginning, exactly=beginning == rest)
    if column in ("frontend", "backend"):
        # No port has a number that isn't one, but an empty word after the colon narrows nothing.
        return lambda _: not beginning
    text = beginning if beginning == rest else f"\n{beginning}"
    if not column:
        return lambda listed: text in listed.text
    part = _TEXTS[column]
    return lambda listed: text in "\n".join(("", *part.texts(listed))).casefold()


def _number_matcher(fields: tuple[Field, ...], digits: str, *, exactly: bool) -> Matches:
    wanted = int(digits)
    frontend, backend = Field.FRONTEND_PORT in fields, Field.BACKEND_PORT in fields

    def equals(listed: ListedPort) -> bool:
        port = listed.port
        return (frontend and port.frontend_port == wanted) or (
            backend and port.backend_port == wanted
        )

    def begins(listed: ListedPort) -> bool:
        port = listed.port
        return (frontend and _begins(port.frontend_port, digits)) or (
            backend and _begins(port.backend_port, digits)
        )

    return equals if exactly else begins


def _begins(value: Value, digits: str) -> bool:
    return type(value) is int and str(value).startswith(digits)


# A key begins with whether the value is missing, so that keys of the same column can be compared.
_LAST: Final = (1,)


def _key(listed: ListedPort, column: Column) -> tuple[Any, ...]:
    port = listed.port
    match column:
        case Column.PIPELINE:
            return _text_key(listed.pipeline.name)
        case Column.FRONTEND:
            return _number_key(port.frontend_port)
        case Column.BACKEND:
            return _number_key(port.backend_port)
        case Column.KIND:
            return _text_key(port.kind)
        case Column.ENDPOINT:
            return _text_key(port.endpoint)
        case Column.PLUGIN:
            return _text_key(port.plugin_id)
        case Column.UPDATED:
            at = port.updated_at
            return (0, -at.timestamp()) if isinstance(at, datetime) else _LAST


def _tie_break(listed: ListedPort) -> tuple[Any, ...]:
    port = listed.port
    name, number = _text_key(listed.pipeline.name), _number_key(port.frontend_port)
    return name, number, _text_key(port.protocol), listed.id.int


def _text_key(value: Value) -> tuple[Any, ...]:
    return (0, value.casefold()) if isinstance(value, str) and value else _LAST


def _number_key(value: Value) -> tuple[Any, ...]:
    return (0, value) if type(value) is int else _LAST
