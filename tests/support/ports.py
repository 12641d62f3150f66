"""A sample port, and ports with any values that a service could return."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final
from uuid import UUID

from hypothesis import strategies as st

from portui.operations.look_up import Reading
from portui.port.editing import Change
from portui.port.model import Field, Port, Unreadable, Value
from tests.support.hostile_text import hostile_text

PORT_ID: Final = UUID("123e4567-e89b-12d3-a456-426614174000")
MOMENT: Final = datetime(2025, 1, 15, 4, 36, tzinfo=UTC)
PORT: Final = Port(
    id=PORT_ID,
    protocol="tcp",
    kind="LoadBalancer",
    frontend_port=24224,
    backend_port=24224,
    endpoint="forward.demo.example:24224",
    plugin_id="forward.0",
    plugin_name="forward",
    plugin_alias="myforwardinput",
    created_at=MOMENT,
    updated_at=MOMENT,
)

unreadable: Final = st.builds(Unreadable, st.none() | hostile_text.filter(bool))
moments: Final = st.datetimes(
    min_value=datetime(1, 1, 2),  # noqa: DTZ001 - the time zone is drawn separately
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours))),
)
_texts: Final = hostile_text | unreadable
_texts_or_null: Final = hostile_text | st.none() | unreadable
_numbers: Final = st.integers(0, 65_535) | unreadable

any_port: Final = st.builds(
    Port,
    id=st.uuids() | unreadable,
    protocol=st.sampled_from(["tcp", "udp"]) | _texts,
    kind=_texts,
    frontend_port=_numbers,
    backend_port=_numbers,
    endpoint=_texts,
    plugin_id=_texts_or_null,
    plugin_name=_texts_or_null,
    plugin_alias=_texts_or_null,
    created_at=moments | unreadable,
    updated_at=moments | unreadable,
    unknown=st.lists(st.tuples(hostile_text, hostile_text), max_size=2).map(tuple),
)
"""A port whose fields are each as documented, hostile text, or unreadable."""


def reading_of(port: Port) -> Reading:
    """Return a reading of a port, taken at `MOMENT`."""
    return Reading(PORT_ID, port, at=MOMENT, at_seconds=0.0, took=0.04)


def changed(port: Port, change: Change) -> Port:
    """Return the port as the service returns it after a change."""
    return replace(port, **{field.attribute: value for field, value in change})  # type: ignore[arg-type]


def joined(text: str) -> str:
    """Return a text with each surrogate pair joined into one character, as JSON does."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def joined_port(port: Port) -> Port:
    """Return a port with the surrogate pairs in all its texts joined."""
    values: dict[str, Any] = {field.attribute: _joined_value(port[field]) for field in Field}
    return Port(
        **values, unknown=tuple((joined(name), joined(text)) for name, text in port.unknown)
    )


def _joined_value(value: Value) -> Value:
    match value:
        case str():
            return joined(value)
        case Unreadable(came_as=str(text)):
            return Unreadable(joined(text))
        case _:
            return value
