"""One task at a time that a key can cancel, without cancelling the worker that waits for it."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any


class OneTask:
    """Runs a coroutine that can be cancelled from outside; at most one is under way."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    @property
    def is_running(self) -> bool:
        """Whether the task is under way."""
        return self._task is not None and not self._task.done()

    def cancel(self) -> None:
        """Cancel the task, if one is under way."""
        if self._task:
            self._task.cancel()

    async def run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine in place of the last one, and return when it ends or is cancelled."""
        self.cancel()
        self._task = task = asyncio.create_task(coroutine)
        try:
            await asyncio.wait({task})
        finally:
            task.cancel()
        with suppress(asyncio.CancelledError):
            task.result()
