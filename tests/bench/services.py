"""Services to measure with: one with a long round trip, and one with large responses."""

import asyncio
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import trustme
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portui.demo import create_app


@contextmanager
def far_service(folder: Path, round_trip: float) -> Iterator[tuple[str, Path]]:
    """Serve the demo over TLS, at the end of a line with a round trip in seconds.

    Yields its URL and the file with its certificate authority.
    """
    authority = trustme.CA()
    bundle = folder / "authority.pem"
    authority.cert_pem.write_to_path(bundle)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    config = uvicorn.Config(
        create_app(latency=lambda: 0.0), port=0, lifespan="off", log_level="critical"
    )
    config.load()
    config.ssl = context
    server, ports, ready, done = uvicorn.Server(config), list[int](), Event(), Event()

    async def serve() -> None:
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        end = server.servers[0].sockets[0].getsockname()[1]
        near = await asyncio.start_server(_Line(end, round_trip / 2).carry, "127.0.0.1", 0)
        ports.append(near.sockets[0].getsockname()[1])
        ready.set()
        await asyncio.to_thread(done.wait)
        server.should_exit = server.force_exit = True
        near.close()
        await serving

    thread = Thread(target=asyncio.run, args=[serve()], daemon=True)
    thread.start()
    ready.wait()
    yield f"https://localhost:{ports[0]}", bundle
    done.set()
    thread.join(5)


class _Line:
    """Forwards connections to a port, with a delay in seconds in each direction."""

    def __init__(self, port: int, seconds: float) -> None:
        self._port = port
        self._seconds = seconds

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2 * self._seconds)  # the handshake, which the near end does at once
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        with suppress(OSError):
            while piece := await reader.read(65_536):
                loop.call_later(self._seconds, writer.write, piece)
        loop.call_later(self._seconds, writer.close)


def with_a_large_endpoint(port_id: str, size: int) -> ASGIApp:
    """Return a demo without latency, in which one port's endpoint has `size` characters."""
    demo = create_app(latency=lambda: 0.0)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_larger(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [h for h in message["headers"] if h[0] != b"content-length"]
            elif body := message.get("body"):
                message["body"] = json.dumps({**json.loads(body), "endpoint": "x" * size}).encode()
            await send(message)

        large = scope["path"].endswith(port_id)
        await demo(scope, receive, send_larger if large else send)

    return application
