"""Messages about the history: its entries, and why it can't be written."""

from collections.abc import Sequence

from portui.explain.edits import change_words, new_port_words
from portui.explain.explanation import Action, Explanation, Tone
from portui.explain.listings import pipeline_name
from portui.journal import (
    Call,
    CreationEntry,
    Entry,
    Intent,
    JournalError,
    Result,
)
from portui.port.display import safe
from portui.port.editing import NewPort
from portui.port.listed import Pipeline

_FAILURES = {
    JournalError.Why.NO_SPACE: "no space left on the disk",
    JournalError.Why.READ_ONLY: "the file system is read-only",
    JournalError.Why.NOT_ALLOWED: "permission denied",
    JournalError.Why.BUSY: "another portui has locked it",
    JournalError.Why.FAILED: "the disk reported an error",
}

_RESULTS = {
    Result.SAVED: "saved",
    Result.CREATED: "created",
    Result.DELETED: "deleted",
    Result.REFUSED: "refused",
    Result.NOT_SENT: "not sent",
    Result.DIFFERENT_VALUES: "different values",
    Result.NOT_CONFIRMED: "not confirmed",
    Result.NO_SUCH_PORT: "no such port",
    Result.UNKNOWN: "unknown",
}


def explain_journal(error: JournalError) -> str:
    """Return why the journal can't be written, as a sentence without a full stop."""
    path = safe(str(error.path), 120)
    return f"Can't write the history: {_FAILURES[error.why]} ({path})"


def explain_unrecorded(error: JournalError) -> str:
    """Return why a change can't be recorded first, and what that means."""
    return f"{explain_journal(error)}. Without it, this change can't be undone."


def explain_unfinished(count: int) -> Explanation:
    """Explain that changes from earlier runs have no known outcome."""
    what = "A change has" if count == 1 else f"{count} changes have"
    meaning = "portui stopped before the outcome was known."
    return Explanation(f"{what} no known outcome", meaning, (Action.HISTORY,), Tone.UNSURE)


def explain_leaving() -> str:
    """Return the message that quitting waits for a change."""
    return "Quitting once the outcome is known. Press again to quit now"


def explain_ending() -> str:
    """Return the message that a command that was interrupted waits for a change."""
    return "Ending once the outcome is known. Interrupt again to end now"


def explain_nothing_to_undo(entries: Sequence[Entry]) -> str:
    """Return why there is nothing to undo, given the port's journal entries."""
    if not entries:
        return "Nothing to undo: portui hasn't changed this port"
    history = f"the history (h) has {len(entries)}"
    if not any(entry.may_have_taken_effect for entry in entries):
        return f"Nothing to undo: no change took effect; {history}"
    return f"Nothing to undo: all changes made here are undone; {history}"


def intent_words(intent: Intent) -> str:
    """Return what was requested: `Frontend port 24224 → 24225`, or `the deletion`."""
    if intent.call is Call.DELETE:
        return "the deletion"
    return change_words(intent.before, intent.change)


def entry_words(entry: Entry) -> str:
    """Return what a change was, for a list of them: `Deletion`, or as `intent_words`."""
    return "Deletion" if entry.intent.call is Call.DELETE else intent_words(entry.intent)


def creation_words(new: NewPort, pipeline: Pipeline) -> str:
    """Return what is to be created, or was: `tcp 24300 → 24224 in edge-forward`."""
    return f"{new_port_words(new)} in {pipeline_name(pipeline)}"


def result_words(entry: Entry | CreationEntry) -> str:
    """Return an entry's outcome in a few words."""
    return _RESULTS[entry.result] if entry.result else "no outcome"
