"""Look up a port and show the result."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from uuid import UUID

from portui.api.errors import NoTokenError, ServiceError
from portui.operations.look_up import Reading, Retrying
from portui.tui.actions.one_task import OneTask
from portui.tui.actions.reads import after_read
from portui.tui.state import Access, Activity, FindingToken, Gone, Loading, Showing, State, port_on

if TYPE_CHECKING:
    from portui.tui.actions.view import View


class LookUp:
    """Reads ports and shows them, one at a time.

    The first one is waited for, so what only failures need is imported then.
    """

    def __init__(self, view: "View", then: Callable[[UUID], Awaitable[None]]) -> None:
        """`then` is awaited after each read, whether it succeeded or not."""
        self._view = view
        self._then = then
        self._task = OneTask()

    async def look_up(self, port_id: UUID) -> None:
        """Read and show a port, and cancel any other read.

        If the port is already on screen, it stays there meanwhile. While a change is under way,
        only show a hint.
        """
        view, state = self._view, self._view.state
        if isinstance(state, Showing) and state.activity.is_write:
            view.say("A change is under way: wait for its outcome")
            return
        self._task.cancel()
        view.say("")
        if isinstance(state, Showing) and state.reading.port_id == port_id:
            view.state = state._replace(activity=Activity.READING, progress="")
        elif isinstance(state, Gone) and state.reading.port_id == port_id:
            view.state = state._replace(progress="Reading…")
        else:
            view.state = Loading(port_id)
        if not isinstance(view.access, FindingToken):  # otherwise it's read once there's a token
            await self._task.run(self._read(port_id))

    def stop(self) -> None:
        """Cancel the read under way; the port on screen stays."""
        self._task.cancel()
        state = self._view.state
        if isinstance(state, Showing) and state.activity is Activity.READING:
            self._view.state = state._replace(activity=Activity.IDLE, progress="")
        elif isinstance(state, Gone):
            self._view.state = state._replace(progress="")

    async def _read(self, port_id: UUID) -> None:
        view = self._view
        reply: Reading | ServiceError
        try:
            reply = await self._ask(port_id)
        except ServiceError as error:
            reply = error
        if port_on(view.state) != port_id:
            return  # a request that is cancelled can end in an error
        if isinstance(reply, Reading):
            view.state = after_read(reply, view.state)
        else:
            view.state = self._after_failure(port_id, reply)
        await self._then(port_id)

    def _after_failure(self, port_id: UUID, error: ServiceError) -> State:
        from portui.tui.actions.failed_reads import after_failed_read, after_failed_watch

        state, access = after_failed_read(self._view.state, port_id, error), self._view.access
        if isinstance(state, Showing) and isinstance(access, Access):
            return after_failed_watch(state, error, access.reader.clock)
        return state

    async def _ask(self, port_id: UUID) -> Reading:
        if not isinstance(self._view.access, Access):
            raise NoTokenError
        return await self._view.access.reader.look_up(port_id, self._report)

    def _report(self, retrying: Retrying) -> None:
        from portui.explain.errors import explain_retrying

        if isinstance(self._view.state, Loading | Showing | Gone):
            self._view.state = self._view.state._replace(progress=explain_retrying(retrying))
