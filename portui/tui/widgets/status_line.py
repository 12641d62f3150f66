"""The line above the keys: how old the port on screen is, and beside that what is going on."""

from textual.reactive import reactive

from portui.clock import Clock
from portui.tui.state import Nothing, State
from portui.tui.widgets import pane_lines
from portui.tui.widgets.lines import Lines


class StatusLine(Lines):
    """Draws the state's age; where both have no room on one line, what is going on has its own."""

    state: reactive[State] = reactive(Nothing(), init=False, repaint=False)
    hint: reactive[str] = reactive("", init=False, repaint=False)
    progress: reactive[str] = reactive("", init=False, repaint=False)
    insisted: reactive[str] = reactive("", init=False, repaint=False)
    ticks: reactive[int] = reactive(0, init=False, repaint=False)

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def on_mount(self) -> None:
        """Draw for the first time."""
        self._draw()

    def on_resize(self) -> None:
        """Use the room there is."""
        self._draw()

    def watch_state(self) -> None:
        """Say when it was read, and what is under way."""
        self._draw()

    def watch_hint(self) -> None:
        """Say it, or take it back."""
        self._draw()

    def watch_progress(self) -> None:
        """Say how far it is."""
        self._draw()

    def watch_insisted(self) -> None:
        """Say it above all."""
        self._draw()

    def watch_ticks(self) -> None:
        """Ages go on."""
        self._draw()

    def _draw(self) -> None:
        words = self.insisted or self.hint or self.progress or pane_lines.activity(self.state)
        self.set_lines(pane_lines.status(self.state, self._clock, words, self.size.width))
