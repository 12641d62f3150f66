"""Quit at once, when the change under way has ended, or on a signal."""

from typing import Final

from portui.explain.history import explain_leaving
from portui.explain.outcomes import explain_open_change
from portui.settings import Settings
from portui.tui.actions.under_way import Changes
from portui.tui.actions.view import AppView

OUTCOME_UNKNOWN: Final = 6
"""The exit code of a quit forced while a change is under way."""


class Leave:
    """Ends the app, and reports a change whose outcome is still unknown."""

    def __init__(self, app: AppView, changes: tuple[Changes, ...], settings: Settings) -> None:
        self._app = app
        self._changes = changes
        self._settings = settings
        self._waiting = False
        self._named = False

    async def quit(self) -> None:
        """Quit once any change under way has ended, or at once if the operator asks twice."""
        under_way = self._under_way
        if under_way is None:
            self._app.end(0)
        elif self._waiting:
            self.end(OUTCOME_UNKNOWN)
        else:
            self._waiting = True
            self._app.warn(explain_leaving())
            if notice := await under_way.outcome():
                self._app.farewell.append(f"{notice.what}. {notice.meaning}")
            self._app.end(0)

    def end(self, code: int) -> None:
        """End now, and report a change that is still under way."""
        self.name_open_change()
        self._app.end(code)

    def name_open_change(self) -> None:
        """Add a change under way to the farewell, with the command to check it if it was sent.

        Do so once, however many keys and signals ask for the end.
        """
        under_way = self._under_way
        if under_way and (change := under_way.under_way) and not self._named:
            self._named = True
            command = self._settings.command(change.opens)
            self._app.farewell.append(explain_open_change(change.words, command, sent=change.sent))

    @property
    def _under_way(self) -> Changes | None:
        """What has a change under way."""
        return next((each for each in self._changes if each.under_way), None)
