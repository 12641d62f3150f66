"""TCP ports of the loopback: one that accepts, one that refuses, and one that never answers."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

LOOPBACK: Final = "127.0.0.1"
_ENOUGH: Final = 16  # connections that fill a queue of one


@contextmanager
def listening(address: str = LOOPBACK) -> Iterator[socket.socket]:
    """Listen on a free port."""
    with socket.create_server((address, 0)) as server:
        server.settimeout(30.0)
        yield server


def number_of(server: socket.socket) -> int:
    """Return the port number that a server listens on."""
    number: int = server.getsockname()[1]
    return number


def received(server: socket.socket) -> bytes:
    """Accept a connection, and return everything that was sent until its other end closed it."""
    connection, _ = server.accept()
    with connection:
        connection.settimeout(30.0)
        return b"".join(iter(lambda: connection.recv(4096), b""))


def closed() -> int:
    """Return the number of a port that nobody listens on."""
    with listening() as server:
        return number_of(server)


@contextmanager
def silent() -> Iterator[int]:
    """Yield the number of a port that leaves new connections unanswered: its queue is full."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server((LOOPBACK, 0), backlog=0))
        for _ in range(_ENOUGH):
            client = stack.enter_context(socket.socket())
            client.setblocking(False)  # noqa: FBT003 - the name of socket's own parameter
            client.connect_ex(server.getsockname())
        yield number_of(server)
