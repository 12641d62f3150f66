"""The base class of all dialogs, which ignores keys meant for something else."""

from typing import ClassVar, Generic, TypeVar

from textual import events
from textual.binding import Binding
from textual.screen import ModalScreen
from textual.widget import Widget

from portui.clock import Clock
from portui.tui.widgets.lines import TooSmall

Answer = TypeVar("Answer")

_DEAF = 0.4  # seconds after a paint, while keys are ignored
_TYPING = 0.1  # seconds after a printable key, while a letter counts as part of a text


class Dialog(ModalScreen[Answer], Generic[Answer]):
    """A modal that ignores keys pressed before its first paint or shortly after it.

    A letter that decides something counts only if nothing else was typed just before it.
    """

    AUTO_FOCUS = ""  # each dialog sets the focus itself, once
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-narrow"), (60, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (12, "-short"), (24, "-tall")]
    DECIDING: ClassVar[frozenset[str]] = frozenset()
    """Letters that answer the dialog, ignored in the middle of typing."""
    IS_HELP: ClassVar[bool] = False
    """Whether this is the help screen."""

    BINDINGS = [
        Binding("right", "app.focus_next", show=False, id="focus-next"),
        Binding("left", "app.focus_previous", show=False, id="focus-previous"),
    ]

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._painted_at: float | None = None
        self._typed_at = float("-inf")
        self.set_reactive(Dialog.focused, None)

    def on_mount(self) -> None:
        """Start listening after the first paint."""
        self.mount(TooSmall())
        self.listen_anew()

    def listen_anew(self) -> None:
        """Ignore keys until shortly after the next paint, because a new question appears."""
        self._painted_at = None
        self.call_after_refresh(self._painted)

    def _painted(self) -> None:
        self._painted_at = self._clock.seconds()

    @property
    def listening(self) -> bool:
        """Whether keys are accepted.

        They are ignored until shortly after a paint, and while the screen is too small.
        """
        if self.has_class("-tiny") or self.has_class("-flat"):
            return False
        painted = self._painted_at
        return painted is not None and self._clock.seconds() - painted >= _DEAF

    def focus_on(self, widget: Widget) -> None:
        """Focus a widget, without redrawing it if it already has the focus."""
        if not widget.has_focus:
            widget.focus()

    def on_key(self, event: events.Key) -> None:
        """Ignore keys that come too early, and deciding letters in the middle of typing."""
        now = self._clock.seconds()
        typing = now - self._typed_at < _TYPING
        if event.is_printable:
            self._typed_at = now
        if not self.listening or (typing and event.character in self.DECIDING):
            event.stop()
            event.prevent_default()
