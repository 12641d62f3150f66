"""Create a port, from the form to the outcome."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias, TypeVar

from portui.clock import Clock
from portui.explain.creations import explain_create
from portui.explain.edits import field_at_fault
from portui.explain.explanation import Action, Explanation
from portui.explain.history import creation_words
from portui.journal import JournalError, Sent, Storage
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
from portui.operations.write import NotSent, Observer, Phase, Stopped
from portui.port.editing import Change, NewPort
from portui.port.known import KnownPorts
from portui.port.listed import ListedPort, Pipeline
from portui.port.model import EDITABLE, Field, Port
from portui.settings import Settings
from portui.tui.actions.left_new_ports import LeftNewPorts
from portui.tui.actions.notices import creation_progress_of, no_token
from portui.tui.actions.under_way import Changes, UnderWay
from portui.tui.draft import NewPortDraft, draft_like
from portui.tui.screens.create import CreateScreen
from portui.tui.screens.dialog import Dialog
from portui.tui.screens.port_form import FindNumber
from portui.tui.screens.question import QuestionScreen
from portui.tui.screens.questions import (
    OutcomeChoice,
    UnrecordedChoice,
    outcome_question,
    unrecorded_question,
)
from portui.tui.state import Access, AccessState

T = TypeVar("T")


class CreateView(Protocol):
    """The parts of a screen that creating a port uses."""

    @property
    def access(self) -> AccessState: ...
    @property
    def known_ports(self) -> KnownPorts | None: ...
    def ask(self, dialog: Dialog[T]) -> Awaitable[T]: ...
    def say(self, words: str, seconds: float = ...) -> None: ...


@dataclass(frozen=True, slots=True)
class NewlyCreated:
    """A port that was created, to be shown."""

    reading: Reading
    listed: ListedPort
    notice: Explanation


@dataclass(frozen=True, slots=True)
class ListWanted:
    """The operator wants the list of ports, read again and filtered by words."""

    words: str


Done: TypeAlias = NewlyCreated | ListWanted | None
"""What follows; `None` for nothing."""


class CreatePort(Changes):
    """Creates ports, one at a time, and keeps unsaved drafts."""

    def __init__(self, settings: Settings, storage: Storage, clock: Clock) -> None:
        super().__init__()
        self._settings = settings
        self._storage = storage
        self._clock = clock
        self._notice: Explanation | None = None
        self.left = LeftNewPorts(storage.new_ports, storage.journal, clock)

    async def outcome(self) -> Explanation | None:
        """Wait until what is under way ends, and return the notice about it."""
        await self._ended.wait()
        return self._notice

    async def create(
        self,
        view: CreateView,
        pipeline: Pipeline,
        report: Callable[[str], None],
        like: Port | None = None,
    ) -> Done:
        """Open the form in a pipeline, create its port, and reopen it while that fails.

        The form starts as the pipeline's unsaved draft, or else with the values of `like`, a port
        that was deleted, whose frontend port is free then. Closing
        it deletes the draft, unless it's to find who has a frontend port. `report` gets the
        progress, and an empty text at the end.
        """
        if pipeline.id is None or not isinstance(view.access, Access):
            words = "This pipeline has no ID" if pipeline.id is None else no_token(self._settings)
            view.say(words)
            return None
        new = draft_like(like, pipeline) if like else NewPortDraft(pipeline)
        draft = await self.left.unsaved(pipeline) or new
        known = view.known_ports
        if known and like:
            known = known.without(like.id)
        while answer := await view.ask(CreateScreen(draft, self._clock, known, self.left.keep)):
            draft = replace(draft, form=answer.form, problem=None, at_fault=None)
            if isinstance(answer, FindNumber):
                await self.left.keep_now(draft)
                self.left.reopen_later(draft)
                return ListWanted(f"frontend:{answer.number}")
            outcome, draft = await self._send(view, draft, answer.new, report)
            match outcome:
                case Created():
                    self.left.delete(pipeline.id)
                    return self._opened(outcome, pipeline, answer.new)
                case Unknown():
                    return await self._leave(view, draft, outcome, answer.new)
                case _:
                    draft = reopened(draft, outcome, answer.new)
        self.left.delete(pipeline.id)
        return None

    def _opened(self, created: Created, pipeline: Pipeline, new: NewPort) -> NewlyCreated:
        reading = created.reading
        listed = ListedPort(reading.port_id, reading.port, pipeline)
        return NewlyCreated(reading, listed, explain_create(created, pipeline, new))

    async def _leave(
        self, view: CreateView, draft: NewPortDraft, outcome: Unknown, new: NewPort
    ) -> Done:
        """Keep a draft that was sent with an unknown outcome, and say what to do."""
        notice = explain_create(outcome, draft.pipeline, new)
        self.left.reopen_later(replace(draft, problem=notice))
        question = outcome_question(notice)
        if await view.ask(QuestionScreen(question, self._clock)) is OutcomeChoice.LIST:
            return ListWanted(words_for(draft.pipeline, new))
        return None

    async def _send(
        self,
        view: CreateView,
        draft: NewPortDraft,
        new: NewPort,
        report: Callable[[str], None],
    ) -> tuple[CreateOutcome, NewPortDraft]:
        """Create a draft's port; return the outcome, and the draft with whether it was sent."""
        assert draft.pipeline.id  # noqa: S101 - see `create`
        creating = Creating(draft.pipeline.id, draft.pipeline.name, new, draft.id)
        self.left.keep(draft)
        outcome = await self._run(view, creating, report)
        error = outcome.why if isinstance(outcome, Stopped) else None
        if isinstance(error, JournalError) and await self._proceeds_unrecorded(view, error):
            sent = replace(draft, sent=Sent(self._clock.now()))
            await self.left.keep_now(sent)  # only the draft records that it was sent
            outcome = await self._run(view, replace(creating, unrecorded=True), report)
            if isinstance(outcome, NotSent | Stopped):
                self.left.keep(draft)
            else:
                draft = sent
        return outcome, draft

    async def _run(
        self, view: CreateView, creating: Creating, report: Callable[[str], None]
    ) -> CreateOutcome:
        assert isinstance(view.access, Access)  # noqa: S101 - see `create`
        access, pipeline = view.access, creating.pipeline
        name = self._settings.profile.name
        creator = Creator(access.service, self._storage.journal, name, self._clock)
        self._notice = None
        words = creation_words(creating.new, pipeline)
        self._begin(UnderWay(words, words_for(pipeline, creating.new)))

        def on_phase(phase: Phase, number: int) -> None:
            self._enter(phase)
            report(creation_progress_of(phase, number))

        try:
            outcome = await create(
                creator, creating, Observer(on_phase, stop_waiting=self._stop_waiting)
            )
            self._notice = explain_create(outcome, pipeline, creating.new)
        finally:
            self.under_way = None
            self._ended.set()
            report("")
        return outcome

    async def _proceeds_unrecorded(self, view: CreateView, error: JournalError) -> bool:
        question = unrecorded_question(error, "Create without a record")
        answer = await view.ask(QuestionScreen(question, self._clock))
        return answer is UnrecordedChoice.PROCEED


def reopened(
    draft: NewPortDraft, outcome: NotSent | Stopped | Refused, new: NewPort
) -> NewPortDraft:
    """Return the draft to reopen with the reason why its port was not created."""
    notice = explain_create(outcome, draft.pipeline, new)
    if isinstance(outcome, Refused):
        sent = Change(tuple((field, new[field]) for field in EDITABLE))
        if at_fault := field_at_fault(outcome.error, sent):
            if at_fault is not Field.FRONTEND_PORT:
                next_ = tuple(a for a in notice.next if a is not Action.FIND_NUMBER)
                notice = notice._replace(next=next_)
            return replace(draft, problem=notice, at_fault=at_fault, focus=at_fault)
    notice = notice._replace(what=f"{notice.what}. {notice.meaning}".strip())
    return replace(draft, problem=notice, focus=None)


def words_for(pipeline: Pipeline, new: NewPort) -> str:
    """Return the words that filter the list by a pipeline's ports, or by the new one's number."""
    name = pipeline.name or ""
    if name and name.isascii() and name.isprintable() and " " not in name:
        return f"pipeline:{name}"
    return f"frontend:{new.frontend_port}"
