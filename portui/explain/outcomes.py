"""Messages about the outcomes of changes and deletions."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

from portui.api import errors
from portui.explain.edits import change_words, conflict_words
from portui.explain.errors import NOTHING_SENT, explain_error, own_words, says_in_use
from portui.explain.explanation import Action, Explanation, Tone
from portui.explain.history import explain_journal, intent_words
from portui.journal import CreationEntry, Entry, JournalError, Result, Sent
from portui.operations.check import CheckOutcome
from portui.operations.delete import AlreadyDeleted, Deleted, DeleteOutcome, StillExists
from portui.operations.read_back import READS
from portui.operations.save import DifferentValues, NotConfirmed, NothingToSave, Saved, SaveOutcome
from portui.operations.write import (
    Conflict,
    DifferentPort,
    NoSuchPort,
    NotSent,
    Phase,
    ReadBackFailure,
    Refused,
    Stopped,
    StoppedWaiting,
    Unknown,
)
from portui.port.display import field_text, safe, time_of_day, utc
from portui.port.editing import Change
from portui.port.export import raw_value
from portui.port.model import Field, Port

_REFRESH = (Action.REFRESH,)
_CHANGED = "Someone changed this port"
_NO_SUCH_PORT = "The service has no such port."


def explain_gone() -> Explanation:
    """Explain that a port that was read earlier no longer exists."""
    return Explanation("The port no longer exists", _NO_SUCH_PORT, (Action.LOOK_UP,))


def explain_still_gone(*, confirmed: bool) -> Explanation:
    """Explain that another read still finds no such port.

    `confirmed` means that the port was deleted from here, and a read confirmed that.
    """
    what = "Still deleted" if confirmed else "Still no such port"
    tone = Tone.GOOD if confirmed else Tone.BAD
    return Explanation(what, _NO_SUCH_PORT, (Action.LOOK_UP,), tone)


def explain_phase(phase: Phase, number: int) -> str:
    """Return the progress of a change. `number` counts the confirming reads, from 1."""
    match phase:
        case Phase.CHECKING:
            return "Checking that nobody else has changed it…"
        case Phase.SENDING:
            return "Sending…"
        case Phase.CONFIRMING:
            return f"Confirming, {number} of {READS}…"


def explain_open_change(words: str, command: str, *, sent: bool) -> str:
    """Return one line for the shell about a change that was under way when portui quit.

    `words` describe the change and its port. `command` is the command that checks it.
    """
    if not sent:
        return f"Not sent: {words}."
    return f"Outcome unknown: {words}. To check it: {command}"


def explain_draft(at: datetime, sent: Entry | Sent | None, *, as_sent: bool) -> Explanation:
    """Explain a draft from an earlier run, with its outcome if it was sent.

    `as_sent` means that the draft still has the values that were sent.
    """
    what, meaning = f"Unsaved draft from {utc(at)}", NOTHING_SENT
    match sent:
        case Sent(at=sent_at):
            what = f"Draft that may have been sent at {time_of_day(sent_at)}; outcome unknown"
            meaning = f"You left it at {utc(at)}."
        case Entry(result=result) if result is not Result.NOT_SENT and as_sent:
            what, meaning = f"Draft {fate(sent)}", f"You left it at {utc(at)}."
        case Entry(result=result) if result is not Result.NOT_SENT:
            what, meaning = f"{what}, edited since it was sent", f"It was {fate(sent)}."
    return Explanation(what, meaning, (Action.EDIT,), Tone.UNSURE)


FATES = {
    None: "outcome unknown",
    Result.SAVED: "saved",
    Result.CREATED: "created",
    Result.DELETED: "the port was deleted",
    Result.REFUSED: "the service refused it",
    Result.DIFFERENT_VALUES: "the port got different values",
    Result.NOT_CONFIRMED: "not confirmed, the port had its old values",
    Result.NO_SUCH_PORT: "the port no longer existed",
    Result.UNKNOWN: "outcome unknown",
}


def fate(entry: Entry | CreationEntry, fates: Mapping[Result | None, str] = FATES) -> str:
    """Return when a draft was sent and its outcome, claiming no more than is known."""
    when = time_of_day(entry.at)
    sent = f"being sent at {when} when portui stopped" if entry.interrupted else f"sent at {when}"
    return f"{sent}; {fates[entry.result]}"


def explain_save(  # noqa: C901 - a table
    outcome: SaveOutcome, before: Port, change: Change
) -> Explanation:
    """Explain the outcome of a save. The port as read back, if it was, is shown beside it."""
    words = change_words(before, change)
    match outcome:
        case NothingToSave():
            return Explanation(
                "Nothing to save", "The port already has these values.", tone=Tone.GOOD
            )
        case Saved(acknowledged=True):
            return Explanation("Saved and confirmed", words, tone=Tone.GOOD)
        case Saved():
            meaning = f"{words}. The service's reply was lost, but the change took effect."
            return Explanation("Saved and confirmed", meaning, tone=Tone.GOOD)
        case Refused(error=error):
            reason = explain_error(error)
            taken = any(
                field is Field.FRONTEND_PORT and says_in_use(error, value)
                for field, value in change
            )
            next_ = (*reason.next, Action.EDIT, *((Action.FIND_NUMBER,) if taken else ()))
            return Explanation(f"Not saved: {own_words(error)}", reason.meaning, next_)
        case NotSent(why=why):
            return _not_sent("Not sent", why, Action.EDIT)
        case Stopped(why=why):
            return _stopped("Not sent", why, before, Action.EDIT)
        case DifferentValues(reading=reading):
            meaning = f"Sent: {words}. Now: {_now(reading.port, change)}."
            what = "The port has different values from those sent"
            return Explanation(what, meaning, _REFRESH, Tone.UNSURE)
        case NotConfirmed(acknowledged=acknowledged):
            meaning = f"{words}. {_said(acknowledged)} The change may still take effect."
            what = "Not confirmed: the port still has its old values"
            return Explanation(what, meaning, _REFRESH, Tone.UNSURE)
        case NoSuchPort():
            meaning = "Someone deleted it; there is nothing left to change."
            return Explanation("The port no longer exists", meaning, (Action.LOOK_UP,))
        case Unknown():
            return _unknown(outcome, f"{words} took effect")


def _said(acknowledged: bool) -> str:  # noqa: FBT001 - an outcome's attribute
    return "The service accepted it." if acknowledged else "No clear reply came."


def _now(port: Port, change: Change) -> str:
    return ", ".join(
        f"{field.label} {field_text(port, field, 60) or '(empty)'}" for field, _ in change
    )


def explain_delete(outcome: DeleteOutcome, before: Port) -> Explanation:
    """Explain the outcome of a deletion."""
    match outcome:
        case Deleted(acknowledged=True):
            return Explanation("Deleted", "Confirmed.", (Action.LOOK_UP,), Tone.GOOD)
        case Deleted():
            meaning = "The service's reply was lost, but a read confirmed it."
            return Explanation("Deleted", meaning, (Action.LOOK_UP,), Tone.GOOD)
        case AlreadyDeleted():
            return Explanation("Already deleted", _NO_SUCH_PORT, (Action.LOOK_UP,), Tone.GOOD)
        case Refused(error=error):
            reason = explain_error(error)
            return Explanation(f"Not deleted: {own_words(error)}", reason.meaning, reason.next)
        case NotSent(why=why):
            return _not_sent("Not deleted", why, Action.DELETE)
        case Stopped(why=why):
            return _stopped("Not deleted", why, before, Action.DELETE)
        case StillExists(acknowledged=acknowledged):
            meaning = f"{_said(acknowledged)} The deletion may still take effect."
            what = "Not confirmed: the port still exists"
            return Explanation(what, meaning, _REFRESH, Tone.UNSURE)
        case Unknown():
            return _unknown(outcome, "the port was deleted")


def _not_sent(what: str, why: errors.ServiceError, again: Action) -> Explanation:
    reason = explain_error(why)
    next_ = (*(a for a in reason.next if a is Action.TOKEN), again)
    meaning = f"{reason.meaning} {NOTHING_SENT}".strip()
    return Explanation(f"{what}. {reason.what}", meaning, next_)


def explain_outdated(expected: datetime, port: Port) -> Explanation:
    """Explain that a port wasn't updated when it was expected to have been."""
    is_now, was = (raw_value(each) for each in (port.updated_at, expected))
    now = safe(is_now, 60) if isinstance(is_now, str) else "missing"
    meaning = f"Updated is {now}, not {was}. {NOTHING_SENT}"
    return Explanation(f"Not sent. {_CHANGED}", meaning, _REFRESH)


StopReason: TypeAlias = errors.ReadOnlyError | Conflict | DifferentPort | JournalError


def _stopped(what: str, why: StopReason, before: Port, again: Action) -> Explanation:
    match why:
        case Conflict(reading=now):
            meaning = f"{conflict_words(before, now.port)}. {NOTHING_SENT}"
            return Explanation(f"{what}. {_CHANGED}", meaning, (again,))
        case DifferentPort():
            words = "The service returned a different port"
            return Explanation(f"{what}. {words}", NOTHING_SENT, _REFRESH)
        case JournalError():
            meaning = f"It could not be undone. {NOTHING_SENT}"
            return Explanation(f"{what}. {explain_journal(why)}", meaning, (again,))
        case _:
            return _not_sent(what, why, again)


def explain_check(outcome: CheckOutcome, entry: Entry) -> Explanation:
    """Explain what a later read shows about a change that may never have been sent."""
    words = f"{intent_words(entry.intent)} ({utc(entry.at)})"
    stopped = "portui stopped before the outcome was known"
    match outcome:
        case Unknown(read_failure=failure):
            meaning = f"portui can't tell whether {words} took effect: {_read_failure(failure)}."
            return Explanation("Outcome still unknown", meaning, _REFRESH, Tone.UNSURE)
        case Deleted():
            what = "Deleted: the service has no such port"
            return Explanation(what, f"{words}. {stopped}.", tone=Tone.GOOD)
        case StillExists():
            what = "Not confirmed: the port still exists"
        case Saved():
            what = "Saved: the port has the new values"
            return Explanation(what, f"{words}. {stopped}.", tone=Tone.GOOD)
        case NotConfirmed():
            what = "Not confirmed: the port has its old values"
        case DifferentValues(reading=reading):
            now = _now(reading.port, entry.intent.change)
            meaning = f"Asked for: {words}. Now: {now}. {stopped}."
            what = "The port has different values from those asked for"
            return Explanation(what, meaning, _REFRESH, Tone.UNSURE)
        case NoSuchPort():
            meaning = f"{words}: {stopped}. Someone deleted the port."
            return Explanation("The port no longer exists", meaning, (Action.LOOK_UP,))
    meaning = f"{words} may still take effect: {stopped}."
    return Explanation(what, meaning, _REFRESH, Tone.UNSURE)


def _unknown(outcome: Unknown, question: str) -> Explanation:
    if outcome.write_error is None:
        write = "The service accepted it"
    else:
        write = explain_error(outcome.write_error).what
    read = _read_failure(outcome.read_failure)
    meaning = f"portui can't tell whether {question}. {write}; {read}."
    return Explanation("Outcome unknown", meaning, _REFRESH, Tone.UNSURE)


def _read_failure(why: ReadBackFailure) -> str:
    match why:
        case DifferentPort():
            return "reading it back returned a different port"
        case StoppedWaiting():
            return "you stopped waiting for confirmation"
        case _:
            return f"confirming failed: {explain_error(why).what}"
