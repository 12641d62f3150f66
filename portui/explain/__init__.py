"""Errors and outcomes in the operator's words; the only place that words them."""

from portui.explain.edits import (
    change_words,
    explain_mistake,
    field_at_fault,
    moved_words,
    new_value,
    old_value,
)
from portui.explain.errors import explain_error, own_words
from portui.explain.history import (
    creation_call,
    explain_journal,
    explain_leaving,
    explain_unfinished,
    intent_words,
    result_words,
)
from portui.explain.outcomes import (
    explain_check,
    explain_delete,
    explain_left_form,
    explain_phase,
    explain_save,
    explain_strange_answer,
)
from portui.explain.startup import explain_bad_token, explain_startup
from portui.explain.tokens import explain_keyring, explain_not_done, explain_source
from portui.explain.words import Action, Explanation, Tone

__all__ = [
    "Action",
    "Explanation",
    "Tone",
    "change_words",
    "creation_call",
    "explain_bad_token",
    "explain_check",
    "explain_delete",
    "explain_error",
    "explain_journal",
    "explain_keyring",
    "explain_leaving",
    "explain_left_form",
    "explain_mistake",
    "explain_not_done",
    "explain_phase",
    "explain_save",
    "explain_source",
    "explain_startup",
    "explain_strange_answer",
    "explain_unfinished",
    "field_at_fault",
    "intent_words",
    "moved_words",
    "new_value",
    "old_value",
    "own_words",
    "result_words",
]
