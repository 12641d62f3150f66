"""Where tokens come from, and the keyring's troubles, in the operator's words."""

from portui.credentials import Source, TokenStoreError
from portui.port.display import safe

_Why = TokenStoreError.Why

_SOURCES = {
    Source.ENVIRONMENT: "environment",
    Source.KEYRING: "keyring",
    Source.OFFICIAL: "official CLI",
    Source.THIS_RUN: "this session",
    Source.DEMO: "none needed",
}

_FAILURES = {
    _Why.NO_SERVICE: "no keyring service runs here",
    _Why.LOCKED: "the keyring is locked",
    _Why.NOT_ANSWERING: "the keyring does not answer; a prompt may be open on another display",
    _Why.BUSY: "the keyring still does not answer an earlier call",
    _Why.KEEPS_NOTHING: "this keyring keeps nothing",
    _Why.PLAINTEXT: "this keyring would keep the token in clear text, so it is not used",
    _Why.ASKS_ON_TERMINAL: "this keyring asks on the terminal, which portui occupies",
    _Why.NOT_KEPT: "the keyring took the token, but did not give it back",
    _Why.NOT_A_TOKEN: "what the keyring holds for this service is no token",
    _Why.FAILED: "the keyring failed",
}

_ABOUT_THE_BACKEND = {_Why.KEEPS_NOTHING, _Why.PLAINTEXT, _Why.ASKS_ON_TERMINAL, _Why.FAILED}


def explain_source(source: Source) -> str:
    """Where the token in use came from, for the header."""
    return _SOURCES[source]


def explain_keyring(error: TokenStoreError) -> str:
    """Why the keyring can't be used, as a phrase."""
    telling = error.why in _ABOUT_THE_BACKEND and error.backend
    backend = f" ({safe(error.backend, 60)})" if telling else ""
    return _FAILURES[error.why] + backend


def explain_keyring_failure(source: Source, error: TokenStoreError) -> str:
    """What the keyring did not do for the token in use, which came from `source`."""
    why = explain_keyring(error)
    if source is Source.KEYRING:
        return f"Not deleted: {why}"
    return f"Not stored: {why}. Used for this session"
