"""Where each of the app's bindings works, and which keys it can't have there.

Tests keep it equal to the bindings of the screens and widgets.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from portui.settings.keys import MOVES

FIXED: Final[Mapping[str, str]] = MappingProxyType(
    {"quit-now": "ctrl+q", "interrupt": "ctrl+c", "back": "escape", "leave": "escape"}
)
"""Keys that these bindings keep, whatever others they get, and that no other binding can have."""

RESERVED: Final = frozenset({*FIXED.values(), "tab", "shift+tab"})
"""Keys whose meaning can't be changed: the ways out, and the way to each field."""

IN_TEXT: Final = frozenset(
    {
        *("help-anywhere", "palette-anywhere", "ports-anywhere", "history-anywhere"),
        *("token", "demo", "redraw", "suspend", "quit-now", "interrupt"),
        *("submit", "to-recent", "to-fields", "to-rows", "next-command", "previous-command"),
        *("save", "find-number"),
    }
)
"""Bindings that have to work while something is typed, so that no character can be their key."""

TEXT_KEYS: Final = frozenset(
    {
        *("left", "right", "home", "end", "backspace", "delete"),
        *("shift+left", "shift+right", "shift+home", "shift+end"),
        *("ctrl+left", "ctrl+right", "ctrl+shift+left", "ctrl+shift+right", "ctrl+shift+a"),
        *("ctrl+a", "ctrl+e", "ctrl+d", "ctrl+w", "ctrl+u", "ctrl+k", "ctrl+x", "ctrl+v"),
        *("super+backspace", "ctrl+backspace", "alt+backspace", "super+c"),
    }
)
"""Keys that edit the text in a field, which come before any binding there."""

_EVERYWHERE: Final = frozenset(
    {"help-anywhere", "palette-anywhere", "token", "demo", "redraw", "suspend"}
    | {"quit-now", "interrupt"}
)
_SCREEN: Final = _EVERYWHERE | {"help", "palette", "quit", "refresh", "back"}
_NUMBERS: Final = frozenset(f"number-{number}" for number in range(1, 10))
_PORT: Final = _SCREEN | {
    *("look-up", "edit", "delete", "copy", "copy-port", "test", "watch", "undo", "create-again"),
    *("ports", "ports-anywhere", "next-port", "previous-port", "history", "history-anywhere"),
    "to-fields",
}
_LIST: Final = _SCREEN | {"to-filter", "sort", "reverse", "project", "create"}
_DIALOG: Final = _EVERYWHERE | {"leave", "focus-next", "focus-previous"}
_ANSWERS: Final = _DIALOG | {"no", "close"}
_FORM: Final = _DIALOG | {
    *("close", "no", "save", "proceed", "find-number", "discard", "keep"),
    *("down", "up", "top", "bottom"),
}
_PAGE: Final = _DIALOG | MOVES | {"close", "help", "pages", "find", "next-match", "previous-match"}

PLACES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "on a port": _PORT | MOVES | {"choose"},
        "in the port ID": _PORT | {"submit", "to-recent"},
        "in the recent ports": _PORT | MOVES | _NUMBERS | {"open"},
        "in the list of ports": _LIST | MOVES | {"open"},
        "in the filter": _LIST | {"submit", "to-rows"},
        "in a form": _FORM | {"submit"},
        "on a form's protocol": _FORM | {"next-value", "previous-value"},
        "on a form's buttons": _FORM | {"press"},
        "in a question": _ANSWERS | MOVES | _NUMBERS | {"press"},
        "in the delete dialog": _ANSWERS | {"confirm", "press"},
        "in the delete dialog's field": _ANSWERS | {"confirm", "submit"},
        "in the token dialog": _ANSWERS | {"down", "up", "press"},
        "in the token dialog's field": _ANSWERS | {"down", "up", "submit"},
        "in the history": _ANSWERS
        | MOVES
        | {"history", "restore", "check", "open", "copy", "all", "scroll-on", "scroll-back"},
        "in the palette": _DIALOG
        | {"submit", "next-command", "previous-command", "page-down", "page-up"},
        "in the help": _ANSWERS | MOVES | {"help", "submit", "pages"},
        "in the list of pages": _ANSWERS
        | _NUMBERS
        | {"help", "pages", "open", "down", "up", "top", "bottom"},
        "on a page": _PAGE,
        "in a page's search": _PAGE | {"submit"},
    }
)
"""The ids of the bindings that are there together, by where that is."""
