"""Leave: at once, after the outcome of a change, or after a signal."""

from typing import Final

from portui.explain.history import explain_leaving
from portui.explain.outcomes import explain_open_change
from portui.settings import Settings
from portui.tui.actions.change import ChangePort
from portui.tui.actions.view import AppView

OUTCOME_UNKNOWN: Final = 6
"""The exit code of a quit that was forced while a change was under way."""


class Leave:
    """Ends the app so that no change is left open without a word."""

    def __init__(self, app: AppView, change: ChangePort, settings: Settings) -> None:
        self._app = app
        self._change = change
        self._settings = settings
        self._waiting = False

    async def quit(self) -> None:
        """Quit; a change under way is waited for, unless the operator asks twice."""
        if not self._change.under_way:
            self._app.end(0)
        elif self._waiting:
            self.end(OUTCOME_UNKNOWN)
        else:
            self._waiting = True
            self._app.warn(explain_leaving())
            if notice := await self._change.outcome():
                self._app.farewell.append(f"{notice.what}. {notice.meaning}")
            self._app.end(0)

    def end(self, code: int) -> None:
        """End now, and name a change whose outcome nobody waits for."""
        self.name_open_change()
        self._app.end(code)

    def name_open_change(self) -> None:
        """Have the shell's screen say which change is left open, and how to check it."""
        if change := self._change.under_way:
            words = f"{change.words} of port {change.port_id}"
            command = self._settings.command(change.port_id)
            self._app.farewell.append(explain_open_change(words, command, sent=change.sent))
