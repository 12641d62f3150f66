"""Reading ports onto the screen, one at a time, from the key to what is shown."""

from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import Any, Protocol
from uuid import UUID

from textual.worker import Worker, WorkerCancelled

from portui.api.errors import NoToken, ServiceError
from portui.explain.errors import explain_error
from portui.operations.look_up import ATTEMPTS, Reading, Retrying
from portui.tui.actions.change import Changes
from portui.tui.actions.recover import Recovery
from portui.tui.actions.transitions import after_failed_read, after_read
from portui.tui.state import (
    Access,
    AccessState,
    Activity,
    Failed,
    Gone,
    Loading,
    Seeking,
    Showing,
    State,
)


class Place(Protocol):
    """The screen, as far as a read needs it."""

    state: State
    access: AccessState
    progress: str

    def say(self, words: str) -> None:
        """Say something in passing."""

    def start_read(self, read: Coroutine[Any, Any, None]) -> Worker[None]:
        """Run a read in place of the one before."""

    def stop_read(self) -> None:
        """Stop the read that runs."""

    def to_port(self, port_id: UUID) -> None:
        """A port is there: its ID into the input, the focus to its fields."""

    def to_id(self) -> None:
        """None is there: back to the input."""


class LookUps:
    """The reads of one screen."""

    def __init__(self, place: Place, changes: Changes, recovery: Recovery) -> None:
        self._place = place
        self._changes = changes
        self._recovery = recovery

    async def until_read(self, port_id: UUID) -> None:
        """Look a port up, until `state` shows it or why not."""
        if worker := self.look_up(port_id):
            with suppress(WorkerCancelled):
                await worker.wait()

    def look_up(self, port_id: UUID) -> Worker[None] | None:
        """Read a port; the one on screen stays until there is another."""
        place, state = self._place, self._place.state
        if isinstance(state, Showing) and state.activity.writing:
            place.say("Wait for the outcome of the change under way")
            return None
        place.say("")
        if isinstance(state, Showing) and state.reading.asked == port_id:
            place.state = replace(state, activity=Activity.READING)
        elif isinstance(state, Gone) and state.reading.asked == port_id:
            place.progress = "Reading…"
        else:
            place.state = Loading(port_id)
        if isinstance(place.access, Seeking):
            return None
        return place.start_read(self._read(port_id))

    def stop(self) -> None:
        """Leave off reading; a port that is shown stays."""
        place = self._place
        place.stop_read()
        place.progress = ""
        if isinstance(place.state, Showing):
            place.state = replace(place.state, activity=Activity.IDLE)

    async def _read(self, port_id: UUID) -> None:
        place, before = self._place, self._place.state
        try:
            reading = await self._ask(port_id)
        except ServiceError as error:
            place.progress = ""
            place.state = after_failed_read(before, port_id, error)
            if isinstance(place.state, Failed):
                place.to_id()
        else:
            place.progress = ""
            place.state = after_read(reading, before)
            place.to_port(port_id)
        if isinstance(place.access, Access):
            await self._recovery.look_after(place.access.reader, port_id)
        if isinstance(place.state, Showing):
            await self._changes.offer_left_form(place.state.reading)
            await self._recovery.note_undo(place.state.reading)

    async def _ask(self, port_id: UUID) -> Reading:
        if not isinstance(self._place.access, Access):
            raise NoToken
        return await self._place.access.reader.look_up(port_id, self._report)

    def _report(self, retrying: Retrying) -> None:
        what = explain_error(retrying.error).what
        self._place.progress = f"{what}; trying again ({retrying.attempt} of {ATTEMPTS})…"
