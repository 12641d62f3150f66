"""The keys of the app and of its main screen, and their entries in the help and the palette."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from textual.binding import ActiveBinding, Binding, BindingType
from textual.screen import Screen

from portui.tui.active_keys import active_keys
from portui.tui.state import Failed, Gone, Loading, Nothing, Showing, State
from portui.tui.widgets.bound_keys import bound_keys, key_name

if TYPE_CHECKING:  # not needed for the first paint
    from portui.tui.port_list import PortList

KeyHelp = tuple[str, str]
"""The keys, and what they do."""


class Command(NamedTuple):
    """A command that the palette offers."""

    name: str
    key: str
    """As printed on keyboards; empty if it has none."""
    help: str
    run: Callable[[], Awaitable[object]]


def _shown(key: str, action: str, name: str, tooltip: str, *, id: str) -> Binding:  # noqa: A002
    return Binding(key, action, name, id=id, tooltip=tooltip)


def _hidden(key: str, action: str, name: str, tooltip: str, *, id: str) -> Binding:  # noqa: A002
    """Return a binding that is in the help but not the key bar; if named, also in the palette."""
    return Binding(key, action, name, show=False, id=id, tooltip=tooltip)


def _always(key: str, action: str, name: str, tooltip: str, *, id: str) -> Binding:  # noqa: A002
    """Return a hidden binding that no widget can override."""
    return Binding(key, action, name, show=False, priority=True, id=id, tooltip=tooltip)


_HELP: Final = "Keys available here"
_PALETTE: Final = "Command palette"
_HISTORY: Final = "Change history"
_TEST: Final = "Test the endpoint: resolve it, open and close a TCP connection"
_PORTS: Final = "List all ports, to find one"
_NEIGHBOUR: Final = "The next or previous port of the list"

APP_KEYS: Final[list[BindingType]] = [
    _shown("ctrl+t", "token", "Token", "Set, replace or delete the token", id="token"),
    _shown("f2", "demo", "Demo", "Open the demo: no account needed", id="demo"),
    Binding("f1", "help", "Help", priority=True, id="help-anywhere", tooltip=_HELP),
    _always("ctrl+p", "palette", "", _PALETTE, id="palette-anywhere"),
    Binding("ctrl+q", "quit_now", "Quit", priority=True, id="quit-now", tooltip="Quit"),
    _always("ctrl+c", "interrupt", "Quit", "Quit (press twice)", id="interrupt"),
    _always("ctrl+z", "suspend_process", "Suspend", "Back to the shell; fg returns", id="suspend"),
    _always("ctrl+l", "redraw", "Redraw", "Redraw", id="redraw"),
]

PORT_KEYS: Final[list[BindingType]] = [
    _shown("slash", "look_up_another", "Look up", "Go to the port ID", id="look-up"),
    _shown("e", "edit", "Edit", "Edit the port, or the field you chose", id="edit"),
    _shown("d", "delete", "Delete", "Delete the port (asks first)", id="delete"),
    _shown("r", "refresh", "Refresh", "Read the port again", id="refresh"),
    _shown("c", "copy('field')", "Copy", "Copy the selected field", id="copy"),
    _hidden(
        "C", "copy('port')", "", "Copy the port as JSON (as curl: in the palette)", id="copy-port"
    ),
    _hidden("t", "test", "Test", _TEST, id="test"),
    _shown("w", "watch", "Watch", "Read it every 5 s and mark what changes", id="watch"),
    _shown("w", "stop_watching", "Stop", "Stop watching", id="watch"),
    _shown("u", "undo", "Undo", "Undo the last change", id="undo"),
    _shown("u", "create_again", "Create again", "Create a port like it", id="create-again"),
    _shown("p", "ports", "Ports", _PORTS, id="ports"),
    _shown("f4", "ports", "Ports", _PORTS, id="ports-anywhere"),
    _hidden("right_square_bracket", "neighbour(1)", "", _NEIGHBOUR, id="next-port"),
    _hidden("left_square_bracket", "neighbour(-1)", "", _NEIGHBOUR, id="previous-port"),
    _shown("h", "history", "History", _HISTORY, id="history"),
    _hidden("f3", "history", "History", _HISTORY, id="history-anywhere"),
    _hidden("escape", "back", "", "Cancel, stop watching, or go back", id="back"),
    _hidden("down", "to_rows", "", "Go to the port's fields", id="to-fields"),
    _shown("question_mark", "app.help", "Help", _HELP, id="help"),
    _hidden("colon", "app.palette", "", _PALETTE, id="palette"),
    _shown("q", "app.quit_now", "Quit", "Quit", id="quit"),
]

LIST_KEYS: Final[list[BindingType]] = [
    _shown("slash", "to_filter", "Filter", "Go to the filter", id="to-filter"),
    _shown("s", "sort", "Sort", "Sort by the next column", id="sort"),
    _hidden("S", "reverse", "Reverse", "Sort in the other direction", id="reverse"),
    _hidden("P", "project", "Project", "List another project's ports", id="project"),
    _shown("n", "create", "New", "Create a port in the chosen port's pipeline", id="create"),
    _shown("r", "refresh", "Refresh", "Read the list again", id="refresh"),
    _shown("escape", "back", "Back", "Stop reading, or go back", id="back"),
    _shown("question_mark", "app.help", "Help", _HELP, id="help"),
    _hidden("colon", "app.palette", "", _PALETTE, id="palette"),
    _shown("q", "app.quit_now", "Quit", "Quit", id="quit"),
]

READ_ONLY: Final = "Read-only profile: ports can't be changed"

COPIES: Final = (
    ("Copy as JSON", "port", "copy-port", "Copy the port as JSON"),
    ("Copy as curl", "curl", None, "Copy a curl command that reads the port (without the token)"),
)
"""Additional commands of the palette: a name, what is copied, the binding's id, and help."""

_FORGET: Final = ("Forget recent ports", "", "Empty the list of recent ports (no port is changed)")


def is_available(  # noqa: C901 - a table
    action: str, state: State, *, typing: bool, read_only: bool
) -> bool | None:
    """Return whether an action of the main screen is available.

    `None` means not now, which a hint explains. Keys that are text in an input don't get here.
    """
    shown = isinstance(state, Showing | Gone)
    writing = isinstance(state, Showing) and state.activity.is_write
    changeable = isinstance(state, Showing) and state.is_changeable and not read_only
    match action:
        case "edit" | "delete":
            return changeable
        case "undo":
            can_undo = isinstance(state, Showing) and state.can_undo
            return changeable and (can_undo or None)
        case "create_again":
            return isinstance(state, Gone)
        case "history" | "ports":
            return not writing
        case "refresh":
            return not isinstance(state, Nothing | Loading)
        case "watch":
            watchable = isinstance(state, Showing) and state.reading.is_requested
            return not writing and watchable and not _is_watched(state)
        case "stop_watching":
            return _is_watched(state)
        case "copy":
            return shown and not writing
        case "test":
            return isinstance(state, Showing) and not writing
        case "to_rows":
            return typing and shown
        case _:
            return True


def _is_watched(state: State) -> bool:
    return isinstance(state, Showing) and state.watching is not None


def explain_unavailable(action: str, state: State, *, read_only: bool) -> str:
    """Return why a key of the main screen does nothing now."""
    match action, state:
        case _, Nothing() | Loading() | Failed():
            return "No port is shown"
        case (("edit" | "delete" | "undo"), _) if read_only:
            return READ_ONLY
        case (("edit" | "delete" | "undo" | "test" | "watch"), Gone()):
            return "This port was deleted"
        case ("edit" | "delete" | "undo" | "watch", Showing(reading=reading)) if (
            not reading.is_requested
        ):
            return "This isn't the port you asked for"
        case _:
            return "Not available now"


def is_available_in_list(action: str, ports: "PortList", *, read_only: bool) -> bool:
    """Return whether an action of the list of ports is available."""
    match action:
        case "sort" | "reverse":
            return bool(ports.ports)
        case "create":
            return bool(ports.ports) and not read_only
        case "refresh":
            return not ports.is_busy
        case "copy":
            return False
        case _:
            return True


def explain_unavailable_in_list(action: str, ports: "PortList", *, read_only: bool) -> str:
    """Return why a key of the list of ports does nothing now."""
    match action:
        case "refresh" if ports.is_busy:
            return "The list is being read; Esc stops it"
        case "sort" | "reverse":
            return "No ports to sort"
        case "create":
            return READ_ONLY if read_only else "No port to choose a pipeline by"
        case _:
            return "Not available now"


def key_help(screen: Screen[Any], *, read_only: bool = False) -> tuple[KeyHelp, ...]:
    """Return the keys that are available on a screen now, grouped by what they do."""
    bound = bound_keys(screen)
    keys: dict[str, list[str]] = {}
    if read_only:
        keys[READ_ONLY] = [bound.name(binding) for binding in ("edit", "delete", "undo")]
    for active in active_keys(screen):
        if active.tooltip:
            keys.setdefault(active.tooltip, []).append(key_name(active.binding.key))
    plain_first = {
        what: sorted(names, key=lambda name: "+" in name) for what, names in keys.items()
    }
    return tuple(("  ".join(names), what) for what, names in plain_first.items())


def commands_of(screen: Screen[Any]) -> tuple[Command, ...]:
    """Return the commands for the palette: everything that can be done on a screen now."""
    found: dict[str, ActiveBinding] = {}
    for active in active_keys(screen):
        binding = active.binding
        if binding.id and binding.tooltip and binding.description:
            other = found.setdefault(binding.description, active).binding
            if binding.id != other.id and len(key_name(binding.key)) < len(key_name(other.key)):
                found[binding.description] = active
    run, bound = screen.app.run_action, bound_keys(screen)
    commands = [
        Command(
            name,
            key_name(active.binding.key),
            active.binding.tooltip,
            partial(run, active.binding.action, active.node),
        )
        for name, active in found.items()
    ]
    commands += [
        Command(
            name, bound.name(id_) if id_ else "", help_, partial(run, f"copy('{what}')", screen)
        )
        for name, what, id_, help_ in COPIES
        if screen.check_action("copy", (what,))
    ]
    if screen.check_action("forget_recent", ()):
        commands.append(Command(*_FORGET, partial(run, "forget_recent", screen)))
    return tuple(commands)
