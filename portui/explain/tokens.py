"""Messages about where tokens come from and why the keyring fails."""

from portui.credentials import Source, TokenStoreError
from portui.explain.explanation import Action, Explanation
from portui.operations.find_token import NoToken
from portui.port.display import safe

_Why = TokenStoreError.Why
_SET = (Action.TOKEN, Action.DEMO)

_SOURCES = {
    Source.ENVIRONMENT: "environment",
    Source.KEYRING: "keyring",
    Source.OFFICIAL: "official CLI",
    Source.THIS_RUN: "this session",
    Source.DEMO: "none needed",
}

_FAILURES = {
    _Why.NO_SERVICE: "no keyring service is running here",
    _Why.LOCKED: "the keyring is locked",
    _Why.NOT_ANSWERING: "the keyring doesn't answer; a prompt may be open on another display",
    _Why.BUSY: "the keyring hasn't answered an earlier call yet",
    _Why.KEEPS_NOTHING: "this keyring stores nothing",
    _Why.PLAINTEXT: "this keyring would store the token in plain text, so portui doesn't use it",
    _Why.ASKS_ON_TERMINAL: "this keyring asks on the terminal, which portui is using",
    _Why.NOT_KEPT: "the keyring accepted the token but doesn't return it",
    _Why.NOT_A_TOKEN: "what the keyring stores for this service isn't a token",
    _Why.FAILED: "the keyring failed",
}

_ABOUT_THE_BACKEND = {_Why.KEEPS_NOTHING, _Why.PLAINTEXT, _Why.ASKS_ON_TERMINAL, _Why.FAILED}


def explain_source(source: Source) -> str:
    """Return where the current token came from, for the header."""
    return _SOURCES[source]


def explain_keyring(error: TokenStoreError) -> str:
    """Return why the keyring can't be used, as a phrase."""
    telling = error.why in _ABOUT_THE_BACKEND and error.backend
    backend = f" ({safe(error.backend, 60)})" if telling else ""
    return _FAILURES[error.why] + backend


def explain_keyring_failure(source: Source, error: TokenStoreError) -> str:
    """Return why the keyring didn't delete or store the current token, which is from `source`."""
    why = explain_keyring(error)
    if source is Source.KEYRING:
        return f"Not deleted: {why}"
    return f"Not stored: {why}. Used for this session"


def explain_no_token(found: NoToken) -> Explanation:
    """Explain that there is no token to use."""
    if found.error is not None:
        return Explanation("No token", f"In the keyring: {explain_keyring(found.error)}.", _SET)
    if found.official is not None:
        meaning = "The official CLI has one in the keyring, which portui uses only if you agree."
        return Explanation("No token", meaning, _SET)
    return Explanation("No token", "None in the environment, none in the keyring.", _SET)
