"""A CONNECT proxy on the loopback that connects every host to one local port."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Proxy:
    """Records requests, and tunnels them unless `answer` is something other than 200."""

    leads_to: int
    answer: bytes = b"HTTP/1.1 200 Connection established\r\n\r\n"
    asked: list[str] = field(default_factory=list)
    """The heads of the requests, or whatever arrived instead of one."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Proxy"]:
        """Serve on a free port until the block ends."""
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port: int = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await asyncio.sleep(0)  # lets the aborted transports close

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.add(asyncio.create_task(self._converse(reader, writer)))

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.asked.append(head.decode("latin-1"))
            writer.write(self.answer)
            await writer.drain()
            if self.answer.startswith(b"HTTP/1.1 200"):
                await self._tunnel(reader, writer)
        except asyncio.IncompleteReadError as rest:
            self.asked.append(rest.partial.decode("latin-1"))
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.leads_to)
        try:
            done, pending = await asyncio.wait(
                [
                    asyncio.create_task(_pass_on(reader, far_writer)),
                    asyncio.create_task(_pass_on(far_reader, writer)),
                ],
                return_when=asyncio.FIRST_COMPLETED,
            )
            for task in (*done, *pending):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        finally:
            far_writer.transport.abort()
            writer.transport.abort()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
