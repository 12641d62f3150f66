"""A form with the four editable fields of a port, and what would be sent."""

from abc import abstractmethod
from typing import Generic, Protocol, TypeVar

from textual import getters
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Offset
from textual.widget import Widget

from portui.clock import Clock
from portui.explain.edits import explain_mistake
from portui.explain.explanation import Explanation, Tone
from portui.port.editing import PROTOCOLS, Form, Mistakes
from portui.port.model import EDITABLE, Field
from portui.tui.screens.dialog import Dialog
from portui.tui.widgets.bars import KeyBar
from portui.tui.widgets.button import PlainButton
from portui.tui.widgets.choice import Choice
from portui.tui.widgets.inputs import PlainInput
from portui.tui.widgets.lines import (
    BAD,
    LABEL,
    STRONG,
    Line,
    Lines,
    wrapped,
)
from portui.tui.widgets.pane_lines import TONES


class OpenedForm(Protocol):
    """The parts of a draft that every form uses."""

    @property
    def form(self) -> Form: ...
    @property
    def focus(self) -> Field | None: ...
    @property
    def problem(self) -> Explanation | None: ...
    @property
    def at_fault(self) -> Field | None: ...


Answer = TypeVar("Answer")
Parsed = TypeVar("Parsed")
"""What a form without mistakes means."""


class FormView(Dialog[Answer], Generic[Answer, Parsed]):
    """Shows a form: a line for each field, its mistakes, and what would be sent."""

    SAVE = "Save"
    """The label of the button that sends it."""
    NOTHING = "No changes"
    """The text shown if there is nothing to send."""

    heading = getters.query_one("#heading", Lines)
    note = getters.query_one("#note", Lines)
    message = getters.query_one("#message", Lines)
    preview = getters.query_one("#preview", Lines)
    save_button = getters.query_one("#save", PlainButton)
    protocol = getters.query_one("#protocol", Choice)

    def __init__(self, opened: OpenedForm, start: Form, clock: Clock) -> None:
        """`start` has the texts of the form without any edits."""
        super().__init__(clock)
        self._opened = opened
        self._start = start
        self._last = opened.form
        self._asking_at: Widget | None = None
        """The widget focused before the discard question; `None` unless it's being asked."""

    def compose(self) -> ComposeResult:
        """Compose a line for each field and its problem, the preview, and the buttons."""
        with Vertical(id="dialog"):
            yield Lines(id="heading")
            yield Lines(id="note")
            yield Lines(id="message")
            for field in EDITABLE:
                with Horizontal(classes="field"):
                    yield Lines(id=f"label-{field.attribute}")
                    yield self._editor(field)
                yield Lines(id=f"problem-{field.attribute}")
            yield Lines(id="preview")
            with Horizontal(id="buttons"):
                yield PlainButton(self.SAVE, id="save")
                yield PlainButton("Cancel", id="cancel")
        yield KeyBar(self.counts)

    def _editor(self, field: Field) -> Widget:
        text = self._opened.form[field]
        if field is not Field.PROTOCOL:
            return PlainInput(text, id=field.attribute)
        values = dict.fromkeys((*PROTOCOLS, self._start[field], text))
        return Choice(tuple(values), text, id=field.attribute)

    def on_mount(self) -> None:
        """Focus the field at fault, or the draft's focus, or else Save."""
        self.watch(self.protocol, "value", self._update, init=False)
        self.heading.set_class(bool(self.noted()), "-noted")
        field = self._opened.at_fault or self._opened.focus
        self.focus_on(self._editor_of(field) if field else self.save_button)

    def _editor_of(self, field: Field) -> Widget:
        return self.query_one(f"#{field.attribute}")

    @property
    def _form(self) -> Form:
        editors = {field: self._editor_of(field) for field in EDITABLE}
        return {
            field: editor.value if isinstance(editor, Choice | PlainInput) else ""
            for field, editor in editors.items()
        }

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where the discard question is on the screen; nothing has the focus while it's asked."""
        return self.preview.region.offset

    def on_resize(self) -> None:
        """Wrap the text to the new width."""
        self.call_after_refresh(self._update)

    def _update(self) -> None:
        """Show what would be sent, the mistakes, and the draft's problem until it is edited."""
        width = self.preview.size.width
        if self._asking_at is not None or not width:
            return
        form = self._form
        if form != self._last:
            self._last = form
            self.form_changed(form)
        parsed = self.parsed(form)
        short, problem, wrong = self.has_class("-short"), self._problem(form), {}
        if isinstance(parsed, Mistakes):
            wrong = {
                field: explain_mistake(why, form[field])
                for field, why in parsed.found
                if not self.is_awaited(form, field)
            }
        if problem and self._opened.at_fault:
            wrong[self._opened.at_fault] = problem.what
        warning = "" if isinstance(parsed, Mistakes) else self.warning_about(parsed)
        self._draw_heading()
        for field in EDITABLE:
            self._mark(field, wrong.get(field), width, warning)
        on_top = problem if problem and not self._opened.at_fault else Explanation("")
        self.message.set_lines(_marked(on_top.what, on_top.tone, width))
        crowded = short and bool(on_top.what or wrong or warning)
        noted = "" if crowded else self.noted()
        self.note.set_lines(tuple(((line, LABEL),) for line in wrapped(noted, width) if line))
        lines = () if isinstance(parsed, Mistakes) else self.preview_of(parsed, width, short=short)
        nothing: Line = (("" if wrong else self.NOTHING, LABEL),)
        self.preview.set_lines(lines or (nothing,))

    def _problem(self, form: Form) -> Explanation | None:
        """Return the draft's problem, unless it was about what has been edited since."""
        problem = self._opened.problem
        edited = form != self._opened.form
        return None if problem and problem.tone is Tone.BAD and edited else problem

    def _draw_heading(self) -> None:
        what, whom = self.heading_words()
        title: Line = ((what, STRONG), (f"  {whom}", LABEL))
        narrow = self.has_class("-narrow") and len(what) + len(whom) + 2 > self.preview.size.width
        self.heading.set_lines((((whom, STRONG),) if narrow else title,))

    def _mark(self, field: Field, problem: str | None, width: int, warning: str) -> None:
        label = self.query_one(f"#label-{field.attribute}", Lines)
        label.set_lines((((field.label, BAD if problem else LABEL),),))
        below = self.query_one(f"#problem-{field.attribute}", Lines)
        tone = Tone.BAD
        if field is Field.FRONTEND_PORT and not problem:
            problem, tone = warning, Tone.UNSURE
        below.set_lines(_marked(problem or "", tone, width))

    # --- what differs between forms ---

    @abstractmethod
    def heading_words(self) -> tuple[str, str]:
        """Return what the form does, and to what."""

    @abstractmethod
    def parsed(self, form: Form) -> Parsed | Mistakes:
        """Return what a form means, which is false if there is nothing to send."""

    @abstractmethod
    def preview_of(self, parsed: Parsed, width: int, *, short: bool) -> tuple[Line, ...]:
        """Return what would be sent."""

    @abstractmethod
    def warning_about(self, parsed: Parsed) -> str:
        """Return why the frontend port may be refused; empty if no reason is known."""

    @abstractmethod
    def form_changed(self, form: Form) -> None:
        """Keep what is typed."""

    def noted(self) -> str:
        """Return a note about what is edited; empty for none."""
        return ""

    def is_awaited(self, form: Form, field: Field) -> bool:
        """Return whether a field hasn't been typed yet, and so isn't marked as wrong."""
        return False


def _marked(words: str, tone: Tone, width: int) -> tuple[Line, ...]:
    if not words:
        return ()
    glyph, style = TONES[tone]
    return tuple(((line, style),) for line in wrapped(f"{glyph} {words}", width)[:2])
