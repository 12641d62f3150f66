"""The line with the port ID, which is found in any text that is typed or pasted."""

from uuid import UUID

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input

from portui.port.identifier import port_ids_in
from portui.tui.widgets.bound_keys import bound_keys
from portui.tui.widgets.glyphs import GLYPHS
from portui.tui.widgets.inputs import PlainInput
from portui.tui.widgets.lines import BAD, KEY, LABEL, PLAIN, Line, Lines, wrapped

_MOST_LISTED = 9  # IDs, each picked by its digit
_EXAMPLE = "123e4567-e89b-12d3-a456-426614174000"


class PortIdInput(PlainInput):
    """An input that passes on pasted text whole, even if it has several lines."""

    BINDINGS = [
        Binding("enter", "submit", "Look up", tooltip="Read the port with this ID", id="submit"),
        # Here, since Textual's inputs have a key of their own there, which does nothing.
        Binding(
            "down", "screen.to_recent", "Recent", tooltip="Go to the recent ports", id="to-recent"
        ),
    ]

    class Pasted(Message):
        """Text was pasted."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Picked(Message):
        """One of the listed IDs was picked by its number."""

        def __init__(self, port_id: UUID) -> None:
            super().__init__()
            self.port_id = port_id

    listed: tuple[UUID, ...] = ()
    """IDs to pick from: while they are listed, digits are their numbers."""

    async def _on_key(self, event: events.Key) -> None:
        digit = event.key if len(event.key) == 1 and event.key in "123456789" else "0"
        if 0 < int(digit) <= len(self.listed):
            event.stop()
            event.prevent_default()
            self.post_message(self.Picked(self.listed[int(digit) - 1]))
        else:
            await super()._on_key(event)

    def receive(self, text: str) -> None:
        """Post the whole text, for `IdBar` to find an ID in it."""
        self.post_message(self.Pasted(text))


class IdBar(Vertical):
    """The input for a port ID. On Enter it posts `LookUpRequested`, or shows what is wrong."""

    text = getters.query_one(PortIdInput)
    message = getters.query_one("#id-message", Lines)

    class LookUpRequested(Message):
        """Enter was pressed on a text with exactly one port ID."""

        def __init__(self, port_id: UUID) -> None:
            super().__init__()
            self.port_id = port_id

    class Typed(Message):
        """The text has changed, to something else than the ID shown, or to that again (`None`)."""

        def __init__(self, text: str | None) -> None:
            super().__init__()
            self.text = text

    def __init__(self) -> None:
        super().__init__()
        self._shown: UUID | None = None
        self._told_about = ""
        self._found: tuple[UUID, ...] = ()
        """The IDs that the message is about. The line may hold fewer, as it cuts a long paste."""

    def compose(self) -> ComposeResult:
        """Yield the label, the input, and the message about it."""
        with Horizontal():
            yield Lines(id="id-label")
            yield PortIdInput(id="port-id")
        yield Lines(id="id-message")

    def on_mount(self) -> None:
        """Draw the label."""
        self.query_one("#id-label", Lines).set_lines((((" Port ID  ", LABEL),),))

    @property
    def words(self) -> str | None:
        """What is typed, if a port can only be found by it in the list: it has no ID."""
        text = self.text.value.strip()
        return text if text and self.text.has_focus and not port_ids_in(text) else None

    def edit(self) -> None:
        """Focus the input and select its text, so that typing replaces it."""
        if not self.text.has_focus:
            self.screen.set_focus(self.text)
        self.text.select_everything()

    def show(self, port_id: UUID) -> None:
        """Show an ID as the service writes it."""
        self._shown = port_id
        if self.text.value == str(port_id):
            self.post_message(self.Typed(None))  # the text doesn't change, but what it is
        self.text.value = str(port_id)
        self.text.cursor_position = len(self.text.value)

    def take(self, text: str) -> None:
        """Show the ID in a text, or insert the text as one line if it doesn't hold exactly one.

        Inserted text replaces the selection. If it had no ID, the ID that the line then has is
        shown. Without exactly one ID, a message says so.
        """
        found = port_ids_in(text)
        if len(found) != 1:
            self.text.insert_line(text)
            found = found or port_ids_in(self.text.value)
        if len(found) == 1:
            self.show(found[0])
        else:
            self._say(found)

    @on(PortIdInput.Pasted)
    def _pasted(self, event: PortIdInput.Pasted) -> None:
        event.stop()
        self.take(event.text)

    @on(PortIdInput.Picked)
    def _picked(self, event: PortIdInput.Picked) -> None:
        event.stop()
        self._look_up(event.port_id)

    def _look_up(self, port_id: UUID) -> None:
        self.show(port_id)
        self.post_message(self.LookUpRequested(port_id))

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        found = self._found if event.value == self._told_about else port_ids_in(event.value)
        if len(found) == 1:
            self._look_up(found[0])
        else:
            self._say(found)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(None if event.value == str(self._shown) else event.value))
        if event.value != self._told_about:  # else the message is about this text
            self.text.listed = ()
            self.message.set_lines(())

    def _say(self, found: tuple[UUID, ...]) -> None:
        self._told_about, self._found = self.text.value, found
        width = self.size.width - 4
        find = bound_keys(self).name("ports-anywhere")
        what = f"No port ID found. {find} finds ports by these words; an ID looks like {_EXAMPLE}"
        if found:
            what = f"{len(found)} port IDs found: press a number to pick one"
        first, *rest = wrapped(what, width)
        lines: list[Line] = [((f" {GLYPHS.bad} {first}", BAD),)]
        lines += [((f"   {line}", BAD),) for line in rest]
        self.text.listed = found[: min(_MOST_LISTED, self.screen.size.height // 3)]
        for number, port_id in enumerate(self.text.listed, start=1):
            lines.append(((f" {number} ", KEY), (str(port_id), PLAIN)))
        if more := len(found) - len(self.text.listed):
            lines.append(((f"   and {more} more", LABEL),))
        self.message.set_lines(tuple(lines))
