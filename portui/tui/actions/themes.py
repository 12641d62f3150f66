"""Choose the theme."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from portui.clock import Clock
from portui.settings.themes import HIGH_CONTRAST, TERMINAL
from portui.threads import in_daemon_thread
from portui.tui.keymap import Command
from portui.tui.screens.base import BaseScreen
from portui.tui.screens.themes import ThemeScreen
from portui.tui.themed_app import ThemedApp
from portui.tui.themes.names import theme_named

_ABOUT: Final = {
    TERMINAL: "The terminal's own colours",
    HIGH_CONTRAST: "Strong colours on black",
}
_FEW: Final = "; other themes need 256 colours"


class ChooseTheme:
    """Shows the themes, and keeps the one that is chosen."""

    def __init__(
        self, app: ThemedApp[Any], base: BaseScreen, keep: Callable[[str], str], clock: Clock
    ) -> None:
        """`keep` keeps a theme for the next starts, and returns why that failed, if it did."""
        self._app, self._base, self._keep, self._clock = app, base, keep, clock

    async def ask(self) -> None:
        """Offer the themes that this terminal can show."""
        app, themes = self._app, self._app.themes
        if themes == (TERMINAL,):
            self._base.say("NO_COLOR is set: there are no colours to choose")
            return
        few = len(themes) == len(_ABOUT)
        commands = tuple(
            Command(name, "", _about(name, few=few), partial(self._choose, name)) for name in themes
        )
        app.push_screen(ThemeScreen(commands, app.shown_theme, app.show_theme, self._clock))

    async def _choose(self, name: str) -> None:
        self._app.show_theme(name)
        failed = await in_daemon_thread(lambda: self._keep(name))
        if failed:
            self._base.say(f"This theme lasts until you quit: {failed}")


def _about(name: str, *, few: bool) -> str:
    if name in _ABOUT:
        return _ABOUT[name] + (_FEW if few and name == HIGH_CONTRAST else "")
    theme = theme_named(name)
    return "Dark" if theme and theme.dark else "Light"
