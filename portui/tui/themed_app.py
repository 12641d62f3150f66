"""An app in the terminal's own colours, or in those of a theme."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.color import ColorSystem
from textual.app import App, ReturnType
from textual.dom import DOMNode
from textual.filter import LineFilter
from textual.screen import Screen
from textual.theme import BUILTIN_THEMES
from textual.widget import Widget

from portui.settings.keys import Keymap
from portui.settings.themes import HIGH_CONTRAST, TERMINAL, THEMES
from portui.tui.remapped import RemappedApp

# The terminal's own colours and background: right on dark and light, and the fewest bytes.
_PLAIN = replace(BUILTIN_THEMES["ansi-dark"], name="portui", primary="ansi_cyan")


class ThemedApp(RemappedApp[ReturnType]):
    """Draws all widgets in the terminal's colours, and replaces these at last if there's a theme.

    Textual's own way parses all the CSS again for each theme, and leaves text without a colour in
    the terminal's. Here widgets need to know nothing of themes.
    """

    _filter: LineFilter | None = None

    def __init__(self, theme: str, keys: Keymap) -> None:
        """`keys` are those of the bindings that don't have the default ones."""
        # Set here, because the constructor applies NO_COLOR.
        super().__init__(keys, ansi_color=True)
        self.register_theme(_PLAIN)
        self.set_reactive(App.theme, _PLAIN.name)  # the watcher would parse all the CSS again
        self.shown_theme = TERMINAL
        """The theme on screen; the terminal's own colours if it can't show the one wanted."""
        self.show_theme(theme)

    def _register_child(
        self, parent: DOMNode, child: Widget, before: int | None, after: int | None
    ) -> None:
        """Add the CSS of a screen that opens, before the screen is styled.

        Textual does that for all that has a `CSS_PATH`, but parses all the other CSS again.
        """
        if isinstance(child, Screen):
            for path in map(str, child.css_path):
                if not self.stylesheet.has_source(path):
                    self.stylesheet.add_source(Path(path).read_text("utf-8"), (path, ""))
        super()._register_child(parent, child, before, after)

    @property
    def themes(self) -> tuple[str, ...]:
        """The themes that the terminal can show: with 16 colours, only one that needs no others."""
        if self.no_color:
            return (TERMINAL,)
        few = self._color_system < ColorSystem.EIGHT_BIT
        return tuple(
            name
            for name in THEMES
            if name in (TERMINAL, HIGH_CONTRAST) or (name in BUILTIN_THEMES and not few)
        )

    @property
    def _color_system(self) -> ColorSystem:
        system = self.console._color_system  # noqa: SLF001 - its property has only the name
        return system or ColorSystem.STANDARD

    def show_theme(self, name: str) -> None:
        """Draw everything in the colours of a theme, if the terminal can show it."""
        name = name if name in self.themes else TERMINAL
        if name != self.shown_theme:
            self.shown_theme, self._filter = name, self._filter_for(name)
            self.refresh()

    def _filter_for(self, name: str) -> LineFilter | None:
        from portui.tui.themes.colors import colors_of
        from portui.tui.themes.line_filter import ThemeFilter
        from portui.tui.themes.names import theme_named

        theme = theme_named(name)
        return ThemeFilter(colors_of(theme, self._color_system)) if theme else None

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what changes each line before it is drawn."""
        filters = super().get_line_filters()
        return [*filters, self._filter] if self._filter else filters
