"""The keys that do something on a screen now, and what they do."""

from collections.abc import Iterator
from typing import Any, Final

from textual.binding import ActiveBinding
from textual.screen import Screen

_TEXTUALS: Final = {
    "app.focus_next": "Move the focus",
    "app.focus_previous": "Move the focus",
    "cursor_left": "Move in the text",
    "cursor_right": "Move in the text",
    "cursor_left_word": "Move by a word",
    "cursor_right_word": "Move by a word",
    "home": "Beginning or end of the text",
    "end": "Beginning or end of the text",
    "select_all": "Select the whole text",
    "delete_left": "Delete a character",
    "delete_right": "Delete a character",
    "delete_left_word": "Delete a word",
    "delete_right_word": "Delete a word",
    "delete_left_all": "Delete what is before the cursor",
    "delete_right_all": "Delete what is behind the cursor",
    "cut": "Cut the selected text",
    "paste": "Paste what was cut or copied here",
}
"""What Textual's own keys do, by their actions; those that select a part of a text are left out."""


def active_keys(screen: Screen[Any]) -> Iterator[ActiveBinding]:
    """Return the bindings that are enabled now, those in the key bar first.

    Textual leaves out the app's keys where a dialog is open, though those with priority work there.
    """
    app = screen.app
    found = dict(screen.active_bindings)
    for key, binding in app._bindings:  # noqa: SLF001 - it has no public name
        if binding.priority and app.check_action(binding.action, ()):
            found[key] = ActiveBinding(app, binding, enabled=True, tooltip=binding.tooltip)
    active = (_with_words(active) for active in found.values() if active.enabled)
    return iter(sorted(active, key=lambda each: not each.binding.show))


def _with_words(active: ActiveBinding) -> ActiveBinding:
    words = active.tooltip or _TEXTUALS.get(active.binding.action, "")
    return active._replace(tooltip=words)
