"""The help screen: the keys available here, and what to do if copied text gets lost."""

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll

from portui.clock import Clock
from portui.explain.copies import LOST_COPIES
from portui.tui.keymap import KeyHelp
from portui.tui.screens.dialog import Dialog
from portui.tui.widgets.bars import KeyBar
from portui.tui.widgets.lines import KEY, LABEL, PLAIN, STRONG, Line, Lines, wrapped

_INDENT = "  "
_CLOSE = "Close the help"


class HelpScreen(Dialog[None]):
    """The available keys, then the setups that lose copied text."""

    IS_HELP = True
    BINDINGS = [
        Binding("escape", "leave", "Close", id="leave", tooltip=_CLOSE),
        Binding("q", "leave", show=False, id="close", tooltip=_CLOSE),
        Binding("n", "leave", show=False, id="no", tooltip=_CLOSE),
        Binding("question_mark", "leave", show=False, id="help", tooltip=_CLOSE),
        Binding("f1", "leave", show=False, id="help-anywhere", tooltip=_CLOSE),
        Binding("enter", "leave", show=False, id="submit", tooltip=_CLOSE),
        Binding("down,j", "scroll(1)", show=False, id="down", tooltip="Scroll"),
        Binding("up,k", "scroll(-1)", show=False, id="up", tooltip="Scroll"),
        Binding("pagedown", "page(1)", show=False, id="page-down", tooltip="Scroll"),
        Binding("pageup", "page(-1)", show=False, id="page-up", tooltip="Scroll"),
        Binding("home,g", "scroll(-99999)", show=False, id="top", tooltip="Beginning or end"),
        Binding("end,G", "scroll(99999)", show=False, id="bottom", tooltip="Beginning or end"),
    ]

    listed = getters.query_one("#keys", Lines)

    def __init__(self, keys: tuple[KeyHelp, ...], copies: str, clock: Clock) -> None:
        """`copies` says where copied text goes; it's empty where nothing can be copied."""
        super().__init__(clock)
        self._keys = keys
        self._copies = copies

    def compose(self) -> ComposeResult:
        """Compose the list."""
        with VerticalScroll(id="dialog", can_focus=False):
            yield Lines(id="keys")
        yield KeyBar(self.counts)

    def on_mount(self) -> None:
        """Clear the focus: Textual's own keys would scroll the list too late for the next key."""
        self.set_focus(None)

    @property
    def takes_keys(self) -> bool:
        """Whether keys go here, which they can only scroll once it's laid out."""
        return super().takes_keys and self.listed.size.height == len(self.listed.lines) > 0

    def on_resize(self) -> None:
        """Wrap the text to the new width."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        if width := self.listed.size.width:
            copies = copy_lines(self._copies, width) if self._copies else ()
            self.listed.set_lines((*key_lines(self._keys, width), *copies))

    def action_scroll(self, lines: int) -> None:
        """Scroll the list."""
        self.query_one("#dialog").scroll_relative(y=lines, animate=False, immediate=True)

    def action_page(self, pages: int) -> None:
        """Scroll the list by its height."""
        self.action_scroll(pages * self.query_one("#dialog").size.height)

    def action_leave(self) -> None:
        """Close the help."""
        self.dismiss(None)


def key_lines(keys: tuple[KeyHelp, ...], width: int) -> tuple[Line, ...]:
    """Return the keys in a column, with what they do beside it."""
    column = max((len(key) for key, _ in keys), default=0)
    lines: list[Line] = [(("Keys", STRONG), ("  available here", LABEL)), ()]
    for key, what in keys:
        first, *rest = wrapped(what, max(10, width - column - 2))
        lines.append(((f"{key:<{column}}  ", KEY), (first, PLAIN)))
        lines += [((" " * (column + 2) + line, PLAIN),) for line in rest]
    return tuple(lines)


def copy_lines(copies: str, width: int) -> tuple[Line, ...]:
    """Return where copied text goes, and which settings help if it gets lost."""
    lines: list[Line] = [(), (("Clipboard", STRONG),)]
    for words in (copies, "What ignores OSC 52, and the setting to change:"):
        lines += [((line, PLAIN),) for line in wrapped(words, width)]
    for setup, advice in LOST_COPIES:
        first, *rest = wrapped(f"{setup}: {advice}", width - 2 * len(_INDENT))
        name, told = first[: len(setup)], first[len(setup) :]
        lines.append(((_INDENT + name, LABEL), (told, PLAIN)))
        lines += [((_INDENT * 2 + line, PLAIN),) for line in rest]
    return tuple(lines)
