"""The demo in process, and a line to it on which a test decides what befalls the next calls.

The line keeps record of what really happened at the service, which nobody at this end can see.
"""

from contextlib import suppress
from dataclasses import dataclass, field
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
from portui.port.editing import Change
from portui.port.model import Port
from portui.settings import DEMO, Token
from tests.support.scripted_service import START

TOKEN: Final = "secret.user.token"


class DiedError(Exception):
    """In place of the end of the process, at one point of a change."""


class Mishap(Enum):
    """What befalls a write."""

    NONE = auto()
    NOT_SENT = auto()
    """No connection came about."""
    REFUSED = auto()
    """The service says no."""
    REQUEST_LOST = auto()
    """It never arrived, and nobody says so."""
    ANSWER_LOST = auto()
    """It was carried out, and nobody says so."""
    FORGOTTEN = auto()
    """It was acknowledged, and never carried out."""
    LATE = auto()
    """It is carried out some reads later, and acknowledged before."""
    LATE_AND_UNANSWERED = auto()
    """It is carried out some reads later, and nobody says so."""
    OVERTAKEN = auto()
    """Somebody else's change came in between the check and this one: there's no ETag."""
    DIES_BEFORE = auto()
    DIES_AFTER = auto()
    DIES_READING_BACK = auto()


class Answer(Enum):
    """What a read meets, if it's no error."""

    HONEST = auto()
    ANOTHER_PORT = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Write:
    """A change of a port, or its deletion, as it was asked for."""

    port_id: UUID
    change: Change | None
    """`None`: the deletion."""
    over: Port | None
    """The port when it was sent, somebody else's change in between left out."""


@dataclass(frozen=True, slots=True)
class Overwritten:
    """A port as it was when a write took effect on it."""

    write: Write
    port: Port

    @property
    def overtaken(self) -> bool:
        """Whether the port had changed after the write had left."""
        return self.port != self.write.over


@dataclass
class _Late:
    write: Write
    reads: int
    """How many more are answered before it's carried out."""


@dataclass
class UnreliableService:
    """The way to a service of its own. Nothing on it takes time but pauses, which end at once."""

    somebody_else: Change | None = None
    """What comes in between where a write is `OVERTAKEN`; `None`: a deletion."""
    mishap: Mishap = Mishap.NONE
    """What befalls the next write."""
    late_by: int = 0
    """How many reads a write that comes late comes after."""
    before_write: list[ServiceError | Answer] = field(default_factory=list)
    """What the next reads meet before a write."""
    after_write: list[ServiceError | Answer | DiedError] = field(default_factory=list)
    """What the next reads meet after it."""
    sent: list[Write] = field(default_factory=list)
    overwritten: list[Overwritten] = field(default_factory=list)
    _late: list[_Late] = field(default_factory=list)
    _seconds: float = 0.0

    def __post_init__(self) -> None:
        app = create_app(latency=lambda: 0, clock=lambda: int(self._now().timestamp() * 1e9))
        transport = httpx.ASGITransport(app)
        exchange = Exchange(DEMO.profile, Token(TOKEN), transport=transport)
        self._service = CloudClient(exchange, read_only=False)

    @property
    def clock(self) -> Clock:
        """The line's clock, the service's own."""
        return Clock(self._now, lambda: self._seconds, self._sleep)

    def begin(self) -> None:
        """Forget what was to befall calls, and what was sent, before another step."""
        self.mishap = Mishap.NONE
        self.before_write, self.after_write, self.sent = [], [], []

    @property
    def under_way(self) -> list[Write]:
        """The writes that have not arrived yet."""
        return [late.write for late in self._late]

    def took_effect(self, write: Write) -> bool:
        """Whether a write was carried out, or will be."""
        return write in self.under_way or any(done.write == write for done in self.overwritten)

    async def truth(self, port_id: UUID) -> Port | None:
        """The port as the service has it; `None`: it has none."""
        try:
            return await self._service.get_port(port_id)
        except RefusedError:
            return None

    async def arrive(self) -> None:
        """Let all that is under way arrive now."""
        while self._late:
            await self._carry_out_late(self._late.pop(0).write)

    async def change_otherwise(self, port_id: UUID, change: Change | None) -> None:
        """Change a port, or delete it, as somebody else does, if the service lets them."""
        with suppress(RefusedError):
            await self._carry_out(port_id, change)

    async def aclose(self) -> None:
        await self._service.aclose()

    # --- what operations call ---

    async def get_port(self, port_id: UUID) -> Port:
        for late in [late for late in self._late if not late.reads]:
            self._late.remove(late)
            await self._carry_out_late(late.write)
        for late in self._late:
            late.reads -= 1
        queue = self.after_write if self.sent else self.before_write
        match queue.pop(0) if queue else Answer.HONEST:
            case Exception() as error:
                raise error
            case Answer.ANOTHER_PORT:
                return await self._service.get_port(ANOTHER)
            case _:
                return await self._service.get_port(port_id)

    async def update_port(self, port_id: UUID, change: Change) -> None:
        await self._write(Write(port_id, change, await self.truth(port_id)))

    async def delete_port(self, port_id: UUID) -> None:
        await self._write(Write(port_id, None, await self.truth(port_id)))

    async def _write(self, write: Write) -> None:  # noqa: C901 - a table
        self.sent.append(write)
        match self.mishap:
            case Mishap.NOT_SENT:
                raise ConnectError(ConnectError.Why.REFUSED, Peer("demo"))
            case Mishap.REFUSED:
                raise RefusedError(403, "permission denied")
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
            case Mishap.DIES_BEFORE:
                raise DiedError
            case Mishap.OVERTAKEN:
                await self.change_otherwise(write.port_id, self.somebody_else)
        await self._take_effect(write)
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


ANOTHER: Final = UUID("123e4567-e89b-12d3-a456-426614174002")
"""A port that no test changes."""
