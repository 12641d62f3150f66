"""One-line inputs that leave ctrl+c to the app, and never copy a secret."""

from textual import events
from textual.binding import Binding
from textual.geometry import Offset
from textual.keys import KEY_NAME_REPLACEMENTS
from textual.widgets import Input

from portui.port.display import safe

_LONGEST_PASTE = 4_096  # characters
_CHARACTERS = frozenset(KEY_NAME_REPLACEMENTS.values())  # slash, plus and others


class PlainInput(Input):
    """A compact input whose cursor doesn't blink."""

    BINDINGS = [
        Binding("enter", "submit", "Next", id="submit", tooltip="Go on to the next step"),
    ]

    def __init__(self, value: str = "", *, id: str, select: bool = True) -> None:  # noqa: A002
        """Create an input; with `select`, focusing it selects the text for typing to replace."""
        super().__init__(value, id=id, compact=True)
        self.cursor_blink = False
        self.select_on_focus = select

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Return whether a key types a character, which Textual 8.2 doesn't know of all."""
        return key in _CHARACTERS or super().check_consume_key(key, character)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave out Textual's keys for scrolling, which do nothing in one line."""
        return not action.startswith(("scroll_", "page_"))

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where the cursor is on the screen. Textual's is one cell further on at the end."""
        return super().cursor_screen_offset - Offset(int(self.cursor_at_end), 0)

    def select_everything(self) -> None:
        """Select the text, so that typing replaces it."""
        self.action_select_all()

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.receive(event.text)

    def receive(self, text: str) -> None:
        """Insert a pasted text; Textual inserts only its first line, which is often empty."""
        self.insert_line(text)

    def insert_line(self, text: str) -> None:
        """Replace the selection with a whole text, as one line of visible characters."""
        self.replace(safe(" ".join(text.split()), _LONGEST_PASTE), *self.selection)


class SecretInput(PlainInput):
    """An input for a token: masked, and without copying or cutting."""

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.password = True

    def receive(self, text: str) -> None:
        """Insert a pasted token without escaping it, which would make it a different token."""
        self.replace(text.strip(), *self.selection)

    def action_copy(self) -> None:
        """Do nothing: Textual would send the text to the terminal's clipboard."""

    def action_cut(self) -> None:
        """Do nothing, for the same reason."""
