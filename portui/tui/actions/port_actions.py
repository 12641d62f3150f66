"""The main screen's actions: reading a port, and what else is loaded once that is done."""

from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias, assert_never
from uuid import UUID

from portui.port.model import Field
from portui.settings import Settings
from portui.threads import in_daemon_thread
from portui.tui.actions.look_up import LookUp
from portui.tui.preload import preload
from portui.tui.state import Access, Gone, Loading, Showing, State

if TYPE_CHECKING:  # not needed for reading a port
    from collections.abc import Awaitable, Callable

    from portui.journal import Choices
    from portui.operations.listing import Listing
    from portui.tui.actions.collaborators import Collaborators
    from portui.tui.actions.create import CreatePort, NewlyCreated
    from portui.tui.actions.project import CurrentProject
    from portui.tui.actions.stored import StoredValue
    from portui.tui.actions.view import AppView, View
    from portui.tui.screens.actions import What
    from portui.tui.widgets.port_rows import Row

    MakeCollaborators: TypeAlias = Callable[[Callable[[], Awaitable[None]]], Collaborators]
    """Makes the collaborators, given what is awaited after a change that a watch found."""


class PortActions:
    """The main screen's actions: look up, watch, change, recover and copy ports, and quit.

    Before the first port is on the screen, there is only what reads it.
    """

    def __init__(
        self, app: "AppView", view: "View", settings: Settings, make: "MakeCollaborators"
    ) -> None:
        """`make` is called once, at the first use of what it makes."""
        self._app = app
        self._view = view
        self._read_only = settings.profile.read_only
        self._make = make
        self._look_up = LookUp(view, self._after_read)
        self._to_note: list[State] = []
        """What was read before the collaborators were made, to be remembered."""

    @cached_property
    def _with(self) -> "Collaborators":
        made = self._make(self._after_change)
        made.recent.load()
        made.choices.load()
        for state in self._to_note:
            made.recent.note(state)
        self._to_note.clear()
        return made

    @property
    def _made(self) -> "Collaborators | None":
        """The collaborators, if they were needed yet."""
        return self._with if "_with" in vars(self) else None

    @property
    def creation(self) -> "CreatePort":
        """What creates ports."""
        return self._with.creation

    @property
    def project(self) -> "CurrentProject":
        """The project that is worked in."""
        return self._with.project

    @property
    def choices(self) -> "StoredValue[Choices]":
        """What was chosen for the list."""
        return self._with.choices

    async def load(self) -> None:
        """Import what the first port doesn't need, and tell of changes left open."""
        await in_daemon_thread(preload)
        await self._with.recover.announce_unfinished()

    async def name_project(self) -> None:
        """Name the project of the token; if a port is being read, that comes first."""
        if self._made or not isinstance(self._view.state, Loading):
            await in_daemon_thread(preload)
            self._with.project.update()

    async def look_up(self, port_id: UUID) -> None:
        """Read and show a port, then check its unfinished changes and its draft."""
        if made := self._made:
            made.pipeline.stop()
            made.pipeline.recall(port_id)
        await self._look_up.look_up(port_id)

    async def _after_read(self, port_id: UUID) -> None:
        """Check the port's unfinished changes, then offer its draft and undo."""
        if made := self._made:
            made.recent.note(self._view.state)
        else:
            self._to_note.append(self._view.state)
            await self._view.painted()  # what is imported now would delay it
            await in_daemon_thread(preload)
            self._with.pipeline.recall(port_id)
        self._with.pipeline.read()
        if isinstance(self._view.access, Access):
            await self._with.recover.check(self._view.access.reader, port_id)
        if isinstance(state := self._view.state, Showing):
            await self._with.change.offer_draft(state.reading)
        if isinstance(state := self._view.state, Showing | Gone):
            await self._with.recover.find_undo(state.reading)
        self._with.project.update()

    async def watch(self) -> None:
        """Read the port on screen every few seconds, and show what changes."""
        await self._with.watch.watch()

    def stop_watching(self) -> None:
        """Stop watching the port on screen."""
        self._with.watch.stop()

    def stop(self) -> None:
        """Cancel the read and the test under way, and stop waiting for confirmation of a change."""
        self._look_up.stop()
        if made := self._made:
            made.stop()

    async def edit(self, focus: Field | None) -> None:
        """Open the edit form on a field, or on the first if `focus` is `None`."""
        self._stop_reading()
        await self._with.change.edit(focus)
        await self._after_change()

    async def delete(self) -> None:
        """Delete the port, after asking."""
        self._stop_reading()
        await self._with.change.delete()
        await self._after_change()

    async def undo(self) -> None:
        """Undo the last change of the port."""
        self._stop_reading()
        await self._with.recover.undo()
        await self._after_change()

    async def create_again(self) -> None:
        """Create a port like the deleted one on screen, or show how without its pipeline."""
        from portui.tui.actions.create import NewlyCreated

        if not isinstance(state := self._view.state, Gone):
            return
        pipeline = self._view.pipeline_of(state.reading.port_id)
        if pipeline is None or self._read_only:
            await self._with.recover.create_again(state.reading.port)
            return
        self._look_up.stop()
        port = state.reading.port
        done = await self._with.creation.create(self._view, pipeline, self._report, port)
        if isinstance(done, NewlyCreated):
            await self.show_created(done)
        elif done:
            self._view.find(done.words)

    def _report(self, progress: str) -> None:
        """Show the progress of creating a port beside the deleted one."""
        if isinstance(state := self._view.state, Gone):
            self._view.state = state._replace(progress=progress)

    async def show_created(self, created: "NewlyCreated") -> None:
        """Show a port that was just created, as it was read."""
        self._stop_reading()
        self._view.show_created(created.listed, Showing(created.reading, notice=created.notice))
        self._with.pipeline.recall(created.listed.id)
        await self._after_read(created.listed.id)

    async def show_history(self) -> None:
        """Show the history of the port on screen, or of all ports if there is none."""
        state = self._view.state
        port_id = state.reading.port_id if isinstance(state, Showing | Gone) else None
        await self._with.recover.show_history(port_id, self.look_up)
        await self._after_change()

    def learn(self, listing: "Listing") -> None:
        """Keep what a list says about the pipelines of the recent ports."""
        self._with.recent.learn(listing.ports)

    def forget_recent(self) -> None:
        """Forget the recent ports."""
        self._with.recent.forget()

    async def test_endpoint(self) -> None:
        """Test the endpoint of the port on screen."""
        await self._with.reach.test()

    async def copy(self, what: "What", row: "Row | None") -> None:
        """Copy a row's value, the port, or a command that reads it."""
        state, access = self._view.state, self._view.access
        if not isinstance(state, Showing | Gone):
            return
        match what:
            case "field":
                if row:
                    await self._with.copy.copy_field(state.reading.port, row)
            case "port":
                await self._with.copy.copy_port(state.reading.port)
            case "curl":
                if isinstance(access, Access):
                    await self._with.copy.copy_command(state.reading, access.credential.token)
            case _:
                assert_never(what)

    async def quit(self) -> None:
        """Quit once any change under way has ended, or at once if the operator asks twice."""
        if made := self._made:
            await made.leave.quit()
        else:
            self._app.end(0)

    def end(self, code: int) -> None:
        """End now, and report a change that is still under way."""
        self.name_open_change()
        self._app.end(code)

    def name_open_change(self) -> None:
        """Say in the shell that a change is still under way, if one is."""
        if made := self._made:
            made.leave.name_open_change()

    def finish(self) -> None:
        """Write the pending drafts, and let other runs know that this one has ended."""
        if self._made or self._to_note:
            self._with.finish()

    def _stop_reading(self) -> None:
        self._look_up.stop()
        self._with.pipeline.stop()

    async def _after_change(self) -> None:
        """Remember the port as it is now, and show its changes."""
        self._with.recent.note(self._view.state)
        self._with.pipeline.read_if_due()
        if isinstance(state := self._view.state, Showing | Gone):
            await self._with.recover.find_undo(state.reading)
