"""Editing a port: the texts of a form, and the change that they make."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, TypeAlias

from portui.port.display import REDACTED, safe
from portui.port.model import EDITABLE, Field, Port, Unreadable

NewValue: TypeAlias = str | int
Form: TypeAlias = Mapping[Field, str]
"""The text of each editable field."""

PROTOCOLS: Final = ("tcp", "udp")
_PORT_NUMBER: Final = re.compile(r"[1-9][0-9]{0,4}")
LONGEST_ENDPOINT: Final = 2_048  # characters
_LONGEST_ESCAPE: Final = 10  # characters for one: `\U0001f600`


class Mistake(Enum):
    """Why a text isn't valid for a field."""

    NOT_A_PORT_NUMBER = auto()
    NOT_A_PROTOCOL = auto()
    NOT_ONE_LINE = auto()
    TOO_LONG = auto()
    REDACTED = auto()


@dataclass(frozen=True, slots=True)
class Change:
    """New values for some fields of a port: only those that differ from the port as read."""

    values: tuple[tuple[Field, NewValue], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.values)

    def __iter__(self) -> Iterator[tuple[Field, NewValue]]:
        return iter(self.values)

    def is_applied_to(self, port: Port) -> bool:
        """Return whether a port has all the new values."""
        return all(port[field] == value for field, value in self)

    def missing_in(self, port: Port) -> "Change":
        """Return what of this change a port doesn't have yet."""
        return Change(tuple((field, value) for field, value in self if port[field] != value))

    def is_untouched(self, before: Port, now: Port) -> bool:
        """Return whether the fields of this change have the same values before and now."""
        return all(now[field] == before[field] for field, _ in self)


@dataclass(frozen=True, slots=True)
class NewPort:
    """The values of a port to create. An empty endpoint leaves assigning one to the service.

    The port gets the pipeline's kind: the one in the documented body is deprecated.
    """

    protocol: str
    frontend_port: int
    backend_port: int
    endpoint: str = ""

    def __getitem__(self, field: Field) -> NewValue:
        """Return the value of an editable field."""
        value: NewValue = getattr(self, field.attribute)
        return value

    def __iter__(self) -> Iterator[tuple[Field, NewValue]]:
        return ((field, self[field]) for field in EDITABLE)

    def is_like(self, port: Port) -> bool:
        """Return whether a port has these values; any endpoint will do if none was asked for."""
        asked = (field for field in EDITABLE if field is not Field.ENDPOINT or self.endpoint)
        return all(port[field] == self[field] for field in asked)


@dataclass(frozen=True, slots=True)
class Mistakes:
    """The mistakes in a form, in field order."""

    found: tuple[tuple[Field, Mistake], ...]


def form_of(port: Port) -> dict[Field, str]:
    """Return the texts that a form for a port starts with, safe to show.

    An unreadable value starts as its JSON text, and a value too long for the form as empty text.
    """
    return {field: _text(port, field) for field in EDITABLE}


def difference(port: Port, form: Form) -> Change | Mistakes:
    """Return the change that a form makes to a port as read, or the form's mistakes.

    A field whose text is still the one that the form started with is ignored, so a value that this
    version wouldn't accept, or its escaped text, is never sent back.
    """
    start = form_of(port)
    edited = {field: form[field] for field in EDITABLE if form[field] != start[field]}
    values = values_in(edited)
    return values if isinstance(values, Mistakes) else values.missing_in(port)


def values_in(texts: Form) -> Change | Mistakes:
    """Return the values that the texts of some fields stand for, or the texts' mistakes."""
    parsed = [(field, _parse(field, texts[field])) for field in EDITABLE if field in texts]
    mistakes = tuple((field, value) for field, value in parsed if isinstance(value, Mistake))
    if mistakes:
        return Mistakes(mistakes)
    return Change(tuple((f, value) for f, value in parsed if not isinstance(value, Mistake)))


BLANK: Final[Form] = dict.fromkeys(EDITABLE, "") | {Field.PROTOCOL: PROTOCOLS[0]}
"""The texts that a form for a new port starts with."""


def new_port(form: Form) -> NewPort | Mistakes:
    """Return the new port that a form describes, or the form's mistakes."""
    values = values_in(form)
    if isinstance(values, Mistakes):
        return values
    return NewPort(**{field.attribute: value for field, value in values})  # type: ignore[arg-type]


def form_like(port: Port) -> Form:
    """Return the form of a new port with another one's values, as far as they can be typed.

    Its endpoint is left to be assigned: the other port's may have been its own.
    """
    kept = {f: _text(port, f) for f in EDITABLE if can_be_typed(port, f)}
    return {**BLANK, **kept, Field.ENDPOINT: ""}


def can_be_typed(port: Port, field: Field) -> bool:
    """Return whether typing the text that a form starts with gives the field its value.

    It doesn't for a value that is unreadable, is shown escaped, or wouldn't be accepted by this
    version.
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
    """Parse a field's text. Spaces and tabs around numbers and endpoints are ignored."""
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
