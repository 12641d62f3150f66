"""Editing and deleting what is on the screen, each as one coroutine from the key to the outcome."""

from collections.abc import Awaitable
from dataclasses import replace
from typing import Protocol, TypeVar
from uuid import UUID

from portui import operations
from portui.operations import Clock, Reader, Reading
from portui.port.model import Field
from portui.settings import Profile
from portui.tui.draft import Draft, blank
from portui.tui.screens.delete import DeleteScreen
from portui.tui.screens.dialog import Dialog
from portui.tui.screens.edit import EditScreen
from portui.tui.state import Activity, Showing, State
from portui.tui.transitions import after_delete, after_save

T = TypeVar("T")


class Stage(Protocol):
    """The screen, as far as a change needs it."""

    state: State

    def ask(self, dialog: Dialog[T]) -> Awaitable[T]:
        """Open a dialog and wait for its answer."""


class Changes:
    """The changes of one screen, and the forms that were neither saved nor discarded."""

    def __init__(self, stage: Stage, profile: Profile, clock: Clock) -> None:
        self._stage = stage
        self._profile = profile
        self._clock = clock
        self._kept: dict[UUID, Draft] = {}

    async def edit(self, reader: Reader, reading: Reading, focus: Field | None) -> None:
        """Form, save, and the form again as long as the service refuses."""
        draft = self._draft(reading)
        draft = replace(draft, focus=focus or draft.focus)
        while edited := await self._stage.ask(EditScreen(draft, self._clock)):
            draft = replace(draft, form=edited.form)
            self._stage.state = Showing(draft.reading, Activity.SAVING)
            outcome = await operations.save(reader, draft.reading, edited.change)
            after = after_save(draft, edited.change, outcome)
            self._stage.state = after.state
            self._keep(reading.asked, after.kept)
            if after.reopened is None:
                return
            draft = after.reopened
        self._keep(reading.asked, None)

    async def delete(self, reader: Reader, reading: Reading) -> None:
        """Ask, delete, and say what became of it; the pane keeps what the port was."""
        if await self._stage.ask(DeleteScreen(reading, self._profile, self._clock)):
            self._stage.state = Showing(reading, Activity.DELETING)
            self._stage.state = after_delete(reading, await operations.delete(reader, reading))

    def _draft(self, reading: Reading) -> Draft:
        kept = self._kept.get(reading.asked)
        return kept.rebased(reading) if kept else blank(reading)

    def _keep(self, port_id: UUID, draft: Draft | None) -> None:
        if draft is None:
            self._kept.pop(port_id, None)
        else:
            self._kept[port_id] = draft
