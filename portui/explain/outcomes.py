"""What became of a change or a deletion, in the operator's words."""

from datetime import datetime
from typing import TypeAlias

from portui.api import errors
from portui.explain.edits import change_words, moved_words
from portui.explain.errors import NOTHING_SENT, explain_error, own_words
from portui.explain.history import explain_journal, intent_words
from portui.explain.words import Action, Explanation, Tone
from portui.journal import Entry, JournalTrouble
from portui.operations.checking import CheckOutcome
from portui.operations.deleting import AlreadyGone, DeleteOutcome, Gone, StillThere
from portui.operations.reading import Reading
from portui.operations.saving import AlreadySo, ChangedOtherwise, NotSeen, Saved, SaveOutcome
from portui.operations.settling import READS
from portui.operations.writing import (
    AnotherPort,
    CutShort,
    Moved,
    NotSent,
    Phase,
    Refused,
    Stopped,
    Unknown,
    Untold,
    Vanished,
)
from portui.port.display import field_text, utc
from portui.port.editing import Change
from portui.port.model import Port

_READ = (Action.READ_AGAIN,)


def explain_strange_answer(reading: Reading) -> Explanation:
    """An answer about another port than the one asked for."""
    meaning = f"Asked for was {reading.asked}. Nothing can be edited or deleted here."
    return Explanation("The service answered with another port's ID", meaning, _READ)


def explain_phase(phase: Phase, number: int) -> str:
    """How far a change has got, while it is under way."""
    match phase:
        case Phase.CHECKING:
            return "Reading it once more, to see whether it has changed…"
        case Phase.SENDING:
            return "Sending…"
        case Phase.READING_BACK:
            return f"Reading back, {number} of {READS}… Esc waits no longer"


def explain_left_form(at: datetime) -> Explanation:
    """A form that a former run left before it was saved or discarded."""
    meaning = f"It is from {utc(at)}. Nothing of it was sent."
    return Explanation("A form was left unsaved", meaning, (Action.EDIT,), Tone.UNSURE)


def explain_save(  # noqa: C901 - a table
    outcome: SaveOutcome, before: Port, change: Change
) -> Explanation:
    """The outcome of a save; the port on screen is the one read back, where there is one."""
    words = change_words(before, change)
    match outcome:
        case AlreadySo():
            return Explanation("Nothing to save", "The port is so already.", tone=Tone.GOOD)
        case Saved(acknowledged=True):
            return Explanation("Saved and read back", words, tone=Tone.GOOD)
        case Saved():
            meaning = f"{words}. The answer to the change itself was lost, but it took effect."
            return Explanation("Saved and read back", meaning, tone=Tone.GOOD)
        case Refused(error=error):
            reason = explain_error(error)
            meaning = f"{reason.meaning} What you typed is kept."
            next_ = (*reason.next, Action.EDIT)
            return Explanation(f"Not saved: {own_words(error)}", meaning, next_)
        case NotSent(why=why):
            return _not_sent("Not sent", why, Action.EDIT)
        case Stopped(why=why):
            return _stopped("Not sent", why, before, Action.EDIT)
        case ChangedOtherwise(reading=reading):
            now = _now(reading.port, change)
            meaning = f"Sent: {words}. Read back: {now}."
            return Explanation("The port has other values than sent", meaning, _READ, Tone.UNSURE)
        case NotSeen(acknowledged=acknowledged):
            said = "The service accepted it" if acknowledged else "No clear answer came"
            meaning = f"{words}. {said}, but the old values are still read. It may yet arrive."
            return Explanation("Not seen: the change has not appeared", meaning, _READ, Tone.UNSURE)
        case Vanished():
            meaning = "The port was deleted meanwhile; the change was not saved."
            return Explanation("The port is gone", meaning, (Action.LOOK_UP,))
        case Unknown():
            return _unknown(outcome, f"Whether {words} took effect")


def _now(port: Port, change: Change) -> str:
    return ", ".join(
        f"{field.label} {field_text(port, field, 60) or '(empty)'}" for field, _ in change
    )


def explain_delete(outcome: DeleteOutcome, before: Port) -> Explanation:
    """The outcome of a deletion."""
    match outcome:
        case Gone(acknowledged=acknowledged):
            lost = "" if acknowledged else "The answer to the deletion itself was lost. "
            meaning = f"{lost}A read confirmed it. What it was stays on screen."
            return Explanation("Deleted", meaning, (Action.LOOK_UP,), Tone.GOOD)
        case AlreadyGone():
            meaning = "The service knows it no more. What it was stays on screen."
            return Explanation("It was gone already", meaning, (Action.LOOK_UP,), Tone.GOOD)
        case Refused(error=error):
            reason = explain_error(error)
            return Explanation(f"Not deleted: {own_words(error)}", reason.meaning, reason.next)
        case NotSent(why=why):
            return _not_sent("Not deleted", why, Action.DELETE)
        case Stopped(why=why):
            return _stopped("Not deleted", why, before, Action.DELETE)
        case StillThere(acknowledged=acknowledged):
            said = "The service accepted the deletion" if acknowledged else "No clear answer came"
            meaning = f"{said}, but the port is still read. It may yet go."
            return Explanation("Not gone: the port is still there", meaning, _READ, Tone.UNSURE)
        case Unknown():
            return _unknown(outcome, "Whether the port was deleted")


def _not_sent(what: str, why: errors.ServiceError, again: Action) -> Explanation:
    reason = explain_error(why)
    next_ = (*(a for a in reason.next if a is Action.TOKEN), again)
    return Explanation(f"{what}. {reason.what}", NOTHING_SENT, next_)


Held: TypeAlias = errors.OriginIsReadOnly | Moved | AnotherPort | JournalTrouble


def _stopped(what: str, why: Held, before: Port, again: Action) -> Explanation:
    match why:
        case Moved(reading=now):
            moved = moved_words(before, now.port)
            meaning = f"{moved}. {NOTHING_SENT}"
            return Explanation(f"{what}. The port has changed since it was read", meaning, (again,))
        case AnotherPort():
            words = "The service answered with another port's ID"
            return Explanation(f"{what}. {words}", NOTHING_SENT, _READ)
        case JournalTrouble():
            meaning = f"{NOTHING_SENT} Without the journal, it could not be undone."
            return Explanation(f"{what}. {explain_journal(why)}", meaning, (again,))
        case _:
            return _not_sent(what, why, again)


def explain_check(outcome: CheckOutcome, entry: Entry) -> Explanation:
    """What a look afterwards tells of a change whose end nobody saw."""
    intent = entry.intent
    match outcome:
        case Unknown(untold=untold):
            meaning = f"Whether {intent_words(intent)} took effect is still not known: "
            return Explanation("Still unknown", meaning + _untold(untold), _READ, Tone.UNSURE)
        case Gone():
            return Explanation("It was deleted", f"{_when(entry)}.", tone=Tone.GOOD)
        case StillThere():
            meaning = f"{_when(entry)}, a deletion was begun. It may yet take effect."
            return Explanation("The port is still there", meaning, _READ, Tone.UNSURE)
        case Saved():
            meaning = f"{_when(entry)}: {intent_words(intent)}."
            return Explanation("It was saved: the values are there", meaning, tone=Tone.GOOD)
        case _:
            return explain_save(outcome, intent.before, intent.change)


def _when(entry: Entry) -> str:
    return f"On {utc(entry.at)}"


def _unknown(outcome: Unknown, question: str) -> Explanation:
    if outcome.write_error is None:
        write = "The service accepted it"
    else:
        write = explain_error(outcome.write_error).what
    read = _untold(outcome.untold)
    meaning = f"{question} is not known. {write}; {read}. Read again before anything else."
    return Explanation("Outcome unknown", meaning, _READ, Tone.UNSURE)


def _untold(why: Untold) -> str:
    match why:
        case AnotherPort():
            return "reading it back gave another port"
        case CutShort():
            return "it was not waited for to be read back"
        case _:
            return f"reading it back failed: {explain_error(why).what}"
