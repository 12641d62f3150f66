"""What has been read of a list of ports: as values, and the object that collects them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from portui.api.errors import ServiceError
from portui.operations.look_up import Retrying
from portui.operations.paging import Extent, Limit
from portui.port.listed import ListedPort, Pipeline


@dataclass(frozen=True, slots=True)
class Incomplete:
    """The rest of a list was not read."""

    why: ServiceError | Limit
    pipeline: Pipeline | None = None
    """The pipeline whose ports were listed; `None` for the list of the project's pipelines."""


@dataclass(frozen=True, slots=True)
class UnreadableEntries:
    """Some entries were left out: they have no ID, or aren't ports or pipelines."""

    count: int


Problem: TypeAlias = Incomplete | UnreadableEntries


@dataclass(frozen=True, slots=True)
class Listing:
    """The ports read so far, in the service's order, each once."""

    ports: tuple[ListedPort, ...]
    pipelines: int
    """How many pipelines have been read."""
    expected: int | None
    """How many pipelines there are, by the service's own count, if it gives one."""
    replies: int
    took: float
    """Seconds from the calls to their replies, in all."""
    at: datetime | None
    """When the last reply came; `None` before the first."""
    at_seconds: float
    """The same moment on `Clock.seconds`, for ages."""
    problems: tuple[Problem, ...] = ()
    done: bool = False
    """Whether nothing more will be read. What is missing is in `problems`."""
    retrying: Retrying | None = None
    """The retry that is being waited for."""

    @property
    def is_complete(self) -> bool:
        """Whether all ports are there, as far as the service can be believed."""
        return self.done and not self.problems


@dataclass(slots=True)
class Collected:
    """Collects pages into a listing: each port and each pipeline once."""

    extent: Extent = field(default_factory=Extent)
    took: float = 0.0
    at: datetime | None = None
    at_seconds: float = 0.0
    expected: int | None = None
    _ports: dict[UUID, ListedPort] = field(default_factory=dict)
    _pipelines: set[Pipeline | UUID] = field(default_factory=set)
    _problems: list[Problem] = field(default_factory=list)
    _unreadable: int = 0

    def knows(self, pipeline: Pipeline) -> bool:
        """Return whether a pipeline has been read."""
        return (pipeline.id or pipeline) in self._pipelines

    def add_pipeline(self, pipeline: Pipeline) -> bool:
        """Add a pipeline, and return whether it is new."""
        is_new = not self.knows(pipeline)
        self._pipelines.add(pipeline.id or pipeline)
        return is_new

    def add_page(self, ports: Iterable[ListedPort], *, unreadable: int, size: int) -> int:
        """Add the ports of a page of `size` bytes, and return how many of them are new."""
        before = len(self._ports)
        for listed in ports:
            self._ports.setdefault(listed.id, listed)
        new = len(self._ports) - before
        self.extent = self.extent.and_page(ports=new, size=size)
        self._unreadable += unreadable
        return new

    def add_problem(self, problem: Problem) -> None:
        self._problems.append(problem)

    def listing(self, *, done: bool = False, retrying: Retrying | None = None) -> Listing:
        """Return what has been collected."""
        unreadable = (UnreadableEntries(self._unreadable),) if self._unreadable else ()
        count = len(self._pipelines)
        expected = self.expected if self.expected is not None and self.expected > count else None
        return Listing(
            tuple(self._ports.values()),
            count,
            expected,
            self.extent.replies,
            self.took,
            self.at,
            self.at_seconds,
            (*self._problems, *unreadable),
            done,
            retrying,
        )
