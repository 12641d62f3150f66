"""The command palette: the commands available now, by name."""

from typing import ClassVar, Final

from rich.cells import set_cell_size
from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.fuzzy import Matcher
from textual.geometry import Offset
from textual.widgets import Input

from portui.clock import Clock
from portui.tui.keymap import Command
from portui.tui.screens.dialog import Dialog
from portui.tui.widgets.bars import KeyBar
from portui.tui.widgets.glyphs import GLYPHS
from portui.tui.widgets.inputs import PlainInput
from portui.tui.widgets.lines import ACCENT, KEY, LABEL, PLAIN, STRONG, Line, Lines, flow

_NARROW: Final = 60  # columns, below which there's no room for a command's help
_GAP: Final = 2
_LEAVING: Final = frozenset({"q", "q!", "qa", "qa!", "wq", "wq!", "x", "x!"})
"""What quits vi, whose users type it after the colon."""


class PaletteInput(PlainInput):
    """The input for the search text."""

    BINDINGS = [
        Binding("enter", "submit", "Run", id="submit", tooltip="Run the chosen command"),
        Binding("down", "screen.move(1)", "Next", id="next-command", tooltip="The next command"),
        Binding(
            "up",
            "screen.move(-1)",
            "Previous",
            id="previous-command",
            tooltip="The command before",
        ),
        Binding(
            "pagedown", "screen.move(5)", show=False, id="page-down", tooltip="Five commands on"
        ),
        Binding(
            "pageup", "screen.move(-5)", show=False, id="page-up", tooltip="Five commands back"
        ),
    ]

    chosen_at: Offset | None = None
    """Where the chosen command is on the screen, once the arrow keys move among them."""

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where one looks: at what is typed, or at the command that was moved to."""
        return self.chosen_at or super().cursor_screen_offset


class PaletteScreen(Dialog[None]):
    """A searchable list of commands to choose from and run."""

    BINDINGS = [
        Binding("escape", "leave", "Close", id="leave", tooltip="Close"),
    ]

    INPUT: ClassVar[type[PaletteInput]] = PaletteInput

    listed = getters.query_one("#listed", Lines)
    words = getters.query_one(PaletteInput)

    def __init__(self, commands: tuple[Command, ...], clock: Clock, label: str = "Command") -> None:
        super().__init__(clock)
        self._label = label
        self._commands = commands
        self._found = commands
        self._cursor = self._first = 0

    @property
    def chosen(self) -> Command | None:
        """The command that the cursor is on."""
        return self._found[self._cursor] if self._found else None

    def compose(self) -> ComposeResult:
        """Compose the search input and the list."""
        with Vertical(id="dialog"):
            with Horizontal(classes="field"):
                yield Lines(id="label")
                yield self.INPUT(id="words")
            yield Lines(id="listed")
        yield KeyBar(self.counts)

    def on_mount(self) -> None:
        """Label and focus the input."""
        label = self.query_one("#label", Lines)
        label.styles.width = len(self._label) + _GAP
        label.set_lines((((self._label, LABEL),),))
        self.focus_on(self.words)

    def on_resize(self) -> None:
        """Redraw to fit the new size."""
        self.call_after_refresh(self._draw)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._found = find(self._commands, event.value)
        self._cursor = 0
        self.words.chosen_at = None
        self._draw()
        self.moved()

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.action_choose()

    def action_move(self, rows: int) -> None:
        """Move the cursor down by some rows, or up if negative."""
        self._cursor = max(0, min(self._cursor + rows, len(self._found) - 1))
        self.words.chosen_at = self.listed.region.offset
        self._draw()
        self.moved()

    def moved(self) -> None:
        """React to another command being under the cursor."""

    def action_choose(self) -> None:
        """Run the chosen command."""
        if command := self.chosen:
            self.dismiss()
            self.app.call_later(command.run)

    def action_leave(self) -> None:
        """Close without running a command."""
        self.dismiss()

    def _draw(self) -> None:
        width, dialog = self.listed.size.width, self.query_one("#dialog")
        if not width:
            return
        room = max(1, dialog.content_size.height - 1)
        first = self._first = max(0, min(self._cursor - room // 2, len(self._found) - room))
        names = max((len(command.name) for command in self._commands), default=0) + _GAP
        keys = max((len(command.key) for command in self._commands), default=0) + _GAP
        lines = [
            _line(command, (names, keys), width, current=number == self._cursor)
            for number, command in enumerate(self._found[first : first + room], start=first)
        ]
        self.listed.set_lines(tuple(lines) or (((f"No such {self._label.lower()}", LABEL),),))
        if self.words.chosen_at is not None:
            at = Offset(0, self._cursor - self._first)
            self.words.chosen_at = self.listed.region.offset + at


def find(commands: tuple[Command, ...], words: str) -> tuple[Command, ...]:
    """Return the commands that match the search text, best matches first.

    A command matches if its name has the letters in order, or its help contains the text.
    """
    wanted = words.strip()
    if not wanted:
        return commands
    if wanted in _LEAVING:
        return tuple(command for command in commands if command.name == "Quit")
    matcher = Matcher(wanted)
    scores = {command.name: matcher.match(command.name) for command in commands}
    found = [c for c in commands if scores[c.name] or wanted.lower() in c.help.lower()]
    return tuple(sorted(found, key=lambda command: -scores[command.name]))


def _line(command: Command, columns: tuple[int, int], width: int, *, current: bool) -> Line:
    names, keys = columns
    pointer = f"{GLYPHS.cursor} " if current else "  "
    style = ACCENT + STRONG if current else PLAIN
    line: Line = (
        (pointer, ACCENT),
        (set_cell_size(command.name, names), style),
        (set_cell_size(command.key, keys), KEY),
    )
    room = width - len(pointer) - names - keys
    if width < _NARROW or room < _NARROW // 3:
        return line
    return (*line, *flow([(command.help, LABEL)], room, 1)[0])
