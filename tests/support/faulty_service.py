"""A service that misbehaves on demand, on real sockets on the loopback.

Behind the sockets is the demo's application, so ports really change, or don't. A `Fault` says
whether a request is carried out, and what is sent in place of its response.
`tests/support/faults.py` has named faults, `tests/support/misbehaviour.py` their parts.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import httpx

from portui.demo import create_app
from portui.settings import Origin
from tests.support.misbehaviour import NOTHING, Fault, Honest, Line, Stage, honestly, message

TOKEN: Final = "user.token.text"
LONGEST: Final = 30.0  # seconds; ten times what a slow machine needs


@dataclass(frozen=True, slots=True)
class Received:
    """A request as received."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    """Pairs of a name, in lower case, and a value."""
    body: bytes
    connection: int
    """The number of the connection it arrived on, from 1."""

    def header(self, name: str) -> list[str]:
        """Return all values of a header, usually one."""
        return [value for key, value in self.headers if key == name]


_TLS_HANDSHAKE: Final = b"\x16"


@dataclass
class FaultyService:
    """The demo behind sockets. It records the requests that it receives."""

    tls: ssl.SSLContext | None = None
    host: str = "127.0.0.1"
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    _faults: dict[str, list[Fault]] = field(default_factory=dict)
    _lasting: dict[str, Fault] = field(default_factory=dict)
    _dropping: Fault | None = None
    _late: tuple[int, Received] | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _lines: dict[Line, asyncio.Task[None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        transport = httpx.ASGITransport(create_app(latency=lambda: 0))
        headers = {"Authorization": f"Bearer {TOKEN}"}
        self._demo = httpx.AsyncClient(
            transport=transport, base_url="http://demo", headers=headers, trust_env=False
        )

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["FaultyService"]:
        """Serve on a free port until the block ends."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            await self._stop()

    @property
    def origin(self) -> Origin:
        """The service's origin."""
        return Origin("https" if self.tls else "http", self.host, self.port)

    async def inject(self, method: str, *faults: Fault) -> None:
        """Apply these faults to the next requests of a method, one each."""
        for fault in faults:
            if fault.stage is Stage.ANSWERING:
                self._faults.setdefault(method, []).append(fault)
            else:
                await self._strike(fault)

    def inject_always(self, method: str, fault: Fault) -> None:
        """Apply a fault to all further requests of a method."""
        self._lasting[method] = fault

    def sent(self, method: str) -> list[Received]:
        """Return the received requests of a method."""
        return [request for request in self.received if request.method == method]

    async def ports_of(self, pipeline_id: UUID) -> list[dict[str, Any]]:
        """Return the ports that a pipeline really has, newest first."""
        answer = await self._demo.get(f"/v1/aggregator_pipelines/{pipeline_id}/ports")
        ports: list[dict[str, Any]] = answer.json()
        return ports

    async def state_of(self, port_id: UUID) -> dict[str, Any] | None:
        """Return a port's fields as the application has them, or `None` if it has no such port."""
        answer = await self._demo.get(f"/v1/pipeline_ports/{port_id}")
        fields: dict[str, Any] | None = answer.json() if answer.status_code == 200 else None
        return fields

    def stop_listening(self) -> None:
        """Refuse new connections."""
        self._server.close()

    async def drop_idle_connections(self) -> None:
        """Close all connections, as a load balancer does after a time. Waits until they close."""
        for line in self._lines:
            line.close()
        if self._lines:
            await asyncio.wait(self._lines.values(), timeout=LONGEST)

    async def _strike(self, fault: Fault) -> None:
        if fault.stage is Stage.LISTENING:
            self.stop_listening()
        else:
            self._dropping = fault
        await self.drop_idle_connections()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        line = Line(reader, writer)
        task = asyncio.create_task(self._converse(line, self.connections))
        self._tasks.add(task)
        self._lines[line] = task

    async def _converse(self, line: Line, number: int) -> None:
        dropping, self._dropping = self._dropping, None
        try:
            if dropping:
                await dropping.answering(line, NOTHING)
            elif self.tls:
                await line.writer.start_tls(self.tls)
            while line.open and (request := await _receive(line, number)):
                await self._answer(line, request)
        except (ConnectionError, ssl.SSLError):
            pass  # the client may hang up
        finally:
            del self._lines[line]
            line.writer.transport.abort()

    async def _answer(self, line: Line, request: Received) -> None:
        self.received.append(request)
        queue = self._faults.get(request.method)
        fault = queue.pop(0) if queue else self._lasting.get(request.method)
        if request.method == "GET":
            await self._apply_late_ones()
        if fault is None:
            await honestly(line, await self._apply(request))
            return
        if fault.applied_after_reads is not None:
            self._late = (fault.applied_after_reads, request)
        await fault.answering(line, await self._apply(request) if fault.applied else NOTHING)

    async def _apply_late_ones(self) -> None:
        if self._late is None:
            return
        reads, request = self._late
        if reads:
            self._late = (reads - 1, request)
        else:
            self._late = None
            await self._apply(request)

    async def _apply(self, request: Received) -> Honest:
        answer = await self._demo.request(request.method, request.path, content=request.body)
        link = answer.headers.get("Link")
        return Honest(answer.status_code, answer.content, (f"Link: {link}",) if link else ())

    async def _stop(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task  # raises any error in the service itself
        await self._demo.aclose()
        await asyncio.sleep(0)  # lets the aborted transports close


async def _receive(line: Line, number: int) -> Received | None:
    """Return the next request, or `None` if the client hung up or speaks TLS."""
    reader = line.reader
    start = await reader.read(1)
    if start == _TLS_HANDSHAKE:
        await line.send(message(400))
        return None
    try:
        head = start + await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    pairs = (text.partition(":")[::2] for text in lines)
    headers = tuple((name.lower(), value.strip()) for name, value in pairs)
    method, path, _ = first.split(" ")
    body = await reader.readexactly(int(dict(headers).get("content-length", "0")))
    return Received(method, path, headers, body, number)
