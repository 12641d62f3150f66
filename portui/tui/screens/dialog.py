"""The base class of all dialogs, which take each key, but decide nothing too quickly."""

from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from textual import events, getters
from textual.actions import parse
from textual.await_complete import AwaitComplete
from textual.binding import ActiveBinding, Binding
from textual.screen import ModalScreen
from textual.widget import Widget

from portui.clock import Clock
from portui.tui.widgets.bars import KeyBar
from portui.tui.widgets.bound_keys import key_name
from portui.tui.widgets.lines import TooSmall
from portui.tui.widgets.status_line import HINT_SECONDS

Answer = TypeVar("Answer")

_FOCUS = "The next or previous field or button"
_TO_READ = 0.4  # seconds after a paint, before which nobody has read what to decide
_TYPING = 0.1  # seconds after a printable key, while a letter counts as part of a text


class Dialog(ModalScreen[Answer], Generic[Answer]):
    """A modal that takes keys at once, except for those that decide something.

    A key that decides what can't be taken back counts only a while after the question was painted,
    and a letter only if nothing else was typed just before it. Otherwise that key alone is ignored,
    and the dialog says so.
    """

    CSS_PATH = Path(__file__).with_name("dialog.tcss")
    AUTO_FOCUS = ""  # each dialog sets the focus itself, once
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-narrow"), (60, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (12, "-short"), (24, "-tall")]
    IS_HELP: ClassVar[bool] = False
    """Whether this is the help screen."""

    BINDINGS = [
        Binding("right", "app.focus_next", show=False, id="focus-next", tooltip=_FOCUS),
        Binding("left", "app.focus_previous", show=False, id="focus-previous", tooltip=_FOCUS),
    ]

    key_bar = getters.query_one(KeyBar)

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._painted_at: float | None = None
        self._typed_at = float("-inf")
        self._has_been_painted = self._is_answered = False
        self.set_reactive(Dialog.focused, None)

    def on_mount(self) -> None:
        """Cover what has no room."""
        self.mount(TooSmall())

    def on_resize(self) -> None:
        """Let time pass from the first paint on, and again after a change of size.

        What there is to decide may not have been in sight before.
        """
        self.ask_anew()

    # --- what decides ---

    def decides(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Return whether an action, as things are, decides something that can't be taken back."""
        return False

    def counts(self, active: ActiveBinding) -> bool:
        """Return whether a binding's key would be taken now."""
        _, action, parameters = parse(active.binding.action)
        return self.has_been_read or not self.decides(action, parameters)

    @property
    def has_been_read(self) -> bool:
        """Whether what there is to decide has been on the screen for long enough."""
        painted = self._painted_at
        return painted is not None and self._clock.seconds() - painted >= _TO_READ

    def ask_anew(self) -> None:
        """Something else is to be decided: time passes from its paint on."""
        self._painted_at = None
        self.refresh_bindings()
        self.call_after_refresh(self._painted)

    def _painted(self) -> None:
        self._has_been_painted = True
        self._painted_at = self._clock.seconds()
        self.set_timer(_TO_READ + 0.01, self._stop_dimming)

    def _stop_dimming(self) -> None:
        self.refresh_bindings()
        if not self.has_been_read:  # the timer's clock may be ahead of this one's
            self.set_timer(_TO_READ + 0.01, self._stop_dimming)

    def on_key(self, event: events.Key) -> None:
        """Ignore a deciding key that comes too early, or in the middle of typing."""
        now = self._clock.seconds()
        typing = now - self._typed_at < _TYPING and event.is_printable
        if event.is_printable:
            self._typed_at = now
        too_small = self.has_class("-tiny") or self.has_class("-flat")
        if too_small and event.key != "escape":
            event.stop()
        elif (typing or not self.has_been_read) and self._decides_by(event.key):
            event.stop()
            event.prevent_default()
            self.say(f"Too quick: press {key_name(event.key)} again")

    def _decides_by(self, key: str) -> bool:
        active = self.active_bindings.get(key)
        if not (active and active.enabled):
            return False
        _, action, parameters = parse(active.binding.action)
        return self.decides(action, parameters)

    # --- the rest of the app ---

    @property
    def takes_keys(self) -> bool:
        """Whether keys go here: it has been painted, and it isn't about to close."""
        return self._has_been_painted and not self._is_answered

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Close with an answer; the first one counts.

        A second key may have been on its way, and Textual would close the screen below.
        """
        if self._is_answered:
            return AwaitComplete()
        self._is_answered = True
        return super().dismiss(result)

    def say(self, words: str, seconds: float = HINT_SECONDS) -> None:
        """Show a hint in place of the keys for some seconds."""
        self.key_bar.say(words, seconds)

    def on_paste(self, paste: events.Paste) -> None:
        """Say that nothing here takes text."""
        self.say("Pasted text is ignored here")

    def focus_on(self, widget: Widget) -> None:
        """Focus a widget, without redrawing it if it already has the focus."""
        if not widget.has_focus:
            widget.focus()
