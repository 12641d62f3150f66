"""Help: the keys that do something where you are, and what they do."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll

from portui.clock import Clock
from portui.tui.screens.dialog import Dialog
from portui.tui.widgets.bars import KeyBar
from portui.tui.widgets.lines import KEY, LABEL, PLAIN, STRONG, Line, Lines

KeyHelp = tuple[str, str]
"""The keys, and what they do."""


class HelpScreen(Dialog[None]):
    """A list of keys; any way of leaving leaves it."""

    HELPS = True
    BINDINGS = [
        Binding("escape,q,question_mark,f1,enter", "leave", "Back", id="leave", tooltip="Back"),
        Binding("down,j", "scroll(1)", show=False, id="down"),
        Binding("up,k", "scroll(-1)", show=False, id="up"),
    ]

    def __init__(self, keys: tuple[KeyHelp, ...], clock: Clock) -> None:
        super().__init__(clock)
        self._keys = keys

    def compose(self) -> ComposeResult:
        """The list."""
        with VerticalScroll(id="dialog"):
            yield Lines(id="keys")
        yield KeyBar()

    def on_mount(self) -> None:
        """Fill the list."""
        wide = max((len(key) for key, _ in self._keys), default=0)
        rows: list[Line] = [((f"{key:<{wide}}  ", KEY), (what, PLAIN)) for key, what in self._keys]
        head: Line = (("Keys", STRONG), ("  that do something here", LABEL))
        self.query_one("#keys", Lines).set_lines((head, (), *rows))
        self.query_one("#dialog").focus()

    def action_scroll(self, lines: int) -> None:
        """Scroll the list."""
        self.query_one("#dialog").scroll_relative(y=lines, animate=False)

    def action_leave(self) -> None:
        """Back to where you were."""
        self.dismiss(None)
