"""What is shown next, after a read, a save or a deletion."""

from dataclasses import dataclass, replace
from uuid import UUID

from portui.api.errors import ServiceError
from portui.explain.edits import field_at_fault
from portui.explain.errors import explain_failed_read
from portui.explain.outcomes import (
    explain_delete,
    explain_different_port,
    explain_gone,
    explain_save,
    explain_still_gone,
)
from portui.operations.delete import AlreadyDeleted, Deleted, DeleteOutcome, StillExists
from portui.operations.look_up import Reading, says_no_such_port
from portui.operations.save import (
    DifferentValues,
    NotConfirmed,
    NothingToSave,
    Saved,
    SaveOutcome,
)
from portui.operations.write import Conflict, NoSuchPort, Refused, Stopped
from portui.port.editing import Change
from portui.port.model import Field
from portui.tui.draft import Draft
from portui.tui.state import Activity, Failed, Gone, Showing, State

_TOKEN_REJECTED = frozenset({401, 410})


def after_read(reading: Reading, before: State) -> Showing:
    """A port was read; it may be a different one than the one asked for."""
    if not reading.is_requested:
        return Showing(reading, notice=explain_different_port(reading))
    match before:
        case Showing(reading=former) | Gone(reading=former) if former.port_id == reading.port_id:
            return compared(Showing(reading), former)
        case _:
            return Showing(reading)


def compared(showing: Showing, before: Reading) -> Showing:
    """The same, with the former values of the port if they were different."""
    port, was = showing.reading.port, before.port
    differs = port.unknown != was.unknown or any(port[field] != was[field] for field in Field)
    return replace(showing, was=was if differs and before.is_requested else None)


def after_failed_read(before: State, port_id: UUID, error: ServiceError) -> State:
    """The port on screen stays, unless the service says that it doesn't exist."""
    match before:
        case Gone() if says_no_such_port(error):
            notice = explain_still_gone(confirmed=before.confirmed)
            return replace(before, notice=notice, progress="")
        case Showing(reading=reading) if says_no_such_port(error):
            return Gone(reading, explain_gone(reading))
        case Showing(reading=reading):
            notice = explain_failed_read(error, reading)
            return replace(before, activity=Activity.IDLE, notice=notice, progress="")
        case Gone(reading=reading):
            return replace(before, notice=explain_failed_read(error, reading), progress="")
        case _:
            return Failed(port_id, explain_failed_read(error))


@dataclass(frozen=True, slots=True)
class AfterSave:
    """What a save leaves behind."""

    state: State
    kept: Draft | None = None
    """The draft to keep; `None`: it was saved, or the port no longer exists."""
    reopened: Draft | None = None
    """The draft to open again at once, with what the service said about it."""


def after_save(draft: Draft, change: Change, outcome: SaveOutcome) -> AfterSave:
    """A refusal reopens the form as it was typed; whatever isn't known to be saved is kept."""
    notice = explain_save(outcome, draft.reading.port, change)
    match outcome:
        case NoSuchPort():
            return AfterSave(Gone(draft.reading, notice))
        case Refused(error=error, reading=now):
            kept = draft.rebased(now or draft.reading)
            if error.status in _TOKEN_REJECTED:
                return AfterSave(Showing(kept.reading, notice=notice), kept)
            at_fault = field_at_fault(error, change)
            focus = at_fault or change.values[0][0]
            reopened = replace(kept, problem=notice, at_fault=at_fault, focus=focus)
            return AfterSave(compared(Showing(kept.reading), draft.reading), kept, reopened)
        case NothingToSave(reading=now):
            showing = Showing(now or draft.reading, notice=notice)
            return AfterSave(compared(showing, draft.reading))
        case Saved(reading=now):
            return AfterSave(compared(Showing(now, notice=notice), draft.reading))
        case (
            NotConfirmed(reading=now)
            | DifferentValues(reading=now)
            | Stopped(why=Conflict(reading=now))
        ):
            showing = compared(Showing(now, notice=notice), draft.reading)
            return AfterSave(showing, draft.rebased(now))
        case _:
            return AfterSave(Showing(draft.reading, notice=notice), draft)


def after_delete(reading: Reading, outcome: DeleteOutcome) -> State:
    """The last values of the port stay on screen, whatever became of it."""
    notice = explain_delete(outcome, reading.port)
    match outcome:
        case Deleted():
            return Gone(reading, notice, confirmed=True)
        case AlreadyDeleted():
            return Gone(reading, notice)
        case StillExists(reading=now) | Stopped(why=Conflict(reading=now)):
            return compared(Showing(now, notice=notice), reading)
        case Refused(reading=now):
            return compared(Showing(now or reading, notice=notice), reading)
        case _:
            return Showing(reading, notice=notice)
