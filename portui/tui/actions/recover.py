"""Undo, the history, and changes left without an outcome when their run ended."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from math import inf
from typing import Final, TypeVar
from uuid import UUID

from portui.clock import Clock
from portui.explain.creations import explain_checked_creation
from portui.explain.curl import create_command
from portui.explain.history import explain_nothing_to_undo, explain_unfinished
from portui.explain.outcomes import explain_check
from portui.journal import Call, CreationEntry, Entry, Storage
from portui.operations.check import check_creation, check_entry, is_left_open
from portui.operations.create import Created, Creator
from portui.operations.look_up import Reader, Reading
from portui.operations.write import Unknown, Writer
from portui.port.model import Port
from portui.settings import Settings
from portui.threads import in_daemon_thread
from portui.tui.actions.change import ChangePort
from portui.tui.actions.copy import CopyToClipboard
from portui.tui.actions.create import CreatePort, words_for
from portui.tui.actions.notices import no_token
from portui.tui.actions.view import View
from portui.tui.draft import next_undo, restoring_draft
from portui.tui.screens.history import HistoryAction, HistoryChoice, HistoryScreen
from portui.tui.screens.history_lines import port_in
from portui.tui.screens.question import QuestionScreen
from portui.tui.screens.questions import (
    DeletedPortChoice,
    OutcomeChoice,
    deleted_port_question,
    outcome_question,
)
from portui.tui.state import Access, Failed, FindingToken, Gone, History, Nothing, Showing
from portui.tui.widgets.bound_keys import BoundKeys

_TICK: Final = 0.05  # seconds between two looks whether the token has been found

AnyEntry = TypeVar("AnyEntry", Entry, CreationEntry)


class Recover:
    """Restores former values and checks unfinished changes, from the journal."""

    def __init__(
        self,
        view: View,
        settings: Settings,
        storage: Storage,
        clock: Clock,
        change: ChangePort,
        creation: CreatePort,
        copy: CopyToClipboard,
    ) -> None:
        self._view = view
        self._settings = settings
        self._journal = storage.journal
        self._clock = clock
        self._change = change
        self._creation = creation
        self._copy = copy
        self._unfinished: asyncio.Future[Unfinished] | None = None

    # --- unfinished changes ---

    async def unfinished(self) -> "Unfinished":
        """Return what earlier runs left without an outcome.

        The journal is read once; every call returns the same value.
        """
        if self._unfinished is None:
            self._unfinished = asyncio.ensure_future(self._find_unfinished())
        return await asyncio.shield(self._unfinished)

    async def _find_unfinished(self) -> "Unfinished":
        changes = await _read(self._journal.unfinished)
        return Unfinished([*changes], [*await _read(self._journal.open_creations)])

    async def announce_unfinished(self) -> None:
        """Show a hint at startup if there are changes without an outcome."""
        unfinished = await self.unfinished()
        if unfinished.count and isinstance(self._view.state, Nothing):
            key = BoundKeys(self._settings.keys).name("history-anywhere")
            words = f"{explain_unfinished(unfinished.count).what}; {key} shows it"
            self._view.say(words, seconds=inf)

    async def check(self, reader: Reader, port_id: UUID) -> None:
        """Check the outcomes of a port's unfinished changes, and show the latest one's."""
        writer = Writer(reader, self._journal, self._settings.profile.name)
        unfinished = await self.unfinished()
        mine = [entry for entry in unfinished.changes if entry.intent.port_id == port_id]
        for number, entry in enumerate(mine):
            outcome = await check_entry(writer, entry)
            if number == 0 and isinstance(self._view.state, Showing | Gone | Failed):
                notice = explain_check(outcome, entry)
                self._view.state = self._view.state._replace(notice=notice)
            if not isinstance(outcome, Unknown):
                unfinished.changes.remove(entry)
        state = self._view.state
        if unfinished.count and isinstance(state, Showing) and state.notice is None:
            self._view.state = state._replace(notice=explain_unfinished(unfinished.count))

    async def check_creation(
        self, entry: CreationEntry, look_up: Callable[[UUID], Awaitable[None]]
    ) -> None:
        """Look for a port that may have been created, and open it, or say what is known."""
        view = self._view
        view.say("Looking for the port…", inf)
        while isinstance(view.access, FindingToken):  # noqa: ASYNC110 - the history was quicker
            await asyncio.sleep(_TICK)
        access = view.access
        if not isinstance(access, Access):
            view.say(no_token(self._settings))
            return
        profile = self._settings.profile.name
        creator = Creator(access.service, self._journal, profile, self._clock)
        outcome = await check_creation(creator, entry)
        view.say("")
        unfinished = await self.unfinished()
        if not is_left_open(outcome):
            unfinished.creations = [e for e in unfinished.creations if e.id != entry.id]
        notice = explain_checked_creation(outcome, entry.creation)
        if isinstance(outcome, Created):
            self._creation.left.delete_created(entry)
            await look_up(outcome.reading.port_id)
            if isinstance(state := view.state, Showing | Gone):
                view.state = state._replace(notice=notice)
            return
        question = outcome_question(notice)
        if await view.ask(QuestionScreen(question, self._clock)) is OutcomeChoice.LIST:
            view.find(words_for(entry.creation.pipeline, entry.creation.new))

    # --- undo ---

    async def undo(self) -> None:
        """Open the form with the values from before the last change that can be undone."""
        if not isinstance(self._view.state, Showing):
            return
        reading = self._view.state.reading
        entries = await self._entries_of(reading.port_id)
        if entry := next_undo(entries, reading):
            await self._change.edit_draft(restoring_draft(reading, entry))
        else:
            self._view.say(explain_nothing_to_undo(entries))

    async def find_undo(self, reading: Reading) -> None:
        """Show the changes of the port on screen, and find out whether one can be undone."""
        entries = await self._entries_of(reading.port_id)
        state = self._view.state
        if isinstance(state, Showing | Gone) and state.reading.port_id == reading.port_id:
            self._view.history = History(reading.port_id, entries)
        if isinstance(state, Showing) and state.reading is reading:
            can_undo = next_undo(entries, reading) is not None
            self._view.state = state._replace(can_undo=can_undo)

    async def create_again(self, port: Port) -> None:
        """Show the command that creates a port like a deleted one, and offer to copy it."""
        settings, access = self._settings, self._view.access
        token = access.credential.token if isinstance(access, Access) else None
        command = create_command(port, settings.origin, settings.token_variable, token)
        question = deleted_port_question(command)
        match await self._view.ask(QuestionScreen(question, self._clock)):
            case DeletedPortChoice.COPY_COMMAND:
                await self._copy.copy(command, "the command")
            case DeletedPortChoice.COPY_JSON:
                await self._copy.copy_port(port)

    # --- history ---

    async def show_history(
        self, port_id: UUID | None, look_up: Callable[[UUID], Awaitable[None]]
    ) -> None:
        """Show the history of a port, or of all ports if `port_id` is `None`.

        From there, the operator can check a change, restore the values before it, or copy them.
        """
        changes = await _read(self._journal.entries)
        creations = await _read(self._journal.creations)
        entries: list[Entry | CreationEntry] = [*changes, *creations]
        entries.sort(key=lambda each: each.at, reverse=True)
        choice = await self._view.ask(HistoryScreen(tuple(entries), port_id, self._clock))
        match choice:
            case HistoryChoice(entry=entry, action=HistoryAction.COPY):
                if port := port_in(entry):
                    await self._copy.copy_port(port)
            case HistoryChoice(entry=CreationEntry() as entry, action=HistoryAction.CHECK):
                await self.check_creation(entry, look_up)
            case HistoryChoice(entry=CreationEntry(port_id=UUID() as new_id)):
                await look_up(new_id)
            case HistoryChoice(entry=Entry() as entry, action=HistoryAction.CHECK):
                await look_up(entry.intent.port_id)
            case HistoryChoice(entry=Entry() as entry, action=HistoryAction.RESTORE):
                await look_up(entry.intent.port_id)
                await self._restore(entry)

    async def _restore(self, entry: Entry) -> None:
        """Open the form with the former values, or show how to create a deleted port again."""
        intent, state = entry.intent, self._view.state
        if isinstance(state, Gone) or (isinstance(state, Failed) and intent.call is Call.DELETE):
            await self.create_again(intent.before)
        elif reading := self._changeable(intent.port_id):
            draft = restoring_draft(reading, entry)
            if draft.changed:
                await self._change.edit_draft(draft)
            else:
                self._view.say("Nothing to restore: the port already has these values")

    def _changeable(self, port_id: UUID) -> Reading | None:
        """Return the reading on screen if it's of this port and can be edited."""
        state = self._view.state
        if not isinstance(state, Showing) or not state.is_changeable:
            return None
        read_only = self._settings.profile.read_only
        return state.reading if state.reading.port_id == port_id and not read_only else None

    async def _entries_of(self, port_id: UUID) -> tuple[Entry, ...]:
        return await _read(lambda: self._journal.entries_of(port_id))


@dataclass(slots=True)
class Unfinished:
    """What earlier runs left without an outcome, newest first."""

    changes: list[Entry]
    creations: list[CreationEntry]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.changes) + len(self.creations)


async def _read(read: Callable[[], tuple[AnyEntry, ...]]) -> tuple[AnyEntry, ...]:
    """Read entries from the disk in a thread; return an empty tuple if that fails."""
    entries = await in_daemon_thread(read)
    return () if isinstance(entries, Exception) else entries
