"""All that the main screen's actions use, put together. Its imports are slow."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from portui.clock import Clock
from portui.journal import Choices
from portui.operations.reach import Resolve, resolve
from portui.settings import Settings
from portui.tui.actions.change import ChangePort
from portui.tui.actions.copy import CopyToClipboard
from portui.tui.actions.create import CreatePort
from portui.tui.actions.leave import Leave
from portui.tui.actions.pipeline import FollowPipeline
from portui.tui.actions.project import CurrentProject
from portui.tui.actions.reach import ReachEndpoint
from portui.tui.actions.recent import RememberPorts
from portui.tui.actions.recover import Recover
from portui.tui.actions.stored import StoredValue
from portui.tui.actions.view import AppView, View
from portui.tui.actions.watch import Watch

if TYPE_CHECKING:
    from portui.clipboard import Clipboard
    from portui.journal import Storage


class Collaborators:
    """The parts of the main screen's actions, each for one thing."""

    def __init__(
        self,
        app: AppView,
        view: View,
        settings: Settings,
        storage: "Storage",
        clock: Clock,
        clipboard: "Clipboard",
        after_change: Callable[[], Awaitable[None]],
        resolve: Resolve = resolve,
    ) -> None:
        """`after_change` is awaited after each read of a watch that finds a change."""
        self.run = storage.run
        self.change = ChangePort(view, settings, storage, clock)
        self.creation = CreatePort(settings, storage, clock)
        self.leave = Leave(app, (self.change, self.creation), settings)
        self.copy = CopyToClipboard(view, clipboard, app.copy_to_clipboard, settings)
        self.recent = RememberPorts(view, storage.recent)
        self.choices = StoredValue(storage.choices, Choices())
        self.project = CurrentProject(view, settings, self.choices)
        self.pipeline = FollowPipeline(view, clock, self.recent)
        self.recover = Recover(
            view, settings, storage, clock, self.change, self.creation, self.copy
        )
        self.reach = ReachEndpoint(view, clock, resolve)
        self.watch = Watch(view, clock, app.bell, after_change, self.pipeline.read_if_due)

    def stop(self) -> None:
        """Cancel the test under way, and stop waiting for confirmation of a change."""
        self.reach.stop()
        self.change.stop_waiting()
        self.creation.stop_waiting()

    def finish(self) -> None:
        """Write the pending drafts, and let other runs know that this one has ended."""
        self.change.left_forms.flush()
        self.creation.left.flush()
        self.recent.finish()
        self.choices.finish()
        self.run.end()
