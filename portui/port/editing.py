"""Editing a port: from the text of a form to the difference that is sent."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, TypeAlias

from portui.port.display import REDACTED, safe
from portui.port.model import EDITABLE, Field, Port, Unreadable

NewValue: TypeAlias = str | int
Form: TypeAlias = Mapping[Field, str]
"""What stands in the form, for each editable field."""

PROTOCOLS: Final = ("tcp", "udp")
_PORT_NUMBER: Final = re.compile(r"[1-9][0-9]{0,4}")
LONGEST_ENDPOINT: Final = 2_048  # characters
_LONGEST_ESCAPE: Final = 10  # characters that stand for one: `\U0001f600`


class Mistake(Enum):
    """Why a text can't become a field's value."""

    NOT_A_PORT_NUMBER = auto()
    NOT_A_PROTOCOL = auto()
    NOT_ONE_LINE = auto()
    TOO_LONG = auto()
    REDACTED = auto()


@dataclass(frozen=True, slots=True)
class Change:
    """The difference from a port as it was read: just the fields that get another value."""

    values: tuple[tuple[Field, NewValue], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.values)

    def __iter__(self) -> Iterator[tuple[Field, NewValue]]:
        return iter(self.values)

    def is_applied_to(self, port: Port) -> bool:
        """Whether a port has all the new values."""
        return all(port[field] == value for field, value in self)

    def is_untouched(self, before: Port, now: Port) -> bool:
        """Whether none of the fields that were to change has moved."""
        return all(now[field] == before[field] for field, _ in self)


@dataclass(frozen=True, slots=True)
class Mistakes:
    """What is wrong with a form, in the fields' order."""

    found: tuple[tuple[Field, Mistake], ...]


def form_of(port: Port) -> dict[Field, str]:
    """The text a form starts with, safe to show: for plain values, the values themselves.

    What couldn't be read stands as it came. What is too long for the form starts as nothing.
    """
    return {field: _text(port, field) for field in EDITABLE}


def difference(port: Port, form: Form) -> Change | Mistakes:
    """What a form changes of a port as it was read.

    A field whose text still is what the form started with is not looked at, so neither a value that
    this version wouldn't accept nor its safe rendering is ever sent back.
    """
    start = form_of(port)
    edited = [field for field in EDITABLE if form[field] != start[field]]
    parsed = [(field, _parse(field, form[field])) for field in edited]
    mistakes = tuple((field, value) for field, value in parsed if isinstance(value, Mistake))
    if mistakes:
        return Mistakes(mistakes)
    new = ((field, value) for field, value in parsed if not isinstance(value, Mistake))
    return Change(tuple((field, value) for field, value in new if port[field] != value))


def can_be_typed(port: Port, field: Field) -> bool:
    """Whether the text that a form starts with means a field's value, also where it's typed anew.

    Not that of a value that couldn't be read, that has a safe rendering in its place, or that this
    version wouldn't accept.
    """
    return _parse(field, _text(port, field)) == port[field]


def _text(port: Port, field: Field) -> str:
    value = port[field]
    text = value.came_as or "" if isinstance(value, Unreadable) else str(value)
    if len(text) > LONGEST_ENDPOINT:
        return ""
    whole = safe(text, LONGEST_ENDPOINT * _LONGEST_ESCAPE)
    return whole if len(whole) <= LONGEST_ENDPOINT else ""


def _parse(field: Field, text: str) -> NewValue | Mistake:
    """Spaces around a value come from pasting, and are nobody's wish."""
    match field:
        case Field.FRONTEND_PORT | Field.BACKEND_PORT:
            return _port_number(text.strip(" \t"))
        case Field.PROTOCOL:
            return text if text in PROTOCOLS else Mistake.NOT_A_PROTOCOL
        case _:
            return _endpoint(text.strip(" \t"))


def _port_number(text: str) -> int | Mistake:
    if not _PORT_NUMBER.fullmatch(text) or int(text) > 65_535:
        return Mistake.NOT_A_PORT_NUMBER
    return int(text)


def _endpoint(text: str) -> str | Mistake:
    if len(text) > LONGEST_ENDPOINT:
        return Mistake.TOO_LONG
    if REDACTED in text:
        return Mistake.REDACTED
    return text if safe(text, len(text)) == text else Mistake.NOT_ONE_LINE
