"""The keys of the app and of its main screen, what the help says of keys, and the palette."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from textual.app import App, SystemCommand
from textual.binding import ActiveBinding, Binding, BindingType
from textual.screen import Screen

from portui.tui.widgets.bars import key_name

KeyHelp = tuple[str, str]
"""The keys, and what they do."""


def _shown(key: str, action: str, name: str, tooltip: str, *, id: str) -> Binding:  # noqa: A002
    return Binding(key, action, name, id=id, tooltip=tooltip)


def _hidden(key: str, action: str, name: str, tooltip: str, *, id: str) -> Binding:  # noqa: A002
    """A key that works, and stands in the help alone."""
    return Binding(key, action, name, show=False, id=id, tooltip=tooltip)


def _always(key: str, action: str, name: str, tooltip: str, *, id: str) -> Binding:  # noqa: A002
    """A hidden key that no widget may take for itself."""
    return Binding(key, action, name, show=False, priority=True, id=id, tooltip=tooltip)


_HELP: Final = "The keys that do something here"
_PALETTE: Final = "All that can be done, by name"
_HISTORY: Final = "The changes, and what was before"

APP_KEYS: Final[list[BindingType]] = [
    _shown("ctrl+t", "token", "Token", "Set, replace or forget the token", id="token"),
    _shown("f2", "demo", "Demo", "Leave for the demo: no account needed", id="demo"),
    _shown("question_mark", "letter('help')", "Help", _HELP, id="help"),
    Binding("f1", "help", "Help", priority=True, id="help-f1", tooltip=_HELP),
    _hidden(
        "colon",
        "letter('command_palette')",
        "Palette",
        "All that can be done, by name",
        id="palette",
    ),
    _shown("q", "letter('quit')", "Quit", "Quit", id="quit"),
    Binding("ctrl+q", "quit", "Quit", priority=True, id="quit-now", tooltip="Quit"),
    _always("ctrl+c", "interrupt", "Quit", "Pressed twice: quit", id="interrupt"),
    _always("ctrl+z", "suspend_process", "Suspend", "Back to the shell; fg returns", id="suspend"),
    _always("ctrl+l", "redraw", "Redraw", "Draw the screen anew", id="redraw"),
]

PORT_KEYS: Final[list[BindingType]] = [
    _shown("slash", "look_up_another", "Look up", "Go to the port ID", id="look-up"),
    _shown("e", "edit", "Edit", "Edit the port, the chosen field first", id="edit"),
    _shown("d", "delete", "Delete", "Delete the port, after a question", id="delete"),
    _shown("r", "read_again", "Refresh", "Read the port again", id="refresh"),
    _shown("c", "copy('field')", "Copy", "Copy the chosen field's value", id="copy"),
    _hidden("C", "copy('port')", "", "Copy the port as JSON (as curl: ctrl+p)", id="copy-port"),
    _shown("u", "undo", "Undo", "Back to before the last change", id="undo"),
    _shown("h", "history('h')", "History", _HISTORY, id="history"),
    _hidden("f3", "history('f3')", "", _HISTORY, id="history-f3"),
    _hidden("escape", "back", "Back", "Stop reading; to the fields", id="back"),
    _hidden("down", "to_rows", "Fields", "To the port's fields", id="to-rows"),
]

COPIES: Final = (
    ("Copy as JSON", "port", "Copy the port as JSON (C)"),
    ("Copy as curl", "curl", "Copy a call that reads the port; the token is a variable in it"),
)
"""What the palette has beside the key bar's: a name, what is copied, and help."""


def key_help(screen: Screen[Any]) -> tuple[KeyHelp, ...]:
    """The keys that do something on a screen now, those for the same thing together."""
    keys: dict[str, list[str]] = {}
    for active in sorted(_active(screen), key=lambda active: not active.binding.show):
        if active.tooltip:
            keys.setdefault(active.tooltip, []).append(key_name(active.binding.key))
    plain_first = {
        what: sorted(names, key=lambda name: "+" in name) for what, names in keys.items()
    }
    return tuple(("  ".join(names), what) for what, names in plain_first.items())


def palette(app: App[Any], screen: Screen[Any], *, with_copies: bool) -> Iterator[SystemCommand]:
    """All that can be done now, by name."""
    seen = set()
    for active in _active(screen):
        binding = active.binding
        if binding.id and binding.tooltip and binding.show and binding.action not in seen:
            seen.add(binding.action)
            run = partial(app.run_action, binding.action, active.node)
            help_ = f"{binding.tooltip} ({key_name(binding.key)})"
            yield _command(app, binding.description, help_, run)
    for name, what, help_ in COPIES if with_copies else ():
        if screen.check_action("copy", (what,)):
            run = partial(app.run_action, f"copy('{what}')", screen)
            yield _command(app, name, help_, run)


def _active(screen: Screen[Any]) -> Iterator[ActiveBinding]:
    return (active for active in screen.active_bindings.values() if active.enabled)


def _command(app: App[Any], name: str, help_: str, run: Callable[[], object]) -> SystemCommand:
    return SystemCommand(name, help_, partial(app.call_later, run))
