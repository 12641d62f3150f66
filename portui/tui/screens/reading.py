"""What the help and its pages have in common: a text to scroll."""

from abc import abstractmethod

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.geometry import Offset

from portui.tui.screens.dialog import Dialog
from portui.tui.widgets.bars import KeyBar
from portui.tui.widgets.lines import Line, Lines

_SCROLL = "Scroll"
_ENDS = "Beginning or end"


def closing_keys(tooltip: str) -> tuple[Binding, ...]:
    """Return the keys, besides Esc, that leave the help, its list of pages, and a page."""
    return (
        Binding("q", "leave", show=False, id="close", tooltip=tooltip),
        Binding("question_mark", "leave", show=False, id="help", tooltip=tooltip),
        Binding("f1", "leave", show=False, id="help-anywhere", tooltip=tooltip),
    )


class ReadingScreen(Dialog[None]):
    """A text that is wrapped to the width of the screen, and scrolled with the keys."""

    IS_HELP = True
    BINDINGS = [
        Binding("down,j", "scroll(1)", show=False, id="down", tooltip=_SCROLL),
        Binding("up,k", "scroll(-1)", show=False, id="up", tooltip=_SCROLL),
        Binding("pagedown", "page(1)", show=False, id="page-down", tooltip=_SCROLL),
        Binding("pageup", "page(-1)", show=False, id="page-up", tooltip=_SCROLL),
        Binding("home,g", "scroll(-99999)", show=False, id="top", tooltip=_ENDS),
        Binding("end,G", "scroll(99999)", show=False, id="bottom", tooltip=_ENDS),
    ]

    text = getters.query_one("#text", Lines)

    @abstractmethod
    def lines(self, width: int) -> tuple[Line, ...]:
        """Return the text in lines of at most `width` cells."""

    def compose(self) -> ComposeResult:
        """Compose the text."""
        with VerticalScroll(id="dialog", can_focus=False):
            yield Lines(id="text")
        yield KeyBar(self.counts)

    def on_mount(self) -> None:
        """Clear the focus: Textual's own keys would scroll the text too late for the next key."""
        self.set_focus(None)

    @property
    def takes_keys(self) -> bool:
        """Whether keys go here, which they can only scroll once it's laid out."""
        return super().takes_keys and self.text.size.height == len(self.text.lines) > 0

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where the first line in sight is on the screen."""
        return self.query_one("#dialog").content_region.offset

    def on_resize(self) -> None:
        """Wrap the text to the new width."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        if width := self.text.size.width:
            self.text.set_lines(self.lines(width))

    def action_scroll(self, lines: int) -> None:
        """Scroll the text."""
        self.query_one("#dialog").scroll_relative(y=lines, animate=False, immediate=True)

    def action_page(self, pages: int) -> None:
        """Scroll the text by its height."""
        self.action_scroll(pages * self.query_one("#dialog").size.height)

    def action_leave(self) -> None:
        """Go back to what is below."""
        self.dismiss(None)
