"""The texts of the edit form, and the change that is made from them."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.port.editing import (
    LONGEST_ENDPOINT,
    PROTOCOLS,
    Change,
    Form,
    Mistake,
    Mistakes,
    NewValue,
    difference,
    form_of,
)
from portui.port.model import EDITABLE, Field, Port, Unreadable
from tests.support.hostile_text import any_text, dangers, hostile_text, plain_text, times
from tests.support.ports import PORT, any_port, changed, unreadable

_START = {
    Field.PROTOCOL: "tcp",
    Field.FRONTEND_PORT: "24224",
    Field.BACKEND_PORT: "24224",
    Field.ENDPOINT: "forward.demo.example:24224",
}
_PORT_NUMBERS = frozenset(map(str, range(1, 65_536)))
_padding = st.text(" \t", max_size=3)
_numbers = st.builds("{}{}{}".format, _padding, st.integers(1, 65_535), _padding)
_valid_forms = st.fixed_dictionaries(
    {
        Field.PROTOCOL: st.sampled_from(PROTOCOLS),
        Field.FRONTEND_PORT: _numbers,
        Field.BACKEND_PORT: _numbers,
        Field.ENDPOINT: plain_text,
    }
)


def _edited(changes: Mapping[Field, str], port: Port = PORT) -> Change | Mistakes:
    return difference(port, {**form_of(port), **changes})


def _value(field: Field, text: str) -> NewValue:
    """Return the value that a valid text in the form stands for."""
    return int(text) if field in (Field.FRONTEND_PORT, Field.BACKEND_PORT) else text.strip(" \t")


# --- the form ---


def test_a_form_starts_with_the_ports_values() -> None:
    assert form_of(PORT) == _START


def test_a_form_starts_empty_for_a_pending_endpoint_or_a_missing_field() -> None:
    port = replace(PORT, endpoint="", protocol=Unreadable(None))
    assert form_of(port) == {**_START, Field.ENDPOINT: "", Field.PROTOCOL: ""}


def test_an_unreadable_value_is_shown_in_the_form() -> None:
    port = replace(PORT, frontend_port=Unreadable("70000"), backend_port=Unreadable('"8\x1b0"'))
    form = {**_START, Field.FRONTEND_PORT: "70000", Field.BACKEND_PORT: r'"8\x1b0"'}
    assert form_of(port) == form


@times(200)
@given(any_port)
def test_a_form_starts_with_safe_text_of_bounded_length(port: Port) -> None:
    for text in form_of(port).values():
        assert dangers(text) == []
        assert len(text) <= LONGEST_ENDPOINT


@times(100)
@given(plain_text)
def test_a_plain_endpoint_is_shown_in_full_in_the_form(endpoint: str) -> None:
    assert form_of(replace(PORT, endpoint=endpoint))[Field.ENDPOINT] == endpoint


@pytest.mark.parametrize(
    ("endpoint", "start"),
    [
        ("x" * LONGEST_ENDPOINT, "x" * LONGEST_ENDPOINT),
        ("x" * (LONGEST_ENDPOINT + 1), ""),
        ("x" * 10_000_000, ""),
        ("x" * (LONGEST_ENDPOINT - 4) + "\x1b", "x" * (LONGEST_ENDPOINT - 4) + r"\x1b"),
        ("x" * (LONGEST_ENDPOINT - 3) + "\x1b", ""),
        ("\U000e0041" * LONGEST_ENDPOINT, ""),
    ],
    ids=[
        "longest",
        "too long",
        "10 MB",
        "longest with its escape",
        "escape too long",
        "all escapes",
    ],
)
def test_an_endpoint_too_long_for_the_form_starts_empty(endpoint: str, start: str) -> None:
    assert form_of(replace(PORT, endpoint=endpoint))[Field.ENDPOINT] == start


# --- the difference ---


@times(200)
@given(any_port)
def test_an_unchanged_form_changes_nothing_in_any_port(port: Port) -> None:
    change = difference(port, form_of(port))
    assert change == Change()
    assert not change


@pytest.mark.parametrize(
    ("changes", "sent"),
    [
        ({Field.PROTOCOL: "udp"}, {Field.PROTOCOL: "udp"}),
        ({Field.FRONTEND_PORT: "24225"}, {Field.FRONTEND_PORT: 24225}),
        ({Field.BACKEND_PORT: " 1\t"}, {Field.BACKEND_PORT: 1}),
        ({Field.ENDPOINT: " tcp://new:1 "}, {Field.ENDPOINT: "tcp://new:1"}),
        ({Field.ENDPOINT: ""}, {Field.ENDPOINT: ""}),
        (
            {Field.ENDPOINT: "x", Field.PROTOCOL: "udp"},
            {Field.PROTOCOL: "udp", Field.ENDPOINT: "x"},
        ),
        ({Field.FRONTEND_PORT: "24224 "}, {}),
        ({Field.ENDPOINT: f" {PORT.endpoint} "}, {}),
    ],
)
def test_only_the_fields_with_a_new_value_are_sent(
    changes: Mapping[Field, str], sent: Mapping[Field, NewValue]
) -> None:
    assert _edited(changes) == Change(tuple(sent.items()))


@times(300)
@given(any_port, _valid_forms, st.sets(st.sampled_from(EDITABLE)))
def test_applying_the_difference_sets_the_edited_fields_and_no_others(
    port: Port, typed: Form, edited: set[Field]
) -> None:
    start = form_of(port)
    form = {field: typed[field] if field in edited else start[field] for field in EDITABLE}
    change = difference(port, form)
    assert isinstance(change, Change)
    after = changed(port, change)
    for field in EDITABLE:
        if form[field] == start[field]:
            assert after[field] == port[field]
        else:
            assert after[field] == _value(field, form[field])
    assert after == replace(port, **{f.attribute: after[f] for f in EDITABLE})  # type: ignore[arg-type]


@times(200)
@given(any_port, _valid_forms)
def test_a_difference_omits_fields_that_already_have_the_value(port: Port, form: Form) -> None:
    change = difference(port, form)
    assert isinstance(change, Change)
    assert all(port[field] != value for field, value in change)
    assert difference(changed(port, change), form) == Change()


@times(200)
@given(
    st.tuples(unreadable, unreadable, unreadable, hostile_text | unreadable),
    st.sampled_from(EDITABLE),
    _valid_forms,
)
def test_neither_an_unreadable_value_nor_a_safe_rendering_is_ever_sent_back(
    values: tuple[Unreadable, Unreadable, Unreadable, str | Unreadable], edited: Field, typed: Form
) -> None:
    protocol, frontend, backend, endpoint = values
    port = replace(
        PORT,
        protocol=protocol,
        frontend_port=frontend,
        backend_port=backend,
        endpoint=endpoint,
    )
    change = _edited({edited: typed[edited]}, port)
    assert isinstance(change, Change)
    assert {field for field, _ in change} <= {edited}


# --- invalid values ---


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "0", "00", "01", "080", "65536", "99999", "100000"),
        pytest.param("9" * 5_000, id="more digits than int takes"),
        *("-1", "+5", "1_0", "1 2", "1.0", "1e3", "0x10", "eighty"),
        *("٣", "１", "²", "8080\n", "\x0b80", "80\u200b"),
    ],
)
def test_a_port_number_must_be_ascii_digits_from_1_to_65535(text: str) -> None:
    mistake = (Field.FRONTEND_PORT, Mistake.NOT_A_PORT_NUMBER)
    assert _edited({Field.FRONTEND_PORT: text}) == Mistakes((mistake,))


@pytest.mark.parametrize("number", [1, 9999, 10_000, 65_535])
def test_every_number_from_1_to_65535_is_a_port_number(number: int) -> None:
    assert _edited({Field.FRONTEND_PORT: str(number)}) == Change(((Field.FRONTEND_PORT, number),))


@times(300)
@given(any_text | st.text("0123456789 ٣_+-", max_size=8))
def test_a_port_number_must_be_written_as_python_prints_it(text: str) -> None:
    change = _edited({Field.BACKEND_PORT: text})
    if isinstance(change, Mistakes):
        assert text.strip(" \t") not in _PORT_NUMBERS
    else:
        assert changed(PORT, change)[Field.BACKEND_PORT] == int(text)
        assert text.strip(" \t") == str(int(text))


@pytest.mark.parametrize("text", ["", "TCP", "tcp ", "sctp", "tcp\n", "\u202etcp"])
def test_a_protocol_must_be_tcp_or_udp(text: str) -> None:
    expected = Mistakes(((Field.PROTOCOL, Mistake.NOT_A_PROTOCOL),))
    assert _edited({Field.PROTOCOL: text}) == expected


def test_an_unknown_protocol_can_be_kept_or_replaced() -> None:
    port = replace(PORT, protocol="sctp")
    assert _edited({Field.BACKEND_PORT: "1"}, port) == Change(((Field.BACKEND_PORT, 1),))
    assert _edited({Field.PROTOCOL: "udp"}, port) == Change(((Field.PROTOCOL, "udp"),))


@pytest.mark.parametrize(
    "text",
    [
        *("a\nb", "a\x1b[31m", "\x00", "a\u202eb", "a\u200bb", "a\u00a0b", "\ud800"),
        *("a\u3164b", "a\ufe0f", "Z" + "\u0301" * 5, "\u2800"),
    ],
)
def test_an_endpoint_must_be_one_line_of_visible_text(text: str) -> None:
    assert _edited({Field.ENDPOINT: text}) == Mistakes(((Field.ENDPOINT, Mistake.NOT_ONE_LINE),))


@times(200)
@given(hostile_text)
def test_an_endpoint_that_is_sent_looks_the_same_on_screen(text: str) -> None:
    change = _edited({Field.ENDPOINT: text})
    if isinstance(change, Change):
        sent = changed(PORT, change).endpoint
        assert sent == text.strip(" \t")
        assert dangers(sent) == []


def test_an_endpoint_has_at_most_2048_characters_without_surrounding_spaces() -> None:
    longest = "x" * 2_048
    assert _edited({Field.ENDPOINT: f"  {longest}  "}) == Change(((Field.ENDPOINT, longest),))
    expected = Mistakes(((Field.ENDPOINT, Mistake.TOO_LONG),))
    assert _edited({Field.ENDPOINT: longest + "x"}) == expected


def test_all_mistakes_are_reported_in_field_order_and_nothing_is_sent() -> None:
    typed = {Field.ENDPOINT: "\n", Field.BACKEND_PORT: "x", Field.PROTOCOL: "udp"}
    assert _edited(typed) == Mistakes(
        ((Field.BACKEND_PORT, Mistake.NOT_A_PORT_NUMBER), (Field.ENDPOINT, Mistake.NOT_ONE_LINE))
    )


# --- comparing a change with a port ---

_CHANGE = Change(((Field.FRONTEND_PORT, 1), (Field.ENDPOINT, "new")))


def test_a_change_is_applied_if_the_port_has_every_new_value() -> None:
    assert _CHANGE.is_applied_to(replace(PORT, frontend_port=1, endpoint="new", backend_port=9))
    assert not _CHANGE.is_applied_to(replace(PORT, frontend_port=1))
    assert not _CHANGE.is_applied_to(PORT)


def test_an_unreadable_value_never_counts_as_applied() -> None:
    unreadable = replace(PORT, frontend_port=Unreadable("1"), endpoint=Unreadable('"new"'))
    assert not _CHANGE.is_applied_to(unreadable)


def test_a_port_is_untouched_if_no_field_of_the_change_is_different() -> None:
    assert _CHANGE.is_untouched(PORT, replace(PORT, backend_port=9, plugin_name=None))
    assert not _CHANGE.is_untouched(PORT, replace(PORT, endpoint="third"))
    assert not _CHANGE.is_untouched(PORT, replace(PORT, frontend_port=1))


@times(100)
@given(any_port, _valid_forms)
def test_a_change_is_applied_once_it_is_made_and_untouched_before(port: Port, form: Form) -> None:
    change = difference(port, form)
    assert isinstance(change, Change)
    assert change.is_applied_to(changed(port, change))
    assert change.is_untouched(port, port)
    assert bool(change) is not change.is_applied_to(port)
