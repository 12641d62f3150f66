"""Walk through the service's lists of ports, with one call at a time."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Generic, Protocol, TypeVar
from uuid import UUID

from portui.api.errors import RefusedError, ServiceError, UnexpectedReplyError
from portui.clock import Clock
from portui.operations.listing import Collected, Incomplete, Listing
from portui.operations.look_up import PAUSES, Retrying, pause_after, rejects_token
from portui.operations.paging import PORTS, Limit, PageSize, Place
from portui.port.listed import Pipeline
from portui.port.pages import PipelinePage, PortPage

T = TypeVar("T")


class ListService(Protocol):
    """The service's lists. Each call may raise a `ServiceError`; none retries."""

    async def list_pipelines(
        self, project_id: UUID, last: int, before: str | None = None, *, with_ports: bool = True
    ) -> PipelinePage: ...
    async def list_ports(
        self, pipeline: Pipeline, last: int, before: str | None = None
    ) -> PortPage: ...
    async def search_pipelines(self, project_id: UUID, term: str = "") -> tuple[Pipeline, ...]: ...


@dataclass(slots=True)
class Reply(Generic[T]):
    """The outcome of a call, once it has been made."""

    outcome: T | ServiceError | None = None
    seconds: float = 0.0

    @property
    def error(self) -> ServiceError | None:
        return self.outcome if isinstance(self.outcome, ServiceError) else None

    @property
    def is_too_large(self) -> bool:
        error, too_large = self.outcome, UnexpectedReplyError.Why.TOO_LARGE
        return isinstance(error, UnexpectedReplyError) and error.why is too_large


@dataclass(slots=True)
class Walk:
    """A walk through the ports of one or more pipelines.

    Its generators yield what has been collected after each reply and before each retry.
    """

    service: ListService
    clock: Clock
    collected: Collected = field(default_factory=Collected)
    failure: ServiceError | None = None
    """A failure that further calls would meet too."""

    async def ports_of(self, pipeline: Pipeline, size: PageSize = PORTS) -> AsyncIterator[Listing]:
        """Walk through the ports of one pipeline. `size` is the first page's."""
        self.collected.add_pipeline(pipeline)
        place: Place | Limit | None = Place()
        unpaged, reply = False, Reply[PortPage]()
        while isinstance(place, Place):
            call = partial(self.service.list_ports, pipeline, size.entries, place.cursor)
            async for listing in self.made(call, reply):
                yield listing
            page = reply.outcome
            if reply.is_too_large and not unpaged and (smaller := size.smaller()):
                size = smaller
            elif not isinstance(page, PortPage):
                self.leave(
                    Limit.NO_CURSOR if unpaged and reply.is_too_large else reply.error, pipeline
                )
                return
            else:
                new = self.collected.add_page(
                    page.ports, unreadable=page.unreadable, size=page.size
                )
                yield self.collected.listing()
                unpaged = page.cursor is place.cursor is None and page.returned == size.entries
                if unpaged:  # there may be more, which only a larger page can have
                    size, place = size.larger(), self.collected.extent.limit or place
                else:
                    size = size.after(page.size, reply.seconds)
                    place = place.after(page.cursor, is_news=new > 0, extent=self.collected.extent)
        self.leave(place, pipeline)

    async def ports_of_each(self, pipelines: Iterable[Pipeline]) -> AsyncIterator[Listing]:
        """Walk through the ports of several pipelines, until a call fails that others would too."""
        for pipeline in pipelines:
            if self.failure is None:
                async for listing in self.ports_of(pipeline):
                    yield listing

    async def made(
        self, call: Callable[[], Awaitable[T]], reply: Reply[T]
    ) -> AsyncIterator[Listing]:
        """Make a call, with retries after transient failures. Yield before each retry."""
        for attempt, pause in enumerate((*PAUSES, None), start=2):
            started = self.clock.seconds()
            try:
                reply.outcome = await call()
            except ServiceError as failure:
                reply.outcome = failure
            else:
                self.collected.at, self.collected.at_seconds = (
                    self.clock.now(),
                    self.clock.seconds(),
                )
                reply.seconds = self.collected.at_seconds - started
                self.collected.took += reply.seconds
                return
            error = reply.error
            if error is None or pause is None or (wait := pause_after(error, pause)) is None:
                return
            yield self.collected.listing(retrying=Retrying(attempt, wait, error))
            await self.clock.sleep(wait)

    def leave(self, why: ServiceError | Limit | None, pipeline: Pipeline | None) -> None:
        """Note why a list is left, unless it is at its end (`None`).

        It is that of a pipeline's ports if `pipeline` is given. Other pipelines' lists go on after
        an error that is about this one.
        """
        if pipeline and isinstance(why, ServiceError) and not _is_about_one_list(why):
            self.failure = why
        if why is not None:
            self.collected.add_problem(Incomplete(why, pipeline))


def _is_about_one_list(error: ServiceError) -> bool:
    """Return whether the same call for another pipeline may well succeed."""
    if isinstance(error, RefusedError):
        return not rejects_token(error)
    return isinstance(error, UnexpectedReplyError) and error.status == _OK


_OK: Final = 200
