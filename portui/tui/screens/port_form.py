"""The edit form: the four editable fields, and the change as it would be sent."""

from dataclasses import dataclass, replace

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from portui.clock import Clock
from portui.explain.edits import explain_configured, explain_mistake, new_value, old_value
from portui.explain.explanation import Action, Explanation, Tone
from portui.port.editing import PROTOCOLS, Change, Form, Mistakes, difference, form_of
from portui.port.model import EDITABLE, Field, Port
from portui.tui.draft import Draft
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
    wrapped,
)
from portui.tui.widgets.pane_lines import TONES


@dataclass(frozen=True, slots=True)
class Edited:
    """A form to save, and its change."""

    form: Form
    change: Change


@dataclass(frozen=True, slots=True)
class FindNumber:
    """A form to keep, and a frontend port that is taken, to find who has it."""

    form: Form
    number: str


class EditScreen(Dialog[Edited | FindNumber | None]):
    """A form to edit a port; dismissed with what to save or to find, or `None` if closed."""

    BINDINGS = [
        Binding(
            "enter", "proceed", "Next", id="proceed", tooltip="Go to Save, or to an invalid field"
        ),
        Binding("escape", "leave", "Cancel", id="leave", tooltip="Close the form"),
        Binding("y", "discard", "Discard", id="discard", tooltip="Discard your changes"),
        Binding(
            "enter,escape,n,q", "keep", "Keep editing", id="keep", tooltip="Return to the form"
        ),
        Binding(
            "f4",
            "find_number",
            "Find who has it",
            id="find-number",
            tooltip="Find the port that has this frontend port; your draft is kept",
        ),
        Binding("ctrl+s", "save", "Save", show=False, id="save", tooltip="Save the changes"),
        Binding("q", "leave", show=False, id="leave-form", tooltip="Close the form"),
        Binding("down,j", "app.focus_next", show=False, id="next-field"),
        Binding("up,k", "app.focus_previous", show=False, id="previous-field"),
        Binding("g", "go(0)", show=False, id="first-field"),
        Binding("G", "go(-1)", show=False, id="last-field"),
    ]

    heading = getters.query_one("#heading", Lines)
    note = getters.query_one("#note", Lines)
    message = getters.query_one("#message", Lines)
    preview = getters.query_one("#preview", Lines)
    save_button = getters.query_one("#save", PlainButton)
    protocol = getters.query_one("#protocol", Choice)

    def __init__(self, draft: Draft, clock: Clock) -> None:
        super().__init__(clock)
        self._draft = draft
        self._before = draft.reading.port
        self._last = draft.form
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
                yield PlainButton("Save", id="save")
                yield PlainButton("Cancel", id="cancel")
        yield KeyBar(self.counts)

    def _editor(self, field: Field) -> Widget:
        text = self._draft.form[field]
        if field is not Field.PROTOCOL:
            return PlainInput(text, id=field.attribute)
        present = form_of(self._before)[field]
        return Choice(tuple(dict.fromkeys((*PROTOCOLS, present, text))), text, id=field.attribute)

    def on_mount(self) -> None:
        """Focus the field at fault, or the draft's focus, or else Save."""
        self.watch(self.protocol, "value", self._update, init=False)
        self.heading.set_class(bool(explain_configured(self._before)), "-noted")
        field = self._draft.at_fault or self._draft.focus
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

    def on_resize(self) -> None:
        """Wrap the text to the new width."""
        self.call_after_refresh(self._update)

    @dataclass
    class FormChanged(Message):
        """Posted when a value in the form changes."""

        draft: Draft

    def on_key(self, event: events.Key) -> None:
        """Say why digits go nowhere."""
        if self.protocol.has_focus and event.key.isdigit():
            self.say("Protocol has no digits: Tab goes to Frontend port")
            event.stop()

    @on(Input.Changed)
    def _typed(self) -> None:
        self._update()

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.action_proceed()

    def action_proceed(self) -> None:
        """Move to Save, or to the first invalid field if there is one."""
        change = difference(self._before, self._form)
        if isinstance(change, Mistakes):
            self.focus_on(self._editor_of(change.found[0][0]))
        elif change:
            self.focus_on(self.save_button)
            self.ask_anew()
        else:
            self.preview.set_lines(((("Nothing to save: no changes.", STRONG),),))

    def decides(self, key: str) -> bool:
        """Saving does, and discarding what was typed."""
        if self._asking_at is not None:
            return key == "y"
        return key == "ctrl+s" or (key in ("enter", "space") and self.save_button.has_focus)

    def action_go(self, field: int) -> None:
        """Move to the first field, or to the last."""
        self.focus_on(self._editor_of(EDITABLE[field]))

    @on(PlainButton.Pressed, "#save")
    def action_save(self) -> None:
        """Save the changes, or go to what hinders that."""
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
        """Enable the discard question's keys while it's asked, and the form's otherwise."""
        asking = self._asking_at is not None
        match action:
            case "discard" | "keep":
                return asking
            case "find_number":
                problem = self._draft.problem
                return not asking and bool(problem and Action.FIND_NUMBER in problem.next)
            case "leave" | "proceed" | "save" | "go":
                return not asking
            case _:
                return True

    def action_find_number(self) -> None:
        """Leave the form, to find who has the frontend port that was refused."""
        refused = self._draft.form[Field.FRONTEND_PORT].strip()
        self.dismiss(FindNumber(self._form, refused))

    def action_leave(self) -> None:
        """Close the form, after asking if it has changes."""
        if self._form == form_of(self._before):
            self.dismiss(None)
            return
        self._asking_at = self.focused or self.save_button
        self.set_focus(None)
        question: Line = (("Discard your changes?", BAD),)
        keys: Line = (
            ("y", KEY),
            (" discard, ", PLAIN),
            ("Enter", KEY),
            (" keep editing", PLAIN),
        )
        self.preview.set_lines((question, keys))
        self.refresh_bindings()
        self.ask_anew()

    def action_discard(self) -> None:
        """Close the form and discard the changes."""
        self.dismiss(None)

    def action_keep(self) -> None:
        """Return to the form."""
        self.set_focus(self._asking_at, from_app_focus=True)  # else all its text gets selected

    def on_descendant_focus(self) -> None:
        """Return to the form when any of its widgets gets the focus, by key or mouse."""
        if self._asking_at is not None:
            self._asking_at = None
            self.refresh_bindings()
            self._update()

    def _update(self) -> None:
        """Show the change, the mistakes, and the draft's problem until the form is edited."""
        width = self.preview.size.width
        if self._asking_at is not None or not width:
            return
        narrow, short = self.has_class("-narrow"), self.has_class("-short")
        port_id = str(self._draft.reading.port_id)
        what = "Undo" if self._draft.undoes else "Edit port"
        title: Line = ((what, STRONG), (f"  {port_id}", LABEL))
        self.heading.set_lines((((port_id, STRONG),) if narrow else title,))
        form = self._form
        if form != self._last:
            self._last = form
            self.post_message(self.FormChanged(replace(self._draft, form=form)))
        change = difference(self._before, form)
        problems = dict(change.found) if isinstance(change, Mistakes) else {}
        wrong = {field: explain_mistake(why, form[field]) for field, why in problems.items()}
        problem = self._draft.problem
        if problem and problem.tone is Tone.BAD and form != self._draft.form:
            problem = None  # it was about what has been edited since
        if problem and self._draft.at_fault:
            wrong[self._draft.at_fault] = problem.what
        for field in EDITABLE:
            self._mark(field, wrong.get(field), width)
        on_top = problem if problem and not self._draft.at_fault else Explanation("")
        self.message.set_lines(_marked(on_top.what, on_top.tone, width))
        crowded = short and bool(on_top.what or wrong)
        self.note.set_lines(() if crowded else self._configured(width))
        change = Change() if isinstance(change, Mistakes) else change
        lines = preview_lines(self._before, change, width, 1 if short else 3)
        nothing: Line = (("" if wrong else "No changes", LABEL),)
        self.preview.set_lines(lines or (nothing,))

    def _configured(self, width: int) -> tuple[Line, ...]:
        """Return what the pipeline's configuration has to do with the port."""
        words = explain_configured(self._before)
        return tuple(((line, LABEL),) for line in wrapped(words, width)) if words else ()

    def _mark(self, field: Field, problem: str | None, width: int) -> None:
        label = self.query_one(f"#label-{field.attribute}", Lines)
        label.set_lines((((field.label, BAD if problem else LABEL),),))
        below = self.query_one(f"#problem-{field.attribute}", Lines)
        below.set_lines(_marked(problem or "", Tone.BAD, width))


def _marked(words: str, tone: Tone, width: int) -> tuple[Line, ...]:
    if not words:
        return ()
    glyph, style = TONES[tone]
    return tuple(((line, style),) for line in wrapped(f"{glyph} {words}", width)[:2])


def preview_lines(before: Port, change: Change, width: int, most: int) -> tuple[Line, ...]:
    """Return the change as it would be sent, in at most `most` lines per field.

    If `most` is 1, all fields share two lines.
    """
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
