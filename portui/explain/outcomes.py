"""What became of a change or a deletion, in the operator's words."""

import re

from portui import operations
from portui.api import errors
from portui.explain.errors import explain_error, own_words
from portui.explain.words import Action, Explanation, Tone
from portui.port.display import field_text, safe, shown
from portui.port.editing import Change, Mistake, NewValue
from portui.port.model import Field, Port

_READ = (Action.READ_AGAIN,)


def change_words(before: Port, change: Change) -> str:
    """A change as it would be sent: `Frontend port 24224 → 24225`."""
    return ", ".join(
        f"{field.label} {old_value(before, field)} → {new_value(value)}" for field, value in change
    )


def old_value(before: Port, field: Field) -> str:
    """What a field was."""
    value = before[field]
    return "(empty)" if value == "" else shown(value, 60)


def new_value(value: NewValue) -> str:
    """What a field is to become."""
    return safe(str(value), 60) or "(empty)"


def explain_strange_answer(reading: operations.Reading) -> Explanation:
    """An answer about another port than the one asked for."""
    meaning = f"Asked for was {reading.asked}. Nothing can be edited or deleted here."
    return Explanation("The service answered with another port's ID", meaning, _READ)


def explain_save(outcome: operations.SaveOutcome, before: Port, change: Change) -> Explanation:
    """The outcome of a save; the port on screen is the one read back, where there is one."""
    words = change_words(before, change)
    match outcome:
        case operations.AlreadySo():
            return Explanation("Nothing to save", "The port is so already.", tone=Tone.GOOD)
        case operations.Saved(acknowledged=True):
            return Explanation("Saved and read back", words, tone=Tone.GOOD)
        case operations.Saved():
            meaning = f"{words}. The answer to the change itself was lost, but it took effect."
            return Explanation("Saved and read back", meaning, tone=Tone.GOOD)
        case operations.Refused(error=error):
            reason = explain_error(error)
            meaning = f"{reason.meaning} What you typed is kept."
            next_ = (*reason.next, Action.EDIT)
            return Explanation(f"Not saved: {own_words(error)}", meaning, next_)
        case operations.NotSent(why=why) | operations.Stopped(why=why):
            reason = explain_error(why)
            return Explanation(f"Not sent. {reason.what}", reason.meaning, (Action.EDIT,))
        case operations.ChangedOtherwise(reading=reading):
            now = _now(reading.port, change)
            meaning = f"Sent: {words}. Read back: {now}."
            return Explanation("The port has other values than sent", meaning, _READ, Tone.UNSURE)
        case operations.NotSeen(acknowledged=acknowledged):
            said = "The service accepted it" if acknowledged else "No clear answer came"
            meaning = f"{words}. {said}, but the old values are still read. It may yet arrive."
            return Explanation("Not seen: the change has not appeared", meaning, _READ, Tone.UNSURE)
        case operations.Vanished():
            meaning = "The port was deleted meanwhile; the change was not saved."
            return Explanation("The port is gone", meaning, (Action.LOOK_UP,))
        case operations.Unknown():
            return _unknown(outcome, f"Whether {words} took effect")


def _now(port: Port, change: Change) -> str:
    return ", ".join(
        f"{field.label} {field_text(port, field, 60) or '(empty)'}" for field, _ in change
    )


def explain_delete(outcome: operations.DeleteOutcome) -> Explanation:
    """The outcome of a deletion."""
    match outcome:
        case operations.Gone(acknowledged=acknowledged):
            lost = "" if acknowledged else "The answer to the deletion itself was lost. "
            meaning = f"{lost}A read confirmed it. What it was stays on screen."
            return Explanation("Deleted", meaning, (Action.LOOK_UP,), Tone.GOOD)
        case operations.AlreadyGone():
            meaning = "The service knows it no more. What it was stays on screen."
            return Explanation("It was gone already", meaning, (Action.LOOK_UP,), Tone.GOOD)
        case operations.Refused(error=error):
            reason = explain_error(error)
            return Explanation(f"Not deleted: {own_words(error)}", reason.meaning, reason.next)
        case operations.NotSent(why=why) | operations.Stopped(why=why):
            reason = explain_error(why)
            return Explanation(f"Not deleted. {reason.what}", reason.meaning, (Action.DELETE,))
        case operations.StillThere(acknowledged=acknowledged):
            said = "The service accepted the deletion" if acknowledged else "No clear answer came"
            meaning = f"{said}, but the port is still read. It may yet go."
            return Explanation("Not gone: the port is still there", meaning, _READ, Tone.UNSURE)
        case operations.Unknown():
            return _unknown(outcome, "Whether the port was deleted")


def _unknown(outcome: operations.Unknown, question: str) -> Explanation:
    if outcome.write_error is None:
        write = "The service accepted it"
    else:
        write = explain_error(outcome.write_error).what
    if outcome.read_error is None:
        read = "reading it back gave another port"
    else:
        read = f"reading it back failed: {explain_error(outcome.read_error).what}"
    meaning = f"{question} is not known. {write}; {read}. Read again before anything else."
    return Explanation("Outcome unknown", meaning, _READ, Tone.UNSURE)


def explain_mistake(mistake: Mistake) -> str:
    """What is wrong with a text in the form, as a phrase beside its field."""
    return {
        Mistake.NOT_A_PORT_NUMBER: "a whole number from 1 to 65535, digits only",
        Mistake.NOT_A_PROTOCOL: "tcp or udp",
        Mistake.NOT_ONE_LINE: "one line of visible text",
        Mistake.TOO_LONG: "at most 2,048 characters",
    }[mistake]


def field_at_fault(error: errors.Refused, change: Change) -> Field | None:
    """The changed field that a refusal is about, as far as its words tell."""
    changed = [field for field, _ in change]
    numbers = [f for f in (Field.FRONTEND_PORT, Field.BACKEND_PORT) if f in changed]
    if error.status == 409:  # its detail is like `protocol tcp, port 8080`
        told = re.findall(r"\d+", error.detail or "")
        named = [field for field, value in change if field in numbers and str(value) in told]
        return next(iter((*named, *numbers, *(f for f in changed if f is Field.PROTOCOL))), None)
    if "protocol" in error.message and Field.PROTOCOL in changed:
        return Field.PROTOCOL
    if "endpoint" in error.message and Field.ENDPOINT in changed:
        return Field.ENDPOINT
    return numbers[0] if "number" in error.message and len(numbers) == 1 else None
