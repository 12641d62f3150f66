"""A client whose service turns faulty just before a write, and a bench to test it on."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final
from uuid import UUID

from portui.api.client import CloudClient
from portui.clock import Clock
from portui.port.editing import Change, NewPort
from tests.support.faulty_service import FaultyService
from tests.support.misbehaviour import Fault


def name(value: object) -> str:
    """Return the parametrize ID of a value."""
    return value.__name__ if isinstance(value, type) else str(value)


async def no_pause(_: float) -> None:
    """Yield to the event loop instead of pausing."""
    await asyncio.sleep(0)


CLOCK: Final = Clock(sleep=no_pause)


@dataclass
class Struck:
    """A client whose service turns faulty just before a write.

    The calls before the write still succeed, such as the read that detects a conflict.
    """

    client: CloudClient
    strikes: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the client's
        return getattr(self.client, name)

    async def create_port(self, pipeline_id: UUID, new: NewPort) -> UUID:
        await self._strike()
        return await self.client.create_port(pipeline_id, new)

    async def update_port(self, port_id: UUID, change: Change) -> None:
        await self._strike()
        await self.client.update_port(port_id, change)

    async def delete_port(self, port_id: UUID) -> None:
        await self._strike()
        await self.client.delete_port(port_id)

    async def _strike(self) -> None:
        while self.strikes:
            await self.strikes.pop(0)()


@dataclass
class StruckBench:
    """A service, and a client that it may strike."""

    service: FaultyService
    struck: Struck

    def meets(self, method: str, *faults: Fault) -> None:
        """Inject one fault into each of the next requests of a method, once the write starts."""
        self.struck.strikes.append(partial(self.service.inject, method, *faults))

    def always_meets(self, method: str, fault: Fault) -> None:
        """Inject a fault into all requests of a method, once the write starts."""

        async def strike() -> None:
            self.service.inject_always(method, fault)

        self.struck.strikes.append(strike)
