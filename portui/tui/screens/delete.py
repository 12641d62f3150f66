"""The delete dialog: the port to delete, and two answers, the safe one first."""

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from portui.clock import Clock
from portui.explain.edits import explain_deleting, target_rows
from portui.operations.delete import what_to_type
from portui.operations.look_up import Reading
from portui.settings import Profile
from portui.tui.screens.dialog import Dialog
from portui.tui.widgets.bars import KeyBar
from portui.tui.widgets.bound_keys import bound_keys
from portui.tui.widgets.button import PlainButton
from portui.tui.widgets.inputs import PlainInput
from portui.tui.widgets.lines import (
    BAD,
    KEY,
    LABEL,
    PLAIN,
    STRONG,
    UNSURE,
    Line,
    Lines,
    flow,
    wrapped,
)


class DeleteScreen(Dialog[bool]):
    """A dialog that asks whether to delete a port; dismissed with the answer."""

    BINDINGS = [
        Binding("escape", "cancel", "Cancel", id="leave", tooltip="Keep the port"),
        Binding("n", "cancel", show=False, id="no", tooltip="Keep the port"),
        Binding("q", "cancel", show=False, id="close", tooltip="Keep the port"),
        Binding("y", "delete", "Delete", id="confirm", tooltip="Delete the port"),
    ]

    number = getters.query_one("#typed", PlainInput)
    cancel_button = getters.query_one("#cancel", PlainButton)

    def __init__(self, reading: Reading, profile: Profile, clock: Clock, changed: str = "") -> None:
        """`changed` describes what has changed since the port was read, if anything has."""
        super().__init__(clock)
        self._reading = reading
        self._changed = changed
        self._profile = profile
        self._to_type = what_to_type(reading) if profile.protected else None

    def compose(self) -> ComposeResult:
        """Compose the port's details and the answers."""
        with Vertical(id="dialog"):
            yield Lines(id="heading")
            yield Lines(id="moved")
            yield Lines(id="target")
            if self._to_type is not None:
                with Horizontal(id="asking"):
                    yield Lines(id="ask")
                    yield PlainInput(id="typed", select=False)
            with Horizontal(id="buttons"):
                yield PlainButton("Cancel", id="cancel")
                yield Lines(id="hint")
        yield KeyBar(self.counts)

    def on_mount(self) -> None:
        """Show the question and focus Cancel."""
        self.query_one("#heading", Lines).set_lines(((("Delete this port?", BAD),),))
        bound = bound_keys(self)
        if self._to_type is None:
            hint: Line = ((bound.name("confirm"), KEY), (" Delete", PLAIN))
        else:
            asked: Line = (("To delete, type ", PLAIN), (self._to_type, STRONG))
            self._ask(asked)
            hint = (("then ", PLAIN), (bound.name("submit"), KEY), (" to delete", PLAIN))
        self.query_one("#hint", Lines).set_lines((hint,))
        self.focus_on(self.cancel_button)

    def on_resize(self) -> None:
        """Wrap the text to the new width."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        target = self.query_one("#target", Lines)
        short = self.has_class("-short")
        if self._changed:
            words = wrapped(f"Changed since it was read: {self._changed}", target.size.width)
            changed = tuple(((line, UNSURE),) for line in words[:2])
            self.query_one("#moved", Lines).set_lines(changed)
        target.set_lines(target_lines(self._reading, self._profile, target.size.width, short=short))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Have the number typed instead of a letter on a protected profile."""
        return self._to_type is None if action == "delete" else True

    def decides(self, action: str, parameters: tuple[object, ...]) -> bool:
        """The letter, or Enter behind the number, deletes the port."""
        if self._to_type is None:
            return action == "delete"
        typed = self.number.value.strip()
        return action == "submit" and self.number.has_focus and typed == self._to_type

    def on_key(self, event: events.Key) -> None:
        """Type the number into the input even while Cancel has the focus."""
        if self._to_type and event.is_printable and event.key not in self.active_bindings:
            self._type(event.character or "")
            event.stop()

    def on_paste(self, paste: events.Paste) -> None:
        """Take a pasted number into the input."""
        if self._to_type:
            paste.prevent_default()
            self._type(paste.text)

    def _type(self, text: str) -> None:
        self.focus_on(self.number)
        self.number.insert_line(text)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        if event.value.strip() == self._to_type:
            self.dismiss(True)  # noqa: FBT003 - the dialog's answer
        else:
            wrong: Line = (("No match. To delete, type ", BAD), (self._to_type or "", STRONG))
            self._ask(wrong)

    def _ask(self, words: Line) -> None:
        ask = self.query_one("#ask", Lines)
        ask.styles.width = sum(len(text) for text, _ in words) + 2
        ask.set_lines((words,))

    @on(PlainButton.Pressed)
    def _pressed(self) -> None:
        self.action_cancel()

    def action_cancel(self) -> None:
        """Keep the port."""
        self.dismiss(False)  # noqa: FBT003

    def action_delete(self) -> None:
        """Delete the port."""
        self.dismiss(True)  # noqa: FBT003


def target_lines(
    reading: Reading, profile: Profile, width: int, *, short: bool
) -> tuple[Line, ...]:
    """Return lines that identify the port to delete.

    `short` limits each value to one line instead of two, and omits the warning.
    """
    rows = target_rows(reading, profile)
    most = 1 if short else 2
    if width < 46:  # the ID needs a line to itself
        rows[1] = ("", rows[1][1])
    lines: list[Line] = []
    for label, value in rows:
        indent = f"{label:<10}" if label else ""
        first, *rest = flow([(value, PLAIN)], max(8, width - len(indent)), most)
        lines.append(((indent, LABEL), *first))
        lines += [((" " * len(indent), PLAIN), *more) for more in rest]
    if not short:
        lines += [(), *flow([(explain_deleting(), PLAIN)], max(8, width), 2)]
    return tuple(lines)
