"""The demo in process, behind a connection on which a test decides how the next calls fail.

It records what really happened at the service, which the code under test can't see.
"""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final
from uuid import UUID

import httpx

from portui.api.client import CloudClient
from portui.api.errors import (
    ConnectError,
    ConnectionLostError,
    DeadlineError,
    Peer,
    RefusedError,
    ServiceError,
    UnavailableError,
)
from portui.api.exchange import Exchange
from portui.clock import Clock
from portui.demo import create_app
from portui.port.editing import Change, NewPort
from portui.port.listed import Pipeline
from portui.port.model import Port
from portui.port.pages import PipelinePage, PortPage
from portui.settings import DEMO, Token
from tests.support.scripted_service import START

TOKEN: Final = "secret.user.token"


class DiedError(Exception):
    """Raised where the process would die, at some point of a change."""


class Mishap(Enum):
    """What happens to a write."""

    NONE = auto()
    NOT_SENT = auto()
    """No connection was established."""
    REFUSED = auto()
    """The service refuses it."""
    REQUEST_LOST = auto()
    """It never arrives, and there's no reply."""
    ANSWER_LOST = auto()
    """It is carried out, and there's no reply."""
    FORGOTTEN = auto()
    """It is acknowledged, but never carried out."""
    LATE = auto()
    """It is acknowledged at once, and carried out some reads later."""
    LATE_AND_UNANSWERED = auto()
    """It is carried out some reads later, and there's no reply."""
    OVERTAKEN = auto()
    """Someone else's change arrives between the check and this one. No ETag prevents that."""
    DIES_BEFORE = auto()
    DIES_AFTER = auto()
    DIES_READING_BACK = auto()


class Answer(Enum):
    """What a read returns, unless it fails."""

    HONEST = auto()
    ANOTHER_PORT = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Write:
    """A change or deletion of a port, as requested."""

    port_id: UUID
    change: Change | None
    """`None`: the deletion."""
    over: Port | None
    """The port when the write was sent, before any change that overtook it."""


@dataclass(frozen=True, slots=True)
class Overwritten:
    """A port as it was just before a write took effect on it."""

    write: Write
    port: Port

    @property
    def overtaken(self) -> bool:
        """Whether the port changed after the write was sent."""
        return self.port != self.write.over


@dataclass(frozen=True, slots=True, eq=False)
class Post:
    """A port to create, as requested."""

    new: NewPort


@dataclass
class _Late:
    write: Write
    reads: int
    """How many more reads are answered before it's carried out."""


@dataclass
class UnreliableService:
    """A connection to its own demo service. Only pauses advance its clock, and they end at once."""

    somebody_else: Change | None = None
    """The change that overtakes an `OVERTAKEN` write. `None` is a deletion."""
    mishap: Mishap = Mishap.NONE
    """What happens to the next writes."""
    late_by: int = 0
    """How many reads are answered before a late write is carried out."""
    before_write: list[ServiceError | Answer] = field(default_factory=list)
    """What the next reads before a write get."""
    after_write: list[ServiceError | Answer | DiedError] = field(default_factory=list)
    """What the next reads after a write get."""
    has_rival: bool = False
    """Whether someone else creates a port with the same values just after the next POST."""
    posts: list[Post] = field(default_factory=list)
    created: dict[Post, UUID] = field(default_factory=dict)
    """The port of each POST that was carried out."""
    by_others: set[UUID] = field(default_factory=set)
    """The ports that someone else created."""
    sent: list[Write] = field(default_factory=list)
    overwritten: list[Overwritten] = field(default_factory=list)
    _late: list[_Late] = field(default_factory=list)
    _hidden: dict[UUID, int] = field(default_factory=dict)
    """New ports that reads don't show yet, and for how many reads."""
    _seconds: float = 0.0

    def __post_init__(self) -> None:
        app = create_app(latency=lambda: 0, clock=lambda: int(self._now().timestamp() * 1e9))
        transport = httpx.ASGITransport(app)
        exchange = Exchange(DEMO.profile, Token(TOKEN), transport=transport)
        self._service = CloudClient(exchange, read_only=False)

    @property
    def clock(self) -> Clock:
        """The clock, which the service shares."""
        return Clock(self._now, lambda: self._seconds, self._sleep)

    def begin(self) -> None:
        """Clear the mishaps that are left and the record of what was sent, for the next step."""
        self.mishap = Mishap.NONE
        self.before_write, self.after_write, self.sent, self.posts = [], [], [], []
        self.has_rival = False

    @property
    def under_way(self) -> list[Write]:
        """The writes that haven't arrived yet."""
        return [late.write for late in self._late]

    def took_effect(self, write: Write) -> bool:
        """Return whether a write was carried out, or will be."""
        return write in self.under_way or any(done.write == write for done in self.overwritten)

    async def truth(self, port_id: UUID) -> Port | None:
        """Return the port as the service has it, or `None` if there's no such port."""
        try:
            return await self._service.get_port(port_id)
        except RefusedError:
            return None

    async def arrive(self) -> None:
        """Carry out all writes that are under way."""
        while self._late:
            await self._carry_out_late(self._late.pop(0).write)

    async def change_otherwise(self, port_id: UUID, change: Change | None) -> None:
        """Change or delete a port as someone else would. A refusal is ignored."""
        with suppress(RefusedError):
            await self._carry_out(port_id, change)

    async def ports_of(self, pipeline: Pipeline) -> dict[UUID, Port]:
        """Return the ports that a pipeline really has."""
        page = await self._service.list_ports(pipeline, 1000)
        return {listed.id: listed.port for listed in page.ports}

    async def create_otherwise(self, pipeline_id: UUID, new: NewPort) -> None:
        """Create a port as someone else would. A refusal is ignored."""
        with suppress(RefusedError):
            self.by_others.add(await self._service.create_port(pipeline_id, new))

    async def aclose(self) -> None:
        await self._service.aclose()

    # --- what operations call ---

    async def create_port(self, pipeline_id: UUID, new: NewPort) -> UUID:
        post = Post(new)
        self.posts.append(post)
        self._fail_before()
        if self.mishap is Mishap.OVERTAKEN:
            await self.create_otherwise(pipeline_id, new)
        port_id = NOWHERE
        try:
            if self.mishap not in (Mishap.REQUEST_LOST, Mishap.FORGOTTEN):
                port_id = self.created[post] = await self._service.create_port(pipeline_id, new)
        finally:
            if self.has_rival:
                await self.create_otherwise(pipeline_id, new)
        match self.mishap:
            case Mishap.REQUEST_LOST:
                raise DeadlineError(60.0)
            case Mishap.LATE:
                self._hidden[port_id] = self.late_by
            case Mishap.LATE_AND_UNANSWERED:
                self._hidden[port_id] = self.late_by
                raise UnavailableError(504, None)
        self._fail_after()
        return port_id

    async def list_ports(
        self, pipeline: Pipeline, last: int, before: str | None = None
    ) -> PortPage:
        self._count_read()
        answer = self._next_answer()
        if isinstance(answer, Exception):
            raise answer
        page = await self._service.list_ports(pipeline, last, before)
        shown = tuple(listed for listed in page.ports if listed.id not in self._hidden)
        return replace(page, ports=shown)

    async def list_pipelines(
        self, project_id: UUID, last: int, before: str | None = None, *, with_ports: bool = True
    ) -> PipelinePage:
        raise NotImplementedError

    async def search_pipelines(self, project_id: UUID, term: str = "") -> tuple[Pipeline, ...]:
        raise NotImplementedError

    def _count_read(self) -> None:
        """Show the new ports that were hidden for long enough."""
        self._hidden = {port_id: left - 1 for port_id, left in self._hidden.items() if left}

    def _next_answer(self) -> ServiceError | Answer | DiedError:
        queue = self.after_write if self.sent or self.posts else self.before_write
        return queue.pop(0) if queue else Answer.HONEST

    async def get_port(self, port_id: UUID) -> Port:
        self._count_read()
        for late in [late for late in self._late if not late.reads]:
            self._late.remove(late)
            await self._carry_out_late(late.write)
        for late in self._late:
            late.reads -= 1
        match self._next_answer():
            case Exception() as error:
                raise error
            case Answer.ANOTHER_PORT:
                return await self._service.get_port(ANOTHER)
            case _ if port_id in self._hidden:
                raise RefusedError(404, "pipeline port not found")
            case _:
                return await self._service.get_port(port_id)

    async def update_port(self, port_id: UUID, change: Change) -> None:
        await self._write(Write(port_id, change, await self.truth(port_id)))

    async def delete_port(self, port_id: UUID) -> None:
        await self._write(Write(port_id, None, await self.truth(port_id)))

    async def _write(self, write: Write) -> None:
        self.sent.append(write)
        self._fail_before()
        match self.mishap:
            case Mishap.REQUEST_LOST:
                raise DeadlineError(60.0)
            case Mishap.FORGOTTEN:
                return
            case Mishap.LATE:
                self._late.append(_Late(write, self.late_by))
                return
            case Mishap.LATE_AND_UNANSWERED:
                self._late.append(_Late(write, self.late_by))
                raise UnavailableError(504, None)
            case Mishap.OVERTAKEN:
                await self.change_otherwise(write.port_id, self.somebody_else)
        await self._take_effect(write)
        self._fail_after()

    def _fail_before(self) -> None:
        """Fail as a write does before it has an effect, where that is the mishap."""
        match self.mishap:
            case Mishap.NOT_SENT:
                raise ConnectError(ConnectError.Why.REFUSED, Peer("demo"))
            case Mishap.REFUSED:
                raise RefusedError(403, "permission denied")
            case Mishap.DIES_BEFORE:
                raise DiedError

    def _fail_after(self) -> None:
        """Fail as a write does once it has had its effect, where that is the mishap."""
        match self.mishap:
            case Mishap.ANSWER_LOST:
                raise ConnectionLostError
            case Mishap.DIES_AFTER:
                raise DiedError
            case Mishap.DIES_READING_BACK:
                self.after_write.insert(0, DiedError())

    async def _take_effect(self, write: Write) -> None:
        port = await self.truth(write.port_id)
        await self._carry_out(write.port_id, write.change)
        assert port
        self.overwritten.append(Overwritten(write, port))

    async def _carry_out_late(self, write: Write) -> None:
        with suppress(RefusedError):
            await self._take_effect(write)

    async def _carry_out(self, port_id: UUID, change: Change | None) -> None:
        if change is None:
            await self._service.delete_port(port_id)
        else:
            await self._service.update_port(port_id, change)

    def _now(self) -> datetime:
        return START + timedelta(seconds=self._seconds)

    async def _sleep(self, seconds: float) -> None:
        self._seconds += seconds


NOWHERE: Final = UUID("123e4567-e89b-12d3-a456-4266141750ff")
"""The ID of no port."""
ANOTHER: Final = UUID("123e4567-e89b-12d3-a456-426614174002")
"""A port that no test changes."""
