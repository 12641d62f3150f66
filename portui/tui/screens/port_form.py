"""The keys of a form: go to the next step, send it, and leave it without losing anything."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Generic

from textual import events, on
from textual.binding import Binding
from textual.widgets import Input

from portui.explain.explanation import Action
from portui.port.editing import Form, Mistakes
from portui.port.model import EDITABLE, Field
from portui.tui.screens.form_view import Answer, FormView, Parsed
from portui.tui.widgets.bound_keys import bound_keys
from portui.tui.widgets.button import PlainButton
from portui.tui.widgets.lines import (
    BAD,
    KEY,
    PLAIN,
    STRONG,
    Line,
)

_KEEP = "Return to the form"


@dataclass(frozen=True, slots=True)
class FindNumber:
    """A form whose draft is kept, and the taken frontend port whose holder is wanted."""

    form: Form
    number: str


class PortForm(FormView[Answer | FindNumber | None, Parsed], Generic[Answer, Parsed]):
    """A form that keeps what is typed; dismissed with an answer, or `None` if closed."""

    BINDINGS = [
        Binding(
            "enter",
            "proceed",
            "Next",
            id="proceed",
            tooltip="Go on, or to an invalid field",
        ),
        Binding("escape", "leave", "Cancel", id="leave", tooltip="Close the form"),
        Binding("y", "discard", "Discard", id="discard", tooltip="Discard your changes"),
        Binding("enter", "keep", "Keep editing", id="keep", tooltip=_KEEP),
        Binding("escape", "keep", show=False, id="leave", tooltip=_KEEP),
        Binding("n", "keep", show=False, id="no", tooltip=_KEEP),
        Binding("q", "keep", show=False, id="close", tooltip=_KEEP),
        Binding(
            "f4",
            "find_number",
            "Find who has it",
            id="find-number",
            tooltip="Find the port that has this frontend port; your draft is kept",
        ),
        Binding("ctrl+s", "save", "Save", show=False, id="save", tooltip="Save the changes"),
        Binding("q", "leave", show=False, id="close", tooltip="Close the form"),
        Binding("down,j", "app.focus_next", show=False, id="down", tooltip="Move between fields"),
        Binding("up,k", "app.focus_previous", show=False, id="up", tooltip="Move between fields"),
        Binding("home,g", "go(0)", show=False, id="top", tooltip="First or last field"),
        Binding("end,G", "go(-1)", show=False, id="bottom", tooltip="First or last field"),
    ]

    @abstractmethod
    def answer(self, form: Form, parsed: Parsed) -> Answer:
        """Return the answer that sends a form."""

    def on_key(self, event: events.Key) -> None:
        """Say why digits go nowhere."""
        if self.protocol.has_focus and event.key.isdigit():
            self.say("Protocol takes no digits: Tab goes to Frontend port")
            event.stop()

    @on(Input.Changed)
    def _typed(self) -> None:
        self._update()

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.action_proceed()

    def action_proceed(self) -> None:
        """Move to the button, or to the first invalid field if there is one."""
        parsed = self.parsed(self._form)
        if isinstance(parsed, Mistakes):
            self.focus_on(self._editor_of(parsed.found[0][0]))
        elif parsed:
            self.focus_on(self.save_button)
            self.ask_anew()
        else:
            self.preview.set_lines(((("Nothing to save: no changes.", STRONG),),))

    def decides(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Saving does, and discarding what was typed."""
        presses_save = action == "press" and self.save_button.has_focus
        return action in ("save", "discard") or presses_save

    def action_go(self, field: int) -> None:
        """Move to the first field, or to the last."""
        self.focus_on(self._editor_of(EDITABLE[field]))

    @on(PlainButton.Pressed, "#save")
    def action_save(self) -> None:
        """Send the form, or go to what prevents that."""
        form = self._form
        parsed = self.parsed(form)
        if isinstance(parsed, Mistakes) or not parsed:
            self.action_proceed()
        else:
            self.dismiss(self.answer(form, parsed))

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
                problem = self._opened.problem
                return not asking and bool(problem and Action.FIND_NUMBER in problem.next)
            case "leave" | "proceed" | "save" | "go":
                return not asking
            case _:
                return True

    def action_find_number(self) -> None:
        """Leave the form, to find who has the frontend port that was refused."""
        refused = self._opened.form[Field.FRONTEND_PORT].strip()
        self.dismiss(FindNumber(self._form, refused))

    def action_leave(self) -> None:
        """Close the form, after asking if it has changes."""
        if self._form == self._start:
            self.dismiss(None)
            return
        self._asking_at = self.focused or self.save_button
        self.set_focus(None)
        question: Line = (("Discard your changes?", BAD),)
        bound = bound_keys(self)
        keys: Line = (
            (bound.name("discard"), KEY),
            (" discard, ", PLAIN),
            (bound.name("keep"), KEY),
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
