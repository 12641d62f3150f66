"""The list of themes, each shown as the cursor reaches it."""

from collections.abc import Callable

from textual.binding import Binding

from portui.clock import Clock
from portui.tui.keymap import Command
from portui.tui.screens.palette import PaletteInput, PaletteScreen


class ThemeInput(PaletteInput):
    """The input for the search text."""

    BINDINGS = [
        Binding("enter", "submit", "Keep", id="submit", tooltip="Keep this theme"),
    ]


class ThemeScreen(PaletteScreen):
    """A searchable list of themes. Esc goes back to the one before."""

    INPUT = ThemeInput
    BINDINGS = [
        Binding("escape", "leave", "Cancel", id="leave", tooltip="Keep the theme from before"),
    ]

    def __init__(
        self,
        themes: tuple[Command, ...],
        before: str,
        show: Callable[[str], None],
        clock: Clock,
    ) -> None:
        """`before` is the theme on screen; `show` draws in another."""
        super().__init__(themes, clock, "Theme")
        self._before, self._show = before, show
        self._cursor = next((n for n, each in enumerate(themes) if each.name == before), 0)

    def moved(self) -> None:
        """Show the theme that the cursor is on."""
        if self.chosen:
            self._show(self.chosen.name)

    def action_leave(self) -> None:
        """Go back to the theme from before."""
        self._show(self._before)
        super().action_leave()
