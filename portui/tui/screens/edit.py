"""The edit form: the four editable fields, and the change as it would be sent."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from portui.clock import Clock
from portui.explain.creations import explain_taken
from portui.explain.edits import explain_configured, new_value, old_value
from portui.port.editing import Change, Form, Mistakes, difference, form_of
from portui.port.known import KnownPorts
from portui.port.model import Field, Port
from portui.tui.draft import Draft
from portui.tui.screens.port_form import PortForm
from portui.tui.widgets.lines import ACCENT, LABEL, PLAIN, STRONG, Line, flow


@dataclass(frozen=True, slots=True)
class Edited:
    """A form to save, and its change."""

    form: Form
    change: Change


class EditScreen(PortForm[Edited, Change]):
    """A form to edit a port; dismissed with what to save or to find, or `None` if closed."""

    def __init__(
        self,
        draft: Draft,
        clock: Clock,
        known: KnownPorts | None,
        keep: Callable[[Draft], None],
    ) -> None:
        """`known` are the ports that a list has shown; `keep` gets what is typed, as a draft."""
        super().__init__(draft, form_of(draft.reading.port), clock)
        self._draft = draft
        self._before = draft.reading.port
        self._known = known
        self._keep = keep

    def heading_words(self) -> tuple[str, str]:
        """Return what the form does, and to which port."""
        what = "Undo" if self._draft.undoes else "Edit port"
        return what, str(self._draft.reading.port_id)

    def noted(self) -> str:
        """Return a note if the pipeline's configuration made the port."""
        return explain_configured(self._before)

    def parsed(self, form: Form) -> Change | Mistakes:
        """Return the change that the form makes."""
        return difference(self._before, form)

    def answer(self, form: Form, parsed: Change) -> Edited:
        """Return the form to save."""
        return Edited(form, parsed)

    def preview_of(self, parsed: Change, width: int, *, short: bool) -> tuple[Line, ...]:
        """Return the change as it would be sent."""
        return preview_lines(self._before, parsed, width, 1 if short else 3)

    def warning_about(self, parsed: Change) -> str:
        """Return that another port has the new protocol and frontend port, if one was listed."""
        new = dict(parsed)
        if self._known is None or not new.keys() & {Field.PROTOCOL, Field.FRONTEND_PORT}:
            return ""
        protocol = new.get(Field.PROTOCOL, self._before.protocol)
        number = new.get(Field.FRONTEND_PORT, self._before.frontend_port)
        port_id = self._draft.reading.port_id
        holder = self._known.holder(protocol, number, other_than=port_id)
        return explain_taken(holder, self._known.at) if holder else ""

    def form_changed(self, form: Form) -> None:
        """Keep the draft with what is typed."""
        self._keep(replace(self._draft, form=form))


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
