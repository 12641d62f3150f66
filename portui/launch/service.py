"""The client of the service, or of the built-in demo, and the probe of a service."""

import os
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from portui.settings import Settings, Token

if TYPE_CHECKING:
    from portui.api.client import CloudClient
    from portui.api.probed import Probe


def connect_to(settings: Settings, *, early: bool) -> Callable[[Token], Awaitable["CloudClient"]]:
    """Return a function that makes clients.

    If `early`, the client also connects in the background, while the operator is still typing.
    """
    connecting = set()

    async def connect(token: Token) -> "CloudClient":
        import asyncio

        from portui.threads import in_daemon_thread

        client = await in_daemon_thread(lambda: make_client(settings, token))
        if isinstance(client, Exception):
            raise client
        if early and not settings.demo:
            task = asyncio.create_task(client.connect_early())
            connecting.add(task)  # or the task may be garbage-collected
            task.add_done_callback(connecting.discard)
        return client

    return connect


def make_client(settings: Settings, token: Token) -> "CloudClient":
    """Make a client. The imports are slow, so the app calls this in a thread."""
    _keep_libraries_small()
    from portui.api.client import CloudClient
    from portui.api.exchange import Exchange

    transport = None
    if settings.demo:
        import httpx

        from portui.demo import create_app

        transport = httpx.ASGITransport(create_app(), raise_app_exceptions=False)
    exchange = Exchange(settings.profile, token, transport=transport)
    exchange.prepare()
    return CloudClient(exchange, read_only=settings.profile.read_only)


def make_probe(settings: Settings) -> "Probe":
    """Make a probe of the service. The imports are slow."""
    _keep_libraries_small()
    from portui.api.probe import ServiceProbe

    return ServiceProbe(settings.profile)


def _keep_libraries_small() -> None:
    """Keep httpx and pydantic from importing what portui doesn't use. To be called before them.

    httpx's own command line would import click, rich and pygments where they are installed, which
    takes a quarter of its time; and the plain commands import nothing that draws. For plugins,
    pydantic would read the metadata of all installed packages; and none is to see the service's
    replies.
    """
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
