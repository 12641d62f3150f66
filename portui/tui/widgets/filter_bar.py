"""The line above the list of ports: its title, the filter, and how many ports match it."""

from rich.cells import cell_len
from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal

from portui.tui.widgets.inputs import PlainInput
from portui.tui.widgets.lines import LABEL, STRONG, Lines

_LABEL = ((" Ports", STRONG), ("  Filter  ", LABEL))


class FilterInput(PlainInput):
    """The input for the words that a port has to match."""

    BINDINGS = [
        Binding("enter", "submit", "To the rows", id="submit", tooltip="Go to the ports found"),
        Binding(
            "down,pagedown",
            "screen.to_rows",
            show=False,
            id="to-rows",
            tooltip="Go to the ports found",
        ),
    ]


class FilterBar(Horizontal):
    """The title, the filter and the count."""

    count = getters.query_one("#count", Lines)

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words

    def compose(self) -> ComposeResult:
        """Yield the title, the input and the count."""
        yield Lines(id="filter-label")
        yield FilterInput(self._words, id="filter")
        yield Lines(id="count")

    def on_mount(self) -> None:
        """Draw the title."""
        label = self.query_one("#filter-label", Lines)
        label.styles.width = sum(cell_len(text) for text, _ in _LABEL)
        label.set_lines((_LABEL,))

    def say(self, count: str, brief: bool) -> None:  # noqa: FBT001
        """Show the count; `brief`, without the project."""
        words = count.partition(" · ")[0] if brief else count
        self.count.styles.width = cell_len(words) + 2
        self.count.set_lines((((f" {words} ", LABEL),),))
