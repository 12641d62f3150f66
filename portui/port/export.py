"""A port as JSON again, for other programs."""

import json
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Any

from portui.port.model import EDITABLE, Field, Port, Unreadable, Value


def port_json(port: Port) -> str:
    """The port as the service answered it, in ASCII. Times are in UTC, to the microsecond."""
    fields = {f.json_name: _plain(port[f]) for f in Field if port[f] != Unreadable(None)}
    others = {name: _parsed(text) for name, text in port.unknown}
    return json.dumps(fields | others, indent=2)


def creation_json(port: Port) -> str:
    """The body of a call that creates a port with the same values; in one line."""
    fields = {f.json_name: _plain(port[f]) for f in EDITABLE if port[f] != Unreadable(None)}
    return json.dumps(fields)


class NoValue(Enum):
    """Why a field has no value."""

    NULL = auto()
    MISSING = auto()
    EMPTY = auto()


def raw_value(value: Value) -> str | NoValue:
    """A field's value as the service has it, for a clipboard: nothing is escaped or cut.

    What couldn't be read is as it came. A time is in UTC, to the microsecond.
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
    """What a JSON text says, if that is a string; else the JSON text."""
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
    except ValueError:  # a number of thousands of digits is JSON, but not to Python
        return text
