"""Clients and services on the loopback, independent of this machine's proxies and certificates."""

import os
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import trustme

from portui.api.client import CloudClient
from portui.api.exchange import Exchange
from portui.settings import Origin, Profile, Token
from tests.support.api_calls import Certified, Connect
from tests.support.faulty_service import LONGEST, TOKEN, FaultyService


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.lower().endswith("_proxy") or name.startswith("SSL_CERT_"):
            monkeypatch.delenv(name)


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Return a function that makes clients for an origin."""
    async with AsyncExitStack() as clients:

        def connect(
            origin: Origin,
            *,
            token: str = TOKEN,
            read_only: bool = False,
            read_deadline: float = LONGEST,
            write_deadline: float = LONGEST,
        ) -> CloudClient:
            profile = Profile(
                "test",
                origin,
                allow_http=True,
                read_deadline=read_deadline,
                write_deadline=write_deadline,
            )
            client = CloudClient(Exchange(profile, Token(token)), read_only=read_only)
            clients.push_async_callback(client.aclose)
            return client

        yield connect


@pytest.fixture
async def service() -> AsyncIterator[FaultyService]:
    """Serve over plain HTTP."""
    async with FaultyService().serving() as service:
        yield service


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Return a certificate authority that isn't trusted by default."""
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Trust the authority, through SSL_CERT_FILE."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))


@pytest.fixture
def certified(authority: trustme.CA) -> Certified:
    """Return a function that makes a server's TLS context, with a certificate for some hosts."""

    def certified(*hosts: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*hosts).configure_cert(context)
        return context

    return certified


@pytest.fixture
async def secure(certified: Certified) -> AsyncIterator[FaultyService]:
    """Serve over TLS, with a certificate for this machine and for `service.test`."""
    context = certified("127.0.0.1", "localhost", "service.test")
    async with FaultyService(tls=context).serving() as service:
        yield service
