"""The keys of the bindings as the operator has chosen them.

Textual's own `App.set_keymap` isn't used. In Textual 8.2 it leaves out which keys are text by their
default keys, so that `ctrl+g` in place of `?` is dead in an input and `x` in place of F3 is offered
there; it drops all bindings that share a key with the one it changes; and it does all that anew at
each key. Here a widget's bindings are changed once, when it's added to the app.
"""

from typing import TypeVar

from textual.app import App
from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode
from textual.widget import Widget

from portui.settings.keys import Keymap
from portui.tui.widgets.bound_keys import BoundKeys

Result = TypeVar("Result")


class RemappedApp(App[Result]):
    """An app whose bindings have the keys that the operator has chosen."""

    def __init__(self, changed: Keymap, *, ansi_color: bool) -> None:
        """`changed` are the keys of the bindings that don't have the default ones."""
        super().__init__(ansi_color=ansi_color)
        self.bound_keys = BoundKeys(changed)
        self._bindings = remapped(self._bindings, changed)

    def _register_child(
        self, parent: DOMNode, child: Widget, before: int | None, after: int | None
    ) -> None:
        """Change the bindings of what is added to the app."""
        child._bindings = remapped(child._bindings, self.bound_keys.changed)  # noqa: SLF001 - Textual's
        super()._register_child(parent, child, before, after)


def remapped(bindings: BindingsMap, changed: Keymap) -> BindingsMap:
    """Return bindings, of which those whose ids have other keys have these alone.

    Where they take a key that one of Textual's own bindings has, they take it away from that.
    """
    if not changed:
        return bindings
    found: dict[str, list[Binding]] = {}
    for key, binding in bindings:
        for new_key in changed.get(binding.id or "", (key,)):
            same_key = found.setdefault(new_key, [])
            new = binding.with_key(new_key)
            if new not in same_key:
                same_key.append(new)
    for same_key in found.values():
        if any(binding.id in changed for binding in same_key):
            same_key[:] = [binding for binding in same_key if binding.id]
    return BindingsMap.from_keys(found)
