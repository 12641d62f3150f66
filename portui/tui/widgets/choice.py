"""A one-line choice among a few values."""

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Offset
from textual.reactive import reactive

from portui.port.display import safe
from portui.tui.widgets.glyphs import GLYPHS
from portui.tui.widgets.lines import LABEL, PLAIN, STRONG, Lines

_FOCUSED = Style(bold=True, reverse=True)  # as a button that has the focus
_GAP = 5  # cells between two values, the glyph included


class Choice(Lines, can_focus=True):
    """One of several values, changed with space, left and right. Enter is left to the form."""

    BINDINGS = [
        Binding("space,right,l", "next(1)", "Change", id="next-value", tooltip="Next value"),
        Binding(
            "left,h", "next(-1)", "Back", show=False, id="previous-value", tooltip="Previous value"
        ),
    ]

    value: reactive[str] = reactive("", init=False, repaint=False)

    def __init__(self, values: tuple[str, ...], value: str, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._values = values
        self.set_reactive(Choice.value, value)

    def action_next(self, step: int) -> None:
        """Choose the value `step` places further on, wrapping around."""
        index = self._values.index(self.value)
        self.value = self._values[(index + step) % len(self._values)]

    def on_key(self, event: events.Key) -> None:
        """Choose a value by its first letter."""
        for value in self._values:
            if value and event.key.lower() == value[0].lower():
                self.value = value
                event.stop()
                return

    def on_mount(self) -> None:
        """Draw for the first time."""
        self._draw()

    def watch_value(self) -> None:
        """Show the new value."""
        self._draw()

    def watch_has_focus(self, has_focus: bool) -> None:  # noqa: FBT001 - Textual's
        """Show whether the choice has the focus."""
        super().watch_has_focus(has_focus)
        self._draw()

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where the chosen value is on the screen."""
        before = self._values[: self._values.index(self.value)]
        cells = sum(cell_len(_label(each)) + _GAP for each in before)
        return Offset(self.region.x + cells, self.region.y)

    def _draw(self) -> None:
        line = []
        for value in self._values:
            chosen = value == self.value
            text = f"{GLYPHS.chosen if chosen else GLYPHS.free} {_label(value)}"
            if chosen and self.has_focus:
                line += [(text, _FOCUSED), ("   ", PLAIN)]
            else:
                line.append((f"{text}   ", STRONG if chosen else LABEL))
        self.set_lines((tuple(line),))


def _label(value: str) -> str:
    return safe(value, 20) or "(none)"
