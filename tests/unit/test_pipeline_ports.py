"""The ports of a pipeline beside one of them: which they are, and as lines."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from portui.api.errors import ConnectionLostError
from portui.operations.listing import Incomplete, Listing, UnreadableEntries
from portui.operations.pipeline_ports import (
    MOST,
    PortsOfPipeline,
    ports_in,
    read_pipeline_ports,
)
from portui.port.listed import ListedPort, Pipeline
from portui.port.pages import PortPage
from portui.tui.widgets.pipeline_ports import pipeline_lines
from tests.support.hostile_text import dangers
from tests.support.listed import any_listed, listed, pipeline
from tests.support.ports import PORT
from tests.support.scripted_lists import ScriptedLists
from tests.support.scripted_service import START

NOW: Final = datetime(2026, 11, 24, 14, 3, 7, tzinfo=UTC)
EDGE, SYSLOG = pipeline("edge-forward", 1), pipeline("syslog-eu", 2)
PORTS: Final = tuple(listed(n, EDGE, frontend_port=30_000 - n) for n in (1, 2, 3))
OTHERS: Final = (listed(9, SYSLOG, frontend_port=5140),)


def listing(*ports: ListedPort, done: bool = True) -> Listing:
    return Listing(ports, 2, None, 1, 0.1, NOW, 0.0, done=done)


def numbers(found: PortsOfPipeline | None) -> list[object]:
    assert found is not None
    return [each.port.frontend_port for each in found.ports]


def of_edge(of: Listing) -> PortsOfPipeline | None:
    assert EDGE.id
    return ports_in(of, EDGE.id, PORT)


def test_a_list_in_memory_has_the_ports_of_the_pipeline_by_number() -> None:
    found = of_edge(listing(*OTHERS, *PORTS))
    assert numbers(found) == [29_997, 29_998, 29_999]
    assert found
    assert (found.at, found.total) == (NOW, 3)


@pytest.mark.parametrize(
    "of",
    [
        listing(*OTHERS),
        listing(*PORTS, done=False),
        replace(listing(*PORTS), problems=(Incomplete(ConnectionLostError()),)),
        replace(listing(*PORTS), problems=(Incomplete(ConnectionLostError(), EDGE),)),
    ],
)
def test_a_list_that_may_lack_some_of_them_is_not_used(of: Listing) -> None:
    assert of_edge(of) is None


def test_what_another_pipeline_lacks_doesnt_matter() -> None:
    of = replace(listing(*PORTS), problems=(Incomplete(ConnectionLostError(), SYSLOG),))
    assert len(numbers(of_edge(of))) == 3
    of = replace(listing(*PORTS), problems=(UnreadableEntries(2),))
    assert len(numbers(of_edge(of))) == 3


def test_of_ten_thousand_the_nearest_are_taken() -> None:
    ports = [listed(n, EDGE, frontend_port=30_000 + n) for n in range(10_000)]
    assert EDGE.id
    found = ports_in(listing(*ports), EDGE.id, replace(PORT, frontend_port=35_000))
    assert numbers(found) == list(range(34_950, 35_050))
    assert found
    assert found.total == 10_000


@pytest.mark.parametrize(
    ("count", "links", "total"),
    [(3, True, 3), (MOST - 1, False, MOST - 1), (MOST, False, None), (MOST + 1, True, None)],
)
def test_one_call_reads_them_and_says_whether_these_are_all(
    count: int,
    links: bool,  # noqa: FBT001 - a table
    total: int | None,
) -> None:
    ports = tuple(listed(n + 1, EDGE, frontend_port=n + 1) for n in range(count))
    service = ScriptedLists([(EDGE, ports)], links=links)
    found = asyncio.run(read_pipeline_ports(service, service.clock, EDGE))
    assert len(service.calls) == 1
    assert (len(found.ports), found.total, found.at) == (min(count, MOST), total, START)


def test_an_unreadable_port_leaves_their_number_unknown() -> None:
    class Odd(ScriptedLists):
        async def list_ports(
            self, pipeline: Pipeline, last: int, before: str | None = None
        ) -> PortPage:
            page = await super().list_ports(pipeline, last, before)
            return replace(page, unreadable=1)

    service = Odd([(EDGE, PORTS)])
    assert asyncio.run(read_pipeline_ports(service, service.clock, EDGE)).total is None


# --- as lines ---


def shown(found: PortsOfPipeline, port_id: UUID, width: int = 60, room: int = 10) -> list[str]:
    lines = pipeline_lines(EDGE, found, port_id, width, room)
    return ["".join(text for text, _ in line).rstrip() for line in lines]


def test_the_port_on_screen_is_marked_and_pending_ones_are_said_to_be() -> None:
    ports = (PORTS[0], listed(2, EDGE, frontend_port=80, endpoint="", plugin_id=None))
    assert shown(PortsOfPipeline(ports, NOW, 2), ports[0].id, width=74) == [
        "   Ports of edge-forward                               as of 14:03:07 UTC",
        " ● tcp 29999 → 24224  forward.0  forward.demo.example:24224",
        "   tcp 80 → 24224                pending",
    ]
    narrow = shown(PortsOfPipeline(ports, NOW, 2), ports[0].id, width=44)
    assert narrow[1:] == [
        " ● tcp 29999 → 24224  forward.0",
        "   tcp 80 → 24224                pending",
    ]


def test_of_many_those_around_the_port_are_shown_and_the_rest_counted() -> None:
    ports = tuple(listed(n, EDGE, frontend_port=30_000 + n) for n in range(1, 51))
    lines = shown(PortsOfPipeline(ports, NOW, 10_000), ports[24].id, room=7)
    assert [line[:12] for line in lines[1:-1]] == [
        f" {'●' if n == 25 else ' '} tcp {30_000 + n}" for n in range(23, 28)
    ]
    assert lines[-1] == "   9,995 more"
    lines = shown(PortsOfPipeline(ports, NOW, None), ports[0].id, room=7)
    assert lines[-1] == "   5 of the newest 50; there may be more"


def test_without_room_there_are_no_lines() -> None:
    assert shown(PortsOfPipeline(PORTS, NOW, 3), PORTS[0].id, room=4) == []
    assert shown(PortsOfPipeline((), NOW, 0), PORTS[0].id) == []


@given(st.lists(any_listed, min_size=1, max_size=6), st.integers(44, 120), st.integers(3, 9))
def test_whatever_the_ports_are_their_lines_fit_and_are_harmless(
    ports: list[ListedPort], width: int, room: int
) -> None:
    found = PortsOfPipeline(tuple(ports), NOW, len(ports))
    lines = pipeline_lines(ports[0].pipeline, found, ports[0].id, width, room)
    assert len(lines) <= room
    for line in lines:
        text = "".join(piece for piece, _ in line)
        assert dangers(text) == []
        assert cell_len(text) <= width
