"""A question with a few answers, the safe one first."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll

from portui.clock import Clock
from portui.tui.screens.dialog import Dialog
from portui.tui.widgets.bars import KeyBar
from portui.tui.widgets.button import PlainButton
from portui.tui.widgets.lines import BAD, Line, Lines, wrapped

Chosen = TypeVar("Chosen", bound=Enum)


@dataclass(frozen=True, slots=True)
class Question(Generic[Chosen]):
    """A question, and its answers with their labels; the first answer is the safe one."""

    title: str
    told: Callable[[int], tuple[Line, ...]]
    """Returns the text to read before answering, in lines of the given width."""
    answers: tuple[tuple[Chosen, str], ...]


class QuestionScreen(Dialog[Chosen], Generic[Chosen]):
    """A dialog that asks a question; dismissed with the answer. Esc gives the safe one."""

    BINDINGS = [
        Binding("escape", "leave", "Cancel", id="leave", tooltip="Choose the first, safe answer"),
        Binding("down", "app.focus_next", show=False, id="next-answer"),
        Binding("up", "app.focus_previous", show=False, id="previous-answer"),
        Binding("pagedown", "scroll(3)", show=False, id="scroll-on"),
        Binding("pageup", "scroll(-3)", show=False, id="scroll-back"),
    ]

    told = getters.query_one("#told", Lines)

    def __init__(self, question: Question[Chosen], clock: Clock) -> None:
        super().__init__(clock)
        self._question = question

    def compose(self) -> ComposeResult:
        """Compose the text, then the answers."""
        with Vertical(id="dialog"):
            yield Lines(id="heading")
            with VerticalScroll(id="telling", can_focus=False):
                yield Lines(id="told")
            with Vertical(id="choices"):
                for number, (_, label) in enumerate(self._question.answers):
                    yield PlainButton(label, id=f"answer-{number}")
        yield KeyBar()

    def on_mount(self) -> None:
        """Focus the safe answer."""
        self.focus_on(self.query_one("#answer-0"))

    def on_resize(self) -> None:
        """Wrap the text to the new width."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        if width := self.told.size.width:
            title = wrapped(self._question.title, width)
            self.query_one("#heading", Lines).set_lines(tuple(((line, BAD),) for line in title))
            self.told.set_lines(self._question.told(width))

    def action_scroll(self, lines: int) -> None:
        """Scroll the text."""
        self.query_one("#telling").scroll_relative(y=lines, animate=False)

    @on(PlainButton.Pressed)
    def _pressed(self, event: PlainButton.Pressed) -> None:
        number = int(str(event.button.id).removeprefix("answer-"))
        self.dismiss(self._question.answers[number][0])

    def action_leave(self) -> None:
        """Give the safe answer."""
        self.dismiss(self._question.answers[0][0])
