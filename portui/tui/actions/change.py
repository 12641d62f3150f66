"""Editing, deleting and undoing what is on the screen, each from the key to the outcome."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar
from uuid import UUID

from portui.clock import Clock
from portui.explain.edits import change_words, moved_words
from portui.explain.explanation import Action, Explanation
from portui.explain.outcomes import explain_left_form, explain_phase
from portui.journal import Entry, JournalTrouble, Keeping, Sent
from portui.operations.delete import Deleting, delete
from portui.operations.look_up import Reader, Reading
from portui.operations.save import SaveOutcome, Saving, save
from portui.operations.writing import Moved, NotSent, Phase, Stopped, Watch, Writer
from portui.port.editing import Change, difference
from portui.port.model import Field
from portui.settings import Settings
from portui.tui.actions.left_forms import LeftForms
from portui.tui.actions.transitions import after_delete, after_save, compared
from portui.tui.draft import Draft, blank
from portui.tui.screens.delete import DeleteScreen
from portui.tui.screens.dialog import Dialog
from portui.tui.screens.edit import EditScreen
from portui.tui.screens.question import AskScreen
from portui.tui.screens.questions import AboutConflict, AboutJournal, conflict, without_journal
from portui.tui.state import AccessState, Activity, Showing, State

T = TypeVar("T")
Request = TypeVar("Request", Saving, Deleting)


class Stage(Protocol):
    """The screen, as far as a change needs it."""

    state: State
    access: AccessState
    progress: str
    """What is under way, as long as it is."""
    can_undo: bool
    """Whether there is a change of the port on screen to undo."""

    def say(self, words: str) -> None:
        """Say something in passing."""

    def ask(self, dialog: Dialog[T]) -> Awaitable[T]:
        """Open a dialog and wait for its answer."""

    def settled(self) -> None:
        """Be told that a change has come to its end, which `state` shows."""

    async def read(self, port_id: UUID) -> None:
        """Look a port up, until `state` shows it or why not."""

    def to_terminal(self, text: str) -> None:
        """Send a text to the terminal's clipboard."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What changes are made with."""

    settings: Settings
    keeping: Keeping
    clock: Clock


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A change from the key that asked for it to its outcome."""

    port_id: UUID
    words: str
    """What is asked for."""
    sent: bool = False
    """Whether it may have been sent already."""


class Changes:
    """The changes of one screen, and the forms that were neither saved nor discarded."""

    def __init__(self, stage: Stage, desk: Desk) -> None:
        self._stage = stage
        self._desk = desk
        self._kept: dict[UUID, Draft] = {}
        self._searched: set[UUID] = set()
        """The ports for which former runs' forms were looked for; this run knows its own."""
        self._enough: asyncio.Event | None = None
        self._phase: Phase | None = None
        self.under_way: UnderWay | None = None
        """The change whose outcome isn't known yet."""
        self.left_forms = LeftForms(desk.keeping.drafts, desk.keeping.journal, desk.clock)

    def wait_no_longer(self) -> None:
        """Stop reading back; what was sent stays sent."""
        if self._enough and self._phase is Phase.READING_BACK:
            self._enough.set()

    async def offer_left_form(self, reading: Reading) -> None:
        """Have a form that a former run left ready for `edit`, and say so."""
        if (notice := await self._find_left_form(reading)) is None:
            return
        state = self._stage.state
        if isinstance(state, Showing) and state.reading is reading:
            told = state.notice  # what came of a change that was left open, perhaps this one
            if told and Action.EDIT not in told.next:
                notice = replace(told, next=(Action.EDIT, *told.next))
            self._stage.state = replace(state, notice=notice)

    async def _find_left_form(self, reading: Reading) -> Explanation | None:
        if reading.asked in self._searched:
            return None
        found = await self.left_forms.find(reading)
        self._searched.add(reading.asked)
        if found is None or reading.asked in self._kept:
            return None
        notice = explain_left_form(found.left_at, found.sent, as_sent=found.as_sent)
        self._kept[reading.asked] = replace(found.draft, problem=notice)
        return notice

    # --- editing ---

    async def edit(self, reader: Reader, reading: Reading, focus: Field | None) -> None:
        """Open the form on what was typed and not saved, or else on the port as it is."""
        await self._find_left_form(reading)  # not to be missed by one who is quick
        kept = self._kept.get(reading.asked)
        draft = kept.rebased(reading) if kept else blank(reading)
        await self.edit_draft(reader, replace(draft, focus=focus or draft.focus))

    async def edit_draft(self, reader: Reader, draft: Draft) -> None:
        """Form, save, and the form again as long as it isn't settled."""
        port_id = draft.reading.asked
        while edited := await self._stage.ask(EditScreen(draft, self._desk.clock)):
            draft = replace(draft, form=edited.form, problem=None, at_fault=None)
            again = await self._save(reader, draft)
            self._stage.settled()
            if again is None:
                return
            draft = again
        self._drop(port_id)

    async def _save(self, reader: Reader, draft: Draft) -> Draft | None:
        """Save what a form says; the form to open again, if any."""
        unrecorded = False
        while isinstance(change := difference(draft.reading.port, draft.form), Change):
            saving = Saving(draft.reading, change, draft.undoes, draft.id, unrecorded)
            outcome, draft = await self._send(reader, draft, saving)
            match outcome:
                case Stopped(why=Moved(reading=now)):
                    self._stage.state = compared(Showing(now), draft.reading)
                    question = conflict(draft.reading, now, change)
                    draft = draft.rebased(now)
                    match await self._stage.ask(AskScreen(question, self._desk.clock)):
                        case AboutConflict.BACK:
                            return draft
                        case AboutConflict.THEIRS:
                            self._drop(now.asked)
                            return None
                case Stopped(why=JournalTrouble() as trouble) if await self._go_on(
                    trouble, "Save without a record"
                ):
                    unrecorded = True
                case _:
                    return self._show(draft, change, outcome)
        return draft

    async def _send(
        self, reader: Reader, draft: Draft, saving: Saving
    ) -> tuple[SaveOutcome, Draft]:
        """Save a draft; it knows then that it was sent, and so does what is kept of it."""
        words = change_words(saving.before.port, saving.change)
        sent = draft.sent

        def recorded(entry: Entry) -> None:
            nonlocal sent
            sent = Sent(entry.at, entry.id)
            self.left_forms.keep(replace(draft, sent=sent))

        if saving.unrecorded:  # then only the form itself can tell
            sent = Sent(self._desk.clock.now())
            await self.left_forms.keep_now(replace(draft, sent=sent))
        outcome = await self._run(Activity.SAVING, reader, save, saving, words, recorded)
        if isinstance(outcome, NotSent | Stopped):
            self.left_forms.keep(draft)
            return outcome, draft
        return outcome, replace(draft, sent=sent)

    def _show(self, draft: Draft, change: Change, outcome: SaveOutcome) -> Draft | None:
        after = after_save(draft, change, outcome)
        self._stage.state = after.state
        if after.kept is None:
            self._drop(draft.reading.asked)
        else:
            self._kept[draft.reading.asked] = after.kept
        return after.reopened

    def _drop(self, port_id: UUID) -> None:
        self._kept.pop(port_id, None)
        self.left_forms.drop(port_id)

    # --- deleting ---

    async def delete(self, reader: Reader, reading: Reading) -> None:
        """Ask, delete, and say what became of it; the pane keeps what the port was."""
        moved, unrecorded, asked = "", False, False
        while True:
            dialog = DeleteScreen(reading, self._desk.settings.profile, self._desk.clock, moved)
            if not asked and not await self._stage.ask(dialog):
                return
            deleting = Deleting(reading, unrecorded)
            words = "the deletion"
            outcome = await self._run(Activity.DELETING, reader, delete, deleting, words)
            match outcome:
                case Stopped(why=Moved(reading=now)):
                    moved = moved_words(reading.port, now.port)
                    self._stage.state = compared(Showing(now), reading)
                    reading = now
                case Stopped(why=JournalTrouble() as trouble) if await self._go_on(
                    trouble, "Delete without a record"
                ):
                    unrecorded = asked = True
                case _:
                    self._stage.state = after_delete(reading, outcome)
                    self._stage.settled()
                    return

    # --- what they share ---

    async def _run(
        self,
        activity: Activity,
        reader: Reader,
        operation: Callable[[Writer, Request, Watch], Awaitable[T]],
        request: Request,
        words: str,
        recorded: Callable[[Entry], None] = lambda _: None,
    ) -> T:
        self._enough = asyncio.Event()
        self.under_way = UnderWay(request.before.asked, words)
        self._stage.state = Showing(request.before, activity)
        watch = Watch(self._report, recorded, self._enough)
        try:
            return await operation(self._writer(reader), request, watch)
        finally:
            self._enough = self.under_way = None
            self._stage.progress = ""
            self._stage.state = Showing(request.before)

    def _report(self, phase: Phase, number: int) -> None:
        self._phase = phase
        self._stage.progress = explain_phase(phase, number)
        if self.under_way and phase is not Phase.CHECKING:
            self.under_way = replace(self.under_way, sent=True)

    async def _go_on(self, trouble: JournalTrouble, label: str) -> bool:
        question = without_journal(trouble, label)
        answer = await self._stage.ask(AskScreen(question, self._desk.clock))
        return answer is AboutJournal.GO_ON

    def _writer(self, reader: Reader) -> Writer:
        return Writer(reader, self._desk.keeping.journal, self._desk.settings.profile.name)
