"""The line above the keys: the age of the port on screen, and beside it a hint or the progress."""

from typing import Final

from textual.reactive import reactive

from portui.clock import Clock
from portui.tui.state import Nothing, State
from portui.tui.widgets import pane_lines
from portui.tui.widgets.lines import Lines

HINT_SECONDS: Final = 4.0


class StatusLine(Lines):
    """Shows the age of the state, a hint for some seconds, and otherwise the progress."""

    state: reactive[State] = reactive(Nothing(), init=False, repaint=False)
    warning: reactive[str] = reactive("", init=False, repaint=False)
    """Shown in place of any hint."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._hint = ""
        self._hint_until = 0.0

    def on_mount(self) -> None:
        """Draw now, and once a second, for the age and the end of a hint."""
        self.draw()
        self.set_interval(1.0, self.draw)

    def on_resize(self) -> None:
        """Use the room there is."""
        self.draw()

    def watch_state(self) -> None:
        """Show the new age and progress."""
        self.draw()

    def watch_warning(self) -> None:
        """Show it."""
        self.draw()

    def say(self, words: str, seconds: float = HINT_SECONDS) -> None:
        """Show a hint for some seconds; an empty one removes the last."""
        self._hint = words
        self._hint_until = self._clock.seconds() + seconds
        self.draw()

    def draw(self) -> None:
        """Show what is true now."""
        if self._clock.seconds() >= self._hint_until:
            self._hint = ""
        words = self.warning or self._hint or pane_lines.progress(self.state)
        self.set_lines(pane_lines.status(self.state, self._clock, words, self.size.width))
