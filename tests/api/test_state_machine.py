"""Whatever happens, no overwritten value is lost and every reported outcome is true.

Two sessions work on the ports of one service and write to one journal, each in its own run. They
edit, undo and delete in any order, while someone else changes and deletes ports. Requests and
responses get lost, arrive late or are refused; reads fail; the journal can't be written; a process
dies at any point of a change, and another replaces it and checks unfinished changes.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from portui.api.errors import (
    ConnectionLostError,
    DeadlineError,
    RefusedError,
    ServiceError,
    UnavailableError,
    UnexpectedReplyError,
)
from portui.demo.plenty import PLENTY_NUMBERS, plenty_port_id
from portui.demo.sample import FORWARD_PORT_ID, HTTP_PORT_ID
from portui.journal import Call, Entry, JournalError, Storage
from portui.operations import write
from portui.operations.check import CheckOutcome, check_entry
from portui.operations.delete import AlreadyDeleted, Deleted, Deleting, StillExists
from portui.operations.look_up import Reading
from portui.operations.save import DifferentValues, NotConfirmed, NothingToSave, Saved, Saving
from portui.operations.write import (
    Conflict,
    NoSuchPort,
    NotSent,
    Stopped,
    Unknown,
    changed_fields,
)
from portui.port.editing import Change, difference, form_of
from portui.port.model import EDITABLE, Field, Port
from portui.tui.draft import next_undo, restoring_draft
from tests.support.examples import examples
from tests.support.sessions import (
    OpenEntries,
    Outcome,
    Point,
    Request,
    Session,
    WatchedJournal,
    unwritable,
)
from tests.support.unreliable_service import (
    TOKEN,
    Answer,
    DiedError,
    Mishap,
    Overwritten,
    UnreliableService,
    Write,
)

UNSURE: Final = (NotConfirmed, StillExists, DifferentValues, Unknown)
"""Outcomes reported when the result can't be known, or isn't known yet."""

# --- what can happen ---

_FAILURES: Final[list[ServiceError]] = [
    ConnectionLostError(),
    UnavailableError(503, None),
    DeadlineError(30.0),
    UnexpectedReplyError(404, UnexpectedReplyError.Why.NO_ERROR_BODY),
    RefusedError(401, "invalid token"),
]
_answers: Final = st.sampled_from([*Answer, *_FAILURES])
reads: Final = st.just(list[ServiceError | Answer]()) | st.lists(_answers, max_size=6)
sessions: Final = st.sampled_from([0, 1])
ports: Final = st.sampled_from([0, 1, 2])
forms: Final = st.fixed_dictionaries(
    {},
    optional={
        Field.PROTOCOL: st.sampled_from(["tcp", "udp"]),
        Field.FRONTEND_PORT: st.sampled_from(["24224", "24225", "8080", "5140"]),
        Field.BACKEND_PORT: st.sampled_from(["24224", "24225"]),
        Field.ENDPOINT: st.sampled_from(["", "a.example:1", "b.example:2"]),
    },
).filter(bool)
_NEW_PORT: Final = Change(((Field.BACKEND_PORT, 5555),))
_somebody_elses: Final = st.sampled_from(
    [_NEW_PORT, Change(((Field.FRONTEND_PORT, 24225),)), Change(((Field.ENDPOINT, "c:3"),)), None]
)


@dataclass(frozen=True)
class Troubles:
    """What goes wrong during one change."""

    mishap: Mishap = Mishap.NONE
    point: Point = Point.NOWHERE
    late_by: int = 0
    before_write: Sequence[ServiceError | Answer] = ()
    after_write: Sequence[ServiceError | Answer] = ()
    somebody_else: Change | None = _NEW_PORT

    def befall(self, line: UnreliableService, journal: WatchedJournal) -> None:
        line.begin()
        line.mishap, line.late_by = self.mishap, self.late_by
        line.somebody_else = self.somebody_else
        line.before_write, line.after_write = list(self.before_write), list(self.after_write)
        journal.point = self.point


CALM: Final = Troubles()
troubles: Final = st.just(CALM) | st.builds(
    Troubles,
    mishap=st.just(Mishap.NONE) | st.sampled_from(Mishap),
    point=st.just(Point.NOWHERE) | st.sampled_from(Point),
    late_by=st.integers(0, 8),
    before_write=st.just([]) | st.lists(_answers, max_size=3),
    after_write=reads,
    somebody_else=_somebody_elses,
)


# --- what must hold ---


def is_true(outcome: Outcome | CheckOutcome, change: Change, now: Port | None) -> bool:
    """Return whether an outcome is true of the service's port, or claims nothing about it."""
    match outcome:
        case Saved(reading=reading) | NothingToSave(reading=Reading() as reading):
            return now is not None and change.is_applied_to(now) and reading.port == now
        case NothingToSave():
            return not change
        case Deleted() | AlreadyDeleted() | NoSuchPort():
            return now is None
        case Stopped(why=Conflict(reading=reading)):
            return reading.port == now
        case _:
            return True


def restores(entry: Entry, done: Overwritten) -> bool:
    """Return whether an entry records a write and restores the values that it overwrote."""
    intent, port = entry.intent, done.port
    change = done.write.change or Change()
    call = Call.DELETE if done.write.change is None else Call.UPDATE
    if (intent.call, intent.port_id, intent.change) != (call, done.write.port_id, change):
        return False
    since = Port(
        **{
            **{field.attribute: port[field] for field in Field},
            "protocol": "x",
            "frontend_port": 1,
            "backend_port": 2,
            "endpoint": "y",
        }  # type: ignore[arg-type]
    )
    draft = restoring_draft(Reading(port.id, since, entry.at, 0.0, 0.0), entry)  # type: ignore[arg-type]
    fields = [field for field in EDITABLE if not change or field in dict(change)]
    former = tuple((field, port[field]) for field in fields)
    return intent.before == port and difference(since, draft.form) == Change(former)  # type: ignore[arg-type]


class NothingIsLostAndAllThatIsToldIsTrue(RuleBasedStateMachine):
    """Two sessions, and everything that can interfere with them."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.line = UnreliableService()
        self.open = OpenEntries()
        self.more_ports = map(plenty_port_id, PLENTY_NUMBERS)
        self.ports = [FORWARD_PORT_ID, HTTP_PORT_ID, next(self.more_ports)]
        self.unrecorded: list[Write] = []
        """Writes that were sent without a journal entry because the operator insisted."""
        self.sessions = [self._session(), self._session()]

    def teardown(self) -> None:
        for session in self.sessions:
            session.die()
        self.runner.run(self.line.aclose())
        self.runner.close()
        kept = [path for path in Path(self.folder.name).rglob("*") if path.is_file()]
        assert [path for path in kept if TOKEN.encode() in path.read_bytes()] == []
        self.folder.cleanup()

    # --- what the operators do ---

    @rule(who=sessions, which=ports)
    def look_up(self, who: int, which: int) -> None:
        self._look_up(self.sessions[who], which)

    @rule(who=sessions, form=forms, troubles=troubles)
    def edit(self, who: int, form: dict[Field, str], troubles: Troubles) -> None:
        self._ask(who, self._saving(who, form), troubles)

    @rule(who=sessions, troubles=troubles)
    def undo(self, who: int, troubles: Troubles) -> None:
        session = self.sessions[who]
        entry = next_undo(session.storage.journal.entries(), session.on_screen)
        if entry:
            draft = restoring_draft(session.on_screen, entry)
            change = difference(session.on_screen.port, draft.form)
            assert isinstance(change, Change)
            assert change
            assert change.is_applied_to(entry.intent.before)
            self._ask(who, Saving(session.on_screen, change, draft.undoes), troubles)

    @rule(who=sessions, troubles=troubles)
    def delete(self, who: int, troubles: Troubles) -> None:
        self._ask(who, Deleting(self.sessions[who].on_screen), troubles)

    @rule(who=sessions, form=st.none() | forms, is_running=st.booleans(), troubles=troubles)
    def change_while_the_journal_cannot_be_written(
        self, *, who: int, form: dict[Field, str] | None, is_running: bool, troubles: Troubles
    ) -> None:
        request: Request = Deleting(self.sessions[who].on_screen)
        if form:
            request = self._saving(who, form)
        troubles = replace(troubles, point=Point.NOWHERE)
        with unwritable(Path(self.folder.name)):
            outcome = self._ask(who, request, troubles)
            assert self.line.sent == []
            unrecordable = isinstance(outcome, Stopped) and isinstance(outcome.why, JournalError)
            if unrecordable and is_running:
                self._ask(who, replace(request, unrecorded=True), troubles)

    @rule(who=sessions, in_order=st.booleans())
    def start_anew(self, *, who: int, in_order: bool) -> None:
        if in_order:
            self.sessions[who].storage.run.end()
        self._start_anew(who)

    @rule(who=sessions, which=st.integers(0, 3), reads=reads, point=st.sampled_from(Point))
    def look_after_what_was_left_open(
        self, who: int, which: int, reads: list[ServiceError | Answer], point: Point
    ) -> None:
        session = self.sessions[who]
        unfinished = session.storage.journal.unfinished()
        if not unfinished:
            return
        entry = unfinished[which % len(unfinished)]
        Troubles(point=point, before_write=reads).befall(self.line, session.journal)
        try:
            outcome = self.runner.run(check_entry(session.writer, entry))
        except DiedError:
            self._start_anew(who)
            return
        finally:
            session.journal.point = Point.NOWHERE
        assert is_true(outcome, entry.intent.change, self._truth(entry.intent.port_id))
        assert self.line.sent == []
        left_open = isinstance(outcome, Unknown) or point is Point.NO_RESULT
        assert (entry.id in self.open.runs) is left_open

    # --- what others and the network do ---

    @rule(which=ports, change=_somebody_elses)
    def somebody_else_changes_or_deletes_a_port(self, which: int, change: Change | None) -> None:
        self.runner.run(self.line.change_otherwise(self.ports[which], change))
        self._keep_ports_in_stock()

    @precondition(lambda self: self.line.under_way)
    @rule()
    def what_is_under_way_arrives(self) -> None:
        self.runner.run(self.line.arrive())
        self._keep_ports_in_stock()

    # --- what must hold after each step ---

    @invariant()
    def the_journal_restores_whatever_was_overwritten(self) -> None:
        entries = self._session_without_a_run().journal.entries()
        for done in self.line.overwritten:
            if not done.overtaken and done.write not in self.unrecorded:
                assert any(restores(entry, done) for entry in entries), done

    @invariant()
    def what_is_unfinished_are_the_changes_of_runs_that_died_before_their_result(self) -> None:
        alive = {session.storage.run.id for session in self.sessions}
        expected = [entry for entry, run in self.open.runs.items() if run not in alive][::-1]
        storages = [session.storage for session in self.sessions]
        for storage in (*storages, self._session_without_a_run()):
            assert [entry.id for entry in storage.journal.unfinished()] == expected

    # --- helpers ---

    def _saving(self, who: int, form: dict[Field, str]) -> Saving:
        reading = self.sessions[who].on_screen
        change = difference(reading.port, {**form_of(reading.port), **form})
        assert isinstance(change, Change)
        return Saving(reading, change)

    def _ask(self, who: int, request: Request, troubles: Troubles) -> Outcome | None:
        """Make a change and check its outcome. Return `None` if the run died."""
        session = self.sessions[who]
        calm = troubles == CALM and not self.line.under_way
        troubles.befall(self.line, session.journal)
        outcome = None
        with suppress(DiedError):
            outcome = self.runner.run(session.ask(request))
        session.journal.point = Point.NOWHERE
        self._check_what_was_sent(request)
        self.unrecorded += self.line.sent if request.unrecorded else []
        self._keep_ports_in_stock()
        if outcome is None:
            self._start_anew(who)
            return None
        self._check_what_is_told(outcome, request)
        if calm:
            assert not isinstance(outcome, (*UNSURE, NotSent)), outcome
        self._show(session, outcome)
        return outcome

    def _check_what_was_sent(self, request: Request) -> None:
        assert len(self.line.sent) <= 1
        for sent in self.line.sent:
            assert sent.over
            # The operator has seen every value that the write overwrites.
            assert changed_fields(request.before.port, sent.over) == ()

    def _check_what_is_told(self, outcome: Outcome, request: Request) -> None:
        change = request.change if isinstance(request, Saving) else Change()
        assert is_true(outcome, change, self._truth(request.before.port_id)), outcome
        if isinstance(outcome, NotSent | Stopped | NothingToSave | write.Refused):
            assert not any(map(self.line.took_effect, self.line.sent)), outcome

    def _show(self, session: Session, outcome: Outcome) -> None:
        """Put on the screen what the app would show."""
        match outcome:
            case Deleted() | AlreadyDeleted() | NoSuchPort():
                self._look_up(session, 0)
            case Stopped(why=Conflict(reading=reading)):
                session.on_screen = reading
            case Saved() | NotConfirmed() | DifferentValues() | StillExists():
                session.on_screen = outcome.reading
            case NothingToSave() | write.Refused():
                session.on_screen = outcome.reading or session.on_screen

    def _start_anew(self, who: int) -> None:
        self.sessions[who].die()
        self._keep_ports_in_stock()
        self.sessions[who] = self._session()

    def _session(self) -> Session:
        session = Session(Path(self.folder.name), self.line, self.open)
        self._look_up(session, 0)
        return session

    def _session_without_a_run(self) -> Storage:
        return Session(Path(self.folder.name), self.line, self.open).storage

    def _look_up(self, session: Session, which: int) -> None:
        self.line.begin()
        try:
            session.on_screen = self.runner.run(session.reader.read(self.ports[which]))
        except RefusedError:  # a deletion that was under way has arrived
            self._keep_ports_in_stock()
            self._look_up(session, which)

    def _keep_ports_in_stock(self) -> None:
        """Replace each deleted port with another one."""
        for number, port_id in enumerate(self.ports):
            if self._truth(port_id) is None:
                self.ports[number] = next(self.more_ports)

    def _truth(self, port_id: UUID) -> Port | None:
        return self.runner.run(self.line.truth(port_id))


TestNothingIsLostAndAllThatIsToldIsTrue = NothingIsLostAndAllThatIsToldIsTrue.TestCase
TestNothingIsLostAndAllThatIsToldIsTrue.settings = settings(
    max_examples=examples(50),
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
