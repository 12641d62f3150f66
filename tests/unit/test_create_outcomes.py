"""Every row of the table in `portui.operations.create`, and the cases between."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Final, TypeAlias
from uuid import UUID

import pytest

from portui.api.errors import (
    ConnectionLostError,
    DeadlineError,
    ReadOnlyError,
    RefusedError,
    ServiceError,
    UnavailableError,
    UnexpectedReplyError,
)
from portui.clock import Clock
from portui.journal import Creation, CreationEntry, JournalError, Result
from portui.operations.check import check_creation
from portui.operations.create import (
    Created,
    CreateOutcome,
    Creating,
    Creator,
    Refused,
    Unknown,
    create,
)
from portui.operations.look_up import Reading
from portui.operations.new_port import NotSeen, PartlyListed, SeveralSeen
from portui.operations.paging import Limit
from portui.operations.write import (
    DifferentPort,
    NotSent,
    Observer,
    Phase,
    Stopped,
    StoppedWaiting,
)
from portui.port.editing import Change, NewPort
from portui.port.listed import ListedPort, Pipeline
from portui.port.model import Port, Unreadable
from portui.port.pages import PipelinePage, PortPage
from tests.support.creation_notes import CreationNotes
from tests.support.ports import PORT
from tests.support.scripted_service import (
    ABSENT,
    DENIED,
    NO_CLEAR_ANSWERS,
    NOT_SENT,
    OTHER,
    START,
)

PIPELINE: Final = Pipeline(UUID(int=0xF001), "edge-forward")
NEW: Final = NewPort("tcp", 24300, 24224)
CREATING: Final = Creating(PIPELINE.id or UUID(int=0), PIPELINE.name, NEW, draft="d")
NEW_ID: Final = UUID(int=0xBEEF)
CREATED: Final = replace(
    PORT, id=NEW_ID, frontend_port=24300, backend_port=24224, endpoint="", plugin_id=None
)
"""The new port as the service has it."""
THEIRS: Final = replace(CREATED, id=UUID(int=0xBEEF1))
"""Another port with the same values."""

LOST: Final = ConnectionLostError()
Ports: TypeAlias = tuple[Port, ...] | ServiceError | PortPage


@dataclass
class Service:
    """A service with scripted replies. The last of `lists` and `reads` is repeated for ever."""

    reply: UUID | ServiceError = NEW_ID
    before: Ports = (PORT,)
    lists: Sequence[Ports] = ((PORT,),)
    """The pipeline's ports after the POST."""
    reads: Sequence[Port | ServiceError] = (CREATED,)
    notes: CreationNotes = field(default_factory=CreationNotes)
    calls: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def creator(self) -> Creator:
        clock = Clock(lambda: START, lambda: self.seconds, self._sleep)
        return Creator(self, self.notes, "plant", clock)

    async def list_ports(
        self, pipeline: Pipeline, last: int, before: str | None = None
    ) -> PortPage:
        assert pipeline == PIPELINE
        posted = "POST" in self.calls
        self.calls.append("LIST")
        lists = self.calls[self.calls.index("POST") :].count("LIST") if posted else 1
        ports = self.lists[min(lists, len(self.lists)) - 1] if posted else self.before
        if isinstance(ports, ServiceError):
            raise ports
        if isinstance(ports, PortPage):
            return ports
        listed = tuple(ListedPort(_id(port), port, pipeline) for port in ports)
        return PortPage(listed, None, len(listed), 0, 300 * len(listed))

    async def create_port(self, pipeline_id: UUID, new: NewPort) -> UUID:
        assert (pipeline_id, new) == (PIPELINE.id, NEW)
        self.calls.append("POST")
        if isinstance(self.reply, ServiceError):
            raise self.reply
        return self.reply

    async def get_port(self, port_id: UUID) -> Port:
        self.calls.append(f"GET {port_id}")
        reads = sum(call.startswith("GET") for call in self.calls)
        said = self.reads[min(reads, len(self.reads)) - 1]
        if isinstance(said, ServiceError):
            raise said
        return said

    async def update_port(self, port_id: UUID, change: Change) -> None:
        raise NotImplementedError

    async def delete_port(self, port_id: UUID) -> None:
        raise NotImplementedError

    async def list_pipelines(
        self, project_id: UUID, last: int, before: str | None = None, *, with_ports: bool = True
    ) -> PipelinePage:
        raise NotImplementedError

    async def search_pipelines(self, project_id: UUID, term: str = "") -> tuple[Pipeline, ...]:
        raise NotImplementedError

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


def _id(port: Port) -> UUID:
    assert isinstance(port.id, UUID)
    return port.id


def outcome_on(
    service: Service, creating: Creating = CREATING, observer: Observer | None = None
) -> CreateOutcome:
    outcome = asyncio.run(create(service.creator, creating, observer or Observer()))
    assert service.calls.count("POST") <= 1
    return outcome


def cut_short(*ports: Port) -> PortPage:
    """Return a page of a list that leads to a next one that can't be asked for."""
    listed = tuple(ListedPort(_id(port), port, PIPELINE) for port in ports)
    return PortPage(listed, "", len(listed), 0, 300)


# --- before anything is sent ---


@pytest.mark.parametrize("failure", [DENIED, *NO_CLEAR_ANSWERS, *NOT_SENT], ids=repr)
def test_nothing_is_sent_if_the_pipelines_ports_cannot_be_listed(failure: ServiceError) -> None:
    service = Service(before=failure)
    assert outcome_on(service) == NotSent(failure)
    assert "POST" not in service.calls
    assert service.notes.recorded == []


def test_nothing_is_sent_if_it_cannot_be_recorded_first(tmp_path: Path) -> None:
    trouble = JournalError(JournalError.Why.NO_SPACE, tmp_path)
    service = Service(notes=CreationNotes(trouble))
    assert outcome_on(service) == Stopped(trouble)
    assert "POST" not in service.calls
    created = outcome_on(service, replace(CREATING, unrecorded=True))
    assert isinstance(created, Created)
    assert service.notes.results == []


def test_a_port_that_is_cancelled_while_it_is_recorded_is_recorded_as_not_sent() -> None:
    class Slow(CreationNotes):
        def record_creation(self, creation: Creation) -> CreationEntry:
            begun.set()
            cancelled.wait()
            return super().record_creation(creation)

    async def run() -> None:
        task = asyncio.create_task(create(service.creator, CREATING, Observer()))
        await asyncio.to_thread(begun.wait)
        task.cancel()
        asyncio.get_running_loop().call_soon(cancelled.set)
        await task

    begun, cancelled = Event(), Event()
    service = Service(notes=Slow())
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(run())
    assert service.notes.results == [Result.NOT_SENT]
    assert "POST" not in service.calls


def test_the_record_before_it_has_the_values_the_draft_and_the_ports_that_were_there() -> None:
    service = Service()
    outcome_on(service)
    (creation,) = service.notes.recorded
    assert creation == Creation(
        "plant", CREATING.pipeline_id, "edge-forward", NEW, frozenset({_id(PORT)}), "d"
    )


# --- what the POST itself ends in ---


def test_a_read_only_client_stops_it() -> None:
    error = ReadOnlyError()
    service = Service(error)
    assert outcome_on(service) == Stopped(error)
    assert service.notes.results == [Result.NOT_SENT]


@pytest.mark.parametrize("failure", NOT_SENT, ids=repr)
def test_without_a_connection_it_is_certainly_not_sent(failure: ServiceError) -> None:
    service = Service(failure)
    assert outcome_on(service) == NotSent(failure)
    assert service.notes.results == [Result.NOT_SENT]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 422])
def test_a_refusal_is_told_as_such(status: int) -> None:
    error = RefusedError(status, "no")
    service = Service(error)
    assert outcome_on(service) == Refused(error)
    assert service.notes.results == [Result.REFUSED]


# --- the service names the port ---


@pytest.mark.parametrize(
    "port",
    [
        CREATED,
        replace(CREATED, frontend_port=24301),
        replace(CREATED, endpoint="lb.example:24300"),
        replace(CREATED, protocol=Unreadable(None)),
    ],
)
def test_it_is_created_once_it_has_been_read_whatever_its_values(port: Port) -> None:
    service = Service(reads=(ABSENT, LOST, port))
    assert outcome_on(service) == Created(Reading(NEW_ID, port, START, 1.0, 0.0), True)  # noqa: FBT003
    assert service.notes.named == [NEW_ID]
    assert (service.notes.results, service.notes.after) == ([Result.CREATED], [port])


def test_a_port_that_was_named_but_cannot_be_found_may_still_appear() -> None:
    service = Service(reads=(ABSENT,))
    assert outcome_on(service) == Unknown(None, NotSeen(), NEW_ID)
    assert sum(service.slept) == 5.0
    assert service.notes.results == [Result.NOT_CONFIRMED]


@pytest.mark.parametrize("failure", [DENIED, *NO_CLEAR_ANSWERS], ids=repr)
def test_a_port_that_was_named_but_cannot_be_read_is_unknown(failure: ServiceError) -> None:
    service = Service(reads=(failure,))
    assert outcome_on(service) == Unknown(None, failure, NEW_ID)
    assert service.notes.results == [Result.UNKNOWN]


def test_a_different_port_confirms_nothing() -> None:
    assert outcome_on(Service(reads=(OTHER,))) == Unknown(None, DifferentPort(), NEW_ID)


def test_a_port_that_was_not_found_and_then_not_read_may_still_appear() -> None:
    outcome = outcome_on(Service(reads=(ABSENT, LOST)))
    assert outcome == Unknown(None, NotSeen(), NEW_ID)


# --- no clear reply ---


@pytest.mark.parametrize("error", NO_CLEAR_ANSWERS, ids=repr)
@pytest.mark.parametrize("late", [0, 1, 4])
def test_the_only_new_port_with_the_values_is_the_one(error: ServiceError, late: int) -> None:
    other = replace(CREATED, id=UUID(int=7), backend_port=9)
    lists = (*((PORT,),) * late, (other, CREATED, PORT))
    service = Service(error, lists=lists)
    outcome = outcome_on(service)
    assert isinstance(outcome, Created)
    assert (outcome.reading.port, outcome.acknowledged) == (CREATED, False)
    assert (service.notes.results, service.notes.after) == ([Result.CREATED], [CREATED])


@pytest.mark.parametrize(
    "ports",
    [
        (),
        (PORT,),
        (replace(CREATED, frontend_port=24301),),
        (replace(CREATED, backend_port=1),),
        (replace(CREATED, protocol="udp"),),
        (replace(CREATED, protocol=Unreadable("7")),),
    ],
)
def test_other_ports_are_not_the_new_one(ports: tuple[Port, ...]) -> None:
    service = Service(LOST, lists=(ports,))
    assert outcome_on(service) == Unknown(LOST, NotSeen())
    assert sum(service.slept) == 5.0
    assert service.notes.results == [Result.NOT_CONFIRMED]


def test_a_port_that_was_there_before_and_got_the_values_since_is_not_the_new_one() -> None:
    changed = replace(CREATED, id=PORT.id)
    assert outcome_on(Service(LOST, lists=((changed,),))) == Unknown(LOST, NotSeen())


def test_an_endpoint_that_was_asked_for_must_be_there() -> None:
    wanted = replace(NEW, endpoint="a.example:1")
    assert wanted.is_like(replace(CREATED, endpoint="a.example:1"))
    assert not wanted.is_like(CREATED)
    assert NEW.is_like(replace(CREATED, endpoint="assigned.example:1"))


def test_several_new_ports_with_the_values_are_told_as_such() -> None:
    service = Service(LOST, lists=((THEIRS, CREATED, PORT),))
    assert outcome_on(service) == Unknown(LOST, SeveralSeen(2))
    assert service.notes.results == [Result.UNKNOWN]


@pytest.mark.parametrize("failure", [DENIED, *NO_CLEAR_ANSWERS, *NOT_SENT], ids=repr)
def test_without_a_list_it_is_unknown(failure: ServiceError) -> None:
    service = Service(LOST, lists=(failure,))
    assert outcome_on(service) == Unknown(LOST, failure)
    assert service.notes.results == [Result.UNKNOWN]


def test_a_list_that_failed_is_followed_by_another() -> None:
    denied: list[Ports] = [DENIED, DENIED, (CREATED, PORT)]
    assert isinstance(outcome_on(Service(LOST, lists=denied)), Created)
    seen: list[Ports] = [(PORT,), DENIED]
    assert outcome_on(Service(LOST, lists=seen)) == Unknown(LOST, NotSeen())


def test_a_list_that_was_cut_short_before_cannot_settle_it() -> None:
    service = Service(LOST, before=cut_short(PORT), lists=((CREATED, PORT),))
    assert outcome_on(service) == Unknown(LOST, PartlyListed(Limit.UNUSABLE_CURSOR))
    assert service.calls == ["LIST", "POST"]
    named = Service(before=cut_short(PORT))
    assert isinstance(outcome_on(named), Created)


def test_a_list_that_is_cut_short_afterwards_cannot_settle_it() -> None:
    service = Service(LOST, lists=(cut_short(CREATED, PORT),))
    assert outcome_on(service) == Unknown(LOST, PartlyListed(Limit.UNUSABLE_CURSOR))


def test_a_reply_that_names_a_port_of_before_names_none() -> None:
    service = Service(_id(PORT), lists=((CREATED, PORT),))
    outcome = outcome_on(service)
    assert isinstance(outcome, Created)
    assert (outcome.reading.port_id, outcome.acknowledged) == (NEW_ID, False)
    assert service.notes.named == []


# --- between ---


@pytest.mark.parametrize("reply", [NEW_ID, LOST], ids=repr)
def test_one_can_stop_waiting_for_confirmation(reply: UUID | ServiceError) -> None:
    waiting = Observer()
    phases: list[Phase] = []

    def stop(phase: Phase, number: int) -> None:
        phases.append(phase)
        if (phase, number) == (Phase.CONFIRMING, 1):
            waiting.stop_waiting.set()

    observer = Observer(stop, stop_waiting=waiting.stop_waiting)
    service = Service(reply)
    outcome = outcome_on(service, observer=observer)
    assert isinstance(outcome, Unknown)
    assert outcome.why == StoppedWaiting()
    assert phases[:3] == [Phase.CHECKING, Phase.SENDING, Phase.CONFIRMING]
    assert service.calls == ["LIST", "POST"]


def test_a_result_that_cannot_be_recorded_changes_no_outcome(tmp_path: Path) -> None:
    trouble = JournalError(JournalError.Why.NO_SPACE, tmp_path)
    assert isinstance(outcome_on(Service(notes=CreationNotes(later_trouble=trouble))), Created)


# --- checked in a later run ---

ENTRY: Final = CreationEntry(
    "entry",
    "earlier",
    START,
    Creation("plant", CREATING.pipeline_id, PIPELINE.name, NEW, frozenset({_id(PORT)})),
)


def check(service: Service, entry: CreationEntry = ENTRY) -> Created | Unknown:
    outcome = asyncio.run(check_creation(service.creator, entry))
    assert "POST" not in service.calls
    return outcome


def test_a_port_that_was_named_is_read() -> None:
    entry = replace(ENTRY, named=NEW_ID)
    service = Service()
    outcome = check(service, entry)
    assert isinstance(outcome, Created)
    assert (outcome.reading.port, outcome.acknowledged) == (CREATED, True)
    assert service.notes.results == [Result.CREATED]
    assert check(Service(reads=(ABSENT,)), entry) == Unknown(None, NotSeen(), NEW_ID)
    assert check(Service(reads=(OTHER,)), entry) == Unknown(None, DifferentPort(), NEW_ID)


def test_a_port_that_was_not_named_is_looked_for_among_the_pipelines_ports() -> None:
    service = Service(before=(CREATED, PORT))
    outcome = check(service)
    assert isinstance(outcome, Created)
    assert (outcome.reading.port, outcome.acknowledged) == (CREATED, False)
    assert (service.notes.results, service.notes.after) == ([Result.CREATED], [CREATED])


@pytest.mark.parametrize(
    ("ports", "why", "result"),
    [
        ((PORT,), NotSeen(), Result.NOT_CONFIRMED),
        ((replace(CREATED, id=PORT.id),), NotSeen(), Result.NOT_CONFIRMED),
        ((CREATED, THEIRS), SeveralSeen(2), Result.UNKNOWN),
        (cut_short(CREATED), PartlyListed(Limit.UNUSABLE_CURSOR), Result.UNKNOWN),
    ],
)
def test_what_a_later_list_cannot_settle_is_told_and_not_asked_again(
    ports: Ports, why: object, result: Result
) -> None:
    service = Service(before=ports)
    outcome = check(service)
    assert isinstance(outcome, Unknown)
    assert outcome.why == why
    assert service.notes.results == [result]


@pytest.mark.parametrize("failure", [DENIED, DeadlineError(30.0), UnavailableError(503, None)])
@pytest.mark.parametrize("named", [None, NEW_ID])
def test_without_a_reply_it_stays_open(failure: ServiceError, named: UUID | None) -> None:
    service = Service(before=failure, reads=(failure,))
    outcome = check(service, replace(ENTRY, named=named))
    assert isinstance(outcome, Unknown)
    assert outcome.why == failure
    assert service.notes.results == []


def test_a_201_that_names_no_port_is_settled_by_the_list() -> None:
    odd = UnexpectedReplyError(201, UnexpectedReplyError.Why.NOT_A_PORT)
    assert isinstance(outcome_on(Service(odd, lists=((CREATED, PORT),))), Created)
