"""A question with a few answers, the safe one first."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, Generic, TypeVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll

from portui.clock import Clock
from portui.tui.screens.dialog import Dialog
from portui.tui.widgets.bars import KeyBar
from portui.tui.widgets.bound_keys import bound_keys
from portui.tui.widgets.button import PlainButton
from portui.tui.widgets.lines import BAD, Line, Lines, wrapped

Chosen = TypeVar("Chosen", bound=Enum)

_SAFE: Final = "Choose the first, safe answer"
_MOVE: Final = "Move between answers"


@dataclass(frozen=True, slots=True)
class Question(Generic[Chosen]):
    """A question, and its answers with their labels; the first answer is the safe one."""

    title: str
    told: Callable[[int], tuple[Line, ...]]
    """Returns the text to read before answering, in lines of the given width."""
    answers: tuple[tuple[Chosen, str], ...]
    decides: bool = True
    """Whether the answers but the first do what can't be taken back."""


class QuestionScreen(Dialog[Chosen], Generic[Chosen]):
    """A dialog that asks a question; dismissed with the answer. Esc gives the safe one."""

    BINDINGS = [
        Binding("escape", "leave", "Cancel", id="leave", tooltip=_SAFE),
        Binding("n", "leave", show=False, id="no", tooltip=_SAFE),
        Binding("q", "leave", show=False, id="close", tooltip=_SAFE),
        Binding("down,j", "app.focus_next", show=False, id="down", tooltip=_MOVE),
        Binding("up,k", "app.focus_previous", show=False, id="up", tooltip=_MOVE),
        Binding("home,g", "go(0)", show=False, id="top", tooltip="First or last answer"),
        Binding("end,G", "go(-1)", show=False, id="bottom", tooltip="First or last answer"),
        *(
            Binding(f"{n}", f"choose({n})", show=False, id=f"number-{n}", tooltip="Give an answer")
            for n in range(1, 10)
        ),
        Binding("pagedown", "scroll(3)", show=False, id="page-down", tooltip="Scroll the text"),
        Binding("pageup", "scroll(-3)", show=False, id="page-up", tooltip="Scroll the text"),
    ]

    told = getters.query_one("#told", Lines)

    def __init__(self, question: Question[Chosen], clock: Clock) -> None:
        super().__init__(clock)
        self._question = question
        self._name_the_way_out(question.answers[0][1])

    def _name_the_way_out(self, label: str) -> None:
        """Have the key bar call Esc what the safe answer is called, such as Close."""
        bound = self._bindings.key_to_bindings
        for key, bindings in bound.items():
            bound[key] = [
                replace(each, description=label) if each.id == "leave" else each
                for each in bindings
            ]

    def compose(self) -> ComposeResult:
        """Compose the text, then the answers."""
        with Vertical(id="dialog"):
            yield Lines(id="heading")
            with VerticalScroll(id="telling", can_focus=False):
                yield Lines(id="told")
            with Vertical(id="choices"):
                for number, (_, label) in enumerate(self._question.answers, start=1):
                    key = bound_keys(self).name(f"number-{number}")
                    yield PlainButton(f"{key} {label}", id=f"answer-{number}", name=label)
        yield KeyBar(self.counts)

    def on_mount(self) -> None:
        """Focus the safe answer."""
        self.focus_on(self.query_one("#answer-1"))

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
        self.query_one("#telling").scroll_relative(y=lines, animate=False, immediate=True)

    def decides(self, action: str, parameters: tuple[object, ...]) -> bool:
        """All answers but the first, safe one decide something."""
        focused = self.focused.id if self.focused else None
        is_answer = action == "choose" or (action == "press" and focused is not None)
        is_safe = parameters == (1,) if action == "choose" else focused == "answer-1"
        return self._question.decides and is_answer and not is_safe

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There are no more keys than answers."""
        if action == "choose" and isinstance(number := parameters[0], int):
            return number <= len(self._question.answers)
        return True

    def action_go(self, answer: int) -> None:
        """Move to the first or the last answer."""
        self.focus_on([*self.query(PlainButton)][answer])

    def action_choose(self, number: int) -> None:
        """Give an answer by its number."""
        self.dismiss(self._question.answers[number - 1][0])

    @on(PlainButton.Pressed)
    def _pressed(self, event: PlainButton.Pressed) -> None:
        self.action_choose(int(str(event.button.id).removeprefix("answer-")))

    def action_leave(self) -> None:
        """Give the safe answer."""
        self.dismiss(self._question.answers[0][0])
