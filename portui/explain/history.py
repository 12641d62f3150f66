"""The journal in the operator's words: its entries, and what keeps it from being written."""

from portui.explain.edits import change_words
from portui.explain.words import Action, Explanation, Tone
from portui.journal import Call, Entry, Intent, JournalTrouble, Result
from portui.port.display import safe

_TROUBLES = {
    JournalTrouble.Why.NO_SPACE: "no space is left",
    JournalTrouble.Why.READ_ONLY: "the file system is read-only",
    JournalTrouble.Why.NOT_ALLOWED: "it may not be written",
    JournalTrouble.Why.BUSY: "another portui holds it",
    JournalTrouble.Why.FAILED: "the disk reports an error",
}

_RESULTS = {
    Result.SAVED: "saved",
    Result.DELETED: "deleted",
    Result.REFUSED: "refused",
    Result.NOT_SENT: "not sent",
    Result.CHANGED_OTHERWISE: "other values were read back",
    Result.NOT_SEEN: "not seen",
    Result.GONE: "the port was gone",
    Result.UNKNOWN: "unknown",
}


def explain_journal(trouble: JournalTrouble) -> str:
    """Why the journal can't be written, as a sentence without its full stop."""
    return f"The journal can't be written, {_TROUBLES[trouble.why]}: {safe(str(trouble.path), 120)}"


def explain_unfinished(count: int) -> Explanation:
    """Changes of former runs of which nobody saw the end."""
    what = "A change has" if count == 1 else f"{count} changes have"
    meaning = "A former run of portui ended before it was known."
    return Explanation(f"{what} no known outcome", meaning, (Action.HISTORY,), Tone.UNSURE)


def explain_leaving() -> str:
    """That quitting waits for a change."""
    return "Leaving once the outcome is known. Again: at once; the journal keeps it open"


def intent_words(intent: Intent) -> str:
    """What was asked for: `Frontend port 24224 → 24225`, or the deletion."""
    if intent.call is Call.DELETE:
        return "the deletion"
    return change_words(intent.before, intent.change)


def result_words(entry: Entry) -> str:
    """What came of it, in a word or a few."""
    return _RESULTS[entry.result] if entry.result else "no outcome"
