"""A list service in memory that pages as the real one does, and fails as a test says."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from portui.api.errors import ServiceError, UnexpectedReplyError
from portui.clock import Clock
from portui.operations.list_ports import list_pipeline_ports, list_project_ports
from portui.operations.listing import Listing
from portui.port.listed import ListedPort, Pipeline
from portui.port.pages import PipelinePage, PipelinePorts, PortPage
from tests.support.listed import PROJECT_ID
from tests.support.scripted_service import START

TOO_LARGE: Final = UnexpectedReplyError(200, UnexpectedReplyError.Why.TOO_LARGE)


@dataclass
class ScriptedLists:
    """Pipelines with their ports, newest first. A port counts as 300 bytes."""

    pipelines: list[tuple[Pipeline, tuple[ListedPort, ...]]]
    config_size: int = 1_000
    """Bytes of each pipeline's configuration."""
    config_sizes: dict[str | None, int] = field(default_factory=dict)
    """Those of pipelines, by name, that have another one."""
    largest: int = 4 * 1024 * 1024
    includes_ports: bool = True
    links: bool = True
    """Whether a page of ports has the cursor of the next."""
    failures: list[ServiceError | None] = field(default_factory=list)
    """How the next calls fail."""
    calls: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    seconds: float = 0.0
    takes: float = 0.05

    @property
    def clock(self) -> Clock:
        """A clock that only calls and pauses advance."""
        return Clock(lambda: START, lambda: self.seconds, self._sleep)

    async def list_pipelines(
        self, project_id: UUID, last: int, before: str | None = None, *, with_ports: bool = True
    ) -> PipelinePage:
        assert project_id == PROJECT_ID
        self._call(
            f"{last} pipelines from {before or 0}" + ("" if with_ports else " without ports")
        )
        start = int(before or 0)
        shown = self.pipelines[start : start + last]
        listed = with_ports and self.includes_ports
        size = sum(self.config_sizes.get(each.name, self.config_size) for each, _ in shown)
        size += sum(300 * len(ports) for _, ports in shown) if listed else 0
        self._check(size)
        end = start + last
        return PipelinePage(
            tuple(PipelinePorts(each, ports if listed else None) for each, ports in shown),
            str(end) if end < len(self.pipelines) else None,
            0,
            size,
            len(self.pipelines),
        )

    async def list_ports(
        self, pipeline: Pipeline, last: int, before: str | None = None
    ) -> PortPage:
        self._call(f"{last} ports of {pipeline.name} from {before or 0}")
        start = int(before or 0)
        ports = next(p for each, p in self.pipelines if each.id == pipeline.id)
        shown = ports[start : start + last]
        self._check(300 * len(shown))
        more = self.links and start + last < len(ports)
        return PortPage(shown, str(start + last) if more else None, len(shown), 0, 300 * len(shown))

    async def search_pipelines(self, project_id: UUID, term: str = "") -> tuple[Pipeline, ...]:
        assert (project_id, term) == (PROJECT_ID, "")
        self._call("search")
        return tuple(Pipeline(each.id, each.name) for each, _ in self.pipelines)

    async def listings(self) -> list[Listing]:
        """Return all that listing the project yields."""
        return await _all(list_project_ports(self, self.clock, PROJECT_ID))

    async def listings_of(self, pipeline: Pipeline) -> list[Listing]:
        """Return all that listing a pipeline yields."""
        return await _all(list_pipeline_ports(self, self.clock, pipeline))

    def _call(self, call: str) -> None:
        self.calls.append(call)
        self.seconds += self.takes
        failure = self.failures.pop(0) if self.failures else None
        if failure:
            raise failure

    def _check(self, size: int) -> None:
        if size > self.largest:
            raise TOO_LARGE

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


async def _all(listings: AsyncIterator[Listing]) -> list[Listing]:
    return [listing async for listing in listings]
