"""Find the token to use: the environment's, or else the keyring's."""

from dataclasses import dataclass

from portui.credentials import Credential, Source, TokenStore, TokenStoreError
from portui.settings import Settings, Token


@dataclass(frozen=True, slots=True)
class NoToken:
    """There is no token to use."""

    error: TokenStoreError | None = None
    """Why the keyring couldn't be read."""
    official: Token | None = None
    """The official CLI's token for this service, which is used only if the operator agrees."""


async def find_token(settings: Settings, store: TokenStore) -> Credential | NoToken:
    """Return the first token found. `store` is the one for the settings' origin."""
    if settings.given_token is not None:
        source = Source.DEMO if settings.demo else Source.ENVIRONMENT
        return Credential(settings.given_token, source)
    try:
        if (token := await store.load()) is not None:
            return Credential(token, Source.KEYRING)
        return NoToken(official=await store.load_official())
    except TokenStoreError as error:
        return NoToken(error)
