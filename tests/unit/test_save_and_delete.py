"""Every row of the tables in `portui.operations.save` and `delete`, and the cases between."""

import asyncio
import gc
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta, timezone
from pathlib import Path
from threading import Event
from typing import Final, TypeAlias
from uuid import UUID

import pytest

from portui.api.errors import (
    ConnectionLostError,
    DeadlineError,
    NotSentError,
    ReadOnlyError,
    RefusedError,
    ServiceError,
    UnexpectedReplyError,
)
from portui.journal import Call, Entry, Intent, JournalError, Result
from portui.operations import write
from portui.operations.delete import (
    AlreadyDeleted,
    Deleted,
    DeleteOutcome,
    Deleting,
    StillExists,
    delete,
)
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
from portui.port.model import Port, Unreadable
from tests.support.ports import MOMENT, PORT, PORT_ID
from tests.support.scripted_service import (
    ABSENT,
    BEFORE,
    CHANGE,
    DENIED,
    NEW,
    NO_CLEAR_ANSWERS,
    NOT_SENT,
    OTHER,
    SENT,
    Notes,
    Said,
    ScriptedService,
)

Outcome: TypeAlias = SaveOutcome | DeleteOutcome
Request: TypeAlias = Saving | Deleting

HALF: Final = replace(PORT, frontend_port=24225)
THIRD: Final = replace(NEW, frontend_port=9999)
SAVING: Final = Saving(BEFORE, CHANGE, undoes="e", draft="d")
LOST: Final = ConnectionLostError()


@dataclass(frozen=True)
class Operation:
    """The values in which the tests of saving and deleting differ."""

    request: Request
    call: str
    done: Said
    """What a read returns once the request has taken effect."""
    missing: Outcome
    """The outcome if the port doesn't exist."""
    result: Result
    """The result in the journal once the request has taken effect."""


OPERATIONS: Final = {
    "save": Operation(SAVING, f"PATCH {dict(CHANGE)}", NEW, NoSuchPort(), Result.SAVED),
    "delete": Operation(Deleting(BEFORE), "DELETE", ABSENT, AlreadyDeleted(), Result.DELETED),
}
each_operation: Final = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
acknowledged_or_not: Final = pytest.mark.parametrize("write_error", [None, LOST], ids=repr)


async def carry_out(service: ScriptedService, request: Request, observer: Observer) -> Outcome:
    if isinstance(request, Saving):
        return await save(service.writer, request, observer)
    return await delete(service.writer, request, observer)


def outcome_on(
    service: ScriptedService, request: Request, observer: Observer | None = None
) -> Outcome:
    return asyncio.run(carry_out(service, request, observer or Observer()))


def outcome_of(
    request: Request, reads: Sequence[Said], write_error: ServiceError | None = None
) -> tuple[Outcome, ScriptedService]:
    """Return a request's outcome and the service; until the write, the port is as it was read."""
    service = ScriptedService(reads, write_error, checked=PORT)
    return outcome_on(service, request), service


# --- before anything is sent ---


@each_operation
@pytest.mark.parametrize("failure", [DENIED, *NO_CLEAR_ANSWERS, *NOT_SENT], ids=repr)
def test_nothing_is_sent_if_the_port_cannot_be_read_again(
    operation: Operation, failure: ServiceError
) -> None:
    service = ScriptedService(checked=failure)
    assert outcome_on(service, operation.request) == NotSent(failure)
    assert (service.writes_made, service.notes.recorded) == (0, [])


@each_operation
def test_nothing_is_sent_about_a_port_that_does_not_exist(operation: Operation) -> None:
    service = ScriptedService(checked=ABSENT)
    assert outcome_on(service, operation.request) == operation.missing
    assert (service.writes_made, service.notes.recorded) == (0, [])


@each_operation
def test_nothing_is_sent_if_the_service_returns_a_different_port(operation: Operation) -> None:
    service = ScriptedService(checked=OTHER)
    assert outcome_on(service, operation.request) == Stopped(DifferentPort())
    assert (service.writes_made, service.notes.recorded) == (0, [])


@each_operation
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
def test_nothing_is_sent_about_a_port_that_someone_has_changed(
    operation: Operation, now: Port
) -> None:
    service = ScriptedService(checked=now)
    outcome = outcome_on(service, operation.request)
    assert isinstance(outcome, Stopped)
    assert isinstance(outcome.why, Conflict)
    assert outcome.why.reading.port == now
    assert (service.writes_made, service.notes.recorded) == (0, [])


def test_a_different_update_time_or_unknown_field_is_not_a_conflict() -> None:
    later = replace(PORT, updated_at=BEFORE.at, unknown=(("seen", "7"),))
    assert isinstance(outcome_on(ScriptedService([NEW], checked=later), SAVING), Saved)


@pytest.mark.parametrize("now", [PORT, NEW], ids=["as it was", "with the new values"])
def test_an_update_at_another_time_is_a_conflict_if_the_operator_gave_the_time(now: Port) -> None:
    later = replace(now, updated_at=BEFORE.at)
    for updated_at in (later.updated_at, Unreadable("7")):
        service = ScriptedService(checked=replace(now, updated_at=updated_at))
        outcome = outcome_on(service, replace(SAVING, if_updated_at=MOMENT))
        assert isinstance(outcome, Stopped)
        assert isinstance(outcome.why, Conflict)
        assert (service.writes_made, service.notes.recorded) == (0, [])
    elsewhere = MOMENT.astimezone(timezone(timedelta(hours=3)))
    saving = replace(SAVING, if_updated_at=elsewhere)
    assert isinstance(outcome_on(ScriptedService([NEW], checked=PORT), saving), Saved)


def test_an_empty_change_is_not_sent() -> None:
    service = ScriptedService()
    assert outcome_on(service, Saving(BEFORE, Change())) == NothingToSave()
    assert service.calls == []


def test_values_that_someone_else_has_set_are_not_sent_again() -> None:
    service = ScriptedService(checked=NEW)
    outcome = outcome_on(service, SAVING)
    assert isinstance(outcome, NothingToSave)
    assert outcome.reading
    assert outcome.reading.port == NEW
    assert (service.writes_made, service.notes.recorded) == (0, [])


# --- not sent, or refused ---


@each_operation
def test_a_read_only_origin_stops_the_request(operation: Operation) -> None:
    error = ReadOnlyError()
    outcome, service = outcome_of(operation.request, [PORT], error)
    assert outcome == Stopped(error)
    assert service.reads_made == 0


@each_operation
@pytest.mark.parametrize("error", NOT_SENT, ids=repr)
def test_nothing_is_read_back_if_the_request_could_not_be_sent(
    operation: Operation, error: NotSentError
) -> None:
    outcome, service = outcome_of(operation.request, [operation.done], error)
    assert outcome == NotSent(error)
    assert service.reads_made == 0


@each_operation
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 422])
def test_a_refusal_includes_the_port_as_it_is_now(operation: Operation, status: int) -> None:
    error = RefusedError(status, "no")
    outcome, service = outcome_of(operation.request, [HALF], error)
    assert isinstance(outcome, write.Refused)
    assert outcome.error == error
    assert outcome.reading
    assert outcome.reading.port == HALF
    assert (service.writes_made, service.reads_made) == (1, 1)


@each_operation
@pytest.mark.parametrize(
    "said",
    [OTHER, DENIED, LOST, UnexpectedReplyError(404, UnexpectedReplyError.Why.NO_ERROR_BODY)],
    ids=repr,
)
def test_a_refusal_is_reported_even_if_the_port_cannot_be_read(
    operation: Operation, said: Said
) -> None:
    outcome, service = outcome_of(operation.request, [said], DENIED)
    assert outcome == write.Refused(DENIED, None)
    assert service.reads_made == 1


@each_operation
def test_after_a_refusal_the_port_may_no_longer_exist(operation: Operation) -> None:
    assert outcome_of(operation.request, [ABSENT], DENIED)[0] == operation.missing


# --- sent, and read back ---


@each_operation
@pytest.mark.parametrize("write_error", SENT, ids=repr)
def test_a_read_confirms_the_request_whatever_the_reply_was(
    operation: Operation, write_error: ServiceError | None
) -> None:
    outcome, service = outcome_of(operation.request, [operation.done], write_error)
    assert isinstance(outcome, Saved | Deleted)
    assert outcome.acknowledged is (write_error is None)
    assert not isinstance(outcome, Saved) or outcome.reading.port == NEW
    assert service.calls == ["GET", operation.call, "GET"]


@each_operation
@acknowledged_or_not
@pytest.mark.parametrize(
    "before_it", [[PORT], [PORT, PORT], [DeadlineError(30), DENIED], [OTHER, OTHER, OTHER]]
)
def test_reads_continue_until_one_confirms_the_request(
    operation: Operation, write_error: ServiceError | None, before_it: list[Said]
) -> None:
    outcome, service = outcome_of(operation.request, [*before_it, operation.done], write_error)
    assert isinstance(outcome, Saved | Deleted)
    assert (service.writes_made, service.reads_made) == (1, len(before_it) + 1)


@each_operation
@acknowledged_or_not
@pytest.mark.parametrize("after_it", [[], [LOST], [OTHER]])
def test_old_values_for_five_seconds_leave_the_request_not_confirmed(
    operation: Operation, write_error: ServiceError | None, after_it: list[Said]
) -> None:
    outcome, service = outcome_of(operation.request, [PORT, *after_it], write_error)
    assert isinstance(outcome, NotConfirmed | StillExists)
    assert outcome.reading.port == PORT
    assert outcome.acknowledged is (write_error is None)
    assert (service.writes_made, service.reads_made) == (1, 5)
    assert sum(service.slept) == pytest.approx(5.0)


@each_operation
@acknowledged_or_not
@pytest.mark.parametrize("failure", [DENIED, *NO_CLEAR_ANSWERS, *NOT_SENT], ids=repr)
def test_the_outcome_is_unknown_if_every_read_fails(
    operation: Operation, write_error: ServiceError | None, failure: ServiceError
) -> None:
    outcome, service = outcome_of(operation.request, [failure], write_error)
    assert outcome == Unknown(write_error, failure)
    assert service.writes_made == 1


@each_operation
@pytest.mark.parametrize("other_id", [OTHER.id, Unreadable(None)])
def test_the_outcome_is_unknown_if_a_different_port_is_read_back(
    operation: Operation, other_id: UUID | Unreadable
) -> None:
    outcome, service = outcome_of(operation.request, [replace(NEW, id=other_id)])
    assert outcome == Unknown(None, DifferentPort())
    assert service.reads_made == 5


@each_operation
def test_slow_reads_count_towards_the_time_limit(operation: Operation) -> None:
    slow = DeadlineError(30.0)
    service = ScriptedService([slow], DeadlineError(60.0), read_takes=30.0, checked=PORT)
    assert outcome_on(service, operation.request) == Unknown(DeadlineError(60.0), slow)
    assert service.reads_made == 2


@acknowledged_or_not
def test_a_port_deleted_after_the_change_was_sent_is_reported_as_no_such_port(
    write_error: ServiceError | None,
) -> None:
    outcome, service = outcome_of(SAVING, [PORT, ABSENT, NEW], write_error)
    assert outcome == NoSuchPort()
    assert service.reads_made == 2


@acknowledged_or_not
@pytest.mark.parametrize("before_it", [[], [PORT], [LOST]])
def test_a_third_value_is_reported_as_different_without_more_reads(
    write_error: ServiceError | None, before_it: list[Said]
) -> None:
    outcome, service = outcome_of(SAVING, [*before_it, THIRD, NEW], write_error)
    assert isinstance(outcome, DifferentValues)
    assert outcome.reading.port == THIRD
    assert outcome.acknowledged is (write_error is None)
    assert service.reads_made == len(before_it) + 1


def test_half_of_a_change_for_five_seconds_is_reported_as_different_values() -> None:
    outcome, service = outcome_of(SAVING, [HALF])
    assert isinstance(outcome, DifferentValues)
    assert outcome.reading.port == HALF
    assert sum(service.slept) == pytest.approx(5.0)
    assert isinstance(outcome_of(SAVING, [HALF, NEW])[0], Saved)


def test_fields_that_were_not_sent_are_ignored() -> None:
    moved = replace(NEW, protocol="udp", backend_port=1, plugin_alias=None, kind="Ingress")
    outcome, _ = outcome_of(SAVING, [moved])
    assert isinstance(outcome, Saved)
    assert outcome.reading.port == moved


@pytest.mark.parametrize("value", [Unreadable("70000"), Unreadable('"24225"'), Unreadable(None)])
def test_a_sent_field_that_reads_back_unreadable_has_a_different_value(value: Unreadable) -> None:
    outcome, _ = outcome_of(SAVING, [replace(NEW, frontend_port=value)])
    assert isinstance(outcome, DifferentValues)


def test_a_field_that_was_unreadable_before_can_be_saved() -> None:
    before = Reading(PORT_ID, replace(PORT, frontend_port=Unreadable("70000")), BEFORE.at, 0, 0)
    service = ScriptedService([before.port, NEW], checked=before.port)
    assert isinstance(outcome_on(service, Saving(before, CHANGE)), Saved)


# --- the journal ---


def test_a_change_and_the_port_before_it_are_recorded_before_it_is_sent() -> None:
    class Watched(ScriptedService):
        async def update_port(self, port_id: UUID, change: Change) -> None:
            assert len(self.notes.recorded) == len(entries) == 1
            await super().update_port(port_id, change)

    entries: list[Entry] = []
    now = replace(PORT, updated_at=BEFORE.at)
    service = Watched([NEW], checked=now)
    outcome_on(service, SAVING, Observer(on_recorded=entries.append))
    (intent,) = service.notes.recorded
    assert (intent.before, intent.change, intent.undoes, intent.draft) == (now, CHANGE, "e", "d")
    assert (intent.profile, intent.call, intent.port_id) == ("plant", Call.UPDATE, PORT_ID)


def test_a_deletion_and_the_port_before_it_are_recorded() -> None:
    _, service = outcome_of(Deleting(BEFORE), [ABSENT])
    (intent,) = service.notes.recorded
    assert (intent.call, intent.before, intent.change) == (Call.DELETE, PORT, Change())


@pytest.mark.parametrize(
    ("request_", "reads", "write_error", "result", "after"),
    [
        (SAVING, [NEW], None, Result.SAVED, NEW),
        (SAVING, [THIRD], None, Result.DIFFERENT_VALUES, THIRD),
        (SAVING, [PORT], None, Result.NOT_CONFIRMED, PORT),
        (SAVING, [ABSENT], None, Result.NO_SUCH_PORT, None),
        (SAVING, [DENIED], None, Result.UNKNOWN, None),
        (SAVING, [PORT], DENIED, Result.REFUSED, PORT),
        (SAVING, [PORT], NOT_SENT[0], Result.NOT_SENT, None),
        (SAVING, [PORT], ReadOnlyError(), Result.NOT_SENT, None),
        (Deleting(BEFORE), [ABSENT], None, Result.DELETED, None),
        (Deleting(BEFORE), [ABSENT], DENIED, Result.NO_SUCH_PORT, None),
        (Deleting(BEFORE), [PORT], None, Result.NOT_CONFIRMED, PORT),
        (Deleting(BEFORE), [DENIED], None, Result.UNKNOWN, None),
        (Deleting(BEFORE), [HALF], DENIED, Result.REFUSED, HALF),
        (Deleting(BEFORE), [PORT], NOT_SENT[0], Result.NOT_SENT, None),
        (Deleting(BEFORE), [PORT], ReadOnlyError(), Result.NOT_SENT, None),
    ],
    ids=lambda value: value.name if isinstance(value, Result) else "",
)
def test_the_result_is_recorded_with_the_port_as_read_afterwards(
    request_: Request,
    reads: list[Said],
    write_error: ServiceError | None,
    result: Result,
    after: Port | None,
) -> None:
    _, service = outcome_of(request_, reads, write_error)
    assert (service.notes.results, service.notes.after) == ([result], [after])


FULL: Final = JournalError(JournalError.Why.NO_SPACE, Path("/state/journal"))


@each_operation
def test_a_request_that_cannot_be_recorded_is_sent_only_if_the_operator_agrees(
    operation: Operation,
) -> None:
    service = ScriptedService([operation.done], checked=PORT, notes=Notes(FULL))
    assert outcome_on(service, operation.request) == Stopped(FULL)
    assert service.writes_made == 0
    outcome = outcome_on(service, replace(operation.request, unrecorded=True))
    assert isinstance(outcome, Saved | Deleted)
    assert service.writes_made == 1


@each_operation
def test_an_outcome_that_cannot_be_recorded_is_still_reported(operation: Operation) -> None:
    notes = Notes(FULL, trouble_at_end=True)
    service = ScriptedService([operation.done], checked=PORT, notes=notes)
    assert isinstance(outcome_on(service, operation.request), Saved | Deleted)
    assert (len(notes.recorded), notes.results) == (1, [])


def test_nothing_is_sent_if_the_journal_raises_an_unexpected_error() -> None:
    class Broken(Notes):
        def record(self, intent: Intent) -> Entry:
            raise LookupError

    service = ScriptedService([NEW], checked=PORT, notes=Broken())
    with pytest.raises(LookupError):
        outcome_on(service, SAVING)
    assert service.writes_made == 0


@each_operation
def test_a_request_that_is_cancelled_while_it_is_recorded_is_recorded_as_not_sent(
    operation: Operation,
) -> None:
    class Slow(Notes):
        def record(self, intent: Intent) -> Entry:
            begun.set()
            cancelled.wait()
            return super().record(intent)

    async def run() -> None:
        task = asyncio.create_task(carry_out(service, operation.request, Observer()))
        await asyncio.to_thread(begun.wait)
        task.cancel()
        asyncio.get_running_loop().call_soon(cancelled.set)
        await task

    begun, cancelled = Event(), Event()
    service = ScriptedService(checked=PORT, notes=Slow())
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(run())
    assert service.notes.results == [Result.NOT_SENT]
    assert service.writes_made == 0


# --- progress and waiting ---


def test_each_phase_is_reported() -> None:
    phases: list[tuple[Phase, int]] = []
    observer = Observer(lambda phase, number: phases.append((phase, number)))
    outcome_on(ScriptedService([PORT, NEW], checked=PORT), SAVING, observer)
    assert phases == [
        (Phase.CHECKING, 1),
        (Phase.SENDING, 1),
        (Phase.CONFIRMING, 1),
        (Phase.CONFIRMING, 2),
    ]


@acknowledged_or_not
def test_waiting_can_be_stopped_and_the_last_read_counts(
    write_error: ServiceError | None,
) -> None:
    def on_phase(_: Phase, number: int) -> None:
        if number == 2:
            observer.stop_waiting.set()

    async def run() -> Outcome:
        return await carry_out(service, SAVING, observer)

    observer = Observer(on_phase)
    service = ScriptedService([PORT, NEW], write_error, checked=PORT)
    assert isinstance(asyncio.run(run()), NotConfirmed)
    assert service.reads_made == 1


def test_a_read_that_hangs_is_cancelled_when_waiting_is_stopped() -> None:
    class Hanging(ScriptedService):
        async def get_port(self, port_id: UUID) -> Port:
            if self.writes_made:
                await asyncio.Event().wait()
            return await super().get_port(port_id)

    async def run() -> Outcome:
        observer = Observer()
        task = asyncio.create_task(carry_out(service, SAVING, observer))
        while not service.writes_made:  # noqa: ASYNC110 - yields to the loop, takes no time
            await asyncio.sleep(0)
        observer.stop_waiting.set()
        return await task

    service = Hanging(checked=PORT)
    assert asyncio.run(run()) == Unknown(None, StoppedWaiting())
    assert service.notes.results == [Result.UNKNOWN]


def test_a_cancelled_read_that_ends_in_an_error_is_not_reported_as_a_crash() -> None:
    class Breaking(ScriptedService):
        async def get_port(self, port_id: UUID) -> Port:
            if self.writes_made:
                try:
                    reading.set()
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    raise ConnectionLostError from None
            return await super().get_port(port_id)

    async def run() -> Outcome:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))
        observer = Observer()
        task = asyncio.create_task(carry_out(service, SAVING, observer))
        await reading.wait()
        observer.stop_waiting.set()
        return await task

    errors: list[dict[str, object]] = []
    reading = asyncio.Event()
    service = Breaking(checked=PORT)
    assert asyncio.run(run()) == Unknown(None, StoppedWaiting())
    gc.collect()
    assert errors == []


def test_stopping_the_wait_does_not_stop_the_change() -> None:
    async def run() -> Outcome:
        observer = Observer()
        observer.stop_waiting.set()
        return await carry_out(service, SAVING, observer)

    service = ScriptedService([NEW], checked=PORT)
    assert asyncio.run(run()) == Unknown(None, StoppedWaiting())
    assert service.writes_made == 1
