"""Saving: every row of the table in `portui.operations.save`, and what lies between the rows."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest

from portui.api import errors
from portui.api.errors import (
    ConnectionLostError,
    DeadlineError,
    RefusedError,
    ServiceError,
    UnavailableError,
)
from portui.journal import Call, Entry, Intent, JournalError, Result
from portui.operations import write
from portui.operations.look_up import Reading
from portui.operations.save import (
    DifferentValues,
    NotConfirmed,
    NothingToSave,
    Saved,
    SaveOutcome,
    Saving,
    save,
)
from portui.operations.write import (
    Conflict,
    DifferentPort,
    NoSuchPort,
    NotSent,
    Observer,
    Phase,
    Stopped,
    StoppedWaiting,
    Unknown,
)
from portui.port.editing import Change
from portui.port.model import Field, Port, Unreadable
from tests.support.ports import PORT, PORT_ID
from tests.support.scripted_service import (
    ABSENT,
    BEFORE,
    DENIED,
    NO_CLEAR_ANSWERS,
    NOT_SENT,
    OTHER,
    SENT,
    Notes,
    Said,
    ScriptedService,
)

CHANGE: Final = Change(((Field.FRONTEND_PORT, 24225), (Field.ENDPOINT, "new.example:24225")))
NEW: Final = replace(PORT, frontend_port=24225, endpoint="new.example:24225")
HALF: Final = replace(PORT, frontend_port=24225)
THIRD: Final = replace(NEW, frontend_port=9999)
IN_USE: Final = RefusedError(409, "pipeline port already in use")


def saved(
    reads: Sequence[Said], write: ServiceError | None = None
) -> tuple[SaveOutcome, ScriptedService]:
    """What saving the change comes to, and the service's record of it."""
    service = ScriptedService(reads, write, checked=PORT)
    return asyncio.run(save(service.writer, Saving(BEFORE, CHANGE), Observer())), service


def test_a_change_of_nothing_is_not_sent() -> None:
    service = ScriptedService()
    assert (
        asyncio.run(save(service.writer, Saving(BEFORE, Change()), Observer())) == NothingToSave()
    )
    assert service.calls == []


def test_where_changes_are_forbidden_it_stops_before_sending() -> None:
    error = errors.ReadOnlyError()
    outcome, service = saved([PORT], error)
    assert outcome == Stopped(error)
    assert service.reads_made == 0


@pytest.mark.parametrize("error", NOT_SENT, ids=repr)
def test_without_a_connection_it_was_not_sent_and_nothing_is_read(
    error: errors.NotSentError,
) -> None:
    outcome, service = saved([NEW], error)
    assert outcome == NotSent(error)
    assert service.reads_made == 0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 422])
@pytest.mark.parametrize(
    ("said", "port"),
    [
        (PORT, PORT),
        (NEW, NEW),
        (OTHER, None),
        (DENIED, None),
        (ConnectionLostError(), None),
        (UnavailableError(503, None), None),
        (errors.UnexpectedReplyError(404, errors.UnexpectedReplyError.Why.NO_ERROR_BODY), None),
    ],
    ids=repr,
)
def test_a_refusal_is_told_with_the_port_as_it_is_now(
    status: int, said: Said, port: Port | None
) -> None:
    error = RefusedError(status, "no")
    outcome, service = saved([said], error)
    assert isinstance(outcome, write.Refused)
    assert outcome.error == error
    assert (outcome.reading and outcome.reading.port) == port
    assert (service.writes_made, service.reads_made) == (1, 1)


@pytest.mark.parametrize("error", [IN_USE, ABSENT, DENIED], ids=repr)
def test_a_refusal_about_a_port_that_is_gone_says_that_it_vanished(error: RefusedError) -> None:
    assert saved([ABSENT], error)[0] == NoSuchPort()


@pytest.mark.parametrize("write", SENT, ids=repr)
@pytest.mark.parametrize(
    "before_it",
    [[], [PORT], [HALF], [PORT, HALF], [DeadlineError(30), DENIED], [OTHER, OTHER, OTHER]],
)
def test_the_new_values_read_back_are_saved(
    write: ServiceError | None, before_it: list[Said]
) -> None:
    outcome, service = saved([*before_it, NEW], write)
    assert isinstance(outcome, Saved)
    assert outcome.reading.port == NEW
    assert outcome.acknowledged is (write is None)
    assert (service.writes_made, service.reads_made) == (1, len(before_it) + 1)


@pytest.mark.parametrize("write", SENT, ids=repr)
@pytest.mark.parametrize("before_it", [[], [PORT], [ConnectionLostError()]])
def test_a_third_value_read_back_is_a_change_of_another_kind(
    write: ServiceError | None, before_it: list[Said]
) -> None:
    outcome, service = saved([*before_it, THIRD, NEW], write)
    assert isinstance(outcome, DifferentValues)
    assert outcome.reading.port == THIRD
    assert outcome.acknowledged is (write is None)
    assert service.reads_made == len(before_it) + 1


@pytest.mark.parametrize("write", SENT, ids=repr)
def test_half_of_a_change_is_read_again_and_then_a_change_of_another_kind(
    write: ServiceError | None,
) -> None:
    outcome, service = saved([HALF], write)
    assert isinstance(outcome, DifferentValues)
    assert outcome.reading.port == HALF
    assert sum(service.slept) == pytest.approx(5.0)


@pytest.mark.parametrize("write", SENT, ids=repr)
def test_the_old_values_are_read_again_over_five_seconds_and_then_not_seen(
    write: ServiceError | None,
) -> None:
    outcome, service = saved([PORT], write)
    assert isinstance(outcome, NotConfirmed)
    assert outcome.reading.port == PORT
    assert outcome.acknowledged is (write is None)
    assert (service.writes_made, service.reads_made) == (1, 5)
    assert sum(service.slept) == pytest.approx(5.0)


@pytest.mark.parametrize("write", SENT, ids=repr)
@pytest.mark.parametrize("before_it", [[], [PORT], [ConnectionLostError()], [OTHER]])
def test_a_404_read_back_says_that_the_port_vanished(
    write: ServiceError | None, before_it: list[Said]
) -> None:
    outcome, service = saved([*before_it, ABSENT, NEW], write)
    assert outcome == NoSuchPort()
    assert service.reads_made == len(before_it) + 1


@pytest.mark.parametrize("write", [None, ConnectionLostError()], ids=repr)
@pytest.mark.parametrize("failure", [DENIED, *NO_CLEAR_ANSWERS, *NOT_SENT], ids=repr)
def test_without_a_read_that_tells_the_outcome_is_unknown(
    write: ServiceError | None, failure: ServiceError
) -> None:
    outcome, service = saved([failure], write)
    assert outcome == Unknown(write, failure)
    assert service.writes_made == 1


@pytest.mark.parametrize("other_id", [OTHER.id, Unreadable(None)])
def test_another_port_read_back_tells_nothing(other_id: UUID | Unreadable) -> None:
    outcome, service = saved([replace(NEW, id=other_id)])
    assert outcome == Unknown(None, DifferentPort())
    assert service.reads_made == 5


def test_what_was_read_of_the_port_counts_even_if_later_reads_fail() -> None:
    outcome, _ = saved([PORT, ConnectionLostError()])
    assert isinstance(outcome, NotConfirmed)


def test_fields_that_were_not_sent_are_not_judged() -> None:
    moved = replace(NEW, protocol="udp", backend_port=1, plugin_alias=None, kind="Ingress")
    outcome, _ = saved([moved])
    assert isinstance(outcome, Saved)
    assert outcome.reading.port == moved


@pytest.mark.parametrize("value", [Unreadable("70000"), Unreadable('"24225"'), Unreadable(None)])
def test_a_sent_field_that_cannot_be_read_back_is_a_change_of_another_kind(
    value: Unreadable,
) -> None:
    outcome, _ = saved([replace(NEW, frontend_port=value)])
    assert isinstance(outcome, DifferentValues)


def test_a_field_that_could_not_be_read_before_can_be_saved() -> None:
    before = Reading(PORT_ID, replace(PORT, frontend_port=Unreadable("70000")), BEFORE.at, 0, 0)
    service = ScriptedService([before.port, NEW], checked=before.port)
    outcome = asyncio.run(save(service.writer, Saving(before, CHANGE), Observer()))
    assert isinstance(outcome, Saved)


def test_slow_reads_end_with_the_time_they_take() -> None:
    service = ScriptedService(
        [DeadlineError(30.0)], DeadlineError(60.0), read_takes=30.0, checked=PORT
    )
    outcome = asyncio.run(save(service.writer, Saving(BEFORE, CHANGE), Observer()))
    assert outcome == Unknown(DeadlineError(60.0), DeadlineError(30.0))
    assert service.reads_made == 2


def test_what_is_sent_is_the_change_and_nothing_else() -> None:
    _, service = saved([NEW])
    assert service.calls == ["GET", f"PATCH {dict(CHANGE)}", "GET"]


# --- before anything is sent ---


@pytest.mark.parametrize("failure", [DENIED, *NO_CLEAR_ANSWERS, *NOT_SENT], ids=repr)
def test_a_port_that_cannot_be_read_again_is_not_changed(failure: ServiceError) -> None:
    service = ScriptedService(checked=failure)
    outcome = asyncio.run(save(service.writer, Saving(BEFORE, CHANGE), Observer()))
    assert outcome == NotSent(failure)
    assert (service.writes_made, service.notes.begun) == (0, [])


@pytest.mark.parametrize(
    ("now", "outcome"),
    [(ABSENT, NoSuchPort()), (OTHER, Stopped(DifferentPort()))],
    ids=["gone", "another"],
)
def test_a_port_that_is_gone_or_another_is_not_changed(now: Said, outcome: SaveOutcome) -> None:
    service = ScriptedService(checked=now)
    assert asyncio.run(save(service.writer, Saving(BEFORE, CHANGE), Observer())) == outcome
    assert (service.writes_made, service.notes.begun) == (0, [])


@pytest.mark.parametrize(
    "now",
    [
        replace(PORT, frontend_port=9999),
        replace(PORT, protocol="udp"),
        replace(PORT, kind="Ingress"),
        replace(PORT, plugin_alias=None),
        replace(PORT, endpoint=Unreadable("7")),
    ],
    ids=repr,
)
def test_a_port_that_has_moved_is_not_changed_before_the_operator_knows(now: Port) -> None:
    service = ScriptedService(checked=now)
    outcome = asyncio.run(save(service.writer, Saving(BEFORE, CHANGE), Observer()))
    assert isinstance(outcome, Stopped)
    assert isinstance(outcome.why, Conflict)
    assert outcome.why.reading.port == now
    assert (service.writes_made, service.notes.begun) == (0, [])


def test_another_time_of_update_alone_is_no_conflict() -> None:
    later = replace(PORT, updated_at=BEFORE.at, unknown=(("seen", "7"),))
    service = ScriptedService([NEW], checked=later)
    outcome = asyncio.run(save(service.writer, Saving(BEFORE, CHANGE), Observer()))
    assert isinstance(outcome, Saved)


def test_values_that_somebody_else_has_set_are_not_sent_again() -> None:
    service = ScriptedService(checked=NEW)
    outcome = asyncio.run(save(service.writer, Saving(BEFORE, CHANGE), Observer()))
    assert isinstance(outcome, NothingToSave)
    assert outcome.reading
    assert outcome.reading.port == NEW
    assert (service.writes_made, service.notes.begun) == (0, [])


# --- the journal ---


def test_what_is_and_what_is_asked_for_is_written_down_before_it_is_sent() -> None:
    class Watched(ScriptedService):
        async def update_port(self, port_id: UUID, change: Change) -> None:
            assert len(self.notes.begun) == 1
            await super().update_port(port_id, change)

    now = replace(PORT, updated_at=BEFORE.at)
    service = Watched([NEW], checked=now)
    asyncio.run(save(service.writer, Saving(BEFORE, CHANGE, undoes="e"), Observer()))
    (intent,) = service.notes.begun
    assert (intent.before, intent.change, intent.undoes) == (now, CHANGE, "e")
    assert (intent.profile, intent.call, intent.port_id) == ("plant", Call.UPDATE, PORT_ID)


@pytest.mark.parametrize(
    ("reads", "write", "result"),
    [
        ([NEW], None, Result.SAVED),
        ([THIRD], None, Result.DIFFERENT_VALUES),
        ([PORT], None, Result.NOT_CONFIRMED),
        ([ABSENT], None, Result.NO_SUCH_PORT),
        ([DENIED], None, Result.UNKNOWN),
        ([PORT], IN_USE, Result.REFUSED),
        ([PORT], NOT_SENT[0], Result.NOT_SENT),
        ([PORT], errors.ReadOnlyError(), Result.NOT_SENT),
    ],
    ids=lambda value: value.name if isinstance(value, Result) else "",
)
def test_the_result_is_written_down(
    reads: list[Said], write: ServiceError | None, result: Result
) -> None:
    _, service = saved(reads, write)
    assert service.notes.results == [result]


TROUBLE: Final = JournalError(JournalError.Why.NO_SPACE, Path("/state/journal"))


def test_a_change_that_cannot_be_written_down_is_not_sent() -> None:
    service = ScriptedService([NEW], checked=PORT, notes=Notes(TROUBLE))
    outcome = asyncio.run(save(service.writer, Saving(BEFORE, CHANGE), Observer()))
    assert outcome == Stopped(TROUBLE)
    assert service.writes_made == 0


def test_it_is_sent_all_the_same_where_the_operator_wants_that() -> None:
    service = ScriptedService([NEW], checked=PORT, notes=Notes(TROUBLE))
    saving = Saving(BEFORE, CHANGE, unrecorded=True)
    assert isinstance(asyncio.run(save(service.writer, saving, Observer())), Saved)
    assert service.writes_made == 1


def test_a_result_that_cannot_be_written_down_is_told_all_the_same() -> None:
    notes = Notes(TROUBLE, trouble_at_end=True)
    service = ScriptedService([NEW], checked=PORT, notes=notes)
    outcome = asyncio.run(save(service.writer, Saving(BEFORE, CHANGE), Observer()))
    assert isinstance(outcome, Saved)
    assert (len(notes.begun), notes.results) == (1, [])


def test_a_journal_that_breaks_in_another_way_lets_nothing_be_sent() -> None:
    class Broken(Notes):
        def record(self, intent: Intent) -> Entry:
            raise LookupError

    service = ScriptedService([NEW], checked=PORT, notes=Broken())
    with pytest.raises(LookupError):
        asyncio.run(save(service.writer, Saving(BEFORE, CHANGE), Observer()))
    assert service.writes_made == 0


# --- how it is followed ---


def test_each_phase_is_reported() -> None:
    told: list[tuple[Phase, int]] = []
    service = ScriptedService([PORT, NEW], checked=PORT)
    observer = Observer(lambda phase, number: told.append((phase, number)))
    asyncio.run(save(service.writer, Saving(BEFORE, CHANGE), observer))
    assert told == [
        (Phase.CHECKING, 1),
        (Phase.SENDING, 1),
        (Phase.CONFIRMING, 1),
        (Phase.CONFIRMING, 2),
    ]


@pytest.mark.parametrize("write", SENT, ids=repr)
def test_reads_that_nobody_waits_for_are_left_and_what_was_read_counts(
    write: ServiceError | None,
) -> None:
    enough = asyncio.Event()

    def report(_: Phase, number: int) -> None:
        if number == 2:
            enough.set()

    async def run() -> SaveOutcome:
        return await save(
            service.writer, Saving(BEFORE, CHANGE), Observer(report, stop_waiting=enough)
        )

    service = ScriptedService([PORT, NEW], write, checked=PORT)
    outcome = asyncio.run(run())
    assert isinstance(outcome, NotConfirmed)
    assert service.reads_made == 1


def test_a_read_that_hangs_is_left_when_nobody_waits_for_it() -> None:
    class Hanging(ScriptedService):
        async def get_port(self, port_id: UUID) -> Port:
            if self.writes_made:
                await asyncio.Event().wait()
            return await super().get_port(port_id)

    async def run() -> SaveOutcome:
        observer = Observer()
        task = asyncio.create_task(save(service.writer, Saving(BEFORE, CHANGE), observer))
        while not service.writes_made:  # noqa: ASYNC110 - a step of the loop, not of time
            await asyncio.sleep(0)
        observer.stop_waiting.set()
        return await task

    service = Hanging(checked=PORT)
    assert asyncio.run(run()) == Unknown(None, StoppedWaiting())
    assert service.notes.results == [Result.UNKNOWN]


def test_what_was_sent_is_not_stopped_by_nobody_waiting_for_it() -> None:
    async def run() -> SaveOutcome:
        observer = Observer()
        observer.stop_waiting.set()
        return await save(service.writer, Saving(BEFORE, CHANGE), observer)

    service = ScriptedService([NEW], checked=PORT)
    assert asyncio.run(run()) == Unknown(None, StoppedWaiting())
    assert service.writes_made == 1
