"""What is shown next: from what was shown, and what became of a read, a save or a deletion."""

from dataclasses import dataclass, replace
from uuid import UUID

from portui.api.errors import ServiceError
from portui.explain.edits import field_at_fault
from portui.explain.errors import explain_failed_read
from portui.explain.outcomes import (
    explain_delete,
    explain_gone,
    explain_save,
    explain_still_gone,
    explain_strange_answer,
)
from portui.operations import delete as deletion
from portui.operations.delete import AlreadyGone, DeleteOutcome, StillThere
from portui.operations.look_up import Reading, says_no_such_port
from portui.operations.save import AlreadySo, ChangedOtherwise, NotSeen, Saved, SaveOutcome
from portui.operations.writing import Moved, Refused, Stopped, Vanished
from portui.port.editing import Change
from portui.port.model import Field
from portui.tui.draft import Draft
from portui.tui.state import Activity, Failed, Gone, Nothing, Showing, State

_ASKS_FOR_TOKEN = frozenset({401, 410})


def after_read(reading: Reading, before: State = Nothing()) -> Showing:  # noqa: B008 - a value
    """An answer came; it may be about another port than the one asked for."""
    if not reading.genuine:
        return Showing(reading, notice=explain_strange_answer(reading))
    match before:
        case Showing(reading=former) | Gone(reading=former) if former.asked == reading.asked:
            return compared(Showing(reading), former)
        case _:
            return Showing(reading)


def compared(showing: Showing, before: Reading) -> Showing:
    """What is shown, with what it was before, if anything is different."""
    port, was = showing.reading.port, before.port
    differs = port.unknown != was.unknown or any(port[field] != was[field] for field in Field)
    return replace(showing, was=was if differs and before.genuine else None)


def after_failed_read(before: State, port_id: UUID, error: ServiceError) -> State:
    """The port on screen stays as it was, unless the service says that there is none."""
    match before:
        case Gone(reading=reading) if says_no_such_port(error):
            return replace(before, notice=explain_still_gone(confirmed=before.confirmed))
        case Showing(reading=reading) if says_no_such_port(error):
            return Gone(reading, explain_gone(reading))
        case Showing(reading=reading):
            notice = explain_failed_read(error, reading)
            return replace(before, activity=Activity.IDLE, notice=notice)
        case Gone(reading=reading):
            return replace(before, notice=explain_failed_read(error, reading))
        case _:
            return Failed(port_id, explain_failed_read(error))


@dataclass(frozen=True, slots=True)
class AfterSave:
    """What a save leaves."""

    state: State
    kept: Draft | None = None
    """What was typed, to be had again; `None`: it was saved, or there is no port to save it to."""
    reopened: Draft | None = None
    """The form to open again at once, with what the service said about it."""


def after_save(draft: Draft, change: Change, outcome: SaveOutcome) -> AfterSave:
    """A refusal reopens the form as it was typed; what nobody knows to be saved is kept."""
    notice = explain_save(outcome, draft.reading.port, change)
    match outcome:
        case Vanished():
            return AfterSave(Gone(draft.reading, notice))
        case Refused(error=error, reading=now):
            kept = draft.rebased(now or draft.reading)
            if error.status in _ASKS_FOR_TOKEN:
                return AfterSave(Showing(kept.reading, notice=notice), kept)
            at_fault = field_at_fault(error, change)
            focus = at_fault or change.values[0][0]
            told = replace(kept, problem=notice, at_fault=at_fault, focus=focus)
            return AfterSave(compared(Showing(kept.reading), draft.reading), kept, told)
        case AlreadySo(reading=now):
            showing = Showing(now or draft.reading, notice=notice)
            return AfterSave(compared(showing, draft.reading))
        case Saved(reading=now):
            return AfterSave(compared(Showing(now, notice=notice), draft.reading))
        case NotSeen(reading=now) | ChangedOtherwise(reading=now) | Stopped(why=Moved(reading=now)):
            showing = compared(Showing(now, notice=notice), draft.reading)
            return AfterSave(showing, draft.rebased(now))
        case _:
            return AfterSave(Showing(draft.reading, notice=notice), draft)


def after_delete(reading: Reading, outcome: DeleteOutcome) -> State:
    """The pane keeps what the port was, whatever became of it."""
    notice = explain_delete(outcome, reading.port)
    match outcome:
        case deletion.Gone():
            return Gone(reading, notice, confirmed=True)
        case AlreadyGone():
            return Gone(reading, notice)
        case StillThere(reading=now) | Stopped(why=Moved(reading=now)):
            return compared(Showing(now, notice=notice), reading)
        case Refused(reading=now):
            return compared(Showing(now or reading, notice=notice), reading)
        case _:
            return Showing(reading, notice=notice)
