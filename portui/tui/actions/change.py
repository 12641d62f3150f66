"""Edit and delete a port, from the key press to the outcome."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final, TypeVar

from portui.clock import Clock
from portui.explain.edits import change_words, conflict_words
from portui.explain.explanation import Action, Explanation
from portui.journal import Entry, JournalError, Sent, Storage
from portui.operations.delete import Deleting, delete
from portui.operations.look_up import Reader, Reading
from portui.operations.save import SaveOutcome, Saving, save
from portui.operations.write import Conflict, NotSent, Observer, Phase, Stopped, Writer
from portui.port.editing import Change, difference
from portui.port.model import Field
from portui.settings import Settings
from portui.tui.actions.left_forms import LeftForms
from portui.tui.actions.notices import progress_of
from portui.tui.actions.reads import compared
from portui.tui.actions.transitions import after_delete, after_save
from portui.tui.actions.under_way import Changes, UnderWay
from portui.tui.actions.view import View
from portui.tui.draft import Draft, new_draft
from portui.tui.screens.delete import DeleteScreen
from portui.tui.screens.edit import EditScreen
from portui.tui.screens.port_form import FindNumber
from portui.tui.screens.question import QuestionScreen
from portui.tui.screens.questions import (
    ConflictChoice,
    UnrecordedChoice,
    conflict_question,
    unrecorded_question,
)
from portui.tui.state import Access, Activity, Gone, Showing, State

T = TypeVar("T")
Request = TypeVar("Request", Saving, Deleting)

_DELETION: Final = "the deletion"


class ChangePort(Changes):
    """Edits and deletes ports, one change at a time, and keeps unsaved drafts."""

    def __init__(self, view: View, settings: Settings, storage: Storage, clock: Clock) -> None:
        super().__init__()
        self._view = view
        self._settings = settings
        self._storage = storage
        self._clock = clock
        self.left_forms = LeftForms(storage.drafts, storage.journal, clock)

    async def outcome(self) -> Explanation | None:
        """Wait until the change under way ends, and return the notice about it, if any."""
        await self._ended.wait()
        state = self._view.state
        return state.notice if isinstance(state, Showing | Gone) else None

    async def offer_draft(self, reading: Reading) -> None:
        """Offer the draft that an earlier run left for the port on screen."""
        draft = await self.left_forms.recover(reading)
        state = self._view.state
        if draft is None or not isinstance(state, Showing) or state.reading is not reading:
            return
        notice = draft.problem
        if state.notice:  # the outcome of an unfinished change, perhaps this draft's
            notice = state.notice._replace(next=(Action.EDIT, *state.notice.next))
        self._view.state = state._replace(notice=notice)

    # --- edit ---

    async def edit(self, focus: Field | None) -> None:
        """Open the form on the port's unsaved draft, or else on its present values."""
        state = self._view.state
        if not isinstance(state, Showing):
            return
        reading = state.reading
        await self.left_forms.recover(reading)
        unsaved = self.left_forms.unsaved(reading.port_id)
        draft = unsaved.rebased(reading) if unsaved else new_draft(reading)
        await self.edit_draft(replace(draft, focus=focus or draft.focus))

    async def edit_draft(self, draft: Draft) -> None:
        """Open the form, save its change, and reopen it while it needs more editing.

        Closing the form deletes the draft, unless it's to find who has a frontend port.
        """
        access = self._view.access
        if not isinstance(access, Access):
            return
        port_id = draft.reading.port_id
        while edited := await self._view.ask(
            EditScreen(draft, self._clock, self._view.known_ports, self.left_forms.keep)
        ):
            draft = replace(draft, form=edited.form, problem=None, at_fault=None)
            if isinstance(edited, FindNumber):
                await self.left_forms.keep_now(draft)
                self.left_forms.reopen_later(draft)
                self._view.find(f"frontend:{edited.number}")
                return
            reopened = await self._save(access.reader, draft)
            self._ended.set()
            if reopened is None:
                return
            draft = reopened
        self.left_forms.delete(port_id)

    async def _save(self, reader: Reader, draft: Draft) -> Draft | None:
        """Save a draft's change; return the draft to reopen, if any."""
        unrecorded = False
        while isinstance(change := difference(draft.reading.port, draft.form), Change):
            saving = Saving(draft.reading, change, draft.undoes, draft.id, unrecorded)
            outcome, draft = await self._send(reader, draft, saving)
            match outcome:
                case Stopped(why=Conflict(reading=now)):
                    self._view.state = compared(Showing(now), draft.reading)
                    question = conflict_question(draft.reading, now, change)
                    draft = draft.rebased(now)
                    match await self._view.ask(QuestionScreen(question, self._clock)):
                        case ConflictChoice.KEEP_EDITING:
                            return draft
                        case ConflictChoice.DISCARD_MINE:
                            self.left_forms.delete(now.port_id)
                            return None
                case Stopped(why=JournalError() as error) if await self._proceeds_unrecorded(
                    error, "Save without a record"
                ):
                    unrecorded = True
                case _:
                    return self._show(draft, change, outcome)
        return draft

    async def _send(
        self, reader: Reader, draft: Draft, saving: Saving
    ) -> tuple[SaveOutcome, Draft]:
        """Save a draft's change; return the outcome and the draft.

        The returned draft and the stored one both record whether it was sent.
        """
        words = change_words(saving.before.port, saving.change)
        sent = draft.sent

        def on_recorded(entry: Entry) -> None:
            nonlocal sent
            sent = Sent(entry.at, entry.id)
            self.left_forms.keep(replace(draft, sent=sent))

        if saving.unrecorded:  # no journal entry, so only the draft records that it was sent
            sent = Sent(self._clock.now())
            await self.left_forms.keep_now(replace(draft, sent=sent))
        outcome = await self._run(Activity.SAVING, reader, save, saving, words, on_recorded)
        if isinstance(outcome, NotSent | Stopped):
            self.left_forms.keep(draft)
            return outcome, draft
        return outcome, replace(draft, sent=sent)

    def _show(self, draft: Draft, change: Change, outcome: SaveOutcome) -> Draft | None:
        after = after_save(draft, change, outcome)
        self._view.state = after.state
        if after.kept is None:
            self.left_forms.delete(draft.reading.port_id)
        else:
            self.left_forms.reopen_later(after.kept)
        return after.reopened

    # --- delete ---

    async def delete(self) -> None:
        """Delete the port after asking, and show the outcome beside its last values."""
        state, access = self._view.state, self._view.access
        if not isinstance(state, Showing) or not isinstance(access, Access):
            return
        reading, conflict = state.reading, ""
        unrecorded = confirmed = False
        while True:
            dialog = DeleteScreen(reading, self._settings.profile, self._clock, conflict)
            if not confirmed and not await self._view.ask(dialog):
                break
            deleting = Deleting(reading, unrecorded)
            outcome = await self._run(Activity.DELETING, access.reader, delete, deleting, _DELETION)
            match outcome:
                case Stopped(why=Conflict(reading=now)):
                    conflict = conflict_words(reading.port, now.port)
                    self._view.state = compared(Showing(now), reading)
                    reading = now
                case Stopped(why=JournalError() as error) if await self._proceeds_unrecorded(
                    error, "Delete without a record"
                ):
                    unrecorded = confirmed = True
                case _:
                    self._view.state = self._offering_another(after_delete(reading, outcome))
                    break
        self._ended.set()

    def _offering_another(self, state: State) -> State:
        """Return a state that offers to create a port again after a confirmed deletion."""
        match state:
            case Gone(reading=reading, notice=notice, confirmed=True) if self._view.pipeline_of(
                reading.port_id
            ):
                offer = notice._replace(next=(*notice.next, Action.CREATE_AGAIN))
                return state._replace(notice=offer)
            case _:
                return state

    # --- shared ---

    async def _run(
        self,
        activity: Activity,
        reader: Reader,
        operation: Callable[[Writer, Request, Observer], Awaitable[T]],
        request: Request,
        words: str,
        on_recorded: Callable[[Entry], None] = lambda _: None,
    ) -> T:
        port_id = request.before.port_id
        self._begin(UnderWay(f"{words} of port {port_id}", str(port_id)))
        self._view.state = Showing(request.before, activity)
        observer = Observer(self._on_phase, on_recorded, self._stop_waiting)
        writer = Writer(reader, self._storage.journal, self._settings.profile.name)
        try:
            return await operation(writer, request, observer)
        finally:
            self.under_way = None
            self._view.state = Showing(request.before)

    def _on_phase(self, phase: Phase, number: int) -> None:
        self._enter(phase)
        if isinstance(self._view.state, Showing):
            progress = progress_of(phase, number)
            self._view.state = self._view.state._replace(progress=progress)

    async def _proceeds_unrecorded(self, error: JournalError, label: str) -> bool:
        question = unrecorded_question(error, label)
        answer = await self._view.ask(QuestionScreen(question, self._clock))
        return answer is UnrecordedChoice.PROCEED
