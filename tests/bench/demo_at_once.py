"""portui with a demo that responds at once, for measuring portui alone."""

from functools import partial
from typing import TYPE_CHECKING

from portui import cli
from portui.launch import service
from portui.settings import Settings, Token

if TYPE_CHECKING:
    from portui.api.client import CloudClient

_make_client = service.make_client


def _client_at_once(settings: Settings, token: Token) -> "CloudClient":
    """Make a client for a demo without latency. Import the demo as late as portui does."""
    from portui import demo

    demo.create_app = partial(demo.create_app, latency=lambda: 0.0)
    return _make_client(settings, token)


if __name__ == "__main__":
    service.make_client = _client_at_once
    cli.main()
