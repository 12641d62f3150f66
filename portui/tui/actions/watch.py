"""Watch the port on screen: read it every few seconds, in the background."""

import asyncio
from collections.abc import Awaitable, Callable
from math import inf
from typing import Final

from portui.api.errors import NoTokenError, ServiceError
from portui.clock import Clock
from portui.explain.watch import DIFFERENT_PORT, explain_stopped_watching
from portui.operations.look_up import Reading
from portui.operations.watch import due_at, ends_watch
from portui.tui.actions.failed_reads import after_failed_watch, ended_watch
from portui.tui.actions.reads import after_watched_read
from portui.tui.actions.view import View
from portui.tui.state import Access, Activity, FindingToken, Loading, Showing, Watching

_TICK: Final = 1.0  # seconds between two looks at the clock, which a suspend may have moved on


class Watch:
    """Watches one port at a time. The state says whether: `Showing.watching`.

    Anything that replaces the state, such as a lookup or a change, stops the watch.
    """

    def __init__(
        self,
        view: View,
        clock: Clock,
        bell: Callable[[], None],
        on_change: Callable[[], Awaitable[None]],
        on_read: Callable[[], None],
    ) -> None:
        """`on_change` is awaited after a read that found a change, `on_read` called after each."""
        self._view = view
        self._clock = clock
        self._bell = bell
        self._on_change = on_change
        self._on_read = on_read
        self._task: asyncio.Task[None] | None = None

    async def watch(self) -> None:
        """Watch the port on screen until something stops it, and say so."""
        view = self._view
        if not isinstance(state := view.state, Showing):
            return
        self._task = asyncio.current_task()
        view.say("")
        view.state = state._replace(watching=Watching())
        why = ""
        while not why and (showing := self._watched()):
            if view.is_acting or view.is_covered or isinstance(view.access, FindingToken):
                self._pause(paused=view.is_covered)
                await self._clock.sleep(_TICK)
                continue
            self._pause(paused=False)
            left = self._due_at(showing) - self._clock.seconds()
            if left > 0:
                await self._clock.sleep(min(left, _TICK))
            else:
                why = await self._read()
        await self._say_stopped(why)

    def stop(self) -> None:
        """Stop watching."""
        if self._task:
            self._task.cancel()
        if showing := self._watched():
            self._view.state = showing._replace(watching=None)
            self._view.say(explain_stopped_watching())

    def _watched(self) -> Showing | None:
        """Return the state if the port on screen is being watched."""
        state = self._view.state
        return state if isinstance(state, Showing) and state.watching else None

    def _due_at(self, showing: Showing) -> float:
        return due_at(showing.reading, showing.watching.failed if showing.watching else None)

    def _pause(self, *, paused: bool) -> None:
        showing = self._watched()
        if showing and showing.watching and showing.watching.paused != paused:
            watching = showing.watching._replace(paused=paused)
            self._view.state = showing._replace(watching=watching)

    async def _read(self) -> str:
        """Read the port once, and show the result unless something else came between.

        Returns why the watch ends, or an empty string if it goes on.
        """
        view, access, before = self._view, self._view.access, self._watched()
        if before is None:
            return ""
        reply: Reading | ServiceError = NoTokenError()
        if isinstance(access, Access):
            try:
                reply = await access.reader.read(before.reading.port_id)
            except ServiceError as error:
                reply = error
        now = self._watched()
        is_late = now is None or now.reading is not before.reading or view.access is not access
        if now is None or is_late or view.is_acting or view.is_covered:
            return ""  # it'll be read again once that is done
        if isinstance(reply, Reading):
            return await self._show(reply, now)
        if ends_watch(reply):
            view.state = ended_watch(now, reply)
            return explain_stopped_watching(reply)
        view.state = after_failed_watch(now, reply, self._clock)
        return ""

    async def _show(self, reading: Reading, before: Showing) -> str:
        after = self._view.state = after_watched_read(reading, before)
        if not reading.is_requested:
            return DIFFERENT_PORT
        if before.reading.port.is_pending and not reading.port.is_pending:
            self._bell()
        if after.was is not None and after.was is not before.was:
            await self._on_change()
        self._on_read()
        return ""

    async def _say_stopped(self, why: str) -> None:
        """Say why the watch ended, once that hides no progress and no dialog hides it."""
        view = self._view
        while view.is_acting or view.is_covered or self._is_busy():
            await self._clock.sleep(_TICK)
        if why:
            view.say(why, inf)  # nobody may be looking
        else:
            view.say(explain_stopped_watching())

    def _is_busy(self) -> bool:
        state = self._view.state
        is_active = isinstance(state, Showing) and state.activity is not Activity.IDLE
        return is_active or isinstance(state, Loading)
