"""The demo in process, behind a connection on which a test decides how the next calls fail.

It records what really happened at the service, which the code under test can't see.
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
        """The clock, which the service shares."""
        return Clock(self._now, lambda: self._seconds, self._sleep)

    def begin(self) -> None:
        """Clear the mishaps that are left and the record of what was sent, for the next step."""
        self.mishap = Mishap.NONE
        self.before_write, self.after_write, self.sent = [], [], []

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
