"""Copying what is on the screen: a field, the port, a call that reads it."""

from dataclasses import replace

from portui.clipboard import LONGEST, Clipboard, Copied
from portui.explain.copies import (
    explain_copied,
    explain_not_copied,
    explain_nothing_to_copy,
)
from portui.explain.curl import read_call
from portui.explain.explanation import Explanation
from portui.operations.look_up import Reading
from portui.port.display import safe
from portui.port.export import Absent, exact, exact_json, port_json
from portui.port.model import Port
from portui.settings import Settings, Token
from portui.tui.actions.change import Stage
from portui.tui.state import Showing
from portui.tui.widgets.port_rows import Row


class Copying:
    """One screen's copies."""

    def __init__(self, stage: Stage, clipboard: Clipboard, settings: Settings) -> None:
        self._stage = stage
        self._clipboard = clipboard
        self._settings = settings
        self._told: Explanation | None = None

    async def copy_field(self, port: Port, row: Row) -> None:
        """Copy a row's value as the service has it."""
        if row.field:
            label, value = row.label, exact(port[row.field])
        elif row.other:
            label, value = row.other[0], exact_json(row.other[1])
        else:
            return
        if isinstance(value, Absent):
            self._stage.say(explain_nothing_to_copy(label, row.field, value))
            return
        raw = len(value) <= LONGEST and safe(value, len(value)) != value
        await self.copy(value, safe(label, 40) + (", unescaped" if raw else ""))

    async def copy_port(self, port: Port) -> None:
        """Copy a port as JSON."""
        await self.copy(port_json(port), "the port as JSON")

    async def copy_call(self, reading: Reading, token: Token) -> None:
        """Copy the call that reads a port again."""
        what = "curl (not for --demo)" if self._settings.demo else "a curl call"
        settings = self._settings
        call = read_call(reading.asked, settings.origin, token, settings.token_variable)
        await self.copy(call, what)

    async def copy(self, text: str, what: str) -> None:
        """Copy a text, and say which way it went or why it didn't."""
        outcome = await self._clipboard.put(text, self._stage.to_terminal)
        if isinstance(outcome, Copied):
            self._say(None)
            self._stage.say(explain_copied(outcome, what, len(text)))
        else:
            self._say(explain_not_copied(outcome, what))

    def _say(self, notice: Explanation | None) -> None:
        """Have a failure stand, or the last one go; never in place of what others have to say."""
        state = self._stage.state
        if isinstance(state, Showing) and (state.notice is None or state.notice is self._told):
            self._stage.say("")
            self._stage.state = replace(state, notice=notice)
        elif notice:
            self._stage.say(notice.what)
        self._told = notice
