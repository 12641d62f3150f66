"""`portui token status`: where the token is from, whose it is, and what else there is."""

import sys
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portui.commands.command import Dependencies, ExitStatus
from portui.commands.output import as_data
from portui.explain.errors import explain_error
from portui.explain.tokens import (
    advise_keyring,
    describe_kind,
    describe_projects,
    describe_token,
    explain_expiry,
    explain_keyring,
    keyring_name,
    set_command,
)
from portui.operations.inspect_token import KeyringContent, Owner, find_owner, inspect_keyring
from portui.settings import Settings, Token


async def show_status(dependencies: Dependencies, form: str) -> ExitStatus:
    """Print what is known about the service's token."""
    settings, console = dependencies.settings, dependencies.console
    console.show_progress("Asking the keyring…")
    keyring = await inspect_keyring(dependencies.store)
    token, owner = settings.given_token or keyring.token, None
    if token:
        console.show_progress("Asking the service…")
        owner = await find_owner(dependencies.connect, token)
    status = _Status(settings, keyring, token, owner, dependencies.clock.now())
    console.print(status.text() if form == "table" else as_data(status.record(), form))
    if owner is None:
        console.say(f"No token. Next: {set_command(settings)}")
    return ExitStatus.NO_TOKEN if owner is None or owner.accepted is False else ExitStatus.DONE


@dataclass(frozen=True, slots=True)
class _Status:
    """What is known about a service's tokens."""

    settings: Settings
    keyring: KeyringContent
    token: Token | None
    """The token that portui uses."""
    owner: Owner | None
    now: datetime

    def text(self) -> str:
        """Return a table for people."""
        rows = [("Service", self.settings.origin.name), ("Token", self._token())]
        if self.token and self.owner:
            rows.append(("Project", describe_projects(self.owner.projects)))
            rows.append(("Accepted", self._accepted(self.owner)))
            rows.append(("Expires", explain_expiry(self.token.expires_at, self.now)))
        rows.append(("Keyring", self._keyring()))
        rows.append(("Official CLI", self._official()))
        return "\n".join(f"{label:<12}  {text}" for label, text in rows)

    def record(self) -> dict[str, Any]:
        """Return the same for programs."""
        projects = self.owner.projects if self.owner else ()
        expires = self.token.expires_at if self.token else None
        error = self.keyring.error
        return {
            "service": self.settings.origin.name,
            "source": self._source(),
            "variable": self.settings.given_in or None,
            "kind": describe_kind(self.token) if self.token else None,
            "projects": [{"id": str(each.id), "name": each.name} for each in projects],
            "accepted": self.owner.accepted if self.owner else None,
            "expiresAt": expires.isoformat() if expires else None,
            "keyring": {
                "backend": self.keyring.backend or None,
                "hasToken": None if error and not self.keyring.token else bool(self.keyring.token),
                "problem": explain_keyring(error) if error else None,
            },
            "shadowsKeyring": bool(self.settings.given_in and self.keyring.token),
            "officialCliHasToken": None if error else self.keyring.official is not None,
        }

    def _source(self) -> str | None:
        if self.settings.given_in:
            return "environment"
        return "keyring" if self.token else None

    def _token(self) -> str:
        return describe_token(self.token, self.settings) if self.token else "none"

    def _accepted(self, owner: Owner) -> str:
        if owner.error is None:
            return "yes"
        why = explain_error(owner.error)
        words = f"{why.what}. {why.meaning}".rstrip()
        return f"no: {words}" if owner.accepted is False else f"not known: {words}"

    def _keyring(self) -> str:
        name, error = keyring_name(self.keyring.backend), self.keyring.error
        variable = self.settings.given_in
        if self.keyring.token:
            hidden = f", which {variable} hides: unset it to use this one" if variable else ""
            return f"{name}: has a token for this service{hidden}"
        if error:
            advice = advise_keyring(error, self.settings, sys.platform)
            return f"{name}: {explain_keyring(error)}" + ("" if variable else f". {advice}")
        return f"{name}: no token for this service"

    def _official(self) -> str:
        if self.keyring.error:
            return "not known, without the keyring"
        if self.keyring.official:
            return "has a token for this service in the keyring; portui asks before it uses it"
        return "no token for this service in the keyring"
