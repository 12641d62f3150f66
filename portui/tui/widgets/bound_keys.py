"""Which keys the bindings have, as the operator has chosen them, and what they are called."""

from typing import Final, NamedTuple, Protocol, cast

from textual.dom import DOMNode
from textual.keys import format_key, key_to_character

from portui.settings.keys import NO_OTHER_KEYS, Keymap, keys_of

# Names of keys whose Textual names aren't those on keyboards.
_NAMES: Final = {
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "tab": "Tab",
    "backspace": "Backspace",
    "delete": "Del",
    "insert": "Ins",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
}


def key_name(key: str) -> str:
    """Return a key's name as printed on keyboards."""
    *modifiers, last = key.split("+")
    if last.startswith("f") and last[1:].isdigit():
        last = last.upper()
    elif len(last) > 1:
        last = _NAMES.get(last) or key_to_character(last) or format_key(last)
    return "+".join([*modifiers, last])


class BoundKeys(NamedTuple):
    """The keys of bindings by their ids."""

    changed: Keymap = NO_OTHER_KEYS
    """The keys of the bindings that don't have the default ones."""

    def name(self, binding: str) -> str:
        """Return what the first key of a binding is called."""
        return key_name(keys_of(binding, self.changed)[0])

    def has(self, key: str, *bindings: str) -> bool:
        """Return whether a key is one of those of some bindings."""
        return any(key in keys_of(binding, self.changed) for binding in bindings)


AS_SHIPPED: Final = BoundKeys()
"""The default keys."""


def bound_keys(node: DOMNode) -> BoundKeys:
    """Return the keys in the app that a widget or screen is in."""
    return cast("_HasBoundKeys", node.app).bound_keys


class _HasBoundKeys(Protocol):
    """What portui's app has, and Textual's doesn't."""

    bound_keys: BoundKeys
