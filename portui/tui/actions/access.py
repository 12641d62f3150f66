"""The token: found at the start, then kept, replaced or forgotten as the operator answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from portui.clock import Clock
from portui.credentials import Held, KeyringTrouble, Source, TokenStore
from portui.operations.look_up import PortService, Reader
from portui.settings import Settings, Token
from portui.tui.screens.token import Given, Other, TokenAnswer
from portui.tui.state import Access, AccessState, NoAccess, Seeking

Connect = Callable[[Token], Awaitable[PortService]]
"""Makes the service reachable with a token."""


@dataclass(frozen=True, slots=True)
class AccessSource:
    """Where the access to the service comes from."""

    settings: Settings
    store: TokenStore
    connect: Connect
    clock: Clock

    async def find(self) -> AccessState:
        """The environment's token, else the keyring's; the official CLI's is only offered."""
        settings = self.settings
        if settings.given_token is not None:
            source = Source.DEMO if settings.demo else Source.ENVIRONMENT
            return await self._with(Held(settings.given_token, source))
        try:
            if (token := await self.store.load()) is not None:
                return await self._with(Held(token, Source.KEYRING))
            official = await self.store.load_official()
        except KeyringTrouble as trouble:
            return NoAccess(trouble)
        return NoAccess(official=official)

    async def after(self, answer: TokenAnswer, before: AccessState) -> AccessState:
        """What the answer to the token dialog makes of the access there was."""
        match answer:
            case Given(token=token, keep=True):
                return await self._keep(token)
            case Given(token=token):
                return await self._with(Held(token, Source.THIS_RUN))
            case Other.USE_OFFICIAL if isinstance(before, NoAccess) and before.official:
                return await self._with(Held(before.official, Source.OFFICIAL))
            case Other.FORGET if isinstance(before, Access):
                return await self._forget(before)
            case _:  # the search goes on that the dialog interrupted
                return await self.find() if isinstance(before, Seeking) else before

    async def _keep(self, token: Token) -> AccessState:
        """Store a token; where that fails, it is for this run only, which is said."""
        try:
            await self.store.store(token)
        except KeyringTrouble as trouble:
            return await self._with(Held(token, Source.THIS_RUN), trouble)
        return await self._with(Held(token, Source.KEYRING))

    async def _forget(self, before: Access) -> AccessState:
        try:
            if before.held.source is Source.KEYRING:
                await self.store.forget()
        except KeyringTrouble as trouble:
            return Access(before.held, before.reader, trouble)
        return NoAccess()

    async def _with(self, held: Held, trouble: KeyringTrouble | None = None) -> Access:
        return Access(held, Reader(await self.connect(held.token), self.clock), trouble)
