"""The slow line is as slow as it claims; otherwise tests that pass on it prove nothing."""

import socket
import time
from threading import Thread

from tests.terminal.slow_link import Line, slow_link


def echo(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        while received := connection.recv(4096):
            connection.sendall(received)


def test_the_line_has_its_latency_and_rate_and_keeps_the_order() -> None:
    sent = bytes(range(250)) * 4
    with socket.create_server(("127.0.0.1", 0)) as listener:
        there = Thread(target=echo, args=(listener,), daemon=True)
        there.start()
        with (
            slow_link(listener.getsockname()[1], Line(round_trip=0.1, rate=5_000)) as port,
            socket.create_connection(("127.0.0.1", port), 30) as connection,
            connection.makefile("rb") as answers,
        ):
            start = time.monotonic()
            connection.sendall(sent)
            assert answers.read(len(sent)) == sent
            assert time.monotonic() - start >= 0.1 + len(sent) / 5_000
            connection.shutdown(socket.SHUT_WR)
            assert answers.read() == b""
        there.join(30)
        assert not there.is_alive()
