"""The last line but one: when the port was read, what is under way, or a word in passing."""

from textual.reactive import reactive

from portui.clock import Clock
from portui.tui import pane
from portui.tui.state import Nothing, State
from portui.tui.widgets.lines import LABEL, Lines


class StatusLine(Lines):
    """Draws the state's age, or the hint where there is one."""

    state: reactive[State] = reactive(Nothing(), init=False, repaint=False)
    hint: reactive[str] = reactive("", init=False, repaint=False)
    insisted: reactive[str] = reactive("", init=False, repaint=False)
    ticks: reactive[int] = reactive(0, init=False, repaint=False)

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def on_mount(self) -> None:
        """Draw for the first time."""
        self._draw()

    def watch_state(self) -> None:
        """Say when it was read, or what is under way."""
        self._draw()

    def watch_hint(self) -> None:
        """Say it, or take it back."""
        self._draw()

    def watch_insisted(self) -> None:
        """Say it above all."""
        self._draw()

    def watch_ticks(self) -> None:
        """Ages go on."""
        self._draw()

    def _draw(self) -> None:
        words = self.insisted or self.hint or pane.status(self.state, self._clock)
        self.set_lines((((f" {words}", LABEL),),))
