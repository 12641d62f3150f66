"""Blocking calls that can hang for ever, kept away from the event loop and from quitting."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def in_daemon_thread(call: Callable[[], T]) -> T | Exception:
    """Run a blocking call in a thread of its own and await its result, or what it raised.

    Unlike an executor's, the thread is a daemon: the interpreter ends without it, however long it
    hangs. Cancelling abandons the call and its result. An exception comes back as a value, since
    keyring backends raise whatever they like.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T | Exception] = loop.create_future()

    def settle(outcome: T | Exception) -> None:
        if not future.done():  # abandoned meanwhile
            future.set_result(outcome)

    def run() -> None:
        try:
            outcome: T | Exception = call()
        except Exception as error:  # noqa: BLE001 - one of the two: see the docstring
            outcome = error
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, outcome)

    threading.Thread(target=run, daemon=True).start()
    return await future


class ImpatientLoop(asyncio.SelectorEventLoop):
    """An event loop that at its end waits for no blocking call, such as a stuck name lookup."""

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Leave the threads to themselves; it's for the process to end without them."""
