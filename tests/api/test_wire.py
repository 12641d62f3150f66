"""Reading JSON leniently into ports, and writing changes as JSON."""

import json
from datetime import UTC, datetime
from itertools import product
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portui.api import wire
from portui.port.editing import Change
from portui.port.model import Field, Port, Unreadable
from tests.support.hostile_text import hostile_text, times
from tests.support.ports import PORT, moments

ID: Final = "123e4567-e89b-12d3-a456-426614174000"
BODY: Final[dict[str, Any]] = {
    "id": ID,
    "protocol": "tcp",
    "kind": "LoadBalancer",
    "frontendPort": 24224,
    "backendPort": 24224,
    "endpoint": "forward.demo.example:24224",
    "pluginID": "forward.0",
    "pluginName": "forward",
    "pluginAlias": "myforwardinput",
    "createdAt": "2025-01-15T04:36:00Z",
    "updatedAt": "2025-01-15T04:36:00Z",
}
TEXTS: Final = (Field.PROTOCOL, Field.KIND, Field.ENDPOINT)
PLUGINS: Final = (Field.PLUGIN_ID, Field.PLUGIN_NAME, Field.PLUGIN_ALIAS)
NUMBERS: Final = (Field.FRONTEND_PORT, Field.BACKEND_PORT)
TIMES: Final = (Field.CREATED, Field.UPDATED)


def port_with(field: Field, value: object) -> Port:
    """Return the port read from `BODY` with one field replaced."""
    port = wire.port_from(BODY | {field.json_name: value})
    assert port is not None
    return port


def others(port: Port, field: Field) -> list[object]:
    """Return the values of all fields but one."""
    return [port[other] for other in Field if other is not field]


def test_a_port_as_documented_is_read_completely() -> None:
    assert wire.port_from(BODY) == PORT


@pytest.mark.parametrize("field", Field)
def test_a_missing_field_is_unreadable_and_the_rest_is_read(field: Field) -> None:
    body = {name: value for name, value in BODY.items() if name != field.json_name}
    port = wire.port_from(body)
    assert port is not None
    assert port[field] == Unreadable(None)
    assert others(port, field) == others(PORT, field)


NO_TEXTS: Final[list[object]] = [None, 7, True, 1.5, ["tcp"], {}]
NO_NUMBERS: Final[list[object]] = [
    None, "24224", 70_000, 65_536, -1, True, False, 24224.0, 24224.5, 1e300, 10**100, [24224], {},
]  # fmt: skip
NO_IDS: Final[list[object]] = [
    None, 7, True, [ID], {}, "", "x", ID[:-1], ID + "0", f"{ID} ", f"../{ID}",
]  # fmt: skip
NO_TIMES: Final[list[object]] = [
    None, 0, 1_736_915_760, 1.5, True, "", "now", "2025-01-15", "2025-01-15 04:36:00Z",
    "2025-01-15T04:36:00", "2025-01-15T04:36Z", "2025-13-15T04:36:00Z", "2025-02-30T04:36:00Z",
    "2025-01-15T25:36:00Z", "2025-01-15T04:36:61Z", "2025-01-15T04:36:00+25:00",
    "2025-01-15T04:36:00+0100", "2025-01-15T04:36:00Z\n", "２０２５-01-15T04:36:00Z",
    "٢٠٢٥-٠١-١٥T٠٤:٣٦:٠٠Z", "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *product(TEXTS, NO_TEXTS),
        *product(PLUGINS, NO_TEXTS[1:]),
        *product(NUMBERS, NO_NUMBERS),
        *product(TIMES, NO_TIMES),
        *product([Field.ID], NO_IDS),
    ],
)
def test_an_invalid_field_is_kept_as_json_and_the_rest_is_read(field: Field, value: object) -> None:
    port = port_with(field, value)
    assert port[field] == Unreadable(json.dumps(value, ensure_ascii=False))
    assert others(port, field) == others(PORT, field)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *product((*TEXTS, *PLUGINS), ["", "sctp", "\x1b[31m", "ü" * 9]),
        *product(PLUGINS, [None]),
        *product(NUMBERS, [0, 1, 65_535]),
    ],
)
def test_any_value_of_the_documented_type_is_accepted(field: Field, value: object) -> None:
    taken = port_with(field, value)[field]
    assert (taken, type(taken)) == (value, type(value))


@pytest.mark.parametrize("text", [ID.upper(), f"{{{ID}}}", f"urn:uuid:{ID}", ID.replace("-", "")])
def test_an_id_is_read_in_any_uuid_notation(text: str) -> None:
    assert port_with(Field.ID, text).id == UUID(ID)


@pytest.mark.parametrize("field", TIMES)
@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-01-15T04:36:00Z", datetime(2025, 1, 15, 4, 36, tzinfo=UTC)),
        ("2025-01-15t04:36:00z", datetime(2025, 1, 15, 4, 36, tzinfo=UTC)),
        ("2025-01-15T04:36:00.5Z", datetime(2025, 1, 15, 4, 36, 0, 500_000, tzinfo=UTC)),
        ("2025-01-15T04:36:00.123456789Z", datetime(2025, 1, 15, 4, 36, 0, 123_456, tzinfo=UTC)),
        ("2025-01-15T04:36:00." + "9" * 500 + "Z", datetime(2025, 1, 15, 4, 36, 0, 999_999, UTC)),
        ("2025-01-15T05:36:00+01:00", datetime(2025, 1, 15, 4, 36, tzinfo=UTC)),
        ("2025-01-14T16:36:00.1-12:00", datetime(2025, 1, 15, 4, 36, 0, 100_000, tzinfo=UTC)),
        ("2025-01-15T04:36:00-00:00", datetime(2025, 1, 15, 4, 36, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("0001-01-02T00:00:00+14:00", datetime(1, 1, 1, 10, tzinfo=UTC)),
        ("9999-12-31T23:59:59.999999999Z", datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC)),
    ],
)
def test_a_time_with_any_offset_is_read_to_the_microsecond(
    field: Field, text: str, moment: datetime
) -> None:
    assert port_with(field, text)[field] == moment


@given(moment=moments, nanoseconds=st.integers(0, 999))
@times(200)
def test_any_time_is_read_to_the_microsecond(moment: datetime, nanoseconds: int) -> None:
    text = moment.isoformat(timespec="microseconds")
    exact = f"{text[:26]}{nanoseconds:03}{text[26:]}"
    assert port_with(Field.CREATED, exact).created_at == moment


def test_unknown_fields_are_kept_in_order_as_json() -> None:
    body = {"zone": "a\u202eb", **BODY, "labels": {"team": ["ü", None]}, "frontendport": 1}
    port = wire.port_from(body)
    assert port is not None
    assert port.unknown == (
        ("zone", '"a\u202eb"'),
        ("labels", '{"team": ["ü", null]}'),
        ("frontendport", "1"),
    )


@pytest.mark.parametrize(
    "value", [None, True, 7, 1.5, "text", [], [BODY], {}, {"error": "x"}, {"items": [BODY]}]
)
def test_a_value_without_port_fields_is_not_a_port(value: object) -> None:
    assert wire.port_from(value) is None


@pytest.mark.parametrize(
    "body",
    [
        b"", b" ", b"{", b"nul", b"{'id': 1}", b'{"id": 1,}', b"{} {}", b"NaN", b"[Infinity]",
        b"-Infinity",
        b'{"a": NaN}', b"\xff", b'"\xff"', b"\xef\xbb\xbf{}", b'"\\ud800"', b'"\\udc00\\ud800"',
        b"9" * 5_000, b'{"frontendPort": ' + b"9" * 5_000 + b"}",
        b"[" * 100_000, b'{"a":' * 100_000, b"[" * 1_000 + b"]" * 1_000, b'"\x00"', b"1e",
    ],
)  # fmt: skip
def test_invalid_or_extreme_json_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        wire.decode(body)


json_values: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | hostile_text
    | st.sampled_from([ID, "2025-01-15T04:36:00Z", "9999-12-31T23:59:59-23:59"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(hostile_text, inner, max_size=4),
    max_leaves=8,
)  # fmt: skip
almost_ports: Final = st.dictionaries(
    st.sampled_from([field.json_name for field in Field]) | hostile_text, json_values, max_size=12
)


@given(body=st.binary(max_size=200) | (json_values | almost_ports).map(json.dumps).map(str.encode))
@example(body=b'{"frontendPort": 1e999, "createdAt": "0001-01-01T00:00:00+23:59"}')
@times(500)
def test_any_body_is_a_port_another_value_or_a_value_error(body: bytes) -> None:
    try:
        value = wire.decode(body)
    except ValueError:
        return
    port = wire.port_from(value)
    assert port is None or isinstance(port, Port)
    wire.error_from(value)


@pytest.mark.parametrize(
    ("change", "body"),
    [
        (Change(), {}),
        (Change(((Field.PROTOCOL, "udp"),)), {"protocol": "udp"}),
        (Change(((Field.FRONTEND_PORT, 1), (Field.BACKEND_PORT, 65_535))),
         {"frontendPort": 1, "backendPort": 65_535}),
        (Change(((Field.ENDPOINT, ""),)), {"endpoint": ""}),
    ],
)  # fmt: skip
def test_the_body_of_a_change_has_only_its_fields(change: Change, body: dict[str, object]) -> None:
    written = wire.body_of(change)
    assert written == body
    assert [type(value) for value in written.values()] == [type(value) for value in body.values()]
