"""The ids of the app's bindings, with their keys.

Data alone, since the settings have to know the ids before the app is imported. A test keeps it
equal to the bindings of the screens and widgets.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

Keymap: TypeAlias = Mapping[str, tuple[str, ...]]
"""The keys of some bindings by their ids."""

NO_OTHER_KEYS: Final[Keymap] = MappingProxyType({})
"""All bindings have the default ones."""

SENT_AS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ctrl+h": "backspace",
        "ctrl+i": "tab",
        "ctrl+j": "enter",
        "ctrl+m": "enter",
        "ctrl+left_square_bracket": "escape",
        "ctrl+space": "ctrl+@",
        "ctrl+at": "ctrl+@",
    }
)
"""Keys that terminals send as others, unless they have the kitty protocol."""

KEYS: Final[Mapping[str, str]] = MappingProxyType(
    {
        # everywhere
        "help-anywhere": "f1",
        "palette-anywhere": "ctrl+p",
        "token": "ctrl+t",
        "demo": "f2",
        "redraw": "ctrl+l",
        "suspend": "ctrl+z",
        "quit-now": "ctrl+q",
        "interrupt": "ctrl+c",
        # on the port's screen and in the list
        "help": "question_mark",
        "palette": "colon",
        "quit": "q",
        "refresh": "r",
        "back": "escape",
        # the port
        "look-up": "slash",
        "edit": "e",
        "delete": "d",
        "copy": "c",
        "copy-port": "C",
        "test": "t",
        "watch": "w",
        "undo": "u",
        "create-again": "u",
        "ports": "p",
        "ports-anywhere": "f4",
        "next-port": "right_square_bracket",
        "previous-port": "left_square_bracket",
        "history": "h",
        "history-anywhere": "f3",
        "choose": "enter",
        # the port ID and the recent ports
        "submit": "enter",
        "to-recent": "down",
        "to-fields": "down",
        **{f"number-{number}": f"{number}" for number in range(1, 10)},
        # the list of ports
        "open": "enter",
        "to-filter": "slash",
        "to-rows": "down,pagedown",
        "sort": "s",
        "reverse": "S",
        "project": "P",
        "create": "n",
        # moving
        "down": "down,j",
        "up": "up,k",
        "page-down": "pagedown",
        "page-up": "pageup",
        "top": "home,g",
        "bottom": "end,G",
        # dialogs
        "leave": "escape",
        "no": "n",
        "close": "q",
        "press": "enter,space",
        "focus-next": "right",
        "focus-previous": "left",
        "confirm": "y",
        # the form
        "save": "ctrl+s",
        "proceed": "enter",
        "next-value": "space,right,l",
        "previous-value": "left,h",
        "find-number": "f4",
        "discard": "y",
        "keep": "enter",
        # the history
        "restore": "enter",
        "check": "enter",
        "all": "a",
        "scroll-on": "J",
        "scroll-back": "K",
        # the help
        "pages": "tab",
        "find": "slash",
        "next-match": "n",
        "previous-match": "N",
        # the palette
        "next-command": "down",
        "previous-command": "up",
    }
)
"""The keys of each binding by its id, several with commas, as Textual spells them."""

MOVES: Final = frozenset({"down", "up", "page-down", "page-up", "top", "bottom"})
"""The bindings that move a cursor."""


def keys_of(binding: str, changed: Keymap) -> tuple[str, ...]:
    """Return the keys of a binding, the first of which names it."""
    return changed.get(binding) or tuple(KEYS[binding].split(","))
