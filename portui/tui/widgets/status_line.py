"""The line above the key bar: the age of the port on screen, and a hint or the progress."""

from typing import Final

from textual.reactive import reactive

from portui.clock import Clock
from portui.tui.state import Activity, Nothing, Showing, State
from portui.tui.widgets import pane_lines
from portui.tui.widgets.lines import Line, Lines

HINT_SECONDS: Final = 4.0


class StatusLine(Lines):
    """Shows the age of the port on screen, and a hint for some seconds or else the progress."""

    state: reactive[State] = reactive(Nothing(), init=False, repaint=False)
    warning: reactive[str] = reactive("", init=False, repaint=False)
    """Shown in place of any hint."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._hint = ""
        self._hint_until = 0.0

    def on_mount(self) -> None:
        """Draw now and every second, to update the age and clear an expired hint."""
        self.draw()
        self.set_interval(1.0, self.draw)
        # Before anything is drawn again, since the age may be days by then.
        self.app.app_resume_signal.subscribe(self, lambda _: self.draw())

    def on_resize(self) -> None:
        """Fit the new width."""
        self.draw()

    def watch_state(self, before: State, now: State) -> None:
        """Show the new age and progress; no hint hides what begins."""
        if _is_active(now) and not _is_active(before):
            self._hint = ""
        self.draw()

    def watch_warning(self) -> None:
        """Show the warning."""
        self.draw()

    def say(self, words: str, seconds: float = HINT_SECONDS) -> None:
        """Show a hint for some seconds; an empty one clears the last."""
        self._hint = words
        self._hint_until = self._clock.seconds() + seconds
        self.draw()

    def draw(self) -> None:
        """Draw the current age, and the warning, hint or progress."""
        if self._clock.seconds() >= self._hint_until:
            self._hint = ""
        self.set_lines(self.lines_with(self.warning or self._hint))

    def lines_with(self, words: str) -> tuple[Line, ...]:
        """Return the lines to show, with a warning or a hint in place of the progress."""
        words = words or pane_lines.progress(self.state)
        return pane_lines.status(self.state, self._clock, words, self.size.width)


def _is_active(state: State) -> bool:
    return isinstance(state, Showing) and state.activity is not Activity.IDLE
