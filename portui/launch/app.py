"""Put the app together and run it."""

import os
import re
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from portui import folders
from portui.launch.service import connect_to
from portui.launch.settings import UsageError, crash_folder, resolve_settings, storage_folder
from portui.launch.theme import keep_theme, theme_for
from portui.port.display import safe
from portui.port.identifier import port_ids_in
from portui.settings import DEMO, Settings
from portui.settings.environment import color_system, is_over_ssh
from portui.settings.themes import TERMINAL
from portui.tui.terminal.encoding import fit_to_terminal
from portui.tui.terminal.typeahead import TypeAhead

if TYPE_CHECKING:
    from portui.clipboard import Clipboard
    from portui.clock import Clock
    from portui.tui.actions.access import AccessActions
    from portui.tui.actions.collaborators import Collaborators
    from portui.tui.actions.port_actions import PortActions
    from portui.tui.app import PortuiApp
    from portui.tui.screens.main import MainScreen


_MOST_WORDS: Final = 200  # characters
_MISTYPED_ID: Final = r"[0-9a-fA-F-]{20,}"


def run_app(options: Namespace, type_ahead: TypeAhead | None) -> int:
    """Run the app and return its exit status. Raises `UsageError`."""
    fit_to_terminal(sys.stderr)
    opening = _opening(options.words)
    settings = resolve_settings(options)
    _check_terminal()
    return _run(options, settings, opening, type_ahead)


def _opening(arguments: list[str]) -> UUID | str:
    """Return the port to open on, or the words to filter the list of ports by.

    Raises `UsageError` for several IDs, for what looks like a mistyped one, and for empty words.
    """
    text = " ".join(arguments)
    found = port_ids_in(text)
    if len(found) == 1:
        return found[0]
    mistyped = next((word for word in text.split() if re.fullmatch(_MISTYPED_ID, word)), "")
    if found or mistyped or (arguments and not text.strip()):
        what = "contains several port IDs" if found else "is not a port ID"
        raise UsageError(f"'{safe(mistyped or text, 40)}' {what}")
    return safe(" ".join(text.split()), _MOST_WORDS)


def _check_terminal() -> None:
    """Raise `UsageError` unless stdin and stderr are terminals that can show the app.

    Keys are read from stdin, and the app is drawn on stderr.
    """
    if not (sys.stdin and sys.stdin.isatty()):
        raise UsageError("standard input is not a terminal; use portui get or portui list")
    if not (sys.stderr and sys.stderr.isatty()):
        raise UsageError("standard error is not a terminal, and portui draws on it")
    if os.environ.get("TERM", "dumb") in ("dumb", ""):
        raise UsageError("this terminal (TERM) can't show a full-screen app")


def _run(
    options: Namespace, settings: Settings, opening: UUID | str, type_ahead: TypeAhead | None
) -> int:
    """Run the app, and then the demo if the operator chose to open it."""
    # Textual reads these at import. On a slow line an arrow key arrives in pieces, the first of
    # which is Escape. A change is drawn at the next frame, so a high rate shows it sooner, and
    # nothing is animated.
    os.environ.setdefault("ESCDELAY", "300" if is_over_ssh(os.environ) else "100")
    os.environ.setdefault("TEXTUAL_FPS", "120")
    os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", color_system(os.environ))
    for name in ("COLUMNS", "LINES"):  # the terminal itself knows its size, also after a change
        os.environ.pop(name, None)
    if not os.environ.get("NO_COLOR"):  # Textual takes an empty one for set
        os.environ.pop("NO_COLOR", None)
    import asyncio

    from portui.threads import ImpatientLoop
    from portui.tui.dependencies import AppResult
    from portui.tui.terminal.driver import driver_for

    while True:
        with storage_folder(settings) as folder:
            theme = theme_for(settings, folders.state_folder())
            app = compose_app(settings, folder, opening, theme)
            app.driver_class = driver_for(os.environ["TERM"], plain=options.plain_drawing)
            app.type_ahead = type_ahead
            # GNU screen holds Esc back, as it could begin a mouse report.
            mouse = options.mouse or not (is_over_ssh(os.environ) or os.environ.get("STY"))
            with asyncio.Runner(loop_factory=ImpatientLoop) as runner:
                result = runner.run(app.run_async(mouse=mouse))
        for line in app.farewell:
            with suppress(OSError):  # the terminal has closed
                sys.stderr.write(f"{line}\n")
        if result is not AppResult.OPEN_DEMO:
            return app.return_code or 0
        settings, opening = DEMO._replace(keys=settings.keys, theme=settings.theme), ""


def compose_app(
    settings: Settings, storage_folder: Path, opening: UUID | str, theme: str = TERMINAL
) -> "PortuiApp":
    """Return the app with the collaborators that match the settings.

    `opening` is the port to open on, or words to filter the list of ports by; empty for neither.
    """
    from portui.clock import Clock
    from portui.tui.app import PortuiApp
    from portui.tui.dependencies import Dependencies

    clock = Clock()
    dependencies = Dependencies(
        settings=settings,
        actions=lambda app, screen: _actions(app, screen, settings, storage_folder, clock),
        access=lambda screen: _access(screen, settings, clock, connects_early=opening == ""),
        clipboard=_clipboard,
        crash_folder=crash_folder(),
        clock=clock,
        theme=theme,
        keep_theme=partial(keep_theme, folders.state_folder()),
    )
    if isinstance(opening, UUID):
        return PortuiApp(dependencies, opening)
    return PortuiApp(dependencies, words=opening)


def _actions(
    app: "PortuiApp", screen: "MainScreen", settings: Settings, folder: Path, clock: "Clock"
) -> "PortActions":
    from portui.tui.actions.port_actions import PortActions

    def make(after_change: Callable[[], Awaitable[None]]) -> "Collaborators":
        from portui.journal import Storage
        from portui.tui.actions.collaborators import Collaborators

        storage = Storage.under(folder, settings.origin.name, clock.now, settings.profile.name)
        return Collaborators(
            app, screen, settings, storage, clock, _clipboard(), after_change=after_change
        )

    return PortActions(app, screen, settings, make)


def _access(
    screen: "MainScreen", settings: Settings, clock: "Clock", *, connects_early: bool
) -> "AccessActions":
    from portui.credentials import KeyringStore
    from portui.tui.actions.access import AccessActions

    store = KeyringStore(settings.origin.name)
    connect = connect_to(settings, early=connects_early)
    return AccessActions(screen, settings, store, connect, clock)


@cache
def _clipboard() -> "Clipboard":
    import shutil

    from portui.clipboard import detect_clipboard

    return detect_clipboard(os.environ, sys.platform, shutil.which)
