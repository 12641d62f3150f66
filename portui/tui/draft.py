"""A draft: what is typed into the edit form, until it is saved or discarded."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar
from uuid import uuid4

from portui.explain.explanation import Explanation
from portui.journal import CreationEntry, Entry, Result, Sent
from portui.operations.look_up import Reading
from portui.port.editing import BLANK, Form, can_be_typed, form_like, form_of
from portui.port.listed import Pipeline
from portui.port.model import EDITABLE, Field, Port

AnyEntry = TypeVar("AnyEntry", Entry, CreationEntry)


@dataclass(frozen=True, slots=True)
class Draft:
    """A form to open: the port it edits, the text of each field, and any problem with them."""

    reading: Reading
    form: Form
    focus: Field | None = EDITABLE[0]
    """The field to focus; `None` for Save, when nothing is left to type."""
    problem: Explanation | None = None
    """Shown in the form; a problem with a bad tone only until the form is edited."""
    at_fault: Field | None = None
    """The field that the problem is about; `None` for the form as a whole."""
    undoes: str | None = None
    """The ID of the journal entry that the change undoes."""
    id: str = field(default_factory=lambda: uuid4().hex)
    """Stays the same from when the form is opened until it's saved or discarded."""
    sent: Sent | None = None
    """When it was last sent. It may have been edited since."""

    def rebased(self, now: Reading) -> "Draft":
        """Return the same edits applied to a newer reading; untouched fields take its values."""
        was, is_now = form_of(self.reading.port), form_of(now.port)
        form = {f: self.form[f] if self.form[f] != was[f] else is_now[f] for f in EDITABLE}
        return replace(self, reading=now, form=form, focus=EDITABLE[0])

    @property
    def changed(self) -> bool:
        """Whether any text differs from the port as it was read."""
        return self.form != form_of(self.reading.port)


def new_draft(reading: Reading) -> Draft:
    """Return a draft without edits."""
    return Draft(reading, form_of(reading.port))


@dataclass(frozen=True, slots=True)
class NewPortDraft:
    """A form for a new port: its pipeline, the text of each field, and any problem with them."""

    pipeline: Pipeline
    form: Form = field(default_factory=lambda: BLANK)
    start: Form = field(default_factory=lambda: BLANK)
    """The texts that it started with."""
    focus: Field | None = Field.FRONTEND_PORT
    problem: Explanation | None = None
    at_fault: Field | None = None
    """Focus, problem and field at fault are as in `Draft`."""
    id: str = field(default_factory=lambda: uuid4().hex)
    """Stays the same from when the form is opened until the port is created or it's discarded."""
    sent: Sent | None = None
    """When it was last sent. It may have been edited since."""

    @property
    def changed(self) -> bool:
        """Whether anything was typed."""
        return self.form != self.start


def draft_like(port: Port, pipeline: Pipeline) -> NewPortDraft:
    """Return the draft of a new port with a former port's values, ready to be created."""
    form = form_like(port)
    complete = all(form[each] for each in (Field.FRONTEND_PORT, Field.BACKEND_PORT))
    return NewPortDraft(pipeline, form, form, None if complete else Field.FRONTEND_PORT)


def how_sent(
    sent: Sent | None, entries: Sequence[AnyEntry], has_its_values: Callable[[AnyEntry], bool]
) -> AnyEntry | Sent | None:
    """Return the record of a draft being sent, or `None` if it wasn't.

    Prefer, in this order: the draft's own record `sent` if it has no journal entry, unless an entry
    with the draft's present values is newer; the latest such entry; the draft's latest entry; the
    draft's own record. `entries` are the draft's, newest first.
    """
    entry = next((each for each in entries if has_its_values(each)), None)
    if sent and not sent.entry and not (entry and entry.at >= sent.at):
        return sent  # sent without an entry, so nobody knows which values were sent
    return entry or (entries[0] if entries else sent)


def restoring_draft(reading: Reading, entry: Entry) -> Draft:
    """Return a draft that restores a port's values from before a change, ready to be saved.

    For an update, it restores the fields that the update changed; for a deletion, all fields. A
    field keeps its current value if the former one can't be typed into a form.
    """
    before, now = entry.intent.before, form_of(reading.port)
    changed = {field for field, _ in entry.intent.change} or set(EDITABLE)
    restored = {field for field in changed if can_be_typed(before, field)}
    former = form_of(before)
    form = {field: former[field] if field in restored else now[field] for field in EDITABLE}
    return Draft(reading, form, focus=None, undoes=entry.id)


def next_undo(entries: tuple[Entry, ...], reading: Reading) -> Entry | None:
    """Return the latest change of a port that can be undone, or `None`.

    The entries are newest first. A change can be undone if it may have taken effect, isn't itself
    an undo and hasn't been undone, and if the port had other values before it.
    """
    mine = {entry.id: entry for entry in entries if entry.intent.port_id == reading.port_id}
    undos = [entry for entry in mine.values() if _is_undo(entry, mine)]
    undone = {entry.intent.undoes for entry in undos if entry.result is Result.SAVED}
    left = mine.keys() - {entry.id for entry in undos} - undone
    for entry in mine.values():
        possible = entry.id in left and entry.may_have_taken_effect
        if possible and restoring_draft(reading, entry).changed:
            return entry
    return None


def _is_undo(entry: Entry, entries: Mapping[str, Entry]) -> bool:
    """Return whether a change is an undo; it isn't if other values were typed into its form."""
    if entry.intent.undoes is None:
        return False
    undone = entries.get(entry.intent.undoes)
    return undone is None or entry.intent.change.is_applied_to(undone.intent.before)
