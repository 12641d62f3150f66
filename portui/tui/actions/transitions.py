"""The screen's next state after a read, a read of a watch, a save or a deletion."""

from dataclasses import dataclass, replace
from uuid import UUID

from portui.api.errors import ServiceError
from portui.clock import Clock
from portui.explain.edits import field_at_fault
from portui.explain.errors import explain_failed_read
from portui.explain.explanation import Explanation
from portui.operations.delete import AlreadyDeleted, Deleted, DeleteOutcome, StillExists
from portui.operations.look_up import Reading, rejects_token, says_no_such_port
from portui.operations.save import (
    DifferentValues,
    NotConfirmed,
    NothingToSave,
    Saved,
    SaveOutcome,
)
from portui.operations.watch import ends_watch, failed_again
from portui.operations.write import Conflict, NoSuchPort, Refused, Stopped
from portui.port.editing import Change
from portui.port.model import Field
from portui.tui.actions.notices import (
    different_port,
    port_gone,
    port_still_gone,
    result_of_delete,
    result_of_save,
)
from portui.tui.draft import Draft
from portui.tui.state import Activity, Failed, Gone, Showing, State, Watching


def after_read(reading: Reading, before: State) -> Showing:
    """Return the state after a read; the service may have returned a different port."""
    if not reading.is_requested:
        return Showing(reading, notice=different_port(reading))
    match before:
        case Showing(reading=former, watching=Watching() as watching) if (
            former.port_id == reading.port_id
        ):
            after = compared(Showing(reading), former)
            changed_at = reading.at if after.was else watching.changed_at
            return replace(after, watching=Watching(changed_at))
        case Showing(reading=former) | Gone(reading=former) if former.port_id == reading.port_id:
            return compared(Showing(reading), former)
        case _:
            return Showing(reading)


def compared(showing: Showing, before: Reading) -> Showing:
    """Return the state with the port's former values in `was`, if they differ.

    `was` is `None` if `before` isn't a reading of the requested port.
    """
    port, was = showing.reading.port, before.port
    differs = port.unknown != was.unknown or any(port[field] != was[field] for field in Field)
    return replace(showing, was=was if differs and before.is_requested else None)


def after_failed_read(before: State, port_id: UUID, error: ServiceError) -> State:
    """Return the state after a failed read.

    The port on screen stays; it becomes `Gone` if the service says that it doesn't exist.
    """
    match before:
        case Gone() if says_no_such_port(error):
            notice = port_still_gone(confirmed=before.confirmed)
            return replace(before, notice=notice, progress="")
        case Showing(reading=reading) if says_no_such_port(error):
            return Gone(reading, port_gone(reading))
        case Showing(reading=reading):
            notice = explain_failed_read(error, reading)
            watching = None if ends_watch(error) else before.watching
            return replace(
                before, activity=Activity.IDLE, notice=notice, progress="", watching=watching
            )
        case Gone(reading=reading):
            return replace(before, notice=explain_failed_read(error, reading), progress="")
        case _:
            explained = explain_failed_read(error)
            return Failed(port_id, explained, no_such_port=says_no_such_port(error))


def after_watched_read(reading: Reading, before: Showing) -> Showing:
    """Return the state after a read of a watch.

    The last change stays marked until the next one, and a notice stays as long as it's true.
    """
    after = after_read(reading, before)
    if not reading.is_requested:
        return after
    return replace(
        after,
        notice=_lasting_notice(before),
        was=after.was or before.was,
        can_undo=before.can_undo,
    )


def after_failed_watch(before: Showing, error: ServiceError, clock: Clock) -> Showing:
    """Return the state after a failed read that doesn't end a watch, if there is one."""
    if before.watching is None:
        return before
    failed = failed_again(before.watching.failed, error, clock)
    return replace(before, watching=replace(before.watching, failed=failed))


def ended_watch(before: Showing, error: ServiceError) -> State:
    """Return the state after a failed read that ends a watch. A notice that is still true stays."""
    after = after_failed_read(before, before.reading.port_id, error)
    standing = _lasting_notice(before)
    return replace(after, notice=standing) if standing and isinstance(after, Showing) else after


def _lasting_notice(showing: Showing) -> Explanation | None:
    notice = showing.notice
    return None if notice and notice.until_read else notice


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
