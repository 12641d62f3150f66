"""The service, with the token that is found for it."""

from portui.commands.command import CommandError, Dependencies, ExitStatus
from portui.credentials import Credential
from portui.operations.find_token import find_token
from portui.operations.look_up import Reader
from portui.operations.service import Service


async def service_of(dependencies: Dependencies) -> Service:
    """Connect to the service. Raises `CommandError` without a token or a connection."""
    from portui.api.errors import ServiceError

    found = await find_token(dependencies.settings, dependencies.store)
    if not isinstance(found, Credential):
        from portui.explain.tokens import explain_no_token

        raise CommandError(ExitStatus.NO_TOKEN, explain_no_token(found))
    try:
        return await dependencies.connect(found.token)
    except ServiceError as error:
        from portui.commands.failures import failed

        raise failed(error) from None


async def reader_of(dependencies: Dependencies) -> Reader:
    """Connect to the service, to read ports. Raises `CommandError`."""
    return Reader(await service_of(dependencies), dependencies.clock)
