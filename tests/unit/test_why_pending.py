"""Reading what the service says around a pending port, with a service in memory."""

import asyncio
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import pytest

from portui.api.errors import (
    ConnectionLostError,
    DeadlineError,
    RefusedError,
    ServiceError,
    UnexpectedReplyError,
)
from portui.clock import Clock
from portui.operations.why_pending import WhyPending, read_why_pending
from portui.port.listed import Pipeline
from portui.port.pages import PipelinePage, PipelinePorts
from portui.port.pipeline import CoreInstance, CoreInstances, PipelineDetails
from tests.support.listed import PROJECT_ID
from tests.support.scripted_service import START

EDGE: Final = Pipeline(UUID(int=1), "edge-forward", "STARTING")
NAMESAKE: Final = Pipeline(UUID(int=2), "edge-forward-2", "STARTED")
ONE, TWO, THREE = (CoreInstance(UUID(int=n), f"core-{n}", "running") for n in (11, 12, 13))
DETAILS: Final = PipelineDetails(EDGE)
TOO_LARGE: Final = UnexpectedReplyError(200, UnexpectedReplyError.Why.TOO_LARGE)


@dataclass
class Scripted:
    """A service whose replies are scripted; an error in place of one is raised."""

    details: PipelineDetails | ServiceError = DETAILS
    instances: tuple[CoreInstance, ...] | ServiceError = (ONE,)
    is_complete: bool = True
    runs: dict[UUID, tuple[Pipeline, ...] | ServiceError] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    async def get_pipeline(self, pipeline_id: UUID) -> PipelineDetails:
        self.calls.append("pipeline")
        if isinstance(self.details, ServiceError):
            raise self.details
        return self.details

    async def list_core_instances(self, project_id: UUID, last: int) -> CoreInstances:
        assert project_id == PROJECT_ID
        self.calls.append("instances")
        if isinstance(self.instances, ServiceError):
            raise self.instances
        return CoreInstances(self.instances[:last], self.is_complete)

    async def list_instance_pipelines(
        self, instance_id: UUID, name: str, last: int
    ) -> PipelinePage:
        assert name == EDGE.name
        self.calls.append(f"pipelines of {instance_id.int}")
        found = self.runs.get(instance_id, ())
        if isinstance(found, ServiceError):
            raise found
        entries = tuple(PipelinePorts(each, None) for each in found[:last])
        return PipelinePage(entries, None, 0, 1_000, len(found))

    def read(
        self, project_id: UUID | None = PROJECT_ID, before: WhyPending | None = None
    ) -> list[WhyPending]:
        """Return all that reading yields."""

        async def all_() -> list[WhyPending]:
            clock = Clock(lambda: START, lambda: 0.0, asyncio.sleep)
            reads = read_why_pending(self, clock, UUID(int=1), project_id, before)
            return [why async for why in reads]

        return asyncio.run(all_())


def test_the_pipeline_comes_first_and_then_its_core_instance() -> None:
    service = Scripted()
    assert service.read() == [
        WhyPending(DETAILS, START),
        WhyPending(DETAILS, START, ONE, is_only_instance=True),
    ]
    assert service.calls == ["pipeline", "instances"]


def test_without_a_project_there_is_only_the_pipeline() -> None:
    service = Scripted()
    assert service.read(project_id=None) == [WhyPending(DETAILS, START)]
    assert service.calls == ["pipeline"]


@pytest.mark.parametrize(
    "error",
    [
        RefusedError(404, "pipeline not found"),
        RefusedError(401, "invalid token"),
        ConnectionLostError(),
        DeadlineError(30.0),
        UnexpectedReplyError(200, UnexpectedReplyError.Why.NOT_A_PIPELINE),
    ],
)
def test_a_pipeline_that_cannot_be_read_is_all_that_is_known(error: ServiceError) -> None:
    service = Scripted(error)
    assert service.read() == [WhyPending(error, START)]
    assert service.calls == ["pipeline"]


def test_nothing_is_said_of_another_pipeline_than_asked_for() -> None:
    assert Scripted(PipelineDetails(NAMESAKE)).read() == [WhyPending(None, START)]


def test_a_pipeline_too_large_to_read_still_has_the_only_core_instance() -> None:
    assert Scripted(TOO_LARGE).read()[-1].instance == ONE
    assert Scripted(TOO_LARGE, (ONE, TWO)).read()[-1].instance is None


def test_core_instances_that_cannot_be_read_leave_the_pipeline() -> None:
    error = RefusedError(403, "permission denied")
    assert Scripted(instances=error).read()[-1] == WhyPending(DETAILS, START, error)


def test_of_several_core_instances_it_is_the_one_that_lists_the_pipeline() -> None:
    runs: dict[UUID, tuple[Pipeline, ...] | ServiceError]
    runs = {ONE.id: (NAMESAKE,), TWO.id: (NAMESAKE, EDGE), THREE.id: (EDGE,)}
    service = Scripted(instances=(ONE, TWO, THREE), runs=runs)
    assert service.read()[-1] == WhyPending(DETAILS, START, TWO)
    assert service.calls[2:] == ["pipelines of 11", "pipelines of 12"]


def test_one_core_instance_is_not_the_only_one_if_there_may_be_more() -> None:
    assert Scripted(is_complete=False).read()[-1] == WhyPending(DETAILS, START)


def test_none_of_many_core_instances_is_guessed_and_few_are_asked() -> None:
    many = tuple(CoreInstance(UUID(int=100 + n)) for n in range(20))
    service = Scripted(instances=many)
    assert service.read()[-1] == WhyPending(DETAILS, START)
    assert len(service.calls) == 2 + 5


def test_the_core_instance_is_found_once_and_then_only_read_again() -> None:
    now_waiting = CoreInstance(TWO.id, TWO.name, "unreachable")
    service = Scripted(instances=(ONE, now_waiting))
    assert service.read(before=WhyPending(DETAILS, START, TWO))[-1].instance == now_waiting
    assert service.calls == ["pipeline", "instances"]


def test_what_was_the_only_one_is_looked_for_again_among_several() -> None:
    service = Scripted(instances=(ONE, TWO), runs={TWO.id: (EDGE,)})
    before = WhyPending(DETAILS, START, ONE, is_only_instance=True)
    assert service.read(before=before)[-1] == WhyPending(DETAILS, START, TWO)
