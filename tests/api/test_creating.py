"""Faults while a port is created, over real sockets, and the truth of each outcome.

The POST, the calls after it, or both meet a fault; the outcome is then checked against the ports
that the service really has.
"""

from typing import Final, TypeAlias
from uuid import UUID

import pytest

from portui.operations.create import (
    Created,
    CreateOutcome,
    Creating,
    Creator,
    Refused,
    Unknown,
    create,
)
from portui.operations.new_port import NotSeen
from portui.operations.write import NotSent, Observer, Stopped
from tests.support import faults
from tests.support.api_calls import NEW_PORT, PIPELINE_ID, Connect
from tests.support.creation_notes import CreationNotes
from tests.support.faulty_service import FaultyService
from tests.support.misbehaviour import Fault, applied
from tests.support.strikes import CLOCK, Struck, StruckBench, name

pytestmark = pytest.mark.anyio

UNCLEAR: Final = (*faults.BROKEN, *faults.STRANGE)
CREATING: Final = Creating(PIPELINE_ID, "edge-forward", NEW_PORT)


class Bench(StruckBench):
    """A service, and a client that has used it before."""

    async def ports(self) -> set[UUID]:
        """Return the ports that the pipeline really has with the values sent."""
        sent = {field.json_name: value for field, value in NEW_PORT if value}
        ports = await self.service.ports_of(PIPELINE_ID)
        return {UUID(port["id"]) for port in ports if port | sent == port}

    async def run(self) -> CreateOutcome:
        """Create a port, and check that at most one POST was sent."""
        creator = Creator(self.struck, CreationNotes(), "plant", CLOCK)
        outcome = await create(creator, CREATING, Observer())
        assert len(self.service.sent("POST")) <= 1
        return outcome


@pytest.fixture
async def bench(service: FaultyService, connect: Connect) -> Bench:
    client = connect(service.origin)
    return Bench(service, Struck(client))


Row: TypeAlias = tuple[Fault, type[CreateOutcome], bool | None]
"""The fault of the POST, the outcome, and whether it was acknowledged."""
POSTS: Final[list[Row]] = [
    (faults.REFUSES_CONNECTIONS, NotSent, None),
    (faults.CLOSES_AT_ONCE, Unknown, None),
    (faults.RESETS_AT_ONCE, Unknown, None),
    *((fault, Unknown, None) for fault in UNCLEAR),
    *((applied(fault), Created, False) for fault in UNCLEAR),
    *((fault, Refused, None) for fault in (*faults.REFUSALS, faults.NOT_FOUND)),
    (faults.LOSES_IT, Unknown, None),
    (applied(faults.NO_CONTENT_WITH_HIDDEN_BODY), Created, False),
]


@pytest.mark.parametrize(("fault", "kind", "acknowledged"), POSTS, ids=name)
async def test_a_post_that_meets_a_fault_has_a_true_outcome(
    bench: Bench,
    fault: Fault,
    kind: type[CreateOutcome],
    acknowledged: bool | None,  # noqa: FBT001 - a column of the table
) -> None:
    bench.meets("POST", fault)
    outcome = await bench.run()
    assert type(outcome) is kind
    assert getattr(outcome, "acknowledged", None) is acknowledged
    match outcome:
        case Created(reading=reading):
            assert await bench.ports() == {reading.port_id}
        case Unknown(why=why):
            assert why == NotSeen()
            assert await bench.ports() == set()
        case NotSent() | Stopped() | Refused():
            assert await bench.ports() == set()


async def test_without_a_fault_it_is_created(bench: Bench) -> None:
    outcome = await bench.run()
    assert isinstance(outcome, Created)
    assert outcome.acknowledged
    assert await bench.ports() == {outcome.reading.port_id}


@pytest.mark.parametrize("post", [applied(faults.RESETS), faults.RESETS, faults.GZIP], ids=str)
@pytest.mark.parametrize("fault", [*UNCLEAR, *faults.REFUSALS], ids=str)
async def test_a_fault_while_confirming_claims_nothing(
    bench: Bench, post: Fault, fault: Fault
) -> None:
    bench.meets("POST", post)
    bench.always_meets("GET", fault)
    assert isinstance(await bench.run(), Unknown)


@pytest.mark.parametrize(
    "fault", [faults.SILENCE, applied(faults.SILENCE), applied(faults.DRIPS)], ids=str
)
async def test_a_post_whose_reply_never_ends_has_a_true_outcome(
    service: FaultyService, connect: Connect, fault: Fault
) -> None:
    client = connect(service.origin, write_deadline=1.0)
    bench = Bench(service, Struck(client))
    bench.meets("POST", fault)
    outcome = await bench.run()
    assert isinstance(outcome, Created) is bool(await bench.ports())
