"""The main screen's actions, put together."""

from dataclasses import replace
from typing import assert_never
from uuid import UUID

from portui.clipboard import Clipboard
from portui.clock import Clock
from portui.journal import Choices, Storage
from portui.operations.listing import Listing
from portui.operations.reach import Resolve, resolve
from portui.port.model import Field
from portui.settings import Settings
from portui.tui.actions.change import ChangePort
from portui.tui.actions.copy import CopyToClipboard
from portui.tui.actions.create import CreatePort, NewlyCreated
from portui.tui.actions.leave import Leave
from portui.tui.actions.look_up import LookUp
from portui.tui.actions.pipeline import FollowPipeline
from portui.tui.actions.project import CurrentProject
from portui.tui.actions.reach import ReachEndpoint
from portui.tui.actions.recent import RememberPorts
from portui.tui.actions.recover import Recover
from portui.tui.actions.stored import StoredValue
from portui.tui.actions.view import AppView, View
from portui.tui.actions.watch import Watch
from portui.tui.screens.actions import What
from portui.tui.state import Access, Gone, Showing
from portui.tui.widgets.port_rows import Row


class PortActions:
    """The main screen's actions: look up, watch, change, recover and copy ports, and quit."""

    def __init__(
        self,
        app: AppView,
        view: View,
        settings: Settings,
        storage: Storage,
        clock: Clock,
        clipboard: Clipboard,
        resolve: Resolve = resolve,
    ) -> None:
        """`resolve` finds the addresses of an endpoint's host."""
        self._view = view
        self._run = storage.run
        self._read_only = settings.profile.read_only
        self.change = ChangePort(view, settings, storage, clock)
        self.creation = CreatePort(settings, storage, clock)
        self.leave = Leave(app, (self.change, self.creation), settings)
        self._copy = CopyToClipboard(view, clipboard, app.copy_to_clipboard, settings)
        self.recent = RememberPorts(view, storage.recent)
        self.choices = StoredValue(storage.choices, Choices())
        self.project = CurrentProject(view, settings, self.choices)
        self._pipeline = FollowPipeline(view, clock, self.recent)
        self.recover = Recover(
            view, settings, storage, clock, self.change, self.creation, self._copy
        )
        self._look_up = LookUp(view, self._after_read)
        self._reach = ReachEndpoint(view, clock, resolve)
        self._watch = Watch(view, clock, app.bell, self._after_change, self._pipeline.read_if_due)

    async def look_up(self, port_id: UUID) -> None:
        """Read and show a port, then check its unfinished changes and its draft."""
        self._pipeline.stop()
        self._pipeline.recall(port_id)
        await self._look_up.look_up(port_id)

    async def _after_read(self, port_id: UUID) -> None:
        """Check the port's unfinished changes, then offer its draft and undo."""
        self.recent.note(self._view.state)
        self._pipeline.read()
        if isinstance(self._view.access, Access):
            await self.recover.check(self._view.access.reader, port_id)
        if isinstance(state := self._view.state, Showing):
            await self.change.offer_draft(state.reading)
        if isinstance(state := self._view.state, Showing | Gone):
            await self.recover.find_undo(state.reading)
        self.project.update()

    async def watch(self) -> None:
        """Read the port on screen every few seconds, and show what changes."""
        await self._watch.watch()

    def stop_watching(self) -> None:
        """Stop watching the port on screen."""
        self._watch.stop()

    def stop(self) -> None:
        """Cancel the read and the test under way, and stop waiting for confirmation of a change."""
        self._look_up.stop()
        self._reach.stop()
        self.change.stop_waiting()
        self.creation.stop_waiting()

    async def edit(self, focus: Field | None) -> None:
        """Open the edit form on a field, or on the first if `focus` is `None`."""
        self._stop_reading()
        await self.change.edit(focus)
        await self._after_change()

    async def delete(self) -> None:
        """Delete the port, after asking."""
        self._stop_reading()
        await self.change.delete()
        await self._after_change()

    async def undo(self) -> None:
        """Undo the last change of the port."""
        self._stop_reading()
        await self.recover.undo()
        await self._after_change()

    async def create_again(self) -> None:
        """Create a port like the deleted one on screen, or show how without its pipeline."""
        if not isinstance(state := self._view.state, Gone):
            return
        pipeline = self._view.pipeline_of(state.reading.port_id)
        if pipeline is None or self._read_only:
            await self.recover.create_again(state.reading.port)
            return
        self._look_up.stop()
        port = state.reading.port
        done = await self.creation.create(self._view, pipeline, self._report, port)
        if isinstance(done, NewlyCreated):
            await self.show_created(done)
        elif done:
            self._view.find(done.words)

    def _report(self, progress: str) -> None:
        """Show the progress of creating a port beside the deleted one."""
        if isinstance(state := self._view.state, Gone):
            self._view.state = replace(state, progress=progress)

    async def show_created(self, created: NewlyCreated) -> None:
        """Show a port that was just created, as it was read."""
        self._stop_reading()
        self._view.show_created(created.listed, Showing(created.reading, notice=created.notice))
        self._pipeline.recall(created.listed.id)
        await self._after_read(created.listed.id)

    async def show_history(self) -> None:
        """Show the history of the port on screen, or of all ports if there is none."""
        state = self._view.state
        port_id = state.reading.port_id if isinstance(state, Showing | Gone) else None
        await self.recover.show_history(port_id, self.look_up)
        await self._after_change()

    def learn(self, listing: Listing) -> None:
        """Keep what a list says about the pipelines of the recent ports."""
        self.recent.learn(listing.ports)

    def forget_recent(self) -> None:
        """Forget the recent ports."""
        self.recent.forget()

    async def test_endpoint(self) -> None:
        """Test the endpoint of the port on screen."""
        await self._reach.test()

    async def copy(self, what: What, row: Row | None) -> None:
        """Copy a row's value, the port, or a command that reads it."""
        state, access = self._view.state, self._view.access
        if not isinstance(state, Showing | Gone):
            return
        match what:
            case "field":
                if row:
                    await self._copy.copy_field(state.reading.port, row)
            case "port":
                await self._copy.copy_port(state.reading.port)
            case "curl":
                if isinstance(access, Access):
                    await self._copy.copy_command(state.reading, access.credential.token)
            case _:
                assert_never(what)

    def finish(self) -> None:
        """Write the pending drafts, and let other runs know that this one has ended."""
        self.change.left_forms.flush()
        self.creation.left.flush()
        self.recent.finish()
        self.choices.finish()
        self._run.end()

    def _stop_reading(self) -> None:
        self._look_up.stop()
        self._pipeline.stop()

    async def _after_change(self) -> None:
        """Remember the port as it is now, and show its changes."""
        self.recent.note(self._view.state)
        self._pipeline.read_if_due()
        if isinstance(state := self._view.state, Showing | Gone):
            await self.recover.find_undo(state.reading)
