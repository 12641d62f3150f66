"""The help's list of pages."""

from rich.cells import cell_len
from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.geometry import Offset

from portui.clock import Clock
from portui.docs import pages
from portui.tui.screens.dialog import Dialog
from portui.tui.screens.reading import closing_keys
from portui.tui.widgets.bars import KeyBar
from portui.tui.widgets.bound_keys import bound_keys
from portui.tui.widgets.glyphs import GLYPHS
from portui.tui.widgets.lines import ACCENT, KEY, LABEL, PLAIN, STRONG, Line, Lines

_MOST_DIGITS = 9
_MOVE = "Move between pages"
_LEAVE = "To the keys"
_TITLE: tuple[Line, ...] = (
    (("Pages", STRONG), ("  to read", LABEL)),
    (),
)


class PagesScreen(Dialog[None]):
    """The titles of the pages, each opened by its number, or by Enter."""

    IS_HELP = True
    BINDINGS = [
        Binding("enter", "open", "Read", id="open", tooltip="Read the page"),
        Binding("escape", "leave", "Keys", id="leave", tooltip=_LEAVE),
        *closing_keys(_LEAVE),
        Binding("n", "leave", show=False, id="no", tooltip=_LEAVE),
        Binding("tab", "leave", show=False, id="pages", tooltip=_LEAVE),
        Binding("down,j", "move(1)", show=False, id="down", tooltip=_MOVE),
        Binding("up,k", "move(-1)", show=False, id="up", tooltip=_MOVE),
        Binding("home,g", "move(-99)", show=False, id="top", tooltip=_MOVE),
        Binding("end,G", "move(99)", show=False, id="bottom", tooltip=_MOVE),
        *(
            Binding(f"{n}", f"pick({n})", show=False, id=f"number-{n}", tooltip="Read a page")
            for n in range(1, _MOST_DIGITS + 1)
        ),
    ]

    listed = getters.query_one("#listed", Lines)

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._pages = pages()
        self._cursor = self._first = 0

    def compose(self) -> ComposeResult:
        """Compose the list."""
        with Vertical(id="dialog"):
            yield Lines(id="listed")
        yield KeyBar(self.counts)

    def on_mount(self) -> None:
        """Clear the focus, so that keys go to the screen itself."""
        self.set_focus(None)

    def on_resize(self) -> None:
        """Draw as many pages as fit."""
        self.call_after_refresh(self._draw)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There are no more numbers than pages."""
        if action == "pick" and isinstance(number := parameters[0], int):
            return number <= len(self._pages)
        return True

    def action_move(self, pages: int) -> None:
        """Move the cursor down by some pages, or up if negative."""
        self._cursor = max(0, min(self._cursor + pages, len(self._pages) - 1))
        self._draw()

    def action_pick(self, number: int) -> None:
        """Open a page by its number."""
        self._cursor = number - 1
        self._draw()
        self.action_open()

    def action_open(self) -> None:
        """Open the page under the cursor."""
        from portui.tui.screens.page import PageScreen  # imports a Markdown parser

        self.app.push_screen(PageScreen(self._pages[self._cursor].text, self._clock))

    def action_leave(self) -> None:
        """Go back to the keys."""
        self.dismiss(None)

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where the chosen page is on the screen."""
        return self.listed.region.offset + Offset(0, len(_TITLE) + self._cursor - self._first)

    def _draw(self) -> None:
        room = max(1, self.query_one("#dialog").content_size.height - len(_TITLE))
        last = max(0, len(self._pages) - room)
        self._first = max(self._cursor - room + 1, min(self._first, self._cursor, last))
        shown = range(self._first, min(self._first + room, len(self._pages)))
        self.listed.set_lines((*_TITLE, *map(self._row, shown)))

    def _row(self, number: int) -> Line:
        current, keys = number == self._cursor, bound_keys(self)
        names = [keys.name(f"number-{n}") for n in range(1, _MOST_DIGITS + 1)]
        name = names[number] if number < _MOST_DIGITS else ""
        return (
            (f"{GLYPHS.cursor} " if current else "  ", ACCENT),
            (f"{name:<{max(map(cell_len, names))}} ", KEY),
            (self._pages[number].title, ACCENT + STRONG if current else PLAIN),
        )
