"""`portui token set` and `portui token delete`."""

import sys
from typing import Final

from portui.commands.command import CommandError, Dependencies, ExitStatus
from portui.commands.output import as_data
from portui.commands.token.prompt import read_token
from portui.credentials import Keyring, TokenStoreError
from portui.explain.explanation import Explanation
from portui.explain.startup import explain_bad_token
from portui.explain.tokens import explain_not_deleted, explain_not_stored, keyring_name
from portui.settings import InvalidTokenError

_TO_UNLOCK: Final = 60.0  # seconds


async def set_token(dependencies: Dependencies, form: str) -> ExitStatus:
    """Read a token and store it for the service. Raises `CommandError`."""
    settings, console = dependencies.settings, dependencies.console
    service = settings.origin.name
    try:
        token = await read_token(console, f"Token for {service} (not shown):")
    except InvalidTokenError as error:
        what = f"Not a token: {explain_bad_token(error)}"
        raise CommandError(
            ExitStatus.WRONG_USAGE, Explanation(what, "Nothing was stored.")
        ) from None
    store = _store(dependencies)
    try:
        await store.store(token)
        keyring = keyring_name(await store.backend())
    except TokenStoreError as error:
        why = explain_not_stored(error, settings, sys.platform)
        raise CommandError(ExitStatus.FAILED, why) from None
    console.say(f"Stored in the keyring ({keyring}) for {service}.")
    if settings.given_in:
        console.say(f"Note: {settings.given_in} is set, and portui uses that token instead.")
    if form != "table":
        report = {"service": service, "stored": True, "keyring": keyring}
        console.print(as_data(report | {"shadowedBy": settings.given_in or None}, form))
    return ExitStatus.DONE


async def delete_token(dependencies: Dependencies, form: str) -> ExitStatus:
    """Delete the service's token from the keyring. Raises `CommandError`.

    As `gh auth logout`, it doesn't ask, since a token can be set again, and it fails if there is
    none: the service may be the wrong one, and the token still be there.
    """
    settings, console = dependencies.settings, dependencies.console
    service = settings.origin.name
    try:
        deleted = await _store(dependencies).delete()
    except TokenStoreError as error:
        why = explain_not_deleted(error, sys.platform)
        raise CommandError(ExitStatus.FAILED, why) from None
    if not deleted:
        what = f"No token for {service} in the keyring"
        raise CommandError(ExitStatus.NO_TOKEN, Explanation(what, "Nothing was deleted."))
    console.say(f"Deleted from the keyring, for {service}.")
    if settings.given_in:
        console.say(f"Note: {settings.given_in} is still set, and portui uses that token.")
    if form != "table":
        report = {"service": service, "deleted": True, "stillSetIn": settings.given_in or None}
        console.print(as_data(report, form))
    return ExitStatus.DONE


def _store(dependencies: Dependencies) -> Keyring:
    """Return the keyring. If somebody is there, it may take the time that unlocking it takes."""
    console, store = dependencies.console, dependencies.store
    console.show_progress("Asking the keyring… Unlock it if it asks you to; ctrl+c cancels.")
    return store.waiting(_TO_UNLOCK) if console.shows_progress else store
