"""Untrusted text made safe, and values, times and ages as the operator sees them."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import chain
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.port.display import (
    LONGEST,
    NONE,
    PENDING,
    age,
    field_text,
    safe,
    summary,
    utc,
    value_text,
)
from portui.port.model import Field, Port, Unreadable, Value
from tests.support.hostile_text import WORST, dangers, hostile_text, plain_text, times
from tests.support.ports import MOMENT, PORT, any_port, moments, unreadable

_TAIL = re.compile(r"… \(\+([\d,]+) characters\)")
_LONGEST_ESCAPE = len(r"\U0001f600")


def _whole(text: str) -> str:
    """Make a text safe without cutting it."""
    return safe(text, len(text) * _LONGEST_ESCAPE)


# --- safe ---


@times(400)
@given(hostile_text)
def test_safe_text_has_no_control_or_hidden_characters(text: str) -> None:
    assert dangers(safe(text)) == []
    assert dangers(_whole(text)) == []


def test_no_single_dangerous_character_gets_through() -> None:
    planes = chain(range(0x20000), range(0xE0000, 0xE1000))
    assert [hex(c) for c in planes if dangers(safe(chr(c))) or dangers(safe("a" + chr(c)))] == []


@times(200)
@given(hostile_text, st.integers(1, 400))
def test_safe_text_is_no_longer_than_its_limit(text: str, limit: int) -> None:
    assert len(safe(text, limit)) <= limit


@pytest.mark.parametrize("limit", [0, 1, 2, 40, 41, LONGEST])
def test_even_the_worst_text_fits_the_limit_or_one_character(limit: int) -> None:
    assert len(safe(WORST, limit)) <= max(1, limit)
    assert dangers(safe(WORST, limit)) == []


@times(200)
@given(plain_text, st.integers(0, 400))
def test_plain_text_that_fits_is_unchanged(text: str, more: int) -> None:
    assert safe(text, len(text) + more) == text


@times(200)
@given(hostile_text, st.integers(1, 400))
def test_safe_text_is_unchanged_when_made_safe_again(text: str, limit: int) -> None:
    assert safe(safe(text, limit), limit) == safe(text, limit)


@times(300)
@given(hostile_text, st.integers(41, 400))
def test_cut_text_says_how_many_characters_are_missing(text: str, limit: int) -> None:
    cut = safe(text, limit)
    if len(_whole(text)) <= limit:
        assert cut == _whole(text)
        return
    tail = _TAIL.search(cut, cut.rindex("…"))
    assert tail
    assert tail.end() == len(cut)
    missing = int(tail[1].replace(",", ""))
    assert missing > 0
    assert cut[: tail.start()] == _whole(text[: len(text) - missing])


@times(100)
@given(hostile_text, st.integers(1, 40))
def test_cut_text_ends_in_an_ellipsis_if_there_is_no_room_for_a_count(
    text: str, limit: int
) -> None:
    cut = safe(text, limit)
    if len(_whole(text)) > limit:
        assert cut.endswith("…")
        assert _whole(text).startswith(cut[:-1])
    else:
        assert cut == _whole(text)


def test_cut_text_keeps_as_much_as_fits_beside_the_count() -> None:
    assert safe("x" * 1_000_000, 50) == "x" * 27 + "… (+999,973 characters)"
    assert safe("x" * 50, 50) == "x" * 50


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("\x00\x7f\x9b", r"\x00\x7f\x9b"),
        ("\u202egpj.exe", r"\u202egpj.exe"),
        ("a\u200bb\ufeff", r"a\u200bb\ufeff"),
        ("no\u00a0break", r"no\xa0break"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
        ("👍\U0001f3fb", r"👍\U0001f3fb"),
        ("two  spaces ", "two  spaces "),
        ("[/oops]", "[/oops]"),
    ],
)
def test_hidden_characters_are_shown_as_python_escapes(text: str, expected: str) -> None:
    assert safe(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "cafe\u0301",  # é in two characters
        "\u0e01\u0e34\u0e49",  # Thai: a vowel and a tone on one consonant
        "\u1112\u1161\u11ab",  # 한 in its three parts
        "שָׁלוֹם",
        "नमस्ते",
    ],
)
def test_marks_that_a_script_needs_are_kept(text: str) -> None:
    assert safe(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\u0301a", r"\u0301a"),
        (" \u0301", r" \u0301"),
        ("1\u20e3", r"1\u20e3"),
        ("a\u0301\u0302\u0303\u0304b\u0301", "a\u0301\u0302\\u0303\\u0304b\u0301"),
        ("\u200b\u0301", r"\u200b\u0301"),
        ("\u3164\u0301", r"\u3164\u0301"),
        ("\u1161", r"\u1161"),
        ("\u1100" + "\u1161" * 4, "\u1100\u1161\u1161\\u1161\\u1161"),
    ],
)
def test_marks_without_a_letter_or_too_many_on_one_are_escaped(text: str, expected: str) -> None:
    assert safe(text) == expected


# --- values ---


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "—"),
        ("forward.0", "forward.0"),
        (24224, "24224"),
        (0, "0"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (MOMENT, "2025-01-15 04:36:00 UTC"),
        (Unreadable("70000"), "70000"),
        (Unreadable('"\x1b"'), r'"\x1b"'),
        (Unreadable(None), "missing"),
    ],
)
def test_a_value_is_shown_as_an_operator_expects_it(value: Value, expected: str) -> None:
    assert value_text(value) == expected


@times(200)
@given(hostile_text | unreadable | moments | st.uuids() | st.integers() | st.none())
def test_any_value_is_shown_safely_on_one_bounded_line(value: Value) -> None:
    assert dangers(value_text(value)) == []
    assert len(value_text(value)) <= LONGEST


def test_only_an_empty_endpoint_is_shown_as_pending() -> None:
    empty = replace(PORT, endpoint="", plugin_alias="", kind="")
    assert field_text(empty, Field.ENDPOINT) == PENDING
    assert field_text(empty, Field.PLUGIN_ALIAS) == ""
    assert field_text(empty, Field.KIND) == ""
    assert field_text(replace(PORT, endpoint=Unreadable(None)), Field.ENDPOINT) == "missing"


def test_a_null_plugin_field_is_shown_as_a_dash() -> None:
    assert field_text(replace(PORT, plugin_name=None), Field.PLUGIN_NAME) == NONE


@times(100)
@given(any_port, st.sampled_from(Field), st.integers(30, 400))
def test_any_field_of_any_port_is_safe_and_fits_the_limit_or_an_id(
    port: Port, field: Field, limit: int
) -> None:
    assert dangers(field_text(port, field, limit)) == []
    assert len(field_text(port, field, limit)) <= max(limit, len("0" * 36))


def test_a_summary_has_the_protocol_and_both_port_numbers() -> None:
    assert summary(PORT) == "tcp 24224 → 24224"
    assert summary(replace(PORT, protocol="udp", backend_port=1)) == "udp 24224 → 1"


@times(100)
@given(any_port)
def test_the_summary_of_any_port_is_safe_and_short(port: Port) -> None:
    assert dangers(summary(port)) == []
    assert len(summary(port)) <= 80


# --- times ---


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (MOMENT, "2025-01-15 04:36:00 UTC"),
        (MOMENT.replace(second=59, microsecond=999_999), "2025-01-15 04:36:59 UTC"),
        (MOMENT.astimezone(timezone(timedelta(hours=5, minutes=45))), "2025-01-15 04:36:00 UTC"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01 00:00:00 UTC"),  # Go's zero time
        (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), "9999-12-31 23:59:59 UTC"),
    ],
)
def test_a_time_is_shown_to_the_second_in_utc(moment: datetime, expected: str) -> None:
    assert utc(moment) == expected


@times(100)
@given(moments)
def test_a_time_is_rounded_down_to_the_second(moment: datetime) -> None:
    told = datetime.strptime(utc(moment), "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
    assert timedelta() <= moment - told < timedelta(seconds=1)


# --- ages ---

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_MONTH, _YEAR = 30.4375 * _DAY, 365.25 * _DAY
_BOUNDARIES = (0, 10, 20, _MINUTE, 2 * _MINUTE, 2 * _HOUR, 2 * _DAY, 2 * _MONTH, 2 * _YEAR)
_UNITS = {"s": 1, "minute": _MINUTE, "hour": _HOUR, "day": _DAY, "month": _MONTH, "year": _YEAR}
_ages = st.one_of(
    st.floats(0, 1e11),
    st.floats(0, 10 * _DAY),
    st.builds(float.__add__, st.sampled_from(_BOUNDARIES).map(float), st.floats(-2, 2)),
).map(abs)


def _told(words: str) -> float:
    """Return the seconds that the words for an age stand for."""
    if words == "just now":
        return 0
    told = re.fullmatch(r"(\d+) (s|minute|hour|day|month|year)(?:s?) ago", words)
    assert told, words
    return int(told[1]) * _UNITS[told[2]]


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-1e12, "in the future, by this machine's clock"),
        (-60.001, "in the future, by this machine's clock"),
        (-60, "just now"),
        (-0.001, "just now"),
        (0, "just now"),
        (9.999, "just now"),
        (10, "10 s ago"),
        (19.999, "10 s ago"),
        (20, "20 s ago"),
        (59.999, "50 s ago"),
        (60, "1 minute ago"),
        (119.999, "1 minute ago"),
        (120, "2 minutes ago"),
        (2 * _HOUR - 0.001, "119 minutes ago"),
        (2 * _HOUR, "2 hours ago"),
        (2 * _DAY - 0.001, "47 hours ago"),
        (2 * _DAY, "2 days ago"),
        (2 * _MONTH - 0.001, "60 days ago"),
        (2 * _MONTH, "2 months ago"),
        (2 * _YEAR - 0.001, "23 months ago"),
        (2 * _YEAR, "2 years ago"),
        (2_000 * _YEAR, "2000 years ago"),
    ],
)
def test_the_words_for_an_age_change_exactly_at_each_boundary(
    seconds: float, expected: str
) -> None:
    assert age(seconds) == expected


@times(300)
@given(_ages)
def test_an_age_is_never_overstated_nor_understated_by_half(seconds: float) -> None:
    told = _told(age(seconds))
    assert told <= seconds
    assert seconds < 10 or told > seconds / 2


@times(300)
@given(_ages, _ages)
def test_a_larger_age_is_never_shown_as_a_smaller_one(one: float, other: float) -> None:
    younger, older = sorted((one, other))
    assert _told(age(younger)) <= _told(age(older))


@times(50)
@given(st.floats(-1e11, 1e11))
def test_any_age_is_shown_in_a_few_safe_words(seconds: float) -> None:
    assert dangers(age(seconds)) == []
    assert len(age(seconds)) <= 40
