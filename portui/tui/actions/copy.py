"""Copy a field, the port, or a command that reads it."""

from collections.abc import Callable

from portui.clipboard import LONGEST, Clipboard, Copied
from portui.explain.copies import (
    explain_copied,
    explain_not_copied,
    explain_nothing_to_copy,
)
from portui.explain.curl import read_command
from portui.explain.explanation import Explanation
from portui.operations.look_up import Reading
from portui.port.display import safe
from portui.port.export import NoValue, port_json, raw_json_value, raw_value
from portui.port.model import Port
from portui.settings import Settings, Token
from portui.tui.actions.view import View
from portui.tui.state import Showing
from portui.tui.widgets.port_rows import Row


class CopyToClipboard:
    """Copies text to the clipboard, and shows how it was copied."""

    def __init__(
        self,
        view: View,
        clipboard: Clipboard,
        to_terminal: Callable[[str], None],
        settings: Settings,
    ) -> None:
        """`to_terminal` sends text to the terminal's clipboard."""
        self._view = view
        self._clipboard = clipboard
        self._to_terminal = to_terminal
        self._settings = settings
        self._notice: Explanation | None = None

    async def copy_field(self, port: Port, row: Row) -> None:
        """Copy a row's value as the service returned it."""
        if row.field:
            label, value = row.label, raw_value(port[row.field])
        elif row.other:
            label, value = row.other[0], raw_json_value(row.other[1])
        else:
            return
        if isinstance(value, NoValue):
            self._view.say(explain_nothing_to_copy(label, row.field, value))
            return
        unsafe = len(value) <= LONGEST and safe(value, len(value)) != value
        await self.copy(value, safe(label, 40) + (" (unescaped)" if unsafe else ""))

    async def copy_port(self, port: Port) -> None:
        """Copy a port as JSON."""
        await self.copy(port_json(port), "the port as JSON")

    async def copy_command(self, reading: Reading, token: Token) -> None:
        """Copy a curl command that reads a port, with a variable in place of the token."""
        what = "a curl command (not for --demo)" if self._settings.demo else "a curl command"
        settings = self._settings
        command = read_command(reading.port_id, settings.origin, token, settings.token_variable)
        await self.copy(command, what)

    async def copy(self, text: str, what: str) -> None:
        """Copy text, and show how it was copied or why it wasn't."""
        outcome = await self._clipboard.put(text, self._to_terminal)
        if isinstance(outcome, Copied):
            self._show(None)
            self._view.say(explain_copied(outcome, what, len(text)))
        else:
            self._show(explain_not_copied(outcome, what))

    def _show(self, notice: Explanation | None) -> None:
        """Show a failure, or clear the last one.

        Another notice stays; a failure is then shown as a hint.
        """
        state = self._view.state
        if isinstance(state, Showing) and (state.notice is None or state.notice is self._notice):
            self._view.say("")
            self._view.state = state._replace(notice=notice)
        elif notice:
            self._view.say(notice.what)
        self._notice = notice
