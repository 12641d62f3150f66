"""The parts that faults are made of."""

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
    """The application's response to a request that it carried out."""

    status: int
    body: bytes
    headers: tuple[str, ...] = ()
    """Those that a client has to know, as lines."""


@dataclass(eq=False, slots=True)
class Line:
    """The connection that a fault responds on. It's kept alive unless it's closed or reset."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    open: bool = True

    async def send(self, data: bytes) -> None:
        """Send, and let the client run. Raises `ConnectionError` once it has hung up."""
        self.writer.write(data)
        await self.writer.drain()
        await asyncio.sleep(0)

    def close(self) -> None:
        """Close the connection cleanly."""
        self.open = False
        self.writer.close()

    def reset(self) -> None:
        """Close the connection with a TCP reset."""
        self.open = False
        connection = self.writer.get_extra_info("socket")
        linger_not_at_all = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not_at_all)
        self.writer.transport.abort()

    async def until_left(self) -> None:
        """Send nothing more, and close once the client hangs up."""
        while await self.reader.read(65_536):
            pass
        self.close()


Answering: TypeAlias = Callable[[Line, Honest], Awaitable[None]]


class Stage(Enum):
    """The stage at which a fault occurs."""

    LISTENING = auto()
    """New connections are refused, and idle ones are closed."""
    ACCEPTING = auto()
    """The next connection fails as soon as it's accepted, and idle ones are closed."""
    ANSWERING = auto()
    """A request has been read."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a request."""

    name: str
    answering: Answering
    applied: bool = False
    """Whether the application carries the request out before the response."""
    applied_after_reads: int | None = None
    """After how many GETs the application carries the request out, if it does so late."""
    stage: Stage = Stage.ANSWERING

    def __str__(self) -> str:
        return self.name


async def honestly(line: Line, honest: Honest) -> None:
    """Send the application's own response."""
    await line.send(message(honest.status, honest.body, *honest.headers))


def message(status: int, body: bytes = b"", *headers: str) -> bytes:
    """Return a response as bytes. All but a 204 announce their length."""
    length = [f"Content-Length: {len(body)}"] if status != 204 else []
    lines = [f"HTTP/1.1 {status} Whatever", *length, *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


NOTHING: Final = Honest(204, b"")
"""Stands in for the response to a request that is not carried out."""


def fields_of(body: bytes) -> dict[str, Any]:
    """Return the JSON object in a body."""
    fields = json.loads(body)
    assert isinstance(fields, dict)
    return fields


def applied(fault: Fault) -> Fault:
    """Return the same fault, but with the request carried out first."""
    return replace(fault, name=f"{fault.name}, applied", applied=True)


def says(status: int, body: bytes = b"", *headers: str) -> Answering:
    """Return a function that sends a fixed response."""

    async def answering(line: Line, _honest: Honest) -> None:
        await line.send(message(status, body, *headers))

    return answering


def refuses(status: int, error: object, **more: object) -> Answering:
    """Return a function that sends a response with an error body like the service's."""
    return says(status, json.dumps({"error": error} | more).encode())


def sends(data: bytes) -> Answering:
    """Return a function that sends arbitrary bytes and closes the connection."""

    async def answering(line: Line, _honest: Honest) -> None:
        await line.send(data)
        line.close()

    return answering


def alters(name: str, alter: Callable[[bytes], bytes], *headers: str) -> Fault:
    """Return a fault that alters the honest response's body. The request is carried out."""

    async def answering(line: Line, honest: Honest) -> None:
        await line.send(message(honest.status, alter(honest.body), *headers))

    return Fault(name, answering, applied=True)


def edits(name: str, edit: Callable[[Fields], object]) -> Fault:
    """Return a fault that edits the honest response's JSON. The request is carried out."""
    return alters(name, lambda body: json.dumps(edit(fields_of(body))).encode())


def has(name: str, json_name: str, text: str) -> Fault:
    """Return a fault that puts a JSON text into one field of the honest response."""

    def alter(body: bytes) -> bytes:
        fields = fields_of(body) | {json_name: "@"}
        return json.dumps(fields).replace('"@"', text).encode("utf-8", "surrogateescape")

    return alters(name, alter)


def at_once(data: bytes) -> Fault:
    """Return a fault that sends arbitrary bytes after the first data, and closes."""

    async def answering(line: Line, _honest: Honest) -> None:
        await line.reader.read(65_536)
        await line.send(data)
        line.close()

    return Fault(f"says {data!r}", answering, stage=Stage.ACCEPTING)


def holds(released: asyncio.Event, begun: asyncio.Event) -> Answering:
    """Return a function that sends the honest response once it's released."""

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
    """Send a byte now and then: too often for a read timeout, and without end."""
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
    """Send plain bytes underneath the TLS stream."""
    line.writer.transport._ssl_protocol._transport.write(b"HTTP/1.1 200 OK\r\n\r\n")  # type: ignore[attr-defined]
    await line.until_left()


def chunked(*headers: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", "Transfer-Encoding: chunked", *headers, "", ""]).encode()


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)
