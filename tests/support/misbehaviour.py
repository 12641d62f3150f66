"""How to misbehave: the parts that faults are made of."""

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any, Final, TypeAlias

Fields: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Honest:
    """What the application answered to a request that it carried out."""

    status: int
    body: bytes


@dataclass(eq=False, slots=True)
class Line:
    """The connection that a fault answers on. Kept alive, unless it is closed or reset."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    open: bool = True

    async def send(self, data: bytes) -> None:
        """Send, and let the client have its turn. Raises `ConnectionError` once it has left."""
        self.writer.write(data)
        await self.writer.drain()
        await asyncio.sleep(0)

    def close(self) -> None:
        """Hang up in order."""
        self.open = False
        self.writer.close()

    def reset(self) -> None:
        """Hang up with a reset, not with an end."""
        self.open = False
        connection = self.writer.get_extra_info("socket")
        linger_not_at_all = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not_at_all)
        self.writer.transport.abort()

    async def until_left(self) -> None:
        """Say nothing more until the client hangs up."""
        while await self.reader.read(65_536):
            pass
        self.close()


Answering: TypeAlias = Callable[[Line, Honest], Awaitable[None]]


class Stage(Enum):
    """Where a fault strikes."""

    LISTENING = auto()
    """Nobody accepts connections, and those kept alive are gone."""
    ACCEPTING = auto()
    """A connection is dropped as soon as it came about; those kept alive are gone."""
    ANSWERING = auto()
    """A request was read."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a request."""

    name: str
    answering: Answering
    applied: bool = False
    """The application carries the request out before the answer."""
    applied_after_reads: int | None = None
    """It does so once that many GETs have been answered."""
    stage: Stage = Stage.ANSWERING

    def __str__(self) -> str:
        return self.name


async def honestly(line: Line, honest: Honest) -> None:
    """The application's own answer."""
    await line.send(message(honest.status, honest.body))


def message(status: int, body: bytes = b"", *headers: str) -> bytes:
    """An answer on the wire, its length announced where there's a body."""
    length = [f"Content-Length: {len(body)}"] if status != 204 else []
    lines = [f"HTTP/1.1 {status} Whatever", *length, *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


NOTHING: Final = Honest(204, b"")
"""In place of an answer to what was not carried out."""


def fields_of(body: bytes) -> dict[str, Any]:
    """The JSON object in a body."""
    fields = json.loads(body)
    assert isinstance(fields, dict)
    return fields


def applied(fault: Fault) -> Fault:
    """The same fault, after the request was carried out."""
    return replace(fault, name=f"{fault.name}, applied", applied=True)


def says(status: int, body: bytes = b"", *headers: str) -> Answering:
    """A fixed answer."""

    async def answering(line: Line, _honest: Honest) -> None:
        await line.send(message(status, body, *headers))

    return answering


def refuses(status: int, error: object, **more: object) -> Answering:
    """An answer with the service's error body, or what pretends to be one."""
    return says(status, json.dumps({"error": error} | more).encode())


def sends(data: bytes) -> Answering:
    """Anything at all, and then the end."""

    async def answering(line: Line, _honest: Honest) -> None:
        await line.send(data)
        line.close()

    return answering


def alters(name: str, alter: Callable[[bytes], bytes], *headers: str) -> Fault:
    """The honest answer, its body altered. The request is carried out."""

    async def answering(line: Line, honest: Honest) -> None:
        await line.send(message(honest.status, alter(honest.body), *headers))

    return Fault(name, answering, applied=True)


def edits(name: str, edit: Callable[[Fields], object]) -> Fault:
    """The honest answer, its JSON edited. The request is carried out."""
    return alters(name, lambda body: json.dumps(edit(fields_of(body))).encode())


def has(name: str, json_name: str, text: str) -> Fault:
    """The honest answer, but for one field, which has this JSON text."""

    def alter(body: bytes) -> bytes:
        fields = fields_of(body) | {json_name: "@"}
        return json.dumps(fields).replace('"@"', text).encode("utf-8", "surrogateescape")

    return alters(name, alter)


def at_once(data: bytes) -> Fault:
    """Anything at all to whatever comes first, and then the end."""

    async def answering(line: Line, _honest: Honest) -> None:
        await line.reader.read(65_536)
        await line.send(data)
        line.close()

    return Fault(f"says {data!r}", answering, stage=Stage.ACCEPTING)


def holds(released: asyncio.Event, begun: asyncio.Event) -> Answering:
    """The honest answer, once it may go."""

    async def answering(line: Line, honest: Honest) -> None:
        begun.set()
        await released.wait()
        await honestly(line, honest)

    return answering


async def closes(line: Line, _honest: Honest) -> None:
    line.close()


async def resets(line: Line, _honest: Honest) -> None:
    line.reset()


async def says_nothing(line: Line, _honest: Honest) -> None:
    await line.until_left()


def cuts_off(keep: Callable[[bytes], int], *, reset: bool = False) -> Answering:
    async def answering(line: Line, honest: Honest) -> None:
        whole = message(200, honest.body or b'{"id": "1"}')
        await line.send(whole[: keep(whole)])
        if reset:
            line.reset()
        else:
            line.close()

    return answering


def repeats(head: bytes, piece: bytes) -> Answering:
    async def answering(line: Line, _honest: Honest) -> None:
        await line.send(head)
        while True:
            await line.send(piece)

    return answering


async def drips(line: Line, honest: Honest) -> None:
    """A byte now and then: fast enough for a timeout of each read, and never done."""
    await line.send(message(200, honest.body.ljust(100_000)).split(b"\r\n\r\n")[0] + b"\r\n\r\n")
    while True:
        await line.send(b" ")
        await asyncio.sleep(0.02)


async def drips_headers(line: Line, _honest: Honest) -> None:
    await line.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        await line.send(b"x")
        await asyncio.sleep(0.02)


async def corrupts(line: Line, _honest: Honest) -> None:
    """Bytes beneath the TLS that are none of it."""
    line.writer.transport._ssl_protocol._transport.write(b"HTTP/1.1 200 OK\r\n\r\n")  # type: ignore[attr-defined]
    await line.until_left()


def chunked(*headers: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", "Transfer-Encoding: chunked", *headers, "", ""]).encode()


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)
