"""Messages about where tokens come from and why the keyring fails."""

import shlex
from datetime import datetime
from typing import TYPE_CHECKING

from portui.credentials import Source, TokenStoreError
from portui.explain.explanation import Action, Explanation
from portui.operations.find_token import NoToken
from portui.port.display import age, safe, utc
from portui.settings import Settings, Token

if TYPE_CHECKING:  # not needed for reading a port
    from portui.port.listed import Project

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

_MOST_NAMED = 5  # projects

_ABOUT_THE_BACKEND = {_Why.KEEPS_NOTHING, _Why.PLAINTEXT, _Why.ASKS_ON_TERMINAL, _Why.FAILED}


def explain_source(source: Source) -> str:
    """Return where the current token came from, for the header."""
    return _SOURCES[source]


def explain_keyring(error: TokenStoreError) -> str:
    """Return why the keyring can't be used, as a phrase."""
    named = error.why in _ABOUT_THE_BACKEND and error.backend
    backend = f" ({safe(error.backend, 60)})" if named else ""
    return _FAILURES[error.why] + backend


def set_command(settings: Settings) -> str:
    """Return the shell command that stores a token for a service."""
    return shlex.join(["portui", "token", "set", *settings.options])


def describe_kind(token: Token) -> str:
    """Return the kind of a token, by its form."""
    if token.is_project_token:
        return "a project token"
    return "a user token" if token.is_jwt else "of an unknown kind"


def describe_token(token: Token, settings: Settings) -> str:
    """Return where the token that portui uses is from, and of which kind it is."""
    variable = settings.given_in
    source = f"the environment ({variable})" if variable else "the keyring"
    return f"from {source}, {describe_kind(token)}"


def describe_projects(projects: "tuple[Project, ...]") -> str:
    """Return the projects of a token as safe text."""
    named = [_project(each) for each in projects[:_MOST_NAMED]]
    more = len(projects) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "") or "not known"


def _project(project: "Project") -> str:
    return f"{safe(project.name, 60)} ({project.id})" if project.name else str(project.id)


def explain_expiry(at: datetime | None, now: datetime) -> str:
    """Return when a token expires, or that it did."""
    if at is None:
        return "the token doesn't say"
    if at <= now:
        return f"expired {age((now - at).total_seconds())}, at {utc(at)}"
    return utc(at)


def keyring_name(backend: str) -> str:
    """Return a backend's class as operators know it, such as `SecretService`."""
    name = backend.removeprefix("keyring.backends.").removesuffix(".Keyring")
    return "none" if name in ("fail", "") else safe(name, 60)


def explain_variables(settings: Settings) -> str:
    """Return how the environment can have the service's token."""
    return (
        f"set {settings.variables[0]}" if settings.variables else "name a token_env in the profile"
    )


def advise_keyring(error: TokenStoreError, settings: Settings, platform: str) -> str:
    """Return what to do about a keyring that can't be used, for `sys.platform`'s platform."""
    return f"{_remedy(error, platform)}, or {explain_variables(settings)} instead."


def _remedy(error: TokenStoreError, platform: str) -> str:
    match error.why:
        case _Why.LOCKED:
            return (
                "Run security unlock-keychain" if platform == "darwin" else f"Unlock it ({_UNLOCK})"
            )
        case _Why.NO_SERVICE if platform == "linux":
            return f"Start one (dbus-run-session -- bash, then {_UNLOCK})"
        case _Why.NOT_ANSWERING | _Why.BUSY:
            return "Answer its prompt, if you find one, and try again"
        case _Why.NOT_A_TOKEN:
            return "Store another (portui token set)"
        case _:
            return "Choose another keyring (PYTHON_KEYRING_BACKEND)"


_UNLOCK = "gnome-keyring-daemon --unlock --components=secrets"


def explain_not_stored(error: TokenStoreError, settings: Settings, platform: str) -> Explanation:
    """Explain that the keyring didn't store a token."""
    late = " It may still store the token." if error.why is _Why.NOT_ANSWERING else ""
    advice = advise_keyring(error, settings, platform)
    return Explanation(f"Not stored: {explain_keyring(error)}", advice + late)


def explain_not_deleted(error: TokenStoreError, platform: str) -> Explanation:
    """Explain that the keyring didn't delete a token."""
    late = " It may still delete the token." if error.why is _Why.NOT_ANSWERING else ""
    return Explanation(
        f"Not deleted: {explain_keyring(error)}", f"{_remedy(error, platform)}.{late}"
    )


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
