"""The port-ID input: whatever is typed or pasted, the ID in it counts."""

from dataclasses import dataclass
from uuid import UUID

from textual import events
from textual.binding import Binding
from textual.message import Message

from portui.port.display import safe
from portui.port.identifier import port_ids_in
from portui.tui.widgets.inputs import PlainInput


class PortIdInput(PlainInput):
    """Posts `Wanted` on Enter when its text holds one port ID, else `Unclear`."""

    BINDINGS = [
        Binding("enter", "submit", "Look up", tooltip="Read the port with this ID", id="submit"),
    ]

    @dataclass
    class Wanted(Message):
        """One port is asked for."""

        port_id: UUID

    @dataclass
    class Unclear(Message):
        """The text holds no port ID, or several, which compete."""

        candidates: tuple[UUID, ...]

    async def action_submit(self) -> None:
        """Ask for the port whose ID the text holds."""
        found = port_ids_in(self.value)
        if len(found) == 1:
            self.show(found[0])
            self.post_message(self.Wanted(found[0]))
        else:
            self.post_message(self.Unclear(found))

    def show(self, port_id: UUID) -> None:
        """Show an ID as the service writes it."""
        self.value = str(port_id)
        self.cursor_position = len(self.value)

    def take(self, text: str) -> None:
        """Take a pasted text: the ID in it, or else the text as one visible line."""
        found = port_ids_in(text)
        if len(found) == 1:
            self.show(found[0])
        else:
            line = " ".join(text.split())
            self.replace(safe(line, 2_000), *self.selection)
            self.post_message(self.Unclear(found))

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.take(event.text)
