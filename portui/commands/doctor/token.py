"""Checks of the keyring, the token, and what the service says about it."""

import sys

from portui.api.errors import ServiceError
from portui.api.probed import Permissions, Probe
from portui.commands.command import Dependencies
from portui.commands.doctor.finding import Finding, care, not_applicable, ok
from portui.explain.errors import explain_error
from portui.explain.tokens import (
    advise_keyring,
    describe_projects,
    describe_token,
    explain_expiry,
    explain_keyring,
    explain_variables,
    keyring_name,
    set_command,
)
from portui.operations.inspect_token import KeyringContent, Owner, find_owner
from portui.port.display import safe
from portui.settings import Settings, Token

_MOST_NAMED = 12  # permissions


def check_keyring(settings: Settings, keyring: KeyringContent) -> Finding:
    """Check that the keyring can be used, unless the environment makes it unnecessary."""
    check, name = "Keyring", keyring_name(keyring.backend)
    if keyring.error:
        found = f"{name}: {explain_keyring(keyring.error)}"
        if settings.given_in:
            return not_applicable(check, f"{found}; the token is in the environment")
        return care(check, found, advise_keyring(keyring.error, settings, sys.platform))
    held = "a token" if keyring.token else "no token"
    official = "; the official CLI's token for it too" if keyring.official else ""
    return ok(check, f"{name}, unlocked, with {held} for this service{official}")


def check_token(settings: Settings, token: Token | None, dependencies: Dependencies) -> Finding:
    """Check that there is a token, and that it hasn't expired."""
    check = "Token"
    if token is None:
        advice = f"Run {set_command(settings)}, or {explain_variables(settings)}."
        return care(check, "none in the environment, none in the keyring", advice)
    now, expires = dependencies.clock.now(), token.expires_at
    found = describe_token(token, settings)
    if expires is None:
        return ok(check, found)
    found = f"{found}, {'' if expires <= now else 'expires '}{explain_expiry(expires, now)}"
    return (
        ok(check, found)
        if expires > now
        else care(check, found, f"Set another: {set_command(settings)}")
    )


async def check_access(dependencies: Dependencies, token: Token) -> list[Finding]:
    """Check that the service accepts the token, and say what it gives access to."""
    owner = await find_owner(dependencies.connect, token)
    project = _project(dependencies.settings, owner)
    if owner.accepted is False:
        return [project, not_applicable("Permissions", "not known: the token was rejected")]
    return [project, await _permissions(dependencies.probe, token)]


def _project(settings: Settings, owner: Owner) -> Finding:
    check = "Project"
    if owner.error is None:
        return ok(check, f"{describe_projects(owner.projects)}; the token is accepted")
    why = explain_error(owner.error)
    if owner.accepted is False:
        return care(check, f"{why.what}. {why.meaning}", f"Set another: {set_command(settings)}")
    return care(check, why.what, why.meaning or "Try again in a moment.")


async def _permissions(probe: Probe, token: Token) -> Finding:
    check = "Permissions"
    try:
        found = await probe.permissions(token)
    except ServiceError as error:
        return not_applicable(check, f"can't be read: {explain_error(error).what}")
    if not found:
        return not_applicable(check, "not known: not a project token's")
    return ok(check, _listed(found))


def _listed(found: Permissions) -> str:
    names = ", ".join(safe(each, 40) for each in found.permissions[:_MOST_NAMED]) or "none"
    more = len(found.permissions) - _MOST_NAMED
    of = f" (token {safe(found.name, 60)})" if found.name else ""
    return names + (f" and {more} more" if more > 0 else "") + of
