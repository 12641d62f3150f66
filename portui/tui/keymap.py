"""The keys of the app and of its main screen, what the help says of keys, and the palette."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from textual.app import App
from textual.binding import ActiveBinding, Binding, BindingType
from textual.screen import Screen

from portui.tui.widgets.bars import key_name

if TYPE_CHECKING:
    from portui.tui.screens.palette import Command

KeyHelp = tuple[str, str]
"""The keys, and what they do."""


def _shown(key: str, action: str, name: str, tooltip: str, *, id: str) -> Binding:  # noqa: A002
    return Binding(key, action, name, id=id, tooltip=tooltip)


def _hidden(key: str, action: str, name: str, tooltip: str, *, id: str) -> Binding:  # noqa: A002
    """A key that works, and stands in the help; with a name, in the palette too."""
    return Binding(key, action, name, show=False, id=id, tooltip=tooltip)


def _always(key: str, action: str, name: str, tooltip: str, *, id: str) -> Binding:  # noqa: A002
    """A hidden key that no widget may take for itself."""
    return Binding(key, action, name, show=False, priority=True, id=id, tooltip=tooltip)


_HELP: Final = "Keys available here"
_PALETTE: Final = "Command palette"
_HISTORY: Final = "Change history"

APP_KEYS: Final[list[BindingType]] = [
    _shown("ctrl+t", "token", "Token", "Set, replace or delete the token", id="token"),
    _shown("f2", "demo", "Demo", "Open the demo: no account needed", id="demo"),
    _shown("question_mark", "letter('help')", "Help", _HELP, id="help"),
    Binding("f1", "help", "Help", priority=True, id="help-f1", tooltip=_HELP),
    _always("ctrl+p", "palette", "", _PALETTE, id="palette"),
    _hidden("colon", "letter('palette')", "", _PALETTE, id="palette-colon"),
    _shown("q", "letter('quit')", "Quit", "Quit", id="quit"),
    Binding("ctrl+q", "quit", "Quit", priority=True, id="quit-now", tooltip="Quit"),
    _always("ctrl+c", "interrupt", "Quit", "Pressed twice: quit", id="interrupt"),
    _always("ctrl+z", "suspend_process", "Suspend", "Back to the shell; fg returns", id="suspend"),
    _always("ctrl+l", "redraw", "Redraw", "Redraw", id="redraw"),
]

PORT_KEYS: Final[list[BindingType]] = [
    _shown("slash", "look_up_another", "Look up", "Go to the port ID", id="look-up"),
    _shown("e", "edit", "Edit", "Edit the port (starts at the selected field)", id="edit"),
    _shown("d", "delete", "Delete", "Delete the port (asks first)", id="delete"),
    _shown("r", "read_again", "Refresh", "Read the port again", id="refresh"),
    _shown("c", "copy('field')", "Copy", "Copy the selected field", id="copy"),
    _hidden("C", "copy('port')", "", "Copy the port as JSON (as curl: ctrl+p)", id="copy-port"),
    _shown("u", "undo", "Undo", "Undo the last change", id="undo"),
    _shown("u", "create_again", "Create again", "How to create a port like it", id="create-again"),
    _shown("h", "history('h')", "History", _HISTORY, id="history"),
    _hidden("f3", "history('f3')", "History", _HISTORY, id="history-f3"),
    _hidden("escape", "back", "", "Cancel the read", id="back"),
    _hidden("down", "to_rows", "", "To the port's fields", id="to-rows"),
]

COPIES: Final = (
    ("Copy as JSON", "port", "C", "Copy the port as JSON"),
    ("Copy as curl", "curl", "", "Copy a command that reads the port; the token stays a variable"),
)
"""What the palette has beside the key bar's: a name, what is copied, its key, and help."""


def key_help(screen: Screen[Any]) -> tuple[KeyHelp, ...]:
    """The keys that do something on a screen now, those for the same thing together."""
    keys: dict[str, list[str]] = {}
    for active in _active(screen):
        if active.tooltip:
            keys.setdefault(active.tooltip, []).append(key_name(active.binding.key))
    plain_first = {
        what: sorted(names, key=lambda name: "+" in name) for what, names in keys.items()
    }
    return tuple(("  ".join(names), what) for what, names in plain_first.items())


def palette(app: App[Any], screen: Screen[Any], *, with_copies: bool) -> Iterator["Command"]:
    """All that can be done now, by name."""
    from portui.tui.screens.palette import Command  # behind the first paint

    found: dict[str, ActiveBinding] = {}
    for active in _active(screen):
        binding = active.binding
        if binding.id and binding.tooltip and binding.description:
            other = found.setdefault(binding.description, active)
            if len(key_name(binding.key)) < len(key_name(other.binding.key)):
                found[binding.description] = active
    for name, active in found.items():
        binding = active.binding
        run = partial(app.run_action, binding.action, active.node)
        yield Command(name, key_name(binding.key), binding.tooltip, run)
    for name, what, key, help_ in COPIES if with_copies else ():
        if screen.check_action("copy", (what,)):
            run = partial(app.run_action, f"copy('{what}')", screen)
            yield Command(name, key, help_, run)


def _active(screen: Screen[Any]) -> Iterator[ActiveBinding]:
    """What can be done now, what the key bar shows first."""
    active = (active for active in screen.active_bindings.values() if active.enabled)
    return iter(sorted(active, key=lambda each: not each.binding.show))
