"""A private home for each test, and services on the loopback."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
import trustme
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portui.demo import create_app
from tests.support import secret_service as real_secret_service
from tests.support.faulty_service import FaultyService
from tests.terminal.remote import SshServer, ssh_server


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def service() -> AsyncIterator[FaultyService]:
    """Serve a service that can misbehave."""
    async with FaultyService().serving() as service:
        yield service


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return the home folder for the programs that a test runs."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def secret_service() -> None:
    """Skip the test unless a real Secret Service can run."""
    real_secret_service.require()


@pytest.fixture(scope="session")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshServer]:
    """Run a real SSH server."""
    with ssh_server(tmp_path_factory.mktemp("sshd")) as server:
        yield server


@pytest.fixture
def silent_service() -> Iterator[socket.socket]:
    """Listen for connections, and never reply."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)
        yield listener


@pytest.fixture
def demo_url() -> Iterator[str]:
    """Serve the demo, which needs a token but accepts any."""
    with serving(create_app()) as url:
        yield url


@pytest.fixture
def url_without_patch() -> Iterator[str]:
    """Serve a demo that neither carries out a PATCH nor replies to it."""
    with serving(_unanswered(create_app(), applied=False)) as url:
        yield url


@pytest.fixture
def url_without_answer() -> Iterator[str]:
    """Serve a demo that carries out a PATCH but never replies to it."""
    with serving(_unanswered(create_app(), applied=True)) as url:
        yield url


def _unanswered(demo: ASGIApp, *, applied: bool) -> ASGIApp:
    async def nobody(_: Message) -> None:
        pass

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "PATCH":
            await demo(scope, receive, send)
            return
        if applied:
            await demo(scope, receive, nobody)
        await asyncio.Event().wait()

    return application


@contextmanager
def serving(
    application: ASGIApp, *, date: bool = True, certificate: trustme.LeafCert | None = None
) -> Iterator[str]:
    """Serve an application, over TLS if there is a certificate, and yield its URL.

    Without `date`, it sends its own header.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            application, lifespan="off", log_level="critical", ws="none", date_header=date
        )
        if certificate:
            config.load()
            config.ssl = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            certificate.configure_cert(config.ssl)
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        scheme = "https" if certificate else "http"
        yield f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = server.force_exit = True
        thread.join()
