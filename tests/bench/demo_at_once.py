"""portui with a demo that answers at once, so that what is measured is portui."""

from functools import partial
from typing import TYPE_CHECKING

from portui import cli, launch
from portui.settings import Settings, Token

if TYPE_CHECKING:
    from portui.api.client import CloudClient

_client = launch._client


def _client_at_once(settings: Settings, token: Token) -> "CloudClient":
    """Imported no earlier than portui does it."""
    from portui import demo

    demo.create_app = partial(demo.create_app, latency=lambda: 0.0)
    return _client(settings, token)


if __name__ == "__main__":
    launch._client = _client_at_once
    cli.main()
