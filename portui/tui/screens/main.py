"""The main screen: its keys, and the actions that they run."""

from collections.abc import Callable, Coroutine
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from textual import events, on

from portui.clock import Clock
from portui.port.fields import Field
from portui.settings import Settings
from portui.tui.keymap import PORT_KEYS
from portui.tui.screens.actions import Actions, What
from portui.tui.screens.key_rules import KeyRules
from portui.tui.screens.port_view import PortView
from portui.tui.state import (
    Activity,
    Failed,
    FindingToken,
    Gone,
    Loading,
    Nothing,
    Showing,
    Watching,
)
from portui.tui.widgets.id_bar import IdBar
from portui.tui.widgets.port_rows import PortRows

if TYPE_CHECKING:  # not needed for the first paint
    from portui.port.listed import ListedPort
    from portui.tui.widgets.recent_ports import RecentList


class MainScreen(PortView):
    """Turns keys into actions on the port that it shows."""

    BINDINGS = PORT_KEYS

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        make_actions: Callable[[], Actions],
        first: UUID | None,
    ) -> None:
        """`make_actions` is called once, on first use; `first` is looked up at startup."""
        super().__init__(settings, clock)
        self._make_actions = make_actions
        self._first = first
        self._rules = KeyRules(self, read_only=settings.profile.read_only)

    @cached_property
    def _actions(self) -> Actions:
        return self._make_actions()

    def on_mount(self) -> None:
        """Start with the port from the command line."""
        if self._first is None:
            self.set_focus(self.id_bar.text)
        else:
            self.state = Loading(self._first)  # it's read once there's a token

    def watch_access(self) -> None:
        """Look up the port that is waiting for a token or couldn't be read."""
        self.refresh_bindings()
        self.stop_background()
        if isinstance(self.state, Loading | Failed) and not isinstance(self.access, FindingToken):
            self._run(self._actions.look_up(self.state.port_id))

    # --- keys ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable the keys that apply to what is shown."""
        return self._rules.check(action, parameters)

    def explain_key(self, key: str) -> str:
        """Return why a key does nothing now; empty if it isn't a key of this screen."""
        words = self._rules.explain(key)
        if not words and ("undo", ()) in self.bound_actions(key):
            self.action_undo()  # which says how many changes the history has
        return words

    def must_wait(self, event: events.Key | events.Paste) -> bool:
        """Return whether it's too early for a key: something before it is still under way."""
        return self._rules.must_wait(event)

    def action_look_up_another(self) -> None:
        """Move the focus to the port ID."""
        self.hide_former_values()
        self.id_bar.edit()

    def action_to_rows(self) -> None:
        """Move the focus from the port ID to the rows."""
        self.rows.focus()

    def action_to_recent(self) -> None:
        """Move the focus from the port ID to the recent ports."""
        self.pane.choose_recent()

    def action_forget_recent(self) -> None:
        """Forget the recent ports."""
        self._actions.forget_recent()

    def action_back(self) -> None:
        """Cancel what is under way, or else move the focus to the rows."""
        match self.state:
            case _ if self._cancel():
                pass
            case _ if self.listed and (self.rows.has_focus or isinstance(self.state, Failed)):
                self.action_ports()
            case Showing(reading=reading) | Gone(reading=reading):
                self.id_bar.show(reading.port_id)
                self.rows.focus()
            case Nothing() if self.is_choosing:
                self.id_bar.edit()
            case Nothing() if self.offers_recent:
                self.pane.choose_recent()
            case _:
                self.rows.focus()  # where letters are keys

    def _cancel(self) -> bool:
        """Cancel what is under way, and return whether anything was."""
        match self.state:
            case Loading():
                self._actions.stop()
                self.state = Nothing()
                if self.listed:
                    self.action_ports()
            case Showing(activity=activity) if self.is_testing or activity is not Activity.IDLE:
                self._actions.stop()
            case Gone(progress=progress) if progress:
                self._actions.stop()
            case Showing(watching=Watching()) if self.rows.has_focus:
                self.action_stop_watching()
            case _:
                return False
        return True

    def action_refresh(self) -> None:
        """Read the port on screen again."""
        if not self.is_testing:
            self.endpoint_test = None
        match self.state:
            case Showing(reading=reading) | Gone(reading=reading):
                self._rules.note_refresh()
                self.run_worker(self._actions.look_up(reading.port_id), group="refresh")
            case Failed(port_id=port_id):
                self._run(self._actions.look_up(port_id))

    def action_ports(self) -> None:
        """Ask for the list of ports, filtered by what was typed in place of an ID."""
        self.stop_background()
        self.post_message(self.ListRequested(words=self.id_bar.words))

    def action_neighbour(self, rows: int) -> None:
        """Ask for the port that comes some rows after this one in the list."""
        self.post_message(self.ListRequested(rows))

    def open_listed(self, listed: "ListedPort", project_id: UUID | None = None) -> None:
        """Read and show a port of the list, which is that of a project if one is given."""
        self.listed_in = project_id
        self._look_up(listed.id, listed)

    def _look_up(self, port_id: UUID, listed: "ListedPort | None" = None) -> None:
        self.listed = listed
        self._run(self._actions.look_up(port_id))

    @on(IdBar.LookUpRequested)
    def _on_look_up_requested(self, message: IdBar.LookUpRequested) -> None:
        self.set_focus(self.rows)  # if it's the port on screen, which stays there
        self._look_up(message.port_id)

    @on(IdBar.Typed)
    def _on_typed(self, message: IdBar.Typed) -> None:
        self.typed = message.text
        self.refresh_bindings()

    def on_recent_list_opened(self, message: "RecentList.Opened") -> None:
        """Look up the recent port that was picked."""
        self.set_focus(self.id_bar.text)
        self._look_up(message.port_id)

    def on_recent_list_left_above(self) -> None:
        """Move the focus from the recent ports to the port ID."""
        self.id_bar.edit()

    @on(PortRows.Selected)
    def _on_row_selected(self, message: PortRows.Selected) -> None:
        field = message.row.field
        if not (field and field.editable):
            self.say(f"{message.row.label or 'This'} can't be edited")
        elif self.check_action("edit", ()):
            self._edit(field)
        else:
            self.say(self._rules.explain_action("edit"))

    def on_paste(self, event: events.Paste) -> None:
        """Insert text pasted outside the port ID's input into it."""
        event.stop()
        self.id_bar.edit()
        self.id_bar.take(event.text)

    def action_stop_watching(self) -> None:
        """Stop watching the port on screen."""
        self._actions.stop_watching()

    def action_edit(self) -> None:
        """Open the form on the selected field, or on the one that is edited most."""
        row = self.rows.selected
        self._edit(row.field if row and row.editable else Field.FRONTEND_PORT)

    def _edit(self, focus: Field | None) -> None:
        self.hide_former_values()
        self._run(self._actions.edit(focus))

    def action_delete(self) -> None:
        """Delete the port, after asking."""
        self.hide_former_values()
        self._run(self._actions.delete())

    def action_undo(self) -> None:
        """Undo the last change."""
        self.hide_former_values()
        self._run(self._actions.undo())

    def action_create_again(self) -> None:
        """Create a port like the deleted one, or show how."""
        self._run(self._actions.create_again())

    def action_history(self) -> None:
        """Show the history."""
        self.hide_former_values()
        self._run(self._actions.show_history())

    def action_watch(self) -> None:  # the next key doesn't wait for this and the next two
        """Read the port on screen every few seconds, in the background."""
        self.run_worker(self._actions.watch(), group="watching", exclusive=True)

    def action_copy(self, what: What) -> None:
        """Copy the selected field, the port, or a command that reads it."""
        self.run_worker(self._actions.copy(what, self.rows.selected), group="copying")

    def action_test(self) -> None:
        """Test the endpoint."""
        self.run_worker(self._actions.test_endpoint(), group="testing")

    def _run(self, action: Coroutine[Any, Any, None]) -> None:
        self.run_worker(action, group="actions")
