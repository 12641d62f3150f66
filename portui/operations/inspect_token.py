"""Find out about the tokens for a service: what the keyring stores, and whose token one is."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from portui.api.errors import DeadlineError, ServiceError
from portui.credentials import Keyring, TokenStoreError
from portui.operations.find_project import ProjectService
from portui.operations.look_up import rejects_token
from portui.port.listed import Project
from portui.settings import Token

DEADLINE: Final = 5.0  # seconds for the service to say whose token it is


@dataclass(frozen=True, slots=True)
class KeyringContent:
    """What a keyring stores for a service, as far as it says."""

    backend: str = ""
    """The full name of the backend's class; empty if none was chosen."""
    token: Token | None = None
    official: Token | None = None
    """The official CLI's token for the same service."""
    error: TokenStoreError | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose token it is, as far as the service says."""

    projects: tuple[Project, ...] = ()
    """The project that the token names, or all that it gives access to."""
    error: ServiceError | None = None

    @property
    def accepted(self) -> bool | None:
        """Whether the service accepts the token; `None` if that isn't known."""
        if self.error is None:
            return True
        return False if rejects_token(self.error) else None


async def inspect_keyring(keyring: Keyring) -> KeyringContent:
    """Return what a keyring stores. An error keeps what was found before it."""
    backend, token = "", None
    try:
        backend = await keyring.backend()
        token = await keyring.load()
        return KeyringContent(backend, token, await keyring.load_official())
    except TokenStoreError as error:
        return KeyringContent(error.backend or backend, token, error=error)


async def find_owner(connect: Callable[[Token], Awaitable[ProjectService]], token: Token) -> Owner:
    """Ask the service, once, whose token it is."""
    own_id = token.project_id
    try:
        async with asyncio.timeout(DEADLINE):
            service = await connect(token)
            if own_id:
                return Owner((await service.get_project(own_id),))
            return Owner(await service.list_projects())
    except TimeoutError:
        error: ServiceError = DeadlineError(DEADLINE)
    except ServiceError as failed:
        error = failed
    return Owner((Project(own_id),) if own_id else (), error)
