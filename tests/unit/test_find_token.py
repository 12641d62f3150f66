"""Finding the token to use."""

import pytest

from portui.credentials import Credential, Source, TokenStoreError
from portui.operations.find_token import NoToken, find_token
from portui.settings import DEMO, Token

_OWN = Token("own")
_OFFICIAL = Token("official")
_GIVEN = Token("given")
_WITHOUT = DEMO._replace(demo=False, given_token=None)


class _Store:
    """A token store with fixed contents."""

    def __init__(
        self, own: Token | None, official: Token | None, error: TokenStoreError | None = None
    ) -> None:
        self._own, self._official, self._error = own, official, error

    async def load(self) -> Token | None:
        if self._error:
            raise self._error
        return self._own

    async def load_official(self) -> Token | None:
        return self._official

    async def store(self, token: Token) -> None:
        raise NotImplementedError

    async def delete(self) -> bool:
        raise NotImplementedError


async def test_a_given_token_comes_before_the_keyrings() -> None:
    settings = _WITHOUT._replace(given_token=_GIVEN)
    found = await find_token(settings, _Store(_OWN, _OFFICIAL))
    assert found == Credential(_GIVEN, Source.ENVIRONMENT)


async def test_the_demo_has_a_token_of_its_own() -> None:
    found = await find_token(DEMO, _Store(_OWN, None))
    assert isinstance(found, Credential)
    assert found.source is Source.DEMO


async def test_the_keyrings_own_token_comes_before_the_official_clis() -> None:
    found = await find_token(_WITHOUT, _Store(_OWN, _OFFICIAL))
    assert found == Credential(_OWN, Source.KEYRING)


async def test_the_official_clis_token_is_only_named() -> None:
    assert await find_token(_WITHOUT, _Store(None, _OFFICIAL)) == NoToken(official=_OFFICIAL)


@pytest.mark.parametrize("why", TokenStoreError.Why)
async def test_a_keyring_that_fails_is_no_token(why: TokenStoreError.Why) -> None:
    error = TokenStoreError(why)
    assert await find_token(_WITHOUT, _Store(_OWN, None, error)) == NoToken(error)
