"""The port calls that tests of the client make."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import Final, Protocol, TypeAlias

import pytest

from portui.api.client import CloudClient
from portui.api.errors import ServiceError
from portui.demo.sample import INPUTS_PIPELINE_ID
from portui.port.editing import Change, NewPort
from portui.port.model import Field
from portui.settings import Origin
from tests.support.faulty_service import LONGEST
from tests.support.ports import PORT_ID

CHANGE: Final = Change(((Field.FRONTEND_PORT, 24225),))
NEW_PORT: Final = NewPort("tcp", 24300, 24300)
PIPELINE_ID: Final = INPUTS_PIPELINE_ID

Call: TypeAlias = Callable[[CloudClient], Awaitable[object]]
CALLS: Final[dict[str, Call]] = {
    "GET": lambda client: client.get_port(PORT_ID),
    "PATCH": lambda client: client.update_port(PORT_ID, CHANGE),
    "POST": lambda client: client.create_port(PIPELINE_ID, NEW_PORT),
    "DELETE": lambda client: client.delete_port(PORT_ID),
}
WRITES: Final = ("PATCH", "POST", "DELETE")


class Connect(Protocol):
    """Makes clients, and closes them after the test."""

    def __call__(
        self,
        origin: Origin,
        *,
        token: str = ...,
        read_only: bool = ...,
        read_deadline: float = ...,
        write_deadline: float = ...,
    ) -> CloudClient: ...


Certified: TypeAlias = Callable[..., ssl.SSLContext]
"""Makes a server's TLS context, with a certificate for some hosts."""


async def failure(call: Awaitable[object]) -> ServiceError:
    """Return the error that a call raises. Fails if that takes too long."""
    with pytest.raises(ServiceError) as caught:
        async with asyncio.timeout(LONGEST):
            await call
    return caught.value
