"""Whatever happens, a port is created once at most, and what is told about it is true.

This goes on top of all that happens in `test_state_machine`: the same two sessions create ports in
a pipeline whose other ports they change, and so does someone else, also between a POST and its
confirmation. POSTs, their replies and the reads after them fail, and the processes die.
"""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from portui.api.errors import ServiceError
from portui.demo.sample import INPUTS_PIPELINE_ID
from portui.journal import JournalError
from portui.operations.check import check_creation, is_left_open
from portui.operations.create import Created, CreateOutcome, Creating, Refused, Unknown
from portui.operations.write import NotSent, Stopped
from portui.port.editing import Change, NewPort
from portui.port.listed import Pipeline
from portui.port.model import Field, Port
from tests.api.test_state_machine import (
    CALM,
    NothingIsLostAndAllThatIsToldIsTrue,
    Troubles,
    ports,
    reads,
    sessions,
    troubles,
)
from tests.support.examples import examples
from tests.support.sessions import Point, unwritable
from tests.support.unreliable_service import Answer, DiedError, Mishap, Post

PIPELINE: Final = Pipeline(INPUTS_PIPELINE_ID, "edge-forward")
new_ports: Final = st.builds(
    NewPort,
    st.just("tcp"),
    st.sampled_from([24301, 24302]),
    st.sampled_from([24301, 24302]),
)
"""Few, so that ports with the same values are there already, or come from someone else."""
unanswered: Final = st.builds(
    Troubles,
    mishap=st.sampled_from(
        [Mishap.REQUEST_LOST, Mishap.ANSWER_LOST, Mishap.LATE_AND_UNANSWERED, Mishap.DIES_BEFORE]
    ),
    late_by=st.integers(0, 8),
)
"""What leaves it to the list whether a port was created."""


class APortIsCreatedOnceAtMost(NothingIsLostAndAllThatIsToldIsTrue):
    """Two sessions that create ports too, and everything that can interfere with them."""

    def __init__(self) -> None:
        super().__init__()
        self.unrecorded_posts: list[Post] = []
        """POSTs that were sent without a journal entry because the operator insisted."""

    # --- what the operators do ---

    @rule(who=sessions, new=new_ports, troubles=troubles | unanswered, has_rival=st.booleans())
    def create(self, *, who: int, new: NewPort, troubles: Troubles, has_rival: bool) -> None:
        self._create(who, new, troubles, has_rival=has_rival)

    @rule(who=sessions, new=new_ports, troubles=troubles)
    def create_while_the_journal_cannot_be_written(
        self, who: int, new: NewPort, troubles: Troubles
    ) -> None:
        troubles = replace(troubles, point=Point.NOWHERE)
        with unwritable(Path(self.folder.name)):
            outcome = self._create(who, new, troubles)
            assert self.line.posts == []
            if isinstance(outcome, Stopped) and isinstance(outcome.why, JournalError):
                self._create(who, new, troubles, unrecorded=True)

    @rule(who=sessions, which=st.integers(0, 3), reads=reads, point=st.sampled_from(Point))
    def look_for_a_port_that_was_left_open(
        self, who: int, which: int, reads: list[ServiceError | Answer], point: Point
    ) -> None:
        session = self.sessions[who]
        unsettled = session.storage.journal.open_creations()
        if not unsettled:
            return
        entry = unsettled[which % len(unsettled)]
        Troubles(point=point, before_write=reads).befall(self.line, session.journal)
        try:
            outcome = self.runner.run(check_creation(session.creator, entry))
        except DiedError:
            self._start_anew(who)
            return
        finally:
            session.journal.point = Point.NOWHERE
        assert self.line.posts == []
        if isinstance(outcome, Created):
            now = self._ports()
            assert now[outcome.reading.port_id] == outcome.reading.port
            assert outcome.reading.port_id not in entry.creation.others
        left_open = is_left_open(outcome) or point is Point.NO_RESULT
        assert (entry.id in self.open.creations) is left_open

    # --- what others do ---

    @rule(new=new_ports)
    def somebody_else_creates_a_port(self, new: NewPort) -> None:
        self.runner.run(self.line.create_otherwise(INPUTS_PIPELINE_ID, new))

    @rule(which=ports, new=new_ports)
    def somebody_else_gives_a_port_the_same_values(self, which: int, new: NewPort) -> None:
        change = Change(tuple((f, v) for f, v in new if f is not Field.ENDPOINT))
        self.runner.run(self.line.change_otherwise(self.ports[which], change))

    @rule(which=st.integers(0, 5))
    def somebody_else_deletes_a_new_port(self, which: int) -> None:
        new = [*self.line.by_others, *self.line.created.values()]
        if new:
            self.runner.run(self.line.change_otherwise(new[which % len(new)], None))

    # --- what must hold after each step ---

    @invariant()
    def the_journal_has_every_port_that_was_sent(self) -> None:
        creations = self._session_without_a_run().journal.creations()
        for post in self.line.created:
            if post not in self.unrecorded_posts:
                assert any(entry.creation.new == post.new for entry in creations)

    @invariant()
    def what_is_left_to_look_for_was_left_open_by_runs_that_died(self) -> None:
        alive = {session.storage.run.id for session in self.sessions}
        expected = [each for each, run in self.open.creations.items() if run not in alive][::-1]
        storages = [session.storage for session in self.sessions]
        for storage in (*storages, self._session_without_a_run()):
            assert [entry.id for entry in storage.journal.open_creations()] == expected

    # --- helpers ---

    def _create(
        self,
        who: int,
        new: NewPort,
        troubles: Troubles,
        *,
        has_rival: bool = False,
        unrecorded: bool = False,
    ) -> CreateOutcome | None:
        """Create a port and check its outcome. Return `None` if the run died."""
        session = self.sessions[who]
        before = self._ports()
        troubles.befall(self.line, session.journal)
        self.line.has_rival = has_rival
        creating = Creating(INPUTS_PIPELINE_ID, PIPELINE.name, new, unrecorded=unrecorded)
        outcome = None
        with suppress(DiedError):
            outcome = self.runner.run(session.create(creating))
        session.journal.point = Point.NOWHERE
        assert len(self.line.posts) <= 1
        if unrecorded:
            self.unrecorded_posts += self.line.posts
        if outcome is None:
            self._start_anew(who)
        else:
            self._check(outcome, new, before)
            if troubles == CALM and not self.line.under_way and not has_rival:
                assert isinstance(outcome, Created | Refused | Stopped), outcome
        return outcome

    def _check(self, outcome: CreateOutcome, new: NewPort, before: dict[UUID, Port]) -> None:
        """Check that an outcome is true of the ports that the pipeline really has."""
        (mine,) = [self.line.created.get(post) for post in self.line.posts] or [None]
        now = self._ports()
        match outcome:
            case Created(reading=reading, acknowledged=True):
                assert reading.port_id == mine
                assert now[reading.port_id] == reading.port
            case Created(reading=reading):
                (found,) = (
                    each for each, port in now.items() if each not in before and new.is_like(port)
                )
                assert found == reading.port_id
                assert now[found] == reading.port
            case NotSent() | Stopped() | Refused():
                assert mine is None
            case Unknown(port_id=named) if named and mine:
                assert named == mine

    def _ports(self) -> dict[UUID, Port]:
        return self.runner.run(self.line.ports_of(PIPELINE))


TestAPortIsCreatedOnceAtMost = APortIsCreatedOnceAtMost.TestCase
TestAPortIsCreatedOnceAtMost.settings = settings(
    max_examples=examples(40),
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
