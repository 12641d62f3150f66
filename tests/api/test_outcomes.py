"""Faults during saves, deletions and lookups over real sockets, and the truth of each outcome.

The write, the reads after it, or both meet a fault; the outcome is then checked against the port
that the service really has.
"""

import asyncio
from dataclasses import dataclass
from typing import Final, TypeAlias

import pytest

from portui.api.client import CloudClient
from portui.api.errors import (
    ConnectError,
    ConnectionLostError,
    Peer,
    RedirectedError,
    RefusedError,
    ServiceError,
    UnavailableError,
    UnexpectedReplyError,
)
from portui.operations.delete import (
    AlreadyDeleted,
    Deleted,
    DeleteOutcome,
    Deleting,
    StillExists,
    delete,
)
from portui.operations.look_up import Reader, Reading, Retrying
from portui.operations.save import DifferentValues, NotConfirmed, Saved, SaveOutcome, Saving, save
from portui.operations.write import (
    NoSuchPort,
    NotSent,
    Observer,
    Refused,
    Stopped,
    Unknown,
    Writer,
)
from portui.port.editing import Change
from portui.port.model import Field
from tests.support import faults
from tests.support.api_calls import CHANGE, Connect
from tests.support.faults import failing, failing_with_body, http_date
from tests.support.faulty_service import FaultyService
from tests.support.misbehaviour import Fault, Fields, Honest, Line, applied, holds
from tests.support.ports import PORT_ID
from tests.support.scripted_service import Notes
from tests.support.strikes import CLOCK, Struck, StruckBench, name

pytestmark = pytest.mark.anyio

Outcome: TypeAlias = SaveOutcome | DeleteOutcome

IN_USE: Final = Change(((Field.FRONTEND_PORT, 8080),))
"""A change to a frontend port that another port uses."""
OPERATIONS: Final = {"save": "PATCH", "delete": "DELETE"}


def tells_the_truth(outcome: Outcome, before: Fields, now: Fields | None) -> bool:
    """Return whether an outcome is true of the service's port `before` the write and `now`."""
    unchanged = now is not None and before == now
    match outcome:
        case Saved():
            sent = {field.json_name: value for field, value in CHANGE}
            return now is not None and before | sent | {"updatedAt": now["updatedAt"]} == now
        case NotSent() | Stopped() | Refused() | NotConfirmed() | StillExists():
            return unchanged
        case Deleted() | AlreadyDeleted() | NoSuchPort():
            return now is None
        case _:
            return True  # it claims nothing


@dataclass
class Bench(StruckBench):
    """A service, a client, and the port as it was read over a kept-alive connection."""

    reading: Reading
    before: Fields

    @classmethod
    async def of(cls, service: FaultyService, client: CloudClient) -> "Bench":
        before = await service.state_of(PORT_ID)
        assert before
        return cls(service, Struck(client), await Reader(client, CLOCK).read(PORT_ID), before)

    @property
    def writer(self) -> Writer:
        """A writer with a journal in memory."""
        return Writer(Reader(self.struck, CLOCK), Notes(), "plant")

    async def run(self, operation: str) -> Outcome:
        """Save or delete, and check that the outcome is true and at most one write was sent."""
        if operation == "save":
            outcome: Outcome = await save(self.writer, Saving(self.reading, CHANGE), Observer())
        else:
            outcome = await delete(self.writer, Deleting(self.reading), Observer())
        now = await self.service.state_of(PORT_ID)
        assert tells_the_truth(outcome, self.before, now), (outcome, now)
        assert len(self.service.sent("PATCH") + self.service.sent("DELETE")) <= 1
        return outcome


@pytest.fixture
async def bench(service: FaultyService, connect: Connect) -> Bench:
    """Return a service whose port was just read over a kept-alive connection."""
    return await Bench.of(service, connect(service.origin))


# The fault of a write, the outcomes of a save and a deletion, and whether it was acknowledged.
Row: TypeAlias = tuple[Fault, type[Outcome], type[Outcome], bool | None]
UNCLEAR: Final = (*faults.BROKEN, *faults.STRANGE)
WRITES: Final[list[Row]] = [
    (faults.REFUSES_CONNECTIONS, NotSent, NotSent, None),
    (faults.CLOSES_AT_ONCE, NotConfirmed, StillExists, False),
    (faults.RESETS_AT_ONCE, NotConfirmed, StillExists, False),
    *((fault, NotConfirmed, StillExists, False) for fault in UNCLEAR),
    *((applied(fault), Saved, Deleted, False) for fault in UNCLEAR),
    *((fault, Refused, Refused, None) for fault in (*faults.REFUSALS, faults.NOT_FOUND)),
    (faults.LOSES_IT, NotConfirmed, StillExists, True),
    (faults.APPLIES_LATE, Saved, Deleted, True),
    (faults.NO_CONTENT_WITH_HIDDEN_BODY, NotConfirmed, StillExists, True),
    (applied(faults.NO_CONTENT_WITH_HIDDEN_BODY), Saved, Deleted, True),
]


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(("fault", "saved", "deleted", "acknowledged"), WRITES, ids=name)
async def test_a_write_that_meets_a_fault_has_a_true_outcome(
    bench: Bench,
    operation: str,
    fault: Fault,
    saved: type[Outcome],
    deleted: type[Outcome],
    acknowledged: bool | None,  # noqa: FBT001 - a column of the table
) -> None:
    bench.meets(OPERATIONS[operation], fault)
    outcome = await bench.run(operation)
    assert type(outcome) is (saved if operation == "save" else deleted)
    assert getattr(outcome, "acknowledged", None) is acknowledged


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(
    ("fault", "saved", "deleted"),
    [
        (faults.SILENCE, NotConfirmed, StillExists),
        (applied(faults.SILENCE), Saved, Deleted),
        (applied(faults.DRIPS), Saved, Deleted),
    ],
    ids=name,
)
async def test_a_write_whose_response_never_ends_has_a_true_outcome(
    service: FaultyService,
    connect: Connect,
    operation: str,
    fault: Fault,
    saved: type[Outcome],
    deleted: type[Outcome],
) -> None:
    bench = await Bench.of(service, connect(service.origin, write_deadline=1.0))
    bench.meets(OPERATIONS[operation], fault)
    outcome = await bench.run(operation)
    assert type(outcome) is (saved if operation == "save" else deleted)


# The fault of every read after a write, and the outcomes of a save and a deletion.
READS: Final[list[tuple[Fault, type[Outcome], type[Outcome]]]] = [
    *((fault, Unknown, Unknown) for fault in UNCLEAR),
    *((fault, Unknown, Unknown) for fault in faults.REFUSALS),
    *((fault, Unknown, Unknown) for fault in faults.STRANGE_PORTS),
    *((fault, Unknown, Unknown) for fault in faults.OTHER_PORTS),
    (faults.FEW_FIELDS, DifferentValues, StillExists),
    (faults.WRONG_TYPES, DifferentValues, StillExists),
    (faults.MORE_FIELDS, Saved, StillExists),
    (faults.DUPLICATE, Saved, StillExists),
    (faults.GZIP, Saved, StillExists),
]


@pytest.mark.parametrize(
    ("operation", "write"),
    [("save", applied(faults.RESETS)), ("delete", faults.LOSES_IT)],
    ids=name,
)
@pytest.mark.parametrize(("fault", "saved", "deleted"), READS, ids=name)
async def test_a_fault_while_confirming_leads_to_a_true_outcome(
    bench: Bench,
    operation: str,
    write: Fault,
    fault: Fault,
    saved: type[Outcome],
    deleted: type[Outcome],
) -> None:
    bench.meets(OPERATIONS[operation], write)
    bench.always_meets("GET", fault)
    outcome = await bench.run(operation)
    assert type(outcome) is (saved if operation == "save" else deleted)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("fault", [faults.RESETS, failing(503), faults.HTML_404], ids=name)
async def test_confirming_continues_after_a_fault(
    bench: Bench, operation: str, fault: Fault
) -> None:
    bench.meets(OPERATIONS[operation], applied(faults.RESETS))
    bench.meets("GET", *[fault] * 4)
    assert isinstance(await bench.run(operation), Saved | Deleted)


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_a_service_that_goes_down_leaves_the_outcome_unknown(
    bench: Bench, operation: str
) -> None:
    async def goes_away(line: Line, _honest: Honest) -> None:
        bench.service.stop_listening()
        line.reset()

    fault = Fault("goes away", goes_away, applied=True)
    bench.meets(OPERATIONS[operation], fault)
    outcome = await bench.run(operation)
    assert isinstance(outcome, Unknown)
    assert isinstance(outcome.write_error, ConnectionLostError)
    peer = Peer(bench.service.origin.address)
    assert outcome.read_failure == ConnectError(ConnectError.Why.REFUSED, peer)


async def test_a_deletion_delivered_twice_is_reported_as_already_deleted(bench: Bench) -> None:
    bench.meets("DELETE", applied(faults.NOT_FOUND))
    assert await bench.run("delete") == AlreadyDeleted()


async def test_a_number_in_use_is_refused_with_the_current_port(bench: Bench) -> None:
    outcome = await save(bench.writer, Saving(bench.reading, IN_USE), Observer())
    assert isinstance(outcome, Refused)
    assert outcome.error.detail == "protocol tcp, port 8080"
    assert outcome.reading
    assert outcome.reading.port == bench.reading.port


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_a_port_that_someone_else_deleted_is_reported_as_deleted(
    bench: Bench, operation: str
) -> None:
    await delete(bench.writer, Deleting(bench.reading), Observer())
    bench.service.received.clear()
    assert await bench.run(operation) in (NoSuchPort(), AlreadyDeleted())


# Lookups


@pytest.mark.parametrize(
    "fault",
    [
        faults.CLOSES_AT_ONCE,
        faults.RESETS_AT_ONCE,
        *faults.BROKEN,
        *map(failing, (408, 429, 502, 503, 504)),
        failing_with_body(429, "Retry-After: 0"),
        failing(503, "Retry-After: 10"),
        failing(503, f"Retry-After: {http_date(5)}"),
        failing(503, "Retry-After: Wed, 21 Oct 2015 07:28:00"),
        faults.HTML_502,
    ],
    ids=name,
)
async def test_a_lookup_retries_after_a_transient_fault_and_reports_it(
    service: FaultyService, connect: Connect, fault: Fault
) -> None:
    reported: list[Retrying] = []
    await service.inject("GET", fault)
    reader = Reader(connect(service.origin), CLOCK)
    assert (await reader.look_up(PORT_ID, reported.append)).is_requested
    assert [retrying.attempt for retrying in reported] == [2]


@pytest.mark.parametrize(
    ("fault", "error", "attempts"),
    [
        (faults.RESETS, ConnectionLostError, 3),
        (faults.CUT_IN_BODY, ConnectionLostError, 3),
        (faults.HTML_502, UnavailableError, 3),
        (failing(408), UnavailableError, 3),
        (failing(500), UnavailableError, 1),
        (failing(503, "Retry-After: 11"), UnavailableError, 1),
        (failing(503, f"Retry-After: {http_date(31_536_000)}"), UnavailableError, 1),
        (faults.NOT_FOUND, RefusedError, 1),
        (faults.HTML_404, UnexpectedReplyError, 1),
        (faults.HUGE, UnexpectedReplyError, 1),
        (faults.LIST, UnexpectedReplyError, 1),
        (faults.redirects(302, "http://127.0.0.1:1/"), RedirectedError, 1),
    ],
    ids=name,
)
async def test_a_failing_lookup_raises_its_cause_after_a_few_attempts(
    service: FaultyService,
    connect: Connect,
    fault: Fault,
    error: type[ServiceError],
    attempts: int,
) -> None:
    service.inject_always("GET", fault)
    reader = Reader(connect(service.origin), CLOCK)
    with pytest.raises(error):
        await reader.look_up(PORT_ID, lambda _: None)
    assert len(service.received) == attempts


@pytest.mark.parametrize("fault", faults.OTHER_PORTS, ids=name)
async def test_a_lookup_marks_a_different_port_as_not_requested(
    service: FaultyService, connect: Connect, fault: Fault
) -> None:
    await service.inject("GET", fault)
    reading = await Reader(connect(service.origin), CLOCK).look_up(PORT_ID, lambda _: None)
    assert not reading.is_requested


async def test_a_lookup_can_be_cancelled_while_it_waits_for_a_response(
    service: FaultyService, connect: Connect
) -> None:
    reader, arrived = Reader(connect(service.origin), CLOCK), asyncio.Event()
    service.inject_always("GET", Fault("holds", holds(asyncio.Event(), arrived)))
    lookup = asyncio.create_task(reader.look_up(PORT_ID, lambda _: None))
    await arrived.wait()
    lookup.cancel()
    with pytest.raises(asyncio.CancelledError):
        await lookup
    assert len(service.received) == 1
