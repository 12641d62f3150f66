"""All that is done with ports on a screen, put together."""

from typing import Protocol

from portui.clipboard import Clipboard
from portui.tui.actions.change import Changes, Desk, Stage
from portui.tui.actions.copy import Copying
from portui.tui.actions.look_up import LookUps, Place
from portui.tui.actions.recover import Recovery


class Scene(Stage, Place, Protocol):
    """The screen, as far as they need it."""


class Acts:
    """Reading ports, changing them, and the way back, for one screen."""

    def __init__(self, scene: Scene, desk: Desk, clipboard: Clipboard) -> None:
        self.changes = Changes(scene, desk)
        self.copying = Copying(scene, clipboard, desk.settings)
        self.recovery = Recovery(scene, desk, self.changes, self.copying)
        self.look_ups = LookUps(scene, self.changes, self.recovery)
        self._run = desk.keeping.run

    def leave(self) -> None:
        """Write what was typed last, and let the run be known to have ended."""
        self.changes.left_forms.flush()
        self._run.end()
