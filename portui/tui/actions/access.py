"""The token: find it at startup, and let the operator set, replace or delete it."""

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from portui.clock import Clock
from portui.credentials import Credential, Source, TokenStore, TokenStoreError
from portui.operations.find_token import NoToken, find_token
from portui.operations.look_up import Reader
from portui.settings import Settings, Token
from portui.tui.state import Access, AccessState, FindingToken, NoAccess

if TYPE_CHECKING:  # not needed for reading a port
    from collections.abc import Awaitable, Callable

    from portui.operations.service import Service
    from portui.tui.actions.view import View
    from portui.tui.screens.token import TokenAnswer

    Connect = Callable[[Token], Awaitable[Service]]
    """Connects to the service with a token."""


@dataclass(frozen=True, slots=True)
class AccessActions:
    """Finds or asks for a token, and gives the screen access to the service."""

    view: "View"
    settings: Settings
    store: TokenStore
    connect: "Connect"
    clock: Clock

    async def find_token(self) -> None:
        """Use the environment's token, or else the keyring's."""
        self.view.access = await self._find()

    async def ask_for_token(self) -> None:
        """Let the operator set, replace or delete the token."""
        from portui.explain.tokens import explain_keyring_failure
        from portui.tui.screens.token import TokenScreen

        before = self.view.access
        answer = await self.view.ask(TokenScreen(self.settings, before, self.clock))
        if answer is not None:
            self.view.say("Asking the keyring…", seconds=inf)
        access = await self._after(answer, before)
        self.view.say("")
        if isinstance(access, Access) and access.keyring_error:
            words = explain_keyring_failure(access.credential.source, access.keyring_error)
            self.view.say(words, seconds=inf)
        self.view.access = access

    async def _find(self) -> AccessState:
        """Return access with the first token found; the official CLI's is only offered."""
        match await find_token(self.settings, self.store):
            case Credential() as credential:
                return await self._access(credential)
            case NoToken(error=error, official=official):
                return NoAccess(error, official)

    async def _after(self, answer: "TokenAnswer", before: AccessState) -> AccessState:
        """Return the access after an answer to the token dialog."""
        from portui.tui.screens.token import NewToken, TokenChoice

        match answer:
            case NewToken(token=token, store=True):
                return await self._store(token)
            case NewToken(token=token):
                return await self._access(Credential(token, Source.THIS_RUN))
            case TokenChoice.USE_OFFICIAL if isinstance(before, NoAccess) and before.official:
                return await self._access(Credential(before.official, Source.OFFICIAL))
            case TokenChoice.DELETE if isinstance(before, Access):
                return await self._delete(before)
            case _:  # cancelled: resume the search if the dialog interrupted it
                return await self._find() if isinstance(before, FindingToken) else before

    async def _store(self, token: Token) -> AccessState:
        """Store a token; if that fails, use it for this session and keep the error."""
        try:
            await self.store.store(token)
        except TokenStoreError as error:
            return await self._access(Credential(token, Source.THIS_RUN), error)
        return await self._access(Credential(token, Source.KEYRING))

    async def _delete(self, before: Access) -> AccessState:
        try:
            if before.credential.source is Source.KEYRING:
                await self.store.delete()
        except TokenStoreError as error:
            return before._replace(keyring_error=error)
        return NoAccess()

    async def _access(
        self, credential: Credential, keyring_error: TokenStoreError | None = None
    ) -> Access:
        service = await self.connect(credential.token)
        return Access(credential, Reader(service, self.clock), service, keyring_error)
