"""A draft that was sent is never called unsent, and a saved one is never offered again.

Runs of portui follow one another on one port, each with its screen's actions but without the
screen. Forms are typed, sent, refused and left; a run dies at any of these steps, with or without
its last writes on the disk; someone else changes the port in between. After each step, every
sentence that would be on the screen is checked against the record of what was sent.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from portui.clipboard import Clipboard
from portui.clock import Clock
from portui.credentials import Credential, Source
from portui.demo.sample import FORWARD_PORT_ID
from portui.journal import DraftFiles, Journal, RecentPort, Result, Storage, StoredDraft
from portui.operations.listing import Listing
from portui.operations.look_up import Reader
from portui.port.editing import Change, difference, form_of
from portui.port.listed import ListedPort, Pipeline
from portui.port.model import Field
from portui.settings import DEMO, Token
from portui.tui.actions.collaborators import Collaborators
from portui.tui.actions.left_forms import LeftForms
from portui.tui.actions.port_actions import PortActions
from portui.tui.actions.write_behind import WriteBehind
from portui.tui.draft import Draft
from portui.tui.screens.dialog import Dialog
from portui.tui.screens.edit import Edited, EditScreen
from portui.tui.screens.question import QuestionScreen
from portui.tui.screens.questions import ConflictChoice, UnrecordedChoice
from portui.tui.state import (
    Access,
    AccessState,
    EndpointTest,
    Gone,
    History,
    Nothing,
    PortPipeline,
    Showing,
    State,
)
from tests.support.app import FakeService
from tests.support.examples import examples
from tests.support.sessions import OpenEntries, Point, WatchedJournal, kill, unwritable
from tests.support.unreliable_service import DiedError, Mishap, UnreliableService

if TYPE_CHECKING:
    from portui.port.known import KnownPorts
    from portui.port.listed import Project

T = TypeVar("T")

FRONTEND: Final = Field.FRONTEND_PORT


class Forms:
    """What the operator does in the edit form, and whether the run dies there."""

    def __init__(self) -> None:
        self.numbers: list[str | None] = []
        """Numbers to save in turn; at `None` the run dies with the form open.

        With none left, the form is discarded.
        """
        self.left_at: str | None = None
        """A number to type just before the run dies."""
        self.save_unrecorded = True
        self.typing_is_kept = True
        """Whether typed text is on the disk before anything else happens."""


class FakeView:
    """The parts of the main screen that its actions use."""

    is_acting = is_covered = is_roomy = False
    listed: ListedPort | None = None
    listing: Listing | None = None
    listed_in: UUID | None = None
    listing_of: UUID | None = None

    def __init__(self, access: Access, forms: Forms) -> None:
        self.state: State = Nothing()
        self.access: AccessState = access
        self.endpoint_test: EndpointTest | None = None
        self.recent: tuple[RecentPort, ...] = ()
        self.history: History | None = None
        self.project: Project | None = None
        self.pipeline: PortPipeline | None = None
        self.known_ports: KnownPorts | None = None
        self.clock = access.reader.clock
        self.said: list[str] = []
        self.forms = forms
        self.left_forms: LeftForms

    def say(self, words: str, seconds: float = 0.0) -> None:
        self.said.append(words)

    def in_background(self, work: Coroutine[Any, Any, None]) -> None:
        work.close()  # what these runs are about doesn't depend on it

    def stop_background(self) -> None: ...

    async def painted(self) -> None:
        pass

    def find(self, words: str) -> None:
        self.said.append(words)

    def pipeline_of(self, port_id: UUID) -> Pipeline | None:
        return None

    def show_created(self, listed: ListedPort, showing: Showing) -> None:
        self.state = showing

    async def ask(self, dialog: Dialog[T]) -> T:
        answer: Any = None
        if isinstance(dialog, EditScreen):
            answer = await self._edit(dialog._draft)
        elif isinstance(dialog, QuestionScreen):
            options = [option for option, _ in dialog._question.answers]
            if UnrecordedChoice.PROCEED in options and self.forms.save_unrecorded:
                answer = UnrecordedChoice.PROCEED
            elif ConflictChoice.SAVE_MINE in options:
                answer = ConflictChoice.SAVE_MINE
            else:
                answer = options[0]
        return answer  # type: ignore[no-any-return]

    async def _edit(self, draft: Draft) -> Edited | None:
        if self.forms.left_at:
            await self._type(draft, self.forms.left_at)
            raise DiedError
        if not self.forms.numbers:
            return None
        if (number := self.forms.numbers.pop(0)) is None:
            raise DiedError
        form = await self._type(draft, number)
        change = difference(draft.reading.port, form)
        assert isinstance(change, Change)
        return Edited(form, change)

    async def _type(self, draft: Draft, number: str) -> dict[Field, str]:
        form = {**form_of(draft.reading.port), FRONTEND: number}
        await self.clock.sleep(1.0)
        self.left_forms.keep(replace(draft, form=form))
        if self.forms.typing_is_kept:
            self.left_forms.flush()
        return form


class FakeApp:
    """The parts of the app that actions use."""

    def __init__(self) -> None:
        self.farewell: list[str] = []

    def bell(self) -> None: ...
    def warn(self, words: str) -> None: ...
    def copy_to_clipboard(self, text: str) -> None: ...
    def end(self, code: int) -> None: ...


class PatientDisk(WriteBehind[StoredDraft]):
    """What is written only by `flush`."""

    def put(self, of: UUID, draft: StoredDraft | None) -> None:
        self._pending[of] = draft


class PatientForms(LeftForms):
    """Drafts that are written to disk only by `flush` and `keep_now`."""

    def __init__(self, drafts: DraftFiles, journal: Journal, clock: Clock) -> None:
        super().__init__(drafts, journal, clock)
        self._disk = PatientDisk(drafts)

    async def keep_now(self, draft: Draft) -> None:
        self.keep(draft)
        self.flush()


class Run:
    """One run of portui."""

    def __init__(self, folder: Path, line: UnreliableService) -> None:
        storage = Storage.under(folder, DEMO.origin.name, line.clock.now)
        self.journal = WatchedJournal(storage.journal, folder, OpenEntries())
        self.storage = replace(storage, journal=self.journal)  # type: ignore[arg-type]
        self.forms = Forms()
        credential = Credential(Token("secret.user.token"), Source.THIS_RUN)
        access = Access(credential, Reader(line, line.clock), FakeService())
        self.view = FakeView(access, self.forms)
        self.left_forms = PatientForms(storage.drafts, storage.journal, line.clock)
        self.view.left_forms = self.left_forms
        app, clock = FakeApp(), line.clock

        def make(after_change: Callable[[], Awaitable[None]]) -> Collaborators:
            made = Collaborators(
                app, self.view, DEMO, self.storage, clock, Clipboard(), after_change
            )
            made.change.left_forms = self.left_forms
            return made

        self.actions = PortActions(app, self.view, DEMO, make)

    async def look_up(self) -> None:
        await self.actions.look_up(FORWARD_PORT_ID)

    async def edit(self) -> None:
        """Edit the port on the screen, as `e` does."""
        await self.actions.edit(FRONTEND)

    def die(self, *, flushed: bool) -> None:
        """End like a killed process, with the last writes done if `flushed`."""
        if flushed:
            self.left_forms.flush()
        kill(self.storage.run)

    @property
    def sentences(self) -> list[str]:
        """Every sentence about drafts and changes on the screen and in the form."""
        state = self.view.state
        notices = [state.notice] if isinstance(state, Showing | Gone) and state.notice else []
        if draft := self.offered:
            notices += [draft.problem] if draft.problem else []
        return [f"{notice.what}. {notice.meaning}" for notice in notices] + self.view.said

    @property
    def offered(self) -> Draft | None:
        """The draft that `e` would open."""
        return self.left_forms.unsaved(FORWARD_PORT_ID)

    def kept(self) -> list[StoredDraft]:
        return self.storage.drafts.load(FORWARD_PORT_ID)


_deaths: Final = st.sampled_from([Mishap.DIES_BEFORE, Mishap.DIES_AFTER, Mishap.DIES_READING_BACK])
_mishaps: Final = st.sampled_from(
    [
        Mishap.NONE,
        Mishap.NOT_SENT,
        Mishap.REFUSED,
        Mishap.REQUEST_LOST,
        Mishap.ANSWER_LOST,
        Mishap.FORGOTTEN,
    ]
)
_points: Final = st.sampled_from(Point)
_SOMEBODY_ELSES: Final = [
    Change(((Field.BACKEND_PORT, 5555),)),
    Change(((Field.ENDPOINT, "somebody.else:1"),)),
    Change(((FRONTEND, 24224),)),
]


class NoFormThatWasSentIsCalledUnsent(RuleBasedStateMachine):
    """Consecutive runs of portui."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory(
            ignore_cleanup_errors=True
        )  # a run that is killed may still write
        self.runner = asyncio.Runner()
        self.line = UnreliableService()
        self.sent: set[str] = set()
        """Frontend ports sent so far, except in writes that never left (`NOT_SENT`)."""
        self.number = 40_000
        self.run = self._start()

    def teardown(self) -> None:
        self.run.die(flushed=True)
        self.runner.run(self.line.aclose())
        self.runner.close()
        self.folder.cleanup()

    # --- what the operator does, and what goes wrong ---

    @rule(
        mishap=_mishaps | _deaths,
        point=_points,
        again=st.booleans(),
        typing_is_kept=st.booleans(),
        flushed=st.booleans(),
    )
    def save(
        self, *, mishap: Mishap, point: Point, again: bool, typing_is_kept: bool, flushed: bool
    ) -> None:
        self._befall(mishap, point)
        self.run.forms.typing_is_kept = typing_is_kept
        self.run.forms.numbers = [self._fresh(), *([self._fresh()] if again else [None])]
        self._do(self.run.edit, flushed=flushed)

    @rule(flushed=st.booleans())
    def leave_a_form(self, *, flushed: bool) -> None:
        self.run.forms.left_at = self._fresh()
        self._do(self.run.edit, flushed=flushed)

    @rule(mishap=_mishaps | _deaths, flushed=st.booleans(), is_running=st.booleans())
    def save_while_the_journal_cannot_be_written(
        self, *, mishap: Mishap, flushed: bool, is_running: bool
    ) -> None:
        self._befall(mishap, Point.NOWHERE)
        self.run.forms.numbers = [self._fresh()]
        self.run.forms.save_unrecorded = is_running
        with unwritable(Path(self.folder.name)):
            self._do(self.run.edit, flushed=flushed, then_start=False)
        self._start_anew(flushed=flushed)

    @rule(flushed=st.booleans())
    def start_anew(self, *, flushed: bool) -> None:
        self._start_anew(flushed=flushed)

    @rule(which=st.sampled_from(_SOMEBODY_ELSES))
    def somebody_else_changes_the_port(self, which: Change) -> None:
        self.runner.run(self.line.change_otherwise(FORWARD_PORT_ID, which))

    # --- helpers ---

    def _fresh(self) -> str:
        self.number += 1
        return str(self.number)

    def _befall(self, mishap: Mishap, point: Point) -> None:
        self.line._seconds += 60
        self.line.begin()
        self.line.mishap = mishap
        self.run.journal.point = point

    def _do(
        self,
        action: Callable[[], Coroutine[Any, Any, None]],
        *,
        flushed: bool,
        then_start: bool = True,
    ) -> None:
        died = False
        try:
            self.runner.run(action())
        except DiedError:
            died = True
        never_left = self.line.mishap is Mishap.NOT_SENT
        for write in self.line.sent:
            if write.change and not never_left:
                self.sent |= {str(value) for at, value in write.change if at is FRONTEND}
        self.run.journal.point = Point.NOWHERE
        self.run.forms.numbers, self.run.forms.left_at = [], None
        self._check(self.run.sentences)
        if died and then_start:
            self._start_anew(flushed=flushed)
        elif not died:
            self.run.left_forms.flush()
            self._check_that_no_saved_draft_is_kept()

    def _start_anew(self, *, flushed: bool) -> None:
        self.run.die(flushed=flushed)
        self.run = self._start()

    def _start(self) -> Run:
        self.line._seconds += 60
        self.line.begin()
        run = Run(Path(self.folder.name), self.line)
        self.runner.run(run.look_up())
        self.run = run
        run.left_forms.flush()
        self._check(run.sentences)
        self._check_the_offer()
        return run

    def _check(self, sentences: list[str]) -> None:
        """Check that no sentence makes a false claim about a number."""
        for words in sentences:
            numbers = re.findall(r"→ (4\d{4})", words)
            if "Nothing was sent" in words or words.startswith("Not sent"):
                assert not self.sent.intersection(numbers), words
            if words.startswith(("Saved", "Not saved", "Outcome unknown", "Draft sent")):
                assert self.sent.issuperset(numbers), words
            if words.startswith("Saved"):
                state = self.run.view.state
                assert isinstance(state, Showing)
                assert numbers == [str(state.reading.port.frontend_port)], words

    def _check_that_no_saved_draft_is_kept(self) -> None:
        entries = self.run.journal.journal.entries()
        saved = {str(dict(e.intent.change)[FRONTEND]) for e in entries if e.result is Result.SAVED}
        assert saved.isdisjoint(left.form[FRONTEND] for left in self.run.kept())

    def _check_the_offer(self) -> None:
        self._check_that_no_saved_draft_is_kept()
        draft = self.run.offered
        truth = self.runner.run(self.line.truth(FORWARD_PORT_ID))
        assert truth
        if draft is None:
            return
        number = draft.form[FRONTEND]
        assert draft.problem
        words = draft.problem.what
        assert number != str(truth.frontend_port)
        if number in self.sent:
            assert "sent at" in words, words  # sent, being sent, or perhaps sent
            assert "nsaved" not in words, words
            assert "Nothing was sent" not in draft.problem.meaning
        if words.startswith("Draft sent at"):
            assert number in self.sent, words
        if words.startswith("Unsaved draft"):
            assert number not in self.sent, words


TestNoFormThatWasSentIsCalledUnsent = NoFormThatWasSentIsCalledUnsent.TestCase
TestNoFormThatWasSentIsCalledUnsent.settings = settings(
    max_examples=examples(60),
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
