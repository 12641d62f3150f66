"""The help screen: the keys available here, and what to do if copied text gets lost."""

import re
from itertools import zip_longest

from textual.binding import Binding

from portui.clock import Clock
from portui.explain.copies import LOST_COPIES
from portui.tui.keymap import KeyHelp
from portui.tui.screens.reading import ReadingScreen, closing_keys
from portui.tui.widgets.lines import KEY, LABEL, PLAIN, STRONG, Line, wrapped

_INDENT = "  "
_CLOSE = "Close the help"
_DIGITS = re.compile(r"1(?:  [2-9])*  ([3-9])")
_LEAST_OF_KEYS = 14  # cells for the names of keys, if those of one line take as many


class HelpScreen(ReadingScreen):
    """The available keys, then the setups that lose copied text; from here to the pages."""

    BINDINGS = [
        Binding("escape", "leave", "Close", id="leave", tooltip=_CLOSE),
        *closing_keys(_CLOSE),
        Binding("n", "leave", show=False, id="no", tooltip=_CLOSE),
        Binding("enter", "leave", show=False, id="submit", tooltip=_CLOSE),
        Binding("tab", "pages", "Pages", id="pages", tooltip="Pages to read"),
    ]

    def __init__(self, keys: tuple[KeyHelp, ...], copies: str, clock: Clock) -> None:
        """`copies` says where copied text goes; it's empty where nothing can be copied."""
        super().__init__(clock)
        self._keys = keys
        self._copies = copies

    def lines(self, width: int) -> tuple[Line, ...]:
        """Return the keys, and what to know about copies."""
        copies = copy_lines(self._copies, width) if self._copies else ()
        return (*key_lines(self._keys, width), *copies)

    def action_pages(self) -> None:
        """Open the list of pages."""
        from portui.tui.screens.pages import PagesScreen

        self.app.push_screen(PagesScreen(self._clock))


def key_lines(keys: tuple[KeyHelp, ...], width: int) -> tuple[Line, ...]:
    """Return the keys in a column, with what they do beside it."""
    keys = tuple((_DIGITS.sub(r"1 to \1", key), what) for key, what in keys)
    longest = max((len(key) for key, _ in keys), default=0)
    column = min(longest, max(_LEAST_OF_KEYS, width // 3))
    lines: list[Line] = [(("Keys", STRONG), ("  available here", LABEL)), ()]
    for key, what in keys:
        names = wrapped(key.replace("  ", " "), column) if len(key) > column else [key]
        words = wrapped(what, max(10, width - column - 2))
        lines += [
            ((f"{name:<{column}}  ", KEY), (line, PLAIN))
            for name, line in zip_longest(names, words, fillvalue="")
        ]
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
