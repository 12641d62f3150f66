"""The edit form: the four patchable fields, and the change as it would be sent."""

from dataclasses import dataclass
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input

from portui.explain import Explanation, explain_mistake, new_value, old_value
from portui.operations import Clock, Reading
from portui.port.editing import PROTOCOLS, Change, Form, Mistakes, difference, form_of
from portui.port.model import EDITABLE, Field, Port
from portui.tui.pane import wrapped
from portui.tui.screens.dialog import Dialog
from portui.tui.widgets.bars import KeyBar
from portui.tui.widgets.button import PlainButton
from portui.tui.widgets.choice import Choice
from portui.tui.widgets.inputs import PlainInput
from portui.tui.widgets.lines import (
    ACCENT,
    BAD,
    KEY,
    LABEL,
    PLAIN,
    STRONG,
    Line,
    Lines,
    flow,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A form to open: what is being edited, what was typed so far, and what is wrong with it."""

    reading: Reading
    form: Form
    focus: Field = Field.PROTOCOL
    problem: Explanation | None = None
    at_fault: Field | None = None
    """The field that the problem is about; `None`: the form as a whole."""


@dataclass(frozen=True, slots=True)
class Edited:
    """A form that is to be saved."""

    form: Form
    change: Change


class EditScreen(Dialog[Edited | None]):
    """Edit a port; dismissed with what to save, or `None`."""

    DECIDING: ClassVar = frozenset({"y"})
    BINDINGS = [
        Binding("escape", "leave", "Leave", id="leave", tooltip="Close the form"),
        Binding("y", "discard", "Discard", id="discard", tooltip="Drop what was typed"),
        Binding("enter", "proceed", "Go on", id="proceed", tooltip="To Save, or back to the form"),
        Binding("down", "app.focus_next", "Next", id="next-field", tooltip="The next field"),
        Binding("up", "app.focus_previous", show=False, id="previous-field"),
    ]

    message = getters.query_one("#message", Lines)
    preview = getters.query_one("#preview", Lines)
    save_button = getters.query_one("#save", PlainButton)
    protocol = getters.query_one("#protocol", Choice)

    def __init__(self, draft: Draft, clock: Clock) -> None:
        super().__init__(clock)
        self._draft = draft
        self._before = draft.reading.port
        self._problem = draft.problem
        self._at_fault = draft.at_fault
        self._asking_at: Widget | None = None
        """What had the focus when the question was asked; `None` while it isn't."""

    def compose(self) -> ComposeResult:
        """One line a field, the change, and the buttons."""
        with Vertical(id="dialog"):
            yield Lines(id="heading")
            yield Lines(id="message")
            for field in EDITABLE:
                with Horizontal(classes="field"):
                    yield Lines(id=f"label-{field.attribute}")
                    yield self._editor(field)
            yield Lines(id="preview")
            with Horizontal(id="buttons"):
                yield PlainButton("Save", id="save")
                yield PlainButton("Cancel", id="cancel")
        yield KeyBar()

    def _editor(self, field: Field) -> Widget:
        text = self._draft.form[field]
        if field is not Field.PROTOCOL:
            return PlainInput(text, id=field.attribute)
        present = form_of(self._before)[field]
        return Choice(tuple(dict.fromkeys((*PROTOCOLS, present, text))), text, id=field.attribute)

    def on_mount(self) -> None:
        """Show the draft, its problem, and the field that is wanted."""
        heading: Line = (("Edit port", STRONG), (f"  {self._draft.reading.asked}", LABEL))
        self.query_one("#heading", Lines).set_lines((heading,))
        self.watch(self.protocol, "value", self._update, init=False)
        self.focus_on(self._editor_of(self._at_fault or self._draft.focus))

    def _editor_of(self, field: Field) -> Widget:
        return self.query_one(f"#{field.attribute}")

    @property
    def _form(self) -> Form:
        inputs = {field: self._editor_of(field) for field in EDITABLE}
        return {
            field: editor.value if isinstance(editor, Choice | PlainInput) else ""
            for field, editor in inputs.items()
        }

    def on_resize(self) -> None:
        """Wrap anew."""
        self.call_after_refresh(self._update)

    @on(Input.Changed)
    def _typed(self) -> None:
        self._update()

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.action_proceed()

    def action_proceed(self) -> None:
        """Enter: back to the form if asked about it; else to Save, or to what hinders it."""
        if self._asking_at is not None:
            self._keep_editing(self._asking_at)
            return
        change = difference(self._before, self._form)
        if isinstance(change, Mistakes):
            self.focus_on(self._editor_of(change.found[0][0]))
        elif change:
            self.focus_on(self.save_button)
        else:
            self._say(((("Nothing is changed yet."), STRONG),))

    @on(PlainButton.Pressed, "#save")
    def _save(self) -> None:
        form = self._form
        change = difference(self._before, form)
        if isinstance(change, Change) and change:
            self.dismiss(Edited(form, change))
        else:
            self.action_proceed()

    @on(PlainButton.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.action_leave()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The question's `y` counts only while it is asked."""
        return self._asking_at is not None if action == "discard" else True

    def action_leave(self) -> None:
        """Close; a changed form asks first, and a second Esc answers: keep it."""
        if self._asking_at is not None:
            self._keep_editing(self._asking_at)
        elif self._form == form_of(self._before):
            self.dismiss(None)
        else:
            self._asking_at = self.focused or self.save_button
            self.set_focus(None)
            question: Line = (("Discard what was typed?", BAD),)
            keys: Line = (("y", KEY), (" discards  ", PLAIN), ("Enter", KEY), (" keeps it", PLAIN))
            self._say(question, keys)

    def action_discard(self) -> None:
        """Drop the form."""
        self.dismiss(None)

    def _keep_editing(self, field: Widget) -> None:
        self._asking_at = None
        self.set_focus(field)
        self._update()

    def _say(self, *lines: Line) -> None:
        self.message.set_lines(lines)
        self.refresh_bindings()

    def _update(self) -> None:
        """Show the problem, the change or the mistakes, as the form stands."""
        width = self.preview.size.width
        if self._asking_at is not None or not width:
            return
        if self._problem and self._form != self._draft.form:
            self._problem = self._at_fault = None
        change = difference(self._before, self._form)
        wrong = dict(change.found) if isinstance(change, Mistakes) else {}
        for field in EDITABLE:
            style = BAD if field in wrong or field is self._at_fault else LABEL
            label = self.query_one(f"#label-{field.attribute}", Lines)
            label.set_lines((((field.label, style),),))
        words = wrapped(self._problem.what, width)[:2] if self._problem else []
        self._say(*(((line, BAD),) for line in words))
        self.preview.set_lines(
            preview_lines(self._before, change, width, 1 if self.has_class("-short") else 3)
        )


def preview_lines(
    before: Port, change: Change | Mistakes, width: int, most: int
) -> tuple[Line, ...]:
    """The change as it would be sent, or what is wrong; where room is short, on two lines."""
    if isinstance(change, Mistakes):
        pieces = [[(f"{f.label}: {explain_mistake(m)}", BAD)] for f, m in change.found]
    else:
        pieces = [
            [
                (f"{field.label} ", LABEL),
                (f"{old_value(before, field)} → ", PLAIN),
                (new_value(value), ACCENT + STRONG),
            ]
            for field, value in change
        ]
    if most == 1:
        joined = [piece for words in pieces for piece in (*words, (", ", PLAIN))][:-1]
        return flow(joined, width, 2) if joined else ()
    return tuple(line for words in pieces for line in flow(words, width, most))
