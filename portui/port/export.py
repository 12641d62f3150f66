"""Ports and values for other programs, as JSON or raw text."""

import json
from datetime import UTC, datetime
from enum import Enum, auto
from types import NoneType
from typing import Any, Final

from portui.port.model import EDITABLE, Field, Port, Unreadable, Value


def port_json(port: Port) -> str:
    """Return a port as the service returned it, as ASCII JSON. Times are as in `port_fields`."""
    return json.dumps(port_fields(port), indent=2)


def port_fields(port: Port) -> dict[str, Any]:
    """Return a port's JSON fields as the service returned them, in a fixed order.

    Unknown ones come last. Times are in UTC, to the microsecond.
    """
    fields: dict[str, Any] = {}
    for name, attribute in _NAMES:
        value = getattr(port, attribute)
        if type(value) in _JSON_TYPES:
            fields[name] = value
        elif value != _MISSING:
            fields[name] = _plain(value)
    return fields | {name: _parsed(text) for name, text in port.unknown}


_NAMES: Final = tuple((field.json_name, field.attribute) for field in Field)
_JSON_TYPES: Final = frozenset({str, int, NoneType})
_MISSING: Final = Unreadable(None)


def creation_json(port: Port) -> str:
    """Return the JSON body, on one line, of a request that creates a port with the same values."""
    fields = {f.json_name: _plain(port[f]) for f in EDITABLE if port[f] != Unreadable(None)}
    return json.dumps(fields)


class NoValue(Enum):
    """Why a field has no value."""

    NULL = auto()
    MISSING = auto()
    EMPTY = auto()


def raw_value(value: Value) -> str | NoValue:
    """Return a field's value for the clipboard, as the service has it, neither escaped nor cut.

    An unreadable value is as received. A time is in UTC, to the microsecond.
    """
    match value:
        case Unreadable(came_as=None):
            return NoValue.MISSING
        case Unreadable(came_as=str(text)):
            return raw_json_value(text)
        case None:
            return NoValue.NULL
        case _:
            return str(_plain(value)) or NoValue.EMPTY


def raw_json_value(text: str) -> str | NoValue:
    """Return the string that a JSON text stands for, or else the JSON text itself.

    Null and the empty string are a `NoValue`.
    """
    match _parsed(text):
        case None:
            return NoValue.NULL
        case str(value):
            return value or NoValue.EMPTY
        case _:
            return text


def _plain(value: Value) -> Any:  # noqa: ANN401 - JSON
    match value:
        case Unreadable(came_as=str(text)):
            return _parsed(text)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case str() | int() | None:
            return value
        case _:
            return str(value)


def _parsed(text: str) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(text)
    except ValueError:  # Python rejects valid JSON numbers of thousands of digits
        return text
