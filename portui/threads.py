"""Run blocking calls that may hang forever without blocking the event loop or quitting."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def in_daemon_thread(call: Callable[[], T]) -> T | Exception:
    """Run a blocking call in its own thread; return its result or the exception that it raised.

    Unlike an executor's thread, this one is a daemon, so a call that hangs doesn't keep the
    interpreter from exiting. Cancelling abandons the call and its result. Exceptions are returned
    because keyring backends can raise anything.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T | Exception] = loop.create_future()

    def settle(outcome: T | Exception) -> None:
        if not future.done():  # the caller was cancelled
            future.set_result(outcome)

    def run() -> None:
        try:
            outcome: T | Exception = call()
        except Exception as error:  # noqa: BLE001 - returned: see the docstring
            outcome = error
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(settle, outcome)

    threading.Thread(target=run, daemon=True).start()
    return await future


class ImpatientLoop(asyncio.SelectorEventLoop):
    """An event loop that shuts down without waiting for blocking calls, such as name lookups."""

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Do nothing. The process has to exit without joining the executor's threads."""
