"""Errors outside of Textual: in threads, and in tasks and callbacks that nobody waits for."""

import asyncio
import threading
from typing import Any

from textual.app import App


def report_stray_errors(app: App[Any]) -> None:
    """Crash the app on errors that nothing else handles: in threads, and on the event loop.

    Network errors are ignored: the request that they belong to meets them itself.
    """

    def on_loop_error(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, Exception) and not isinstance(error, OSError):
            app._handle_exception(error)  # noqa: SLF001 - Textual has no public way

    def on_thread_error(raised: threading.ExceptHookArgs) -> None:
        if isinstance(raised.exc_value, Exception):
            app.call_later(app._handle_exception, raised.exc_value)  # noqa: SLF001

    asyncio.get_running_loop().set_exception_handler(on_loop_error)
    threading.excepthook = on_thread_error
