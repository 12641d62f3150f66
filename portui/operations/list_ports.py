"""List the ports of a project or of one pipeline, page by page, with one call at a time.

Both are async generators that yield a `Listing` after each reply and before each retry, the last
one `done`. What goes wrong is a `Problem` of the listing, never an exception, and what was read
until then is kept. Cancelling the task that iterates stops the call under way.

A pipeline comes with its configuration, so a page of them can be too large to read:

- It is asked for again with fewer pipelines, down to one.
- That one is asked for without its ports, which are then read by their own calls.
- If it is too large even so, the service's search names the pipelines that are left, and their
  ports are read by their own calls.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from uuid import UUID

from portui.clock import Clock
from portui.operations.listing import Listing
from portui.operations.paging import PIPELINES, PORTS, Limit, PageSize, Place
from portui.operations.walk import ListService, Reply, Walk
from portui.port.listed import Pipeline
from portui.port.pages import PipelinePage


async def list_project_ports(
    service: ListService, clock: Clock, project_id: UUID
) -> AsyncIterator[Listing]:
    """Yield the ports of all pipelines of a project, as they are read."""
    walk = _ProjectWalk(service, clock)
    async for listing in walk.pipelines(project_id):
        yield listing
    yield walk.collected.listing(done=True)


async def list_pipeline_ports(
    service: ListService, clock: Clock, pipeline: Pipeline, *, most: int = 0
) -> AsyncIterator[Listing]:
    """Yield the ports of one pipeline, which needs an ID but no project, as they are read.

    `most` says that only so many are wanted: the caller stops then, and no more are asked for.
    """
    walk = Walk(service, clock)
    async for listing in walk.ports_of(pipeline, PORTS.at_most(most) if most else PORTS):
        yield listing
    yield walk.collected.listing(done=True)


@dataclass(slots=True)
class _PipelinesReply(Reply[PipelinePage]):
    """The outcome of the calls for a page of pipelines, and how the last of them was made."""

    size: PageSize = PIPELINES
    with_ports: bool = True


@dataclass(slots=True)
class _ProjectWalk(Walk):
    """A walk through the pipelines of a project, and the ports that don't come with them."""

    includes_ports: bool = False
    """Whether pipelines came with a list of ports, so that null means that they have none."""
    unlisted: list[Pipeline] = field(default_factory=list)
    """Pipelines whose ports were not asked for."""
    doubtful: list[Pipeline] = field(default_factory=list)
    """Pipelines whose ports were null though asked for: none, or not included."""

    async def pipelines(self, project_id: UUID) -> AsyncIterator[Listing]:
        """Walk through all pipelines and their ports."""
        place: Place | Limit | None = Place()
        reply = _PipelinesReply()
        while isinstance(place, Place) and self.failure is None:
            async for listing in self._pipeline_page(project_id, place, reply):
                yield listing
            page = reply.outcome
            if not isinstance(page, PipelinePage):
                break
            is_news = self._add(page, with_ports=reply.with_ports)
            yield self.collected.listing()
            async for listing in self.ports_of_each(self.unlisted):
                yield listing
            place = place.after(page.cursor, is_news=is_news, extent=self.collected.extent)
            reply = _PipelinesReply(size=reply.size.after(page.size, reply.seconds))
        async for listing in self.ports_of_each(() if self.includes_ports else self.doubtful):
            yield listing
        if reply.is_too_large:
            async for listing in self._search(project_id):
                yield listing
        elif place is not None:
            self.leave(place if isinstance(place, Limit) else self.failure or reply.error, None)

    async def _pipeline_page(
        self, project_id: UUID, place: Place, reply: _PipelinesReply
    ) -> AsyncIterator[Listing]:
        """Ask for a page of pipelines, for fewer and then without ports while it is too large."""
        while True:
            call = partial(
                self.service.list_pipelines,
                project_id,
                reply.size.entries,
                place.cursor,
                with_ports=reply.with_ports,
            )
            async for listing in self.made(call, reply):
                yield listing
            if not reply.is_too_large or not reply.with_ports:
                return
            if smaller := reply.size.smaller():
                reply.size = smaller
            else:
                reply.with_ports = False

    async def _search(self, project_id: UUID) -> AsyncIterator[Listing]:
        """Find the pipelines that the project's list can't lead to, and list their ports."""
        reply = Reply[tuple[Pipeline, ...]]()
        async for listing in self.made(lambda: self.service.search_pipelines(project_id), reply):
            yield listing
        found = reply.outcome
        if not isinstance(found, tuple):
            self.leave(found, None)
            return
        self.collected.expected = len(found)
        missing = [pipeline for pipeline in found if not self.collected.knows(pipeline)]
        async for listing in self.ports_of_each(missing):
            yield listing
        self.leave(self.failure, None)

    def _add(self, page: PipelinePage, *, with_ports: bool) -> bool:
        """Add a page, and return whether it has news."""
        new = [entry for entry in page.pipelines if self.collected.add_pipeline(entry.pipeline)]
        self.includes_ports |= any(entry.ports is not None for entry in page.pipelines)
        ports = chain.from_iterable(entry.ports or () for entry in page.pipelines)
        new_ports = self.collected.add_page(ports, unreadable=page.unreadable, size=page.size)
        self.collected.expected = page.count
        missing = [e.pipeline for e in new if e.ports is None and e.pipeline.id]
        self.unlisted = [] if with_ports else missing
        self.doubtful += missing if with_ports else []
        return bool(new or new_ports)
