"""Listing the ports of a project or a pipeline: pages, limits and failures."""

import asyncio
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.api.errors import (
    ConnectionLostError,
    RefusedError,
    ServiceError,
    UnavailableError,
    UnexpectedReplyError,
)
from portui.operations.listing import Incomplete, Listing, UnreadableEntries
from portui.operations.paging import MOST_REPLIES, Limit
from portui.port.listed import ListedPort, Pipeline
from portui.port.pages import PipelinePage, PortPage
from tests.support.hostile_text import times
from tests.support.listed import PROJECT_ID, listed, pipeline
from tests.support.scripted_lists import TOO_LARGE, ScriptedLists
from tests.support.scripted_service import START

LOST: Final = ConnectionLostError()
DENIED: Final = RefusedError(401, "invalid token")
GONE: Final = RefusedError(404, "pipeline not found")


def project(*sizes: int) -> list[tuple[Pipeline, tuple[ListedPort, ...]]]:
    """Return pipelines named p0, p1… with these numbers of ports."""
    number, pipelines = 0, []
    for index, size in enumerate(sizes):
        each = pipeline(f"p{index}", index)
        pipelines.append((each, tuple(listed(number + n, each) for n in range(size))))
        number += size
    return pipelines


def of(service: ScriptedLists) -> tuple[ListedPort, ...]:
    """Return all ports of a service."""
    return tuple(port for _, ports in service.pipelines for port in ports)


def listing(service: ScriptedLists) -> Listing:
    """Return the last listing of a project, after checking what is true of each."""
    listings = asyncio.run(service.listings())
    assert [each.done for each in listings] == [False] * (len(listings) - 1) + [True]
    for before, after in pairwise(listings):
        assert after.ports[: len(before.ports)] == before.ports
        assert after.replies >= before.replies
    return listings[-1]


def test_the_ports_of_all_pipelines_are_listed_with_what_is_still_to_come() -> None:
    service = ScriptedLists(project(*[2] * 87))
    listings = asyncio.run(service.listings())
    assert listings[0].ports == of(service)[:10]
    assert (listings[0].pipelines, listings[0].expected) == (5, 87)
    assert not listings[0].is_complete
    last = listings[-1]
    assert last.ports == of(service)
    assert (last.pipelines, last.expected, last.replies) == (87, None, 3)
    assert last.took == pytest.approx(0.15)
    assert last.at == START
    assert last.is_complete


def test_pages_grow_while_they_are_small_and_quick() -> None:
    service = ScriptedLists(project(*[1] * 300))
    assert listing(service).is_complete
    assert service.calls == [
        "5 pipelines from 0",
        "20 pipelines from 5",
        "80 pipelines from 25",
        "100 pipelines from 105",
        "100 pipelines from 205",
    ]


def test_pages_shrink_when_they_are_large_or_slow() -> None:
    service = ScriptedLists(project(*[1] * 12), config_size=300_000)
    assert listing(service).is_complete
    assert service.calls[:3] == ["5 pipelines from 0", "1 pipelines from 5", "1 pipelines from 6"]
    slow = ScriptedLists(project(*[1] * 12), takes=2.0)
    assert listing(slow).is_complete
    assert slow.calls[:3] == ["5 pipelines from 0", "2 pipelines from 5", "1 pipelines from 7"]


def test_a_page_that_is_too_large_is_asked_for_again_with_fewer() -> None:
    service = ScriptedLists(project(*[1] * 30), config_sizes={"p12": 4_000_000, "p13": 4_000_000})
    last = listing(service)
    assert last.is_complete
    assert last.ports == of(service)
    assert service.calls[:3] == ["5 pipelines from 0", "20 pipelines from 5", "5 pipelines from 5"]


def test_the_ports_of_a_pipeline_with_too_many_are_read_by_their_own_calls() -> None:
    service = ScriptedLists(project(3, 20_000, 3))
    last = listing(service)
    assert last.is_complete
    assert last.ports == of(service)
    assert "1 pipelines from 1 without ports" in service.calls
    assert "250 ports of p1 from 0" in service.calls
    assert "1000 ports of p1 from 250" in service.calls
    assert len(service.calls) < 30


def test_what_a_pipeline_too_large_for_any_page_hides_is_found_by_search() -> None:
    service = ScriptedLists(project(*[2] * 9), config_sizes={"p6": 5_000_000})
    last = listing(service)
    assert last.is_complete
    assert set(last.ports) >= {port for port in of(service) if port.pipeline.name != "p6"} - set(
        of(service)[12:]
    )
    assert {port.id for port in last.ports} == {port.id for port in of(service)}
    assert last.pipelines == 9
    assert service.calls.count("search") == 1


def test_a_port_too_large_to_read_is_passed_over_with_its_pipeline_named() -> None:
    service = ScriptedLists(project(1, 30, 1), largest=299, config_size=200)
    last = listing(service)
    assert last.ports == ()
    assert last.problems == tuple(Incomplete(TOO_LARGE, each) for each, _ in service.pipelines)
    assert last.done


def test_a_service_that_never_includes_ports_is_asked_for_them_by_pipeline() -> None:
    service = ScriptedLists(project(2, 0, 3), includes_ports=False)
    last = listing(service)
    assert last.is_complete
    assert last.ports == of(service)
    assert len(service.calls) == 4


def test_ports_without_links_are_read_in_one_larger_page() -> None:
    service = ScriptedLists(project(1_100), links=False)
    each = service.pipelines[0][0]
    last = asyncio.run(service.listings_of(each))[-1]
    assert last.is_complete
    assert last.ports == of(service)
    assert [call.split()[0] for call in service.calls] == ["250", "1000", "4000"]


def test_a_page_without_link_that_is_too_large_is_said_to_be_incomplete() -> None:
    service = ScriptedLists(project(30_000), links=False)
    each = service.pipelines[0][0]
    last = asyncio.run(service.listings_of(each))[-1]
    assert last.problems == (Incomplete(Limit.NO_CURSOR, each),)
    assert last.ports == of(service)[:4_000]


def test_a_transient_failure_is_retried_and_shown() -> None:
    service = ScriptedLists(project(1, 2), failures=[LOST, UnavailableError(503, None, 7.0)])
    listings = asyncio.run(service.listings())
    retries = [each.retrying for each in listings if each.retrying]
    assert [(retry.attempt, retry.error) for retry in retries] == [
        (2, LOST),
        (3, UnavailableError(503, None, 7.0)),
    ]
    assert service.slept == [retry.pause for retry in retries]
    assert listings[-1].is_complete


@pytest.mark.parametrize(
    "failures", [[LOST] * 3, [DENIED], [UnavailableError(503, None, 99.0)]], ids=str
)
def test_a_page_that_fails_keeps_the_rest_and_says_what_is_missing(
    failures: list[ServiceError | None],
) -> None:
    service = ScriptedLists(project(*[1] * 20), failures=[None, *failures])
    last = listing(service)
    assert last.ports == of(service)[:5]
    assert last.problems == (Incomplete(failures[-1] or LOST),)
    assert not last.is_complete


def test_a_failure_about_one_pipeline_leaves_the_others() -> None:
    service = ScriptedLists(project(1, 2, 3), includes_ports=False, failures=[None, None, GONE])
    last = listing(service)
    assert len(last.ports) == 4
    assert last.problems == (Incomplete(GONE, service.pipelines[1][0]),)


def test_a_failure_about_the_token_ends_the_walk() -> None:
    service = ScriptedLists(project(1, 2, 3), includes_ports=False, failures=[None, None, DENIED])
    last = listing(service)
    assert len(last.ports) == 1
    assert last.problems[0] == Incomplete(DENIED, service.pipelines[1][0])
    assert len(service.calls) == 3


@dataclass
class Looping(ScriptedLists):
    """A service whose cursors lead nowhere."""

    cursors: list[str | None] = field(default_factory=list)
    repeats: bool = True
    made: int = 0

    async def list_pipelines(self, *_: object, **__: object) -> PipelinePage:
        page = await super().list_pipelines(PROJECT_ID, 100)
        return self._next(page)

    async def list_ports(self, *_: object, **__: object) -> PortPage:
        return PortPage((), self._next_cursor(), 0, 2, 10)

    def _next(self, page: PipelinePage) -> PipelinePage:
        new = () if not self.repeats else page.pipelines
        return PipelinePage(new, self._next_cursor(), 0, page.size, None)

    def _next_cursor(self) -> str | None:
        self.made += 1
        return self.cursors.pop(0) if self.cursors else f"cursor {self.made}"


@pytest.mark.parametrize(
    ("cursors", "limit", "calls"),
    [
        (["a", "a"], Limit.REPEATED_CURSOR, 2),
        (["a", "b", "a"], Limit.REPEATED_CURSOR, 3),
        ([""], Limit.UNUSABLE_CURSOR, 1),
        ([], Limit.NOTHING_NEW, 4),
    ],
)
def test_a_list_without_end_is_left(cursors: list[str | None], limit: Limit, calls: int) -> None:
    service = Looping(project(2, 1), cursors=cursors)
    last = listing(service)
    assert last.ports == of(service)
    assert last.problems == (Incomplete(limit),)
    assert len(service.calls) == calls


def test_unreadable_entries_are_counted_over_all_pages() -> None:
    service = Looping(project(1), cursors=["a", "b", None])
    last = asyncio.run(service.listings_of(service.pipelines[0][0]))[-1]
    assert last.problems == (UnreadableEntries(6),)


def test_an_endless_list_of_ever_new_ports_is_left_after_many_replies() -> None:
    class Endless(ScriptedLists):
        async def list_ports(
            self, pipeline: Pipeline, last: int, before: str | None = None
        ) -> PortPage:
            number = int(before or 0) + 1
            return PortPage((listed(number, pipeline),), str(number), 1, 0, 600_000)

    service = Endless(project(1))
    last = asyncio.run(service.listings_of(service.pipelines[0][0]))[-1]
    assert isinstance(last.problems[0], Incomplete)
    assert last.problems[0].why in (Limit.TOO_MANY_REPLIES, Limit.TOO_MANY_BYTES)
    assert len(last.ports) <= MOST_REPLIES


def test_a_walk_can_be_cancelled_while_it_waits() -> None:
    class Hanging(ScriptedLists):
        async def list_pipelines(self, *_: object, **__: object) -> PipelinePage:
            self.calls.append("hangs")
            arrived.set()
            await asyncio.Event().wait()
            raise AssertionError

    arrived = asyncio.Event()

    async def run(service: Hanging) -> None:
        task = asyncio.create_task(service.listings())
        await arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    service = Hanging(project(1))
    asyncio.run(run(service))
    assert service.calls == ["hangs"]


@times(100)
@given(
    st.lists(st.integers(0, 40), max_size=25),
    st.integers(50, 20_000),
    st.integers(400, 20_000),
    st.booleans(),
    st.booleans(),
)
def test_however_large_the_pages_are_every_port_is_listed_or_its_absence_said(
    sizes: list[int],
    config_size: int,
    largest: int,
    includes: bool,  # noqa: FBT001 - drawn
    links: bool,  # noqa: FBT001 - drawn
) -> None:
    service = ScriptedLists(
        project(*sizes), config_size, largest=largest, includes_ports=includes, links=links
    )
    last = listing(service)
    ids = [port.id for port in last.ports]
    assert len(set(ids)) == len(ids)
    assert set(ids) <= {port.id for port in of(service)}
    if last.is_complete:
        assert set(ids) == {port.id for port in of(service)}
    else:
        assert not links
    assert last.pipelines == len(sizes)


def test_an_unexpected_reply_is_a_problem_and_no_exception() -> None:
    odd = UnexpectedReplyError(200, UnexpectedReplyError.Why.NOT_A_LIST)
    last = listing(ScriptedLists(project(1), failures=[odd]))
    assert last.problems == (Incomplete(odd),)
    assert last.at is None
