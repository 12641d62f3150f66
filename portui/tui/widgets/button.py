"""A one-line button."""

from dataclasses import dataclass
from typing import Final

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingsMap
from textual.geometry import Offset
from textual.message import Message

from portui.tui.widgets.lines import PLAIN, Lines

_PRESS: Final = "Press the button"


class PlainButton(Lines, can_focus=True):
    """A one-line button; posts `Pressed` when pressed."""

    @dataclass
    class Pressed(Message):
        """The button was pressed."""

        button: "PlainButton"

        @property
        def control(self) -> "PlainButton":
            return self.button

    def __init__(self, label: str, *, id: str, name: str = "") -> None:  # noqa: A002
        """`name`: for the key bar, if it differs from the label."""
        super().__init__(id=id)
        self._label = label
        self.styles.width = len(label) + 4
        self._bindings = BindingsMap(
            [Binding("enter,space", "press", name or label, id="press", tooltip=_PRESS)]
        )  # the key bar shows the label

    def on_mount(self) -> None:
        """Draw for the first time."""
        self._draw()

    def watch_has_focus(self, has_focus: bool) -> None:  # noqa: FBT001 - Textual's
        """Show whether the button has the focus."""
        super().watch_has_focus(has_focus)
        self._draw()

    def on_click(self, event: events.Click) -> None:
        """Press the button."""
        event.stop()
        self.action_press()

    def action_press(self) -> None:
        """Post `Pressed`."""
        self.post_message(self.Pressed(self))

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where the label begins on the screen."""
        return Offset(self.region.x + 2, self.region.y)

    def _draw(self) -> None:
        style = Style(reverse=True, bold=True) if self.has_focus else PLAIN
        self.set_lines((((f"  {self._label}  ", style),),))
