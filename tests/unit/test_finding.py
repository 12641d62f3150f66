"""Filtering and sorting listed ports."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.port.finding import Column, filtered, sorted_by
from portui.port.listed import ListedPort, TextPart
from portui.port.model import Unreadable
from tests.support.hostile_text import hostile_text
from tests.support.listed import any_listed, listed, pipeline
from tests.support.ports import MOMENT

EDGE = pipeline("edge-forward", 1)
OLD = pipeline("Edge-Forward-old", 2, "CHECKS_FAILED")
SYSLOG = pipeline("syslog-eu", 3)
FORWARD = listed(1, EDGE, frontend_port=24224, backend_port=24224)
PENDING = listed(2, OLD, frontend_port=24225, backend_port=24224, endpoint="")
UDP = listed(
    3,
    SYSLOG,
    protocol="udp",
    frontend_port=514,
    backend_port=5140,
    kind="NodePort",
    endpoint="10.2.0.7:31514",
    plugin_id="syslog.0",
    plugin_name="syslog",
    plugin_alias=None,
)
NUMERIC = listed(4, pipeline("24224", 4), frontend_port=30224, backend_port=80)
ALL = (FORWARD, PENDING, UDP, NUMERIC)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", ALL),
        ("24224", (FORWARD, PENDING)),
        ("2422", ()),
        ("2422*", (FORWARD, PENDING)),
        ("0514", (UDP,)),
        ("514", (UDP,)),
        ("3*", (NUMERIC,)),
        ("frontend:24224", (FORWARD,)),
        ("frontend:2422*", (FORWARD, PENDING)),
        ("backend:24224", (FORWARD, PENDING)),
        ("frontend:", ALL),
        ("frontend:tcp", ()),
        ("EDGE", (FORWARD, PENDING)),
        ("edge old", (PENDING,)),
        ("old edge", (PENDING,)),
        ("forward", (FORWARD, PENDING, NUMERIC)),
        ("pipeline:forward", (FORWARD, PENDING)),
        ("pipeline:24224", (NUMERIC,)),
        ("forward*", (FORWARD, PENDING, NUMERIC)),
        ("old*", ()),
        ("*", ALL),
        ("checks_failed", (PENDING,)),
        ("started", ()),
        ("pending", (PENDING,)),
        ("pend", (PENDING,)),
        ("endpoint:pending", (PENDING,)),
        ("endpoint:10.2*", (UDP,)),
        ("10.2.0.7:31514", (UDP,)),
        (":31514", (UDP,)),
        ("nodeport", (UDP,)),
        ("kind:load", (FORWARD, PENDING, NUMERIC)),
        ("protocol:udp", (UDP,)),
        ("udp 24224", ()),
        ("plugin:syslog", (UDP,)),
        ("plugin:myforward", (FORWARD, PENDING, NUMERIC)),
        ("plugin:", ALL),
        ("id:000000000003", (UDP,)),
        ("00000000-0000-0000-0000-000000000002", (PENDING,)),
        ("000000000002", (PENDING,)),
        ("nowhere:24224", ()),
        ("\u0662\u0664", ()),
    ],
)
def test_a_filter_finds_the_ports_that_match_all_its_words(
    words: str, found: tuple[ListedPort, ...]
) -> None:
    assert filtered(ALL, words) == found


def test_a_number_that_was_unreadable_is_found_by_no_number() -> None:
    odd = listed(5, EDGE, frontend_port=Unreadable('"24224"'), backend_port=Unreadable(None))
    assert filtered([odd], "24224") == ()
    assert filtered([odd], "2*") == ()


@given(st.lists(any_listed, max_size=6), hostile_text, hostile_text)
def test_more_words_never_find_more(ports: list[ListedPort], first: str, second: str) -> None:
    both = filtered(ports, f"{first} {second}")
    assert both == filtered(filtered(ports, first), second)
    assert [listed for listed in ports if listed in both] == list(both)


@given(any_listed, st.sampled_from(TextPart), st.data())
def test_every_part_of_a_text_finds_its_port(
    found: ListedPort, part: TextPart, data: st.DataObject
) -> None:
    words = [word for text in part.texts(found) for word in text.split()]
    for word in words:
        start = data.draw(st.integers(0, len(word) - 1))
        piece = word[start:]
        if not piece.isdigit() and not piece.endswith("*") and ":" not in piece:
            assert filtered([found], piece) == (found,)
            assert filtered([found], f"{part.value}:{piece.upper().casefold()}") == (found,)


@given(any_listed)
def test_each_readable_number_finds_its_port_and_its_beginnings_do(found: ListedPort) -> None:
    for column, value in (
        ("frontend", found.port.frontend_port),
        ("backend", found.port.backend_port),
    ):
        if isinstance(value, int):
            for word in (
                str(value),
                f"{column}:{value}",
                f"{str(value)[0]}*",
                f"{column}:{value}*",
            ):
                assert filtered([found], word) == (found,)


@given(st.lists(any_listed, max_size=8, unique_by=lambda each: each.id), st.data())
def test_sorting_orders_the_same_ports_the_same_way_whatever_their_order(
    ports: list[ListedPort], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(ports))
    for column in Column:
        ordered = sorted_by(ports, column)
        assert sorted(ordered, key=lambda each: each.id) == sorted(ports, key=lambda each: each.id)
        assert sorted_by(shuffled, column) == ordered
        assert sorted_by(ordered, column) == ordered


@pytest.mark.parametrize(
    ("column", "first"),
    [
        (Column.PIPELINE, NUMERIC),
        (Column.FRONTEND, UDP),
        (Column.BACKEND, NUMERIC),
        (Column.KIND, NUMERIC),
        (Column.ENDPOINT, UDP),
        (Column.PLUGIN, NUMERIC),
    ],
)
def test_each_column_sorts_in_ascending_order(column: Column, first: ListedPort) -> None:
    assert sorted_by(ALL, column)[0] == first


def test_the_latest_update_comes_first() -> None:
    later = listed(9, EDGE, updated_at=MOMENT + timedelta(days=1))
    assert sorted_by([*ALL, later], Column.UPDATED)[0] == later


@pytest.mark.parametrize("column", Column)
def test_what_is_missing_comes_last(column: Column) -> None:
    nothing = Unreadable(None)
    blank = listed(
        0,
        replace(EDGE, name=None),
        frontend_port=nothing,
        backend_port=nothing,
        kind=nothing,
        endpoint="",
        plugin_id=None,
        updated_at=nothing,
    )
    ports = [blank, FORWARD, UDP]
    assert sorted_by(ports, column)[-1] == blank
    assert sorted_by(ports, column, reverse=True)[-1] == blank


@given(st.lists(any_listed, max_size=8, unique_by=lambda each: each.id), st.sampled_from(Column))
def test_in_reverse_the_ports_that_have_a_value_are_the_other_way_round(
    ports: list[ListedPort], column: Column
) -> None:
    one, other = sorted_by(ports, column), sorted_by(ports, column, reverse=True)
    assert sorted(other, key=lambda each: each.id) == sorted(ports, key=lambda each: each.id)
    same = next((n for n in range(len(one) + 1) if one[n:] == other[n:]), 0)
    assert one[:same] == other[:same][::-1]


def test_a_pipeline_status_is_trouble_unless_it_is_started_or_unknown() -> None:
    assert EDGE.trouble is None
    assert replace(EDGE, status=None).trouble is None
    assert OLD.trouble == "CHECKS_FAILED"


def test_listed_ports_with_the_same_values_are_equal() -> None:
    assert ListedPort(UUID(int=1), FORWARD.port, EDGE) == FORWARD
    assert "text" not in repr(FORWARD)
