"""What was: undo, the history, and changes of former runs of which nobody saw the end."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from portui.explain.curl import creation_call
from portui.explain.history import explain_nothing_to_undo, explain_unfinished
from portui.explain.outcomes import explain_check
from portui.journal import Call, Entry
from portui.operations.check import check_entry
from portui.operations.look_up import Reader, Reading
from portui.operations.writing import Unknown, Writer
from portui.port.model import Port
from portui.threads import in_daemon_thread
from portui.tui.actions.change import Changes, Desk, Stage
from portui.tui.actions.copy import Copying
from portui.tui.draft import restoring, undoable
from portui.tui.screens.history import About, HistoryScreen, Picked
from portui.tui.screens.question import AskScreen
from portui.tui.screens.questions import AboutDeleted, creation
from portui.tui.state import Access, Failed, Gone, Showing


class Recovery:
    """One screen's way back, by the journal."""

    def __init__(self, stage: Stage, desk: Desk, changes: Changes, copying: Copying) -> None:
        self._stage = stage
        self._desk = desk
        self._changes = changes
        self._copying = copying
        self._unfinished: asyncio.Future[list[Entry]] | None = None

    async def unfinished(self) -> list[Entry]:
        """Changes of former runs of which nobody saw the end; looked for once."""
        if self._unfinished is None:
            self._unfinished = asyncio.ensure_future(self._find_unfinished())
        return await asyncio.shield(self._unfinished)

    async def _find_unfinished(self) -> list[Entry]:
        return list(await _unhurried(self._desk.keeping.journal.unfinished))

    async def look_after(self, reader: Reader, port_id: UUID) -> None:
        """Find out what came of a port's unfinished changes, and say it of the newest."""
        writer = Writer(reader, self._desk.keeping.journal, self._desk.settings.profile.name)
        unfinished = await self.unfinished()
        mine = [entry for entry in unfinished if entry.intent.port_id == port_id]
        for number, entry in enumerate(mine):
            outcome = await check_entry(writer, entry)
            if number == 0 and isinstance(self._stage.state, Showing | Gone | Failed):
                notice = explain_check(outcome, entry)
                self._stage.state = replace(self._stage.state, notice=notice)
            if not isinstance(outcome, Unknown):
                unfinished.remove(entry)
        state = self._stage.state
        if unfinished and isinstance(state, Showing) and state.notice is None:
            self._stage.state = replace(state, notice=explain_unfinished(len(unfinished)))

    async def undo(self, reader: Reader, reading: Reading) -> None:
        """Open the form with the values from before the last change."""
        entries = await self._entries_of(reading.asked)
        if entry := undoable(entries, reading):
            await self._changes.edit_draft(reader, restoring(reading, entry))
        else:
            self._stage.can_undo = False
            self._stage.say(explain_nothing_to_undo(entries))

    async def note_undo(self, reading: Reading) -> None:
        """Have it known whether there is something to undo."""
        entries = await self._entries_of(reading.asked)
        state = self._stage.state
        if isinstance(state, Showing) and state.reading is reading:
            self._stage.can_undo = undoable(entries, reading) is not None

    async def tell_creation(self, port: Port) -> None:
        """Tell how to create a port like one that was deleted."""
        settings = self._desk.settings
        access = self._stage.access
        token = access.held.token if isinstance(access, Access) else None
        call = creation_call(port, settings.origin, settings.token_variable, token)
        match await self._stage.ask(AskScreen(creation(call), self._desk.clock)):
            case AboutDeleted.COPY_CALL:
                await self._copying.copy(call, "the call")
            case AboutDeleted.COPY_JSON:
                await self._copying.copy_port(port)

    async def show_history(self, reader: Reader | None, port_id: UUID | None) -> None:
        """The journal; from it, values are restored and unfinished changes looked after."""
        entries = await self._entries()
        picked = await self._stage.ask(HistoryScreen(entries, port_id, self._desk.clock))
        match picked:
            case Picked(entry=entry, about=About.COPY):
                await self._copying.copy_port(entry.intent.before)
            case Picked(entry=entry, about=About.CHECK):
                await self._stage.read(entry.intent.port_id)
            case Picked(entry=entry, about=About.RESTORE):
                await self._stage.read(entry.intent.port_id)
                await self._restore(reader, entry)

    def _changeable(self, port_id: UUID) -> Reading | None:
        """The port on screen, if it is that one and can be edited."""
        state = self._stage.state
        if not isinstance(state, Showing) or not state.changeable:
            return None
        read_only = self._desk.settings.profile.read_only
        return state.reading if state.reading.asked == port_id and not read_only else None

    async def _restore(self, reader: Reader | None, entry: Entry) -> None:
        """Open the form with what was, or tell how to create it where the port is no more."""
        intent, state = entry.intent, self._stage.state
        if isinstance(state, Gone) or (isinstance(state, Failed) and intent.call is Call.DELETE):
            await self.tell_creation(intent.before)
        elif reader and (reading := self._changeable(intent.port_id)):
            draft = restoring(reading, entry)
            if draft.changed:
                await self._changes.edit_draft(reader, draft)
            else:
                self._stage.say("Nothing to restore: the port has these values")

    async def _entries(self) -> tuple[Entry, ...]:
        return await _unhurried(self._desk.keeping.journal.entries)

    async def _entries_of(self, port_id: UUID) -> tuple[Entry, ...]:
        return await _unhurried(lambda: self._desk.keeping.journal.entries_of(port_id))


async def _unhurried(read: Callable[[], tuple[Entry, ...]]) -> tuple[Entry, ...]:
    """What is read from the disk, however long it takes; nothing, if it can't be read."""
    entries = await in_daemon_thread(read)
    return () if isinstance(entries, Exception) else entries
