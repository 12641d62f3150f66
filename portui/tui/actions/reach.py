"""Test the endpoint of the port on screen."""

import asyncio

from portui.clock import Clock
from portui.explain.reach import (
    explain_reach,
    explain_testing,
    explain_untestable,
    target_words,
)
from portui.operations.reach import Resolve, reach
from portui.port.endpoint import Target, Untestable, target_of
from portui.tui.actions.one_task import OneTask
from portui.tui.actions.view import View
from portui.tui.state import EndpointTest, Showing


class ReachEndpoint:
    """Tests endpoints, one at a time, and shows the result beside the port."""

    def __init__(self, view: View, clock: Clock, resolve: Resolve) -> None:
        self._view = view
        self._clock = clock
        self._resolve = resolve
        self._task = OneTask()
        self._target: Target | None = None

    async def test(self) -> None:
        """Name the target on screen, test it, and show the result if the port still has it."""
        state = self._view.state
        if not isinstance(state, Showing):
            return
        if self._task.is_running and self._target:
            self._view.say(f"Still testing {target_words(self._target)}; Esc cancels")
            return
        port = state.reading.port
        target = target_of(port)
        if isinstance(target, Untestable):
            self._view.endpoint_test = None
            self._view.say(explain_untestable(target, port))
            return
        self._target = target
        test = EndpointTest(state.reading.port_id, port, explain_testing(target))
        await self._task.run(self._test(test, target))

    async def _test(self, test: EndpointTest, target: Target) -> None:
        view = self._view
        view.say("")
        view.endpoint_test = test
        try:
            await view.painted()  # the operator sees the target before anything is sent to it
            outcome = await reach(target, self._clock, self._resolve)
        except asyncio.CancelledError:
            view.endpoint_test = None
            raise
        if view.endpoint_test is test:  # else another port or endpoint is on screen
            view.endpoint_test = test._replace(result=explain_reach(outcome, test.port))

    def stop(self) -> None:
        """Cancel the test under way; a result stays on screen."""
        if self._task.is_running:
            self._task.cancel()
            self._view.say("Test cancelled")
