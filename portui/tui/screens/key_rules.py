"""Which keys of the main screen work now, which must wait, and why one does nothing."""

from collections.abc import Iterator
from math import inf
from time import monotonic
from typing import Final

from textual import events

from portui.tui.keymap import explain_unavailable, is_available
from portui.tui.screens.port_view import PortView
from portui.tui.state import Gone, Loading, Showing

_AHEAD: Final = 1.0  # seconds after a refresh, in which keys are typed ahead of what it shows
_ANY_TIME: Final = frozenset({"escape", "ctrl+t"})
"""Keys that make sense whatever is under way."""
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
        if action in _OF_A_PORT and view.is_choosing:
            return None
        if action == "neighbour" and not view.listed:
            return None
        if action == "forget_recent":
            return bool(view.recent)
        return is_available(
            action,
            parameters,
            view.state,
            typing=view.is_typing,
            read_only=self._read_only,
        )

    def explain(self, key: str) -> str:
        """Return why a key does nothing now; empty if it isn't a key of this screen."""
        view = self._view
        read_only = self._read_only
        if key == "down" and view.is_typing:
            return "No recent port matches" if view.recent else "No recent ports yet"
        for action, _ in self._actions_of(key):
            if action == "neighbour":
                return "No list here: p opens it"
            if action in _OF_A_PORT and view.is_choosing:
                return "Press Enter to look this port up first"
            if action == "undo" and self.check("undo", ()) is None:
                return ""  # the action itself says how many changes the history has
            return explain_unavailable(action, view.state, read_only=read_only)
        return ""

    def must_wait(self, event: events.Key | events.Paste) -> bool:
        """Return whether it's too early for a key: something before it is still under way.

        While a port is being read, the keys that lead to another ID work. While it's read again,
        the cursor moves, and after a second all keys work, since the port is on screen. Cancelling,
        the token and quitting never wait.
        """
        view = self._view
        key = event.key if isinstance(event, events.Key) else ""
        quits = key == "q" and self.check("letter", ("quit_now",))
        if quits or key in _ANY_TIME:
            return False
        if isinstance(view.state, Loading):
            return not (view.is_typing or key in ("", "f1", "slash"))
        under_way = {worker.group for worker in view.workers}
        typed_ahead = event.time - self._refreshed_at < _AHEAD
        moves = view.rows.has_focus and view.rows.moves(key)
        return "actions" in under_way or ("refresh" in under_way and typed_ahead and not moves)

    def _actions_of(self, key: str) -> Iterator[tuple[str, tuple[object, ...]]]:
        """Yield the actions of this screen that a key is bound to, with their parameters."""
        view = self._view
        if key == "enter" and view.rows.has_focus:
            yield "edit", ()
        yield from view.bound_actions(key)
