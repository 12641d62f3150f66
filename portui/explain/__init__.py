"""Errors and outcomes in the operator's words; the only place that words them."""

from portui.explain.errors import explain_error, own_words
from portui.explain.outcomes import (
    change_words,
    explain_delete,
    explain_mistake,
    explain_save,
    explain_strange_answer,
    field_at_fault,
    new_value,
    old_value,
)
from portui.explain.startup import explain_bad_token, explain_startup
from portui.explain.tokens import explain_keyring, explain_not_done, explain_source
from portui.explain.words import Action, Explanation, Tone

__all__ = [
    "Action",
    "Explanation",
    "Tone",
    "change_words",
    "explain_bad_token",
    "explain_delete",
    "explain_error",
    "explain_keyring",
    "explain_mistake",
    "explain_not_done",
    "explain_save",
    "explain_source",
    "explain_startup",
    "explain_strange_answer",
    "field_at_fault",
    "new_value",
    "old_value",
    "own_words",
]
