"""Listing ports over real sockets while pages meet faults: what is good stays, the rest is said."""

import asyncio
import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from typing import Final

import pytest

from portui.api.client import CloudClient
from portui.api.errors import (
    ConnectionLostError,
    DeadlineError,
    RedirectedError,
    RefusedError,
    ServiceError,
    UnavailableError,
    UnexpectedReplyError,
)
from portui.clock import Clock
from portui.demo.pipelines import PROJECT_ID
from portui.demo.plenty import PLENTY_PIPELINE_ID
from portui.demo.sample import HEALTH_CHECK_PORT_ID, INPUTS_PIPELINE_ID
from portui.operations.find_project import ProjectsUnknown, find_project
from portui.operations.list_ports import list_pipeline_ports, list_project_ports
from portui.operations.listing import Incomplete, Listing, UnreadableEntries
from portui.operations.paging import Limit
from portui.port.listed import Pipeline, Project
from tests.support import faults, list_faults
from tests.support.api_calls import Connect
from tests.support.faulty_service import TOKEN, FaultyService
from tests.support.misbehaviour import Fault, alters, holds, message
from tests.support.strikes import no_pause

pytestmark = pytest.mark.anyio

FIRST_PAGE: Final = 8  # ports of the demo's five newest pipelines
ALL: Final = 10_000 + 35
EDGE: Final = Pipeline(INPUTS_PIPELINE_ID)
PLENTY: Final = Pipeline(PLENTY_PIPELINE_ID)
Why = UnexpectedReplyError.Why
CLOCK: Final = Clock(seconds=lambda: 0.0, sleep=no_pause)  # every reply is quick


async def last_of(listings: AsyncIterator[Listing]) -> Listing:
    """Return the last listing, which is done, and lists no port twice."""
    *_, last = [listing async for listing in listings]
    assert last.done
    assert len({listed.id for listed in last.ports}) == len(last.ports)
    return last


async def listed(client: CloudClient) -> Listing:
    """Return the last listing of the project."""
    return await last_of(list_project_ports(client, CLOCK, PROJECT_ID))


HONEST: Final = alters("is honest", lambda body: body)


async def test_all_ports_of_the_project_are_listed_in_few_calls(
    service: FaultyService, connect: Connect
) -> None:
    last = await listed(connect(service.origin))
    assert last.is_complete
    assert (len(last.ports), last.pipelines, last.replies) == (ALL, 30, 3)
    path = f"/v1/projects/{PROJECT_ID}/pipelines"
    assert service.received[0].path == f"{path}?last=5&include=ports"
    assert service.received[1].path.startswith(f"{path}?last=20&include=ports&before=")
    by_id = {port.id: port for port in last.ports}
    health_check = by_id[HEALTH_CHECK_PORT_ID]
    assert health_check.port.frontend_port == 2020
    assert str(health_check.pipeline.name).startswith("health-check")


async def test_the_ports_of_a_large_pipeline_are_listed_by_following_links(
    service: FaultyService, connect: Connect
) -> None:
    last = await last_of(list_pipeline_ports(connect(service.origin), CLOCK, PLENTY))
    assert last.is_complete
    assert len(last.ports) == 10_000
    assert 3 < last.replies < 20
    assert all(request.path.startswith("/v1/aggregator_pipelines/") for request in service.received)


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        *((fault, ConnectionLostError) for fault in faults.BROKEN),
        *((fault, RefusedError) for fault in (*faults.REFUSALS, faults.NOT_FOUND)),
        *((fault, UnexpectedReplyError) for fault in (faults.HTML_200, faults.HTML_404)),
        *((fault, UnexpectedReplyError) for fault in (faults.BOMB, faults.UNKNOWN_ENCODING)),
        *((faults.failing(status), UnavailableError) for status in (429, 500, 503)),
        (faults.redirects(302, "http://127.0.0.1:1/"), RedirectedError),
        (faults.NO_CONTENT_WITH_BODY, UnexpectedReplyError),
        *((fault, UnexpectedReplyError) for fault in list_faults.WRONG_SHAPES),
        *((fault, Limit) for fault in list_faults.UNUSABLE_CURSORS),
    ],
    ids=str,
)
async def test_a_page_that_fails_keeps_what_is_good_and_says_what_is_missing(
    service: FaultyService, connect: Connect, fault: Fault, why: type[ServiceError | Limit]
) -> None:
    await service.inject("GET", HONEST)
    service.inject_always("GET", fault)
    last = await listed(connect(service.origin))
    assert len(last.ports) >= FIRST_PAGE
    assert [type(problem) for problem in last.problems] == [Incomplete]
    assert isinstance(last.problems[0], Incomplete)
    assert isinstance(last.problems[0].why, why)
    assert len(service.received) <= 12


@pytest.mark.parametrize("fault", list_faults.NO_CURSORS, ids=str)
async def test_a_page_without_cursor_is_the_last(
    service: FaultyService, connect: Connect, fault: Fault
) -> None:
    await service.inject("GET", fault)
    last = await listed(connect(service.origin))
    assert last.is_complete
    assert len(last.ports) == FIRST_PAGE


@pytest.mark.parametrize("fault", list_faults.NO_ITEMS, ids=str)
async def test_an_empty_page_is_no_failure(
    service: FaultyService, connect: Connect, fault: Fault
) -> None:
    await service.inject("GET", fault)
    last = await listed(connect(service.origin))
    assert last.is_complete
    assert len(last.ports) == ALL - FIRST_PAGE


@pytest.mark.parametrize(("fault", "unreadable"), list_faults.ODD_ITEMS, ids=str)
async def test_what_is_no_port_or_has_no_id_is_counted_and_passed_over(
    service: FaultyService, connect: Connect, fault: Fault, unreadable: int
) -> None:
    await service.inject("GET", fault)
    last = await listed(connect(service.origin))
    assert last.problems == (UnreadableEntries(unreadable),)
    assert len(last.ports) == ALL


@pytest.mark.parametrize("fault", [*list_faults.HARMLESS, faults.GZIP], ids=str)
async def test_doubles_and_odd_values_lose_nothing(
    service: FaultyService, connect: Connect, fault: Fault
) -> None:
    await service.inject("GET", fault)
    last = await listed(connect(service.origin))
    assert last.is_complete
    assert len(last.ports) == ALL
    assert last.pipelines == 30


async def test_a_cursor_that_repeats_ends_the_list(
    service: FaultyService, connect: Connect
) -> None:
    service.inject_always("GET", list_faults.cursor("the same again", "9_" + "0" * 32))
    last = await listed(connect(service.origin))
    assert last.problems[-1] == Incomplete(Limit.REPEATED_CURSOR)
    assert len(service.received) == 2


async def test_a_page_that_is_too_large_is_asked_for_again_with_fewer_pipelines(
    service: FaultyService, connect: Connect
) -> None:
    await service.inject("GET", HONEST, faults.HUGE, faults.BOMB)
    last = await listed(connect(service.origin))
    assert last.is_complete
    assert len(last.ports) == ALL
    lasts = [request.path.partition("last=")[2].partition("&")[0] for request in service.received]
    assert lasts[:4] == ["5", "20", "5", "1"]


async def test_pipelines_that_are_too_large_for_any_page_are_found_by_search(
    service: FaultyService, connect: Connect
) -> None:
    await service.inject("GET", *[faults.HUGE] * 3)
    last = await listed(connect(service.origin))
    assert last.is_complete
    assert len(last.ports) == ALL
    assert last.pipelines == 30
    assert service.received[3].path == f"/v2/search?project_id={PROJECT_ID}&resource=pipeline"


async def test_a_link_is_followed_only_as_a_cursor_at_the_same_origin(
    service: FaultyService, connect: Connect
) -> None:
    foreign = b'<http://127.0.0.1:1/steal?x=1&before=1736915760000000000_%s>; rel="next"' % (
        b"f" * 32
    )

    async def answering(line: object, honest: object) -> None:
        body = honest.body  # type: ignore[attr-defined]
        link = f"Link: {foreign.decode()}"
        await line.send(message(200, body, link))  # type: ignore[attr-defined]

    await service.inject("GET", Fault("links elsewhere", answering, applied=True))
    last = await last_of(list_pipeline_ports(connect(service.origin), CLOCK, EDGE))
    assert last.is_complete
    assert len(service.received) == 2
    assert service.received[1].path.startswith(
        f"/v1/aggregator_pipelines/{INPUTS_PIPELINE_ID}/ports?last="
    )
    assert "before=1736915760000000000_" in service.received[1].path
    assert "steal" not in service.received[1].path


@pytest.mark.parametrize(
    ("fault", "count"),
    [
        (alters("is null", lambda _: b"null"), 0),
        (alters("is an object", lambda _: b'{"items": []}'), None),
        (alters("is a text", lambda _: b'"x"'), None),
        (alters("has nulls", lambda body: b"[null," + body[1:]), 4),
    ],
    ids=str,
)
async def test_the_ports_of_one_pipeline_are_read_as_leniently(
    service: FaultyService, connect: Connect, fault: Fault, count: int | None
) -> None:
    await service.inject("GET", fault)
    last = await last_of(list_pipeline_ports(connect(service.origin), CLOCK, EDGE))
    if count is None:
        problem = last.problems[0]
        assert isinstance(problem, Incomplete)
        assert problem.why == UnexpectedReplyError(200, Why.NOT_A_LIST)
    assert len(last.ports) == (count or 0)


async def test_a_page_that_never_ends_is_left_at_the_deadline(
    service: FaultyService, connect: Connect
) -> None:
    client = connect(service.origin, read_deadline=1.0)
    await service.inject("GET", HONEST)
    service.inject_always("GET", faults.DRIPS)
    last = await listed(client)
    assert last.problems == (Incomplete(DeadlineError(1.0)),)
    assert len(last.ports) == FIRST_PAGE


async def test_only_one_list_call_is_under_way_at_a_time_and_cancelling_stops_it(
    service: FaultyService, connect: Connect
) -> None:
    client, arrived, released = connect(service.origin), asyncio.Event(), asyncio.Event()
    await service.inject("GET", Fault("holds", holds(released, arrived), applied=True))
    first = asyncio.create_task(listed(client))
    await arrived.wait()
    assert await client.get_project(PROJECT_ID) == Project(PROJECT_ID, "demo")  # waits for no list
    second = asyncio.create_task(client.list_projects())
    await asyncio.sleep(0)
    assert len(service.received) == 2
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert await second == (Project(PROJECT_ID, "demo"),)


async def test_a_user_token_lists_its_projects_and_a_project_token_needs_not(
    service: FaultyService, connect: Connect
) -> None:
    assert await find_project(connect(service.origin)) == Project(PROJECT_ID, "demo")
    assert [request.path for request in service.received] == ["/v1/projects?last=100"]
    claims = json.dumps({"ProjectID": str(PROJECT_ID), "TokenID": "x"}).encode()
    project_token = f"{urlsafe_b64encode(claims).decode().rstrip('=')}.c2ln"
    client = connect(service.origin, token=project_token)
    assert await find_project(client) == Project(PROJECT_ID)
    assert len(service.received) == 1
    assert (await listed(client)).is_complete
    assert service.received[-1].header("x-project-token") == [project_token]


@pytest.mark.parametrize("fault", [faults.FORBIDDEN, faults.HTML_200, faults.RESETS], ids=str)
async def test_projects_that_cannot_be_read_are_an_outcome_and_one_pipeline_still_lists(
    service: FaultyService, connect: Connect, fault: Fault
) -> None:
    client = connect(service.origin)
    await service.inject("GET", fault)
    assert isinstance(await find_project(client), ProjectsUnknown)
    assert (await last_of(list_pipeline_ports(client, CLOCK, EDGE))).is_complete


async def test_no_list_call_sends_the_token_in_its_url(
    service: FaultyService, connect: Connect
) -> None:
    client = connect(service.origin)
    await listed(client)
    await client.search_pipelines(PROJECT_ID, "edge")
    await client.get_project(PROJECT_ID)
    assert not [request.path for request in service.received if TOKEN in request.path]
