"""Messages about ports to create: their outcomes, their drafts, and numbers that are taken."""

from datetime import datetime
from uuid import UUID

from portui.explain.errors import NOTHING_SENT, explain_error, own_words, says_in_use
from portui.explain.explanation import Action, Explanation, Tone
from portui.explain.history import creation_words, explain_journal
from portui.explain.listings import explain_list_error, pipeline_name
from portui.explain.outcomes import FATES, fate
from portui.journal import Creation, CreationEntry, JournalError, Result, Sent
from portui.operations.create import Created, CreateOutcome, Refused, Unknown, WhyUnknown
from portui.operations.new_port import NotSeen, PartlyListed, SeveralSeen
from portui.operations.read_back import READS
from portui.operations.write import (
    DifferentPort,
    NotSent,
    Phase,
    ReadBackFailure,
    Stopped,
    StoppedWaiting,
)
from portui.port.display import safe, summary, time_of_day, utc
from portui.port.editing import NewPort
from portui.port.listed import ListedPort, Pipeline

_LOOK_FIRST = "Look at the pipeline's ports before you create it again."
_LOST = "The service's reply was lost; this is the pipeline's only new port with these values."
_FATES = FATES | {Result.NOT_CONFIRMED: "the port had not appeared"}
_STOPPED = "portui stopped before the outcome was known"


def explain_create_phase(phase: Phase, number: int) -> str:
    """Return the progress of creating a port. `number` counts the confirming reads, from 1."""
    match phase:
        case Phase.CHECKING:
            return "Listing the pipeline's ports…"
        case Phase.SENDING:
            return "Creating…"
        case Phase.CONFIRMING:
            return f"Confirming, {number} of {READS}…"


def explain_create(outcome: CreateOutcome, pipeline: Pipeline, new: NewPort) -> Explanation:
    """Explain what became of a port to create."""
    words = creation_words(new, pipeline)
    match outcome:
        case Created():
            return _created(outcome, words, pipeline, new)
        case Refused(error=error):
            reason = explain_list_error(error)
            find = (Action.FIND_NUMBER,) if says_in_use(error, new.frontend_port) else ()
            what = f"Not created: {own_words(error)}"
            return Explanation(what, reason.meaning, (*reason.next, *find))
        case NotSent(why=why):
            reason = explain_list_error(why)
            meaning = f"{reason.meaning} {NOTHING_SENT}".strip()
            return Explanation(f"Not created. {reason.what}", meaning)
        case Stopped(why=JournalError() as why):
            return Explanation(f"Not created. {explain_journal(why)}", NOTHING_SENT)
        case Stopped():
            meaning = f"The settings don't allow changes here. {NOTHING_SENT}"
            return Explanation("Not created. Read-only", meaning)
        case Unknown():
            return _unknown(outcome, words)


def _created(created: Created, words: str, pipeline: Pipeline, new: NewPort) -> Explanation:
    port = created.reading.port
    how = "Confirmed." if created.acknowledged else _LOST
    if new.is_like(port):
        meaning = f"{how} Its endpoint is pending." if port.is_pending else how
        return Explanation(f"Created: {words}", meaning, tone=Tone.GOOD)
    what = f"Created with different values: {summary(port)} in {pipeline_name(pipeline)}"
    return Explanation(what, f"You asked for {words}. {how}", tone=Tone.UNSURE)


def _unknown(outcome: Unknown, words: str) -> Explanation:
    named = f" The service gave it the ID {outcome.port_id}." if outcome.port_id else ""
    said = "The service accepted it"
    if outcome.write_error is not None:
        said = explain_error(outcome.write_error).what
    if isinstance(outcome.why, NotSeen):
        what = "Not confirmed: the new port hasn't appeared"
        meaning = f"{words}. {said}; the port may still appear.{named} {_LOOK_FIRST}"
        return Explanation(what, meaning, tone=Tone.UNSURE)
    meaning = (
        f"portui can't tell whether {words} was created. {said}; {_why(outcome.why)}."
        f"{named} {_LOOK_FIRST}"
    )
    return Explanation("Outcome unknown", meaning, tone=Tone.UNSURE)


def _why(why: ReadBackFailure | SeveralSeen | PartlyListed) -> str:
    match why:
        case SeveralSeen(count=count):
            return f"the pipeline has {count} new ports with these values"
        case PartlyListed():
            return "not all of the pipeline's ports can be listed"
        case DifferentPort():
            return "reading it back returned a different port"
        case StoppedWaiting():
            return "you stopped waiting for confirmation"
        case _:
            return f"confirming failed: {explain_error(why).what}"


def explain_checked_creation(outcome: Created | Unknown, creation: Creation) -> Explanation:
    """Explain what a later look shows about a port whose POST may never have been sent."""
    words = creation_words(creation.new, creation.pipeline)
    match outcome:
        case Created(reading=reading) if creation.new.is_like(reading.port):
            return Explanation(f"Created: {words}", f"{_STOPPED}.", tone=Tone.GOOD)
        case Created(reading=reading):
            what = f"Created with different values: {summary(reading.port)}"
            return Explanation(what, f"You asked for {words}; {_STOPPED}.", tone=Tone.UNSURE)
        case Unknown(why=why, port_id=port_id):
            return _still_unknown(why, port_id, words)


def _still_unknown(why: WhyUnknown, port_id: UUID | None, words: str) -> Explanation:
    match why:
        case NotSeen() if port_id:
            what = "The port no longer exists"
            meaning = f"{words} got the ID {port_id}; the service has no such port now."
        case NotSeen():
            what = "Not created, as far as portui can tell"
            meaning = f"{words}: {_STOPPED}. The pipeline has no new port with these values."
        case _:
            what = "Outcome still unknown"
            meaning = f"portui can't tell whether {words} was created: {_why(why)}. {_LOOK_FIRST}"
    return Explanation(what, meaning, tone=Tone.UNSURE)


def explain_left_creation(
    at: datetime, sent: CreationEntry | Sent | None, *, as_sent: bool
) -> Explanation:
    """Explain the draft of a new port from an earlier run, with its outcome if it was sent.

    `as_sent` means that the draft still has the values that were sent.
    """
    what, meaning = f"Unsaved draft from {utc(at)}", NOTHING_SENT
    match sent:
        case Sent(at=sent_at):
            what = f"Draft that may have been sent at {time_of_day(sent_at)}; outcome unknown"
            meaning = f"You left it at {utc(at)}. {_LOOK_FIRST}"
        case CreationEntry(result=result) if result is not Result.NOT_SENT and as_sent:
            meaning = f"You left it at {utc(at)}."
            if not sent.is_settled:
                meaning = f"{meaning} {_LOOK_FIRST}"
            what = f"Draft {fate(sent, _FATES)}"
        case CreationEntry(result=result) if result is not Result.NOT_SENT:
            what, meaning = f"{what}, edited since it was sent", f"It was {fate(sent, _FATES)}."
    return Explanation(what, meaning, tone=Tone.UNSURE)


def explain_taken(listed: ListedPort, at: datetime) -> str:
    """Return that a frontend port is taken, by whom, and as of when."""
    protocol, number = (
        safe(str(value), 24) for value in (listed.port.protocol, listed.port.frontend_port)
    )
    where = pipeline_name(listed.pipeline)
    return f"{protocol} {number} is taken in {where}, as of {time_of_day(at)}"
