"""What was typed into the edit form, kept until it is saved or discarded."""

from dataclasses import dataclass

from portui.explain import Explanation
from portui.operations import Reading
from portui.port.editing import Form, form_of
from portui.port.model import EDITABLE, Field


@dataclass(frozen=True, slots=True)
class Draft:
    """A form to open: what is being edited, what was typed so far, and what is wrong with it."""

    reading: Reading
    form: Form
    focus: Field = EDITABLE[0]
    problem: Explanation | None = None
    at_fault: Field | None = None
    """The field that the problem is about; `None`: the form as a whole."""

    def rebased(self, now: Reading) -> "Draft":
        """The same edits of the port as it was read since; fields left alone take its values."""
        was, is_now = form_of(self.reading.port), form_of(now.port)
        form = {f: self.form[f] if self.form[f] != was[f] else is_now[f] for f in EDITABLE}
        return Draft(now, form)


def blank(reading: Reading) -> Draft:
    """A form in which nothing was typed yet."""
    return Draft(reading, form_of(reading.port))
