"""What was typed into the edit form, kept until it is saved or discarded."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import uuid4

from portui.explain.explanation import Explanation
from portui.journal import Entry, Result, Sent
from portui.operations.look_up import Reading
from portui.port.editing import Form, can_be_typed, form_of
from portui.port.model import EDITABLE, Field


@dataclass(frozen=True, slots=True)
class Draft:
    """A form to open: what is being edited, what was typed so far, and what is wrong with it."""

    reading: Reading
    form: Form
    focus: Field | None = EDITABLE[0]
    """`None`: nothing is left to type, so Save."""
    problem: Explanation | None = None
    at_fault: Field | None = None
    """The field that the problem is about; `None`: the form as a whole."""
    undoes: str | None = None
    """The journal's entry that it takes back."""
    id: str = field(default_factory=lambda: uuid4().hex)
    """Names it from when it is opened until it is saved or discarded."""
    sent: Sent | None = None
    """When it was sent last; what was typed since may differ from that."""

    def rebased(self, now: Reading) -> "Draft":
        """The same edits of the port as it was read since; fields left alone take its values."""
        was, is_now = form_of(self.reading.port), form_of(now.port)
        form = {f: self.form[f] if self.form[f] != was[f] else is_now[f] for f in EDITABLE}
        return replace(self, reading=now, form=form, focus=EDITABLE[0])

    @property
    def changed(self) -> bool:
        """Whether anything was typed that differs from the port as it was read."""
        return self.form != form_of(self.reading.port)


def blank(reading: Reading) -> Draft:
    """A form in which nothing was typed yet."""
    return Draft(reading, form_of(reading.port))


def restoring(reading: Reading, entry: Entry) -> Draft:
    """A form with the values that a port had before a change, ready to be saved.

    Of an update, those that it changed; of a deletion, all. What a form can't give back, stays.
    """
    before, now = entry.intent.before, form_of(reading.port)
    changed = {field for field, _ in entry.intent.change} or set(EDITABLE)
    restored = {field for field in changed if can_be_typed(before, field)}
    former = form_of(before)
    form = {field: former[field] if field in restored else now[field] for field in EDITABLE}
    return Draft(reading, form, focus=None, undoes=entry.id)


def undoable(entries: tuple[Entry, ...], reading: Reading) -> Entry | None:
    """The newest change of a port, newest first, that can still be taken back.

    One that is not taken back already, and before which the port had other values than now.
    """
    mine = {entry.id: entry for entry in entries if entry.intent.port_id == reading.asked}
    undos = [entry for entry in mine.values() if _takes_back(entry, mine)]
    undone = {entry.intent.undoes for entry in undos if entry.result is Result.SAVED}
    left = mine.keys() - {entry.id for entry in undos} - undone
    for entry in mine.values():
        possible = entry.id in left and entry.may_have_taken_effect
        if possible and restoring(reading, entry).changed:
            return entry
    return None


def _takes_back(entry: Entry, entries: Mapping[str, Entry]) -> bool:
    """Whether a change is an undo: not if other values were typed into the form that was opened."""
    if entry.intent.undoes is None:
        return False
    undone = entries.get(entry.intent.undoes)
    return undone is None or entry.intent.change.came_true(undone.intent.before)
