"""A service with scripted responses, and a clock that only calls and pauses advance."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias
from uuid import UUID

from portui.api.errors import (
    ConnectError,
    ConnectionLostError,
    ConnectionSetupError,
    DeadlineError,
    NoTokenError,
    NotSentError,
    Peer,
    ProxyError,
    RedirectedError,
    RefusedError,
    ServiceError,
    TlsError,
    UnavailableError,
    UnexpectedReplyError,
)
from portui.clock import Clock
from portui.journal import Entry, Intent, JournalError, Outcome, Result
from portui.operations.look_up import Reader, Reading
from portui.operations.write import Writer
from portui.port.editing import Change
from portui.port.model import Field, Port
from tests.support.ports import PORT, PORT_ID

Said: TypeAlias = Port | ServiceError

START: Final = datetime(2026, 11, 24, 14, 3, 7, tzinfo=UTC)
NO_CLEAR_ANSWERS: Final[list[ServiceError]] = [
    ConnectionLostError(),
    DeadlineError(60.0),
    *(UnavailableError(status, None) for status in (408, 429, 500, 502, 503, 504)),
    RedirectedError(307, "https://elsewhere.test/"),
    *(UnexpectedReplyError(200, why) for why in UnexpectedReplyError.Why),
    *(
        UnexpectedReplyError(status, UnexpectedReplyError.Why.NO_ERROR_BODY)
        for status in (401, 403, 404, 409)
    ),
]
"""Errors that a write may end in whether or not it took effect."""


NOT_SENT: Final[list[NotSentError]] = [
    ConnectionSetupError(ConnectionSetupError.Part.PROXY),
    ConnectError(ConnectError.Why.REFUSED, Peer("h")),
    TlsError(Peer("h"), "expired", untrusted=True),
    ProxyError(Peer("h", proxy=True), "407"),
    NoTokenError(),
]
SENT: Final[list[ServiceError | None]] = [None, *NO_CLEAR_ANSWERS]
"""How a write can end before it is read back. `None` is an acknowledgement."""

CHANGE: Final = Change(((Field.FRONTEND_PORT, 24225), (Field.ENDPOINT, "new.example:24225")))
NEW: Final = replace(PORT, frontend_port=24225, endpoint="new.example:24225")
"""The port with the change."""

OTHER: Final = replace(PORT, id=UUID("123e4567-e89b-12d3-a456-426614174fff"))
ABSENT: Final = RefusedError(404, "pipeline port not found")
DENIED: Final = RefusedError(401, "invalid token")


@dataclass
class Notes:
    """A journal in memory that can be made to fail."""

    trouble: JournalError | None = None
    recorded: list[Intent] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    after: list[Port | None] = field(default_factory=list)
    trouble_at_end: bool = False

    def record(self, intent: Intent) -> Entry:
        if self.trouble and not self.trouble_at_end:
            raise self.trouble
        self.recorded.append(intent)
        return Entry(f"entry-{len(self.recorded)}", "run", START, intent)

    def record_result(self, entry: Entry, result: Result, after: Port | None = None) -> Entry:
        if self.trouble:
            raise self.trouble
        self.results.append(result)
        self.after.append(after)
        return replace(entry, outcome=Outcome(result, entry.run, START, after))


@dataclass
class ScriptedService:
    """A port service. The last of `reads` is repeated for ever."""

    reads: Sequence[Said] = (PORT,)
    write: ServiceError | None = None
    """The error that a write ends in. `None` acknowledges it."""
    checked: Said | None = None
    """What reads before the write return. `None` uses `reads` for them too."""
    notes: Notes = field(default_factory=Notes)
    read_takes: float = 0.04
    calls: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    seconds: float = 1_000.0

    @property
    def reader(self) -> Reader:
        """A reader of this service, on its clock."""
        return Reader(self, Clock(lambda: self.now, lambda: self.seconds, self._sleep))

    @property
    def writer(self) -> Writer:
        """A writer to this service, with a journal in memory."""
        return Writer(self.reader, self.notes, "plant")

    @property
    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds - 1_000.0)

    @property
    def writes_made(self) -> int:
        return len(self.calls) - self.calls.count("GET")

    @property
    def checks_made(self) -> int:
        """The number of reads before the write."""
        writes = [index for index, call in enumerate(self.calls) if call != "GET"]
        return writes[0] if writes else len(self.calls)

    @property
    def reads_made(self) -> int:
        """The number of reads, without those before the write if `checked` scripts them."""
        reads = self.calls.count("GET")
        return reads if self.checked is None else reads - self.checks_made

    async def get_port(self, port_id: UUID) -> Port:
        assert port_id == PORT_ID
        self.seconds += self.read_takes
        self.calls.append("GET")
        if self.checked is not None and not self.writes_made:
            said = self.checked
        else:
            said = self.reads[min(self.reads_made, len(self.reads)) - 1]
        if isinstance(said, ServiceError):
            raise said
        return said

    async def update_port(self, port_id: UUID, change: Change) -> None:
        assert port_id == PORT_ID
        self._write(f"PATCH {dict(change)}")

    async def delete_port(self, port_id: UUID) -> None:
        assert port_id == PORT_ID
        self._write("DELETE")

    def _write(self, call: str) -> None:
        self.calls.append(call)
        if self.write:
            raise self.write

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


BEFORE: Final = Reading(PORT_ID, PORT, START, 0.0, 0.04)
"""The port as the operator read it."""
