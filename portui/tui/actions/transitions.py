"""The screen's next state after a save or a deletion."""

from dataclasses import dataclass, replace

from portui.explain.edits import field_at_fault
from portui.operations.delete import AlreadyDeleted, Deleted, DeleteOutcome, StillExists
from portui.operations.look_up import Reading, rejects_token
from portui.operations.save import (
    DifferentValues,
    NotConfirmed,
    NothingToSave,
    Saved,
    SaveOutcome,
)
from portui.operations.write import Conflict, NoSuchPort, Refused, Stopped
from portui.port.editing import Change
from portui.tui.actions.notices import result_of_delete, result_of_save
from portui.tui.actions.reads import compared
from portui.tui.draft import Draft
from portui.tui.state import Gone, Showing, State


@dataclass(frozen=True, slots=True)
class AfterSave:
    """The screen's next state, and the draft to keep or reopen."""

    state: State
    kept: Draft | None = None
    """The draft to keep; `None` if nothing is left to save or the port no longer exists."""
    reopened: Draft | None = None
    """The draft to reopen at once, with the service's reason for refusing it."""


def after_save(draft: Draft, change: Change, outcome: SaveOutcome) -> AfterSave:
    """Return what follows a save.

    A refusal reopens the form with what was typed, unless the token was rejected. A draft that
    isn't known to be saved is kept, unless the port no longer exists.
    """
    notice = result_of_save(outcome, draft.reading.port, change)
    match outcome:
        case NoSuchPort():
            return AfterSave(Gone(draft.reading, notice))
        case Refused(error=error, reading=now):
            kept = draft.rebased(now or draft.reading)
            if rejects_token(error):
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
    """Return the state after a deletion. The port's last values stay on screen."""
    notice = result_of_delete(outcome, reading.port)
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
