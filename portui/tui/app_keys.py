"""The keys of the app: their order, which work, the help, the palette, and hints about keys."""

from math import inf
from typing import TYPE_CHECKING, Any, Final

from textual import events

from portui.tui.keymap import Command, commands_of, key_help
from portui.tui.screens.base import BaseScreen
from portui.tui.screens.dialog import Dialog
from portui.tui.screens.main import MainScreen
from portui.tui.state import Activity, Loading, NoAccess, Showing
from portui.tui.terminal.key_order import KeyOrder
from portui.tui.themed_app import ThemedApp
from portui.tui.widgets.bound_keys import BoundKeys, bound_keys
from portui.tui.widgets.status_line import HINT_SECONDS

if TYPE_CHECKING:
    from portui.tui.dependencies import Dependencies

_AT_ONCE: Final = ("quit-now", "interrupt", "suspend", "redraw")
"""Bindings whose keys wait for nothing."""
_LEADING_TO_TEXT: Final = ("look-up", "to-filter", "palette")
"""Bindings that open an input for what is typed next."""


class AppKeys:
    """Passes on keys in order, and answers those that are about keys on any screen."""

    def __init__(self, app: ThemedApp[Any], main: MainScreen) -> None:
        self._app = app
        self._main = main
        self.key_order = KeyOrder(
            app,
            is_at_once=lambda event: self._bound.has(event.key, *_AT_ONCE),
            leads_to_text=lambda event: self._bound.has(event.key, *_LEADING_TO_TEXT),
            must_wait=self._must_wait,
            on_wait=self._say_keys_wait,
            on_resume=lambda: self.base.say(""),
        )

    @property
    def _bound(self) -> BoundKeys:
        return bound_keys(self._app)

    @property
    def base(self) -> BaseScreen:
        """The screen on top, below any dialog."""
        screens = reversed(self._app.screen_stack)
        return next((each for each in screens if isinstance(each, BaseScreen)), self._main)

    def explain(self, event: events.Key) -> None:
        """Say why a key does nothing."""
        active = self._app.screen.active_bindings.get(event.key)
        if not (active and active.enabled):
            base = self._app.screen is self.base
            words = self.base.explain_key(event.key) if base else ""
            unknown = not words and active is None
            self.say(self._unknown if unknown else words)

    @property
    def _unknown(self) -> str:
        name = self._bound.name
        return f"No such key here: {name('help-anywhere')} Help, {name('quit-now')} Quit"

    def check(self, action: str, *, demo: bool) -> bool:
        """Return whether a key of the app works now; dialogs have their own keys."""
        screen = self._app.screen
        modal = isinstance(screen, Dialog)
        match action:
            case "token":
                return not modal and not demo
            case "demo":
                return not modal and isinstance(self._main.access, NoAccess)
            case "help":
                return not (isinstance(screen, Dialog) and screen.IS_HELP)
            case "palette":
                return not modal
            case "focus_next" | "focus_previous":
                return any(widget is not screen.focused for widget in screen.focus_chain)
            case _:
                return True

    def open_help(self, dependencies: "Dependencies") -> None:
        """List the keys that are available on the screen on top."""
        from portui.explain.copies import explain_clipboard
        from portui.tui.screens.help import HelpScreen

        screen, read_only, copies = self._app.screen, False, ""
        if screen is self._main:
            read_only = dependencies.settings.profile.read_only
            copies = explain_clipboard(dependencies.clipboard())
        keys = key_help(screen, read_only=read_only)
        self._app.push_screen(HelpScreen(keys, copies, dependencies.clock))

    def open_palette(self, dependencies: "Dependencies") -> None:
        """Offer the commands of the screen below any dialog."""
        from portui.tui.actions.themes import ChooseTheme
        from portui.tui.screens.palette import PaletteScreen

        clock = dependencies.clock
        choose = ChooseTheme(self._app, self.base, dependencies.keep_theme, clock)
        theme = Command("Theme", "", "Choose the colours", choose.ask)
        self._app.push_screen(PaletteScreen((*commands_of(self.base), theme), clock))

    def _must_wait(self, event: events.Key | events.Paste) -> bool:
        """Return whether it's too early for a key that was typed ahead."""
        if isinstance(self._app.screen, Dialog):
            return not self._app.screen.takes_keys
        return self.base.must_wait(event)

    def _say_keys_wait(self) -> None:
        """Say that keys wait, for as long as they do."""
        state = self._main.state
        reading = isinstance(state, Showing) and state.activity is Activity.READING
        if self.base is not self._main:
            self.say(f"Your keys wait for {self.base.awaited}", inf)
        elif reading or isinstance(state, Loading):
            self.say("Your keys wait for the port; Esc cancels", inf)
        else:
            self.say("Your keys wait for what is under way", inf)

    def say(self, words: str, seconds: float = HINT_SECONDS) -> None:
        """Show a hint on whatever screen is on top."""
        if words:
            screen = self._app.screen if isinstance(self._app.screen, Dialog) else self.base
            screen.say(words, seconds)
