"""Messages about copying: where the text went, and why it may not arrive."""

from typing import Final

from portui.clipboard import LONGEST, TMUX, Clipboard, Copied, NoClipboard, Terminal, TooLong
from portui.explain.explanation import Explanation
from portui.port.display import PENDING, safe
from portui.port.export import NoValue
from portui.port.model import Field

_ABSENT = {NoValue.NULL: "null", NoValue.MISSING: "missing", NoValue.EMPTY: "empty"}

LOST_COPIES: Final = (
    ("tmux in between", "set -s set-clipboard on"),
    ("GNU screen", "run portui inside screen, not on a host beyond it"),
    ("iTerm2", "General, Selection: Applications in terminal may access clipboard"),
    ("xterm", "XTerm*disallowedWindowOps: 20,21,SetXprop"),
    ("mosh", "1.4 or newer, at both ends"),
    ("GNOME Terminal", "has no OSC 52: hold Shift and select with the mouse"),
)
"""Setups that ignore OSC 52 by default, and what to set or do there."""


def explain_copied(copied: Copied, what: str, length: int) -> str:
    """Return one line on how a text was copied, claiming no more than the method confirms.

    `what` names the text, and `length` is in characters.
    """
    refused = "".join(f"{tool.name} failed. " for tool in copied.failed)
    counted = f"({length:,} characters)"
    match copied.method:
        case Terminal.OSC_52:
            return f"{refused}Sent {what} to the terminal {counted}"
        case method if method == TMUX:
            return f"{refused}Copied {what} to tmux's buffer {counted}"
        case method:
            return f"{refused}Copied {what} with {method.name} {counted}"


def explain_not_copied(outcome: TooLong | NoClipboard, what: str) -> Explanation:
    """Explain why nothing was copied, and what to do instead."""
    match outcome:
        case TooLong(size=size):
            meaning = (
                f"At most {LONGEST:,} bytes can be copied. Copy the curl command (in the palette)."
            )
            return Explanation(f"Not copied: {what} has {size:,} bytes", meaning)
        case NoClipboard(failed=failed):
            tools = "".join(f"{tool.name} failed, and " for tool in failed)
            meaning = "In tmux, copies go to its buffer. Help covers other terminals."
            what_ = f"Not copied: {tools}this console (TERM=linux) has no clipboard"
            return Explanation(what_, meaning)


def explain_nothing_to_copy(label: str, field: Field | None, absent: NoValue) -> str:
    """Return why a field has no value to copy."""
    pending = field is Field.ENDPOINT and absent is NoValue.EMPTY
    return f"Nothing to copy: {safe(label, 40)} is {PENDING if pending else _ABSENT[absent]}"


def explain_clipboard(clipboard: Clipboard) -> str:
    """Return where copied text goes."""
    match clipboard.methods[:1]:
        case (Terminal.OSC_52,):
            return "Copied text is sent to the terminal (OSC 52); terminals don't confirm."
        case (method,) if method == TMUX:
            return "Copied text goes to tmux's buffer (prefix ] pastes it) and on to its terminal."
        case (method,):
            return f"Copied text goes to {method.name}: this terminal ignores OSC 52 by default."
        case _:
            return "This console (TERM=linux) has no clipboard."
