"""A page of the help, in which words can be found."""

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Input

from portui.clock import Clock
from portui.tui.screens.reading import ReadingScreen, closing_keys
from portui.tui.widgets.inputs import PlainInput
from portui.tui.widgets.lines import KEY, Line, Lines
from portui.tui.widgets.markdown import markdown_lines
from portui.tui.widgets.matches import is_in, marked

_MATCH = "Next or previous match"
_LEAVE = "To the list"
_LABEL: tuple[Line, ...] = (((" Find  ", KEY),),)


class FindInput(PlainInput):
    """The input for the words to find on a page."""

    BINDINGS = [
        Binding("enter", "submit", "Find", id="submit", tooltip="Back to the page, at the match"),
    ]


class PageScreen(ReadingScreen):
    """Shows a text in Markdown, and marks what is searched for in it."""

    BINDINGS = [
        Binding("slash", "search", "Find", id="find", tooltip="Find words on this page"),
        Binding("n", "next(1)", "Next", id="next-match", tooltip=_MATCH),
        Binding("N", "next(-1)", show=False, id="previous-match", tooltip=_MATCH),
        Binding("escape", "leave", "Pages", id="leave", tooltip=_LEAVE),
        Binding("escape", "end_search", "Back", id="leave", tooltip="Back to the page"),
        *closing_keys(_LEAVE),
        Binding("tab", "leave", show=False, id="pages", tooltip=_LEAVE),
    ]

    words = getters.query_one(FindInput)

    def __init__(self, text: str, clock: Clock) -> None:
        super().__init__(clock)
        self._markdown = text
        self._found = ""
        """What is searched for; empty if nothing is."""
        self._match = 0
        """The line of the match that was gone to last."""

    def compose(self) -> ComposeResult:
        """Compose the page, and the input for what to find, which is hidden at first."""
        yield from super().compose()
        with Horizontal(id="searching"):
            yield Lines(id="label")
            yield FindInput(id="words")

    def lines(self, width: int) -> tuple[Line, ...]:
        """Return the page."""
        return tuple(marked(line, self._found) for line in markdown_lines(self._markdown, width))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Letters are text in the input; matches need something that is searched for."""
        match action:
            case "search" | "leave":
                return not self._is_searching
            case "end_search":
                return self._is_searching
            case "next":
                return bool(self._found) and not self._is_searching
            case _:
                return True

    @property
    def _is_searching(self) -> bool:
        return isinstance(self.focused, Input)

    def action_search(self) -> None:
        """Show the input for what to find."""
        self.query_one("#label", Lines).set_lines(_LABEL)
        self._show_input(shown=True)
        self.focus_on(self.words)

    def action_end_search(self) -> None:
        """Hide the input again."""
        self.set_focus(None)
        self._show_input(shown=False)

    def _show_input(self, *, shown: bool) -> None:
        self.set_class(shown, "-searching")
        self.refresh_bindings()
        # Textual leaves the border as it was where it moves.
        self.call_after_refresh(self.refresh)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._found = event.value.strip()
        self._draw()
        self._go_to_match(round(self.query_one("#dialog").scroll_y), 1)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_end_search()

    def action_next(self, step: int) -> None:
        """Scroll to the next line with a match, or the one before; around the end if need be."""
        self._go_to_match(self._match + step, step)

    def _go_to_match(self, first: int, step: int) -> None:
        """Scroll to the next line with a match, from the line `first` on."""
        lines = self.text.lines
        for number in (at % len(lines) for at in range(first, first + step * len(lines), step)):
            if is_in(lines[number], self._found):
                self._match = number
                scroll = self.query_one("#dialog")
                scroll.scroll_to(y=number, animate=False, immediate=True)
                return
        self.say(f"Not on this page: {self._found}")
