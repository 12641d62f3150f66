"""Reading one pipeline and the core instances over real sockets, also while replies are odd."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

import pytest
from hypothesis import given

from portui.api import wire_pipeline
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
from portui.demo.pipelines import CORE_INSTANCE_ID, PROJECT_ID, sample_pipelines
from portui.demo.sample import INPUTS_PIPELINE_ID
from portui.port.listed import Pipeline
from portui.port.pipeline import CoreInstance, CoreInstances, PipelineEvent
from tests.api.test_wire_lists import json_values
from tests.support import faults, pipeline_faults
from tests.support.api_calls import Connect, failure
from tests.support.faulty_service import TOKEN, FaultyService
from tests.support.list_faults import items
from tests.support.misbehaviour import Fault

pytestmark = pytest.mark.anyio

FAILED: Final = next(each for each in sample_pipelines() if each.name == "kafka-audit")
SINCE: Final = datetime.fromtimestamp(FAILED.created / 1e9, UTC)
BACK_OFF: Final = PipelineEvent(
    SINCE, "k8s:pod", "BackOff", "Back-off restarting failed container fluent-bit"
)
CORE: Final = CoreInstance(CORE_INSTANCE_ID, "plant-core", "running")

CALLS: Final[dict[str, Callable[[CloudClient], Awaitable[object]]]] = {
    "pipeline": lambda client: client.get_pipeline(FAILED.id),
    "core instances": lambda client: client.list_core_instances(PROJECT_ID, 20),
    "pipelines of an instance": lambda client: client.list_instance_pipelines(
        CORE_INSTANCE_ID, FAILED.name, 5
    ),
}


async def test_a_pipeline_comes_with_its_status_and_latest_event_and_no_more(
    service: FaultyService, connect: Connect
) -> None:
    details = await connect(service.origin).get_pipeline(FAILED.id)
    assert details.pipeline == Pipeline(FAILED.id, "kafka-audit", "FAILED")
    assert (details.kind, details.status_at, details.event) == ("deployment", SINCE, BACK_OFF)
    assert details.error is None
    assert "rawConfig" not in repr(details)
    assert [request.path for request in service.received] == [
        f"/v1/aggregator_pipelines/{FAILED.id}"
    ]


async def test_core_instances_come_with_their_status(
    service: FaultyService, connect: Connect
) -> None:
    client = connect(service.origin)
    assert await client.list_core_instances(PROJECT_ID, 20) == CoreInstances((CORE,), True)  # noqa: FBT003
    page = await client.list_instance_pipelines(CORE_INSTANCE_ID, FAILED.name, 5)
    assert [entry.pipeline.id for entry in page.pipelines] == [FAILED.id]
    assert page.pipelines[0].ports is None
    assert service.received[1].path.endswith("/pipelines?last=5&name=kafka-audit")


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        *((fault, ConnectionLostError) for fault in faults.BROKEN),
        *((fault, RefusedError) for fault in (*faults.REFUSALS, faults.NOT_FOUND)),
        *((fault, UnexpectedReplyError) for fault in (faults.HTML_200, faults.HTML_404)),
        *((fault, UnexpectedReplyError) for fault in (faults.BOMB, faults.HUGE)),
        *((faults.failing(status), UnavailableError) for status in (429, 500, 503)),
        (faults.redirects(302, "http://127.0.0.1:1/"), RedirectedError),
    ],
    ids=str,
)
async def test_every_failure_is_an_error_with_facts_after_one_request(
    service: FaultyService,
    connect: Connect,
    call: Callable[[CloudClient], Awaitable[object]],
    fault: Fault,
    error: type[ServiceError],
) -> None:
    await service.inject("GET", fault)
    assert isinstance(await failure(call(connect(service.origin))), error)
    assert len(service.received) == 1
    assert TOKEN not in service.received[0].path


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_a_reply_that_drips_is_left_at_the_deadline(
    service: FaultyService, connect: Connect, call: Callable[[CloudClient], Awaitable[object]]
) -> None:
    await service.inject("GET", faults.DRIPS)
    client = connect(service.origin, read_deadline=1.0)
    assert await failure(call(client)) == DeadlineError(1.0)


@pytest.mark.parametrize("fault", pipeline_faults.NO_PIPELINES, ids=str)
async def test_what_is_no_pipeline_is_said_to_be_none(
    service: FaultyService, connect: Connect, fault: Fault
) -> None:
    await service.inject("GET", fault)
    error = await failure(connect(service.origin).get_pipeline(FAILED.id))
    assert error == UnexpectedReplyError(200, UnexpectedReplyError.Why.NOT_A_PIPELINE)


@pytest.mark.parametrize("fault", pipeline_faults.ODD_EVENTS, ids=str)
async def test_the_latest_event_is_the_one_logged_last_whatever_their_order(
    service: FaultyService, connect: Connect, fault: Fault
) -> None:
    await service.inject("GET", fault)
    details = await connect(service.origin).get_pipeline(FAILED.id)
    assert details.event == BACK_OFF
    assert details.pipeline.status == "FAILED"


@pytest.mark.parametrize("fault", pipeline_faults.NO_EVENTS, ids=str)
async def test_events_without_a_readable_time_are_left_out(
    service: FaultyService, connect: Connect, fault: Fault
) -> None:
    await service.inject("GET", fault)
    details = await connect(service.origin).get_pipeline(FAILED.id)
    assert details.event is None
    assert details.pipeline.name == "kafka-audit"


@pytest.mark.parametrize("fault", pipeline_faults.NO_INSTANCES, ids=str)
async def test_what_is_no_page_of_core_instances_is_said_to_be_none(
    service: FaultyService, connect: Connect, fault: Fault
) -> None:
    await service.inject("GET", fault)
    error = await failure(connect(service.origin).list_core_instances(PROJECT_ID, 20))
    assert error == UnexpectedReplyError(200, UnexpectedReplyError.Why.NOT_A_LIST)


@pytest.mark.parametrize(
    ("fault", "complete"),
    [
        (items("null among its items", lambda found: [None, *found]), False),
        (items("an instance without ID", lambda found: [*found, {"name": "x"}]), False),
        (items("more fields", lambda found: [found[0] | {"new": [1]}]), True),
    ],
    ids=str,
)
async def test_an_unreadable_core_instance_leaves_the_list_incomplete(
    service: FaultyService, connect: Connect, fault: Fault, *, complete: bool
) -> None:
    await service.inject("GET", fault)
    found = await connect(service.origin).list_core_instances(PROJECT_ID, 20)
    assert found == CoreInstances((CORE,), complete)


async def test_the_pipeline_of_the_pending_port_has_an_event_since_the_demo_began(
    service: FaultyService, connect: Connect
) -> None:
    details = await connect(service.origin).get_pipeline(INPUTS_PIPELINE_ID)
    assert details.pipeline.status == "STARTED"
    assert details.event is not None
    assert details.event.reason == "ScalingReplicaSet"


@given(json_values)
def test_any_json_is_a_pipeline_or_none(value: object) -> None:
    def redact(text: str) -> str:
        return text

    wire_pipeline.core_instances_from(value, redact)
    details = wire_pipeline.details_from(value, redact)
    assert details is None or details.pipeline.id


def test_the_token_is_hidden_in_all_that_is_kept() -> None:
    event = {"source": "secret", "reason": "secret", "message": "secret"}
    event |= {"loggedAt": "2025-01-15T04:36:00Z"}
    value = {"id": str(PROJECT_ID), "name": "secret", "kind": "secret", "error": "secret"}
    value |= {"status": {"status": "secret", "events": [event]}}  # type: ignore[dict-item]
    details = wire_pipeline.details_from(value, lambda text: text.replace("secret", "…"))
    assert details is not None
    assert details.event is not None
    assert "secret" not in repr(details)
