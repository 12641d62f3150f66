"""A slow line: a relay on the loopback with a given latency and rate."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Thread
from typing import Final

_PIECE: Final = 256  # bytes
_WAITING: Final = 16
"""Pieces buffered before the line stops reading, as many as in a modem."""


@dataclass(frozen=True)
class Line:
    """The latency and rate of a line, the same in both directions."""

    round_trip: float
    """Seconds."""
    rate: float
    """Bytes per second."""


@contextmanager
def slow_link(to: int, line: Line) -> Iterator[int]:
    """Run a line to a port on the loopback; yield the port that leads to it."""
    loop = asyncio.new_event_loop()
    relay = _Relay(to, line)
    port = loop.run_until_complete(relay.open())
    thread = Thread(target=loop.run_until_complete, args=(relay.run(),), daemon=True)
    thread.start()
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(relay.closing.set)
        thread.join()
        loop.close()


class _Relay:
    def __init__(self, to: int, line: Line) -> None:
        self._to = to
        self._line = line
        self._calls: set[asyncio.Task[None]] = set()
        self.closing = asyncio.Event()

    async def open(self) -> int:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def run(self) -> None:
        """Relay until `closing` is set; data in transit is then lost."""
        await self.closing.wait()
        self._server.close()
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        call = asyncio.get_running_loop().create_task(self._call(reader, writer))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to)
        try:
            there, back = self._carry(reader, far_writer), self._carry(far_reader, writer)
            await asyncio.gather(there, back)
        finally:
            writer.transport.abort()
            far_writer.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """Relay one direction until its end of file has been passed on."""
        line: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(_WAITING)
        await asyncio.gather(self._enter(source, line), self._leave(line, sink))

    async def _enter(
        self, source: asyncio.StreamReader, line: asyncio.Queue[tuple[float, bytes]]
    ) -> None:
        now = asyncio.get_running_loop().time
        free = now()  # when everything before it is on the line
        piece = b"first"
        while piece:
            try:
                piece = await source.read(_PIECE)
            except ConnectionError:
                piece = b""
            free = max(free, now()) + len(piece) / self._line.rate
            await line.put((free + self._line.round_trip / 2, piece))

    async def _leave(
        self, line: asyncio.Queue[tuple[float, bytes]], sink: asyncio.StreamWriter
    ) -> None:
        now = asyncio.get_running_loop().time
        while True:
            arrival, piece = await line.get()
            await asyncio.sleep(arrival - now())
            with suppress(ConnectionError):  # reading from this connection ends too
                if not piece:
                    sink.write_eof()
                    return
                sink.write(piece)
                await sink.drain()
