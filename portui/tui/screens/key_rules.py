"""Which keys of the main screen work now, which must wait, and why one does nothing."""

from math import inf
from time import monotonic
from typing import Final

from textual import events

from portui.settings.keys import MOVES
from portui.tui.keymap import explain_unavailable, is_available
from portui.tui.screens.port_view import PortView
from portui.tui.state import Gone, Loading, Showing
from portui.tui.widgets.bound_keys import bound_keys

_AHEAD: Final = 1.0  # seconds after a refresh, in which keys are typed ahead of what it shows
_ANY_TIME: Final = ("back", "quit", "token")
"""Bindings that make sense whatever is under way."""
_WHILE_LOADING: Final = ("look-up", "help-anywhere")
"""Bindings that make sense while the port is still read."""
_OF_A_PORT: Final = frozenset(
    {"edit", "delete", "undo", "create_again", "refresh", "copy", "test", "watch"}
)
"""Actions on the port on screen, which are disabled while another port is being chosen."""


class KeyRules:
    """Decides about keys by what the main screen shows."""

    def __init__(self, view: PortView, *, read_only: bool) -> None:
        self._view = view
        self._read_only = read_only
        self._refreshed_at = -inf

    def note_refresh(self) -> None:
        """Note that keys pressed soon after this were typed before the refresh shows anything."""
        self._refreshed_at = monotonic()

    def check(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether an action is available; `None`: not now, which a hint explains."""
        view = self._view
        port_shown = isinstance(view.state, Showing | Gone)
        if action == "to_recent":
            return view.offers_recent or (None if port_shown else False)
        if action == "to_rows" and view.offers_recent:
            return False
        if action in _OF_A_PORT and self._is_choosing(parameters):
            return None
        if action == "neighbour" and not view.listed:
            return None
        if action == "forget_recent":
            return bool(view.recent)
        return is_available(action, view.state, typing=view.is_typing, read_only=self._read_only)

    def _is_choosing(self, parameters: tuple[object, ...] = ()) -> bool:
        """Return whether another port is being chosen than the one on screen.

        The one on screen can be copied as curl even while another ID is typed.
        """
        view = self._view
        is_typed = view.is_typing and view.typed is not None and parameters != ("curl",)
        return view.is_choosing or is_typed

    def explain(self, key: str) -> str:
        """Return why a key does nothing now; empty if it isn't a key of this screen."""
        view = self._view
        bound = bound_keys(view)
        if view.is_typing and bound.has(key, "to-recent"):
            return "No recent port matches" if view.recent else "No recent ports yet"
        if view.rows.has_focus and bound.has(key, "choose"):
            return self.explain_action("edit")
        for action, parameters in view.bound_actions(key):
            return self.explain_action(action, parameters)
        return ""

    def explain_action(self, action: str, parameters: tuple[object, ...] = ()) -> str:
        """Return why an action isn't available now."""
        view, bound = self._view, bound_keys(self._view)
        if action == "neighbour":
            return f"No list here: {bound.name('ports')} opens it"
        if action in _OF_A_PORT and self._is_choosing(parameters):
            enter = bound.name("open" if view.is_choosing else "submit")
            return f"Press {enter} to look this port up first"
        if action == "undo" and self.check("undo", ()) is None:
            return ""  # the action itself says how many changes the history has
        return explain_unavailable(action, view.state, read_only=self._read_only)

    def must_wait(self, event: events.Key | events.Paste) -> bool:
        """Return whether it's too early for a key: something before it is still under way.

        While a port is being read, the keys that lead to another ID work. While it's read again,
        the cursor moves, and after a second all keys work, since the port is on screen. Cancelling,
        the token and quitting never wait.
        """
        view = self._view
        if view.is_key_of(event, *_ANY_TIME):
            return False
        if isinstance(view.state, Loading):
            is_paste = isinstance(event, events.Paste)
            return not (is_paste or view.is_typing or view.is_key_of(event, *_WHILE_LOADING))
        under_way = {worker.group for worker in view.workers}
        typed_ahead = event.time - self._refreshed_at < _AHEAD
        moves = view.rows.has_focus and view.is_key_of(event, *MOVES)
        return "actions" in under_way or ("refresh" in under_way and typed_ahead and not moves)
