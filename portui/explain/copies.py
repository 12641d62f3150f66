"""What became of a copy, and what keeps one from arriving, in the operator's words."""

from typing import Final

from portui.clipboard import LONGEST, TMUX, Clipboard, Copied, NoClipboard, Terminal, TooLong
from portui.explain.explanation import Explanation
from portui.port.display import PENDING, safe
from portui.port.export import NoValue
from portui.port.model import Field

_ABSENT = {NoValue.NULL: "null", NoValue.MISSING: "missing", NoValue.EMPTY: "empty"}

LOST_COPIES: Final = (
    ("tmux on the way", "set -s set-clipboard on"),
    ("GNU screen", "takes it only from a portui that runs within it"),
    ("iTerm2", "General, Selection: Applications in terminal may access clipboard"),
    ("xterm", "XTerm*disallowedWindowOps: 20,21,SetXprop"),
    ("mosh", "1.4 or newer, at both ends"),
    ("GNOME Terminal", "drops it, as others do: hold Shift and select with the mouse"),
)
"""What drops OSC 52 as it ships, and what to set or do there."""


def explain_copied(copied: Copied, what: str, length: int) -> str:
    """Which way a copy went, in a line; no more than is known of that way."""
    refused = "".join(f"{tool.name} failed. " for tool in copied.failed)
    said = f"{what}, {length:,} characters"
    match copied.way:
        case Terminal.OSC_52:
            return f"{refused}Sent to the terminal: {said}"
        case way if way == TMUX:
            return f"{refused}In tmux's buffer: {said}"
        case way:
            return f"{refused}Copied with {way.name}: {said}"


def explain_not_copied(outcome: TooLong | NoClipboard, what: str) -> Explanation:
    """Why nothing was copied, and another way."""
    match outcome:
        case TooLong(size=size):
            meaning = (
                f"{LONGEST:,} bytes at most can be copied. "
                "For more, copy the curl command (ctrl+p)."
            )
            return Explanation(f"Not copied: {what} has {size:,} bytes", meaning)
        case NoClipboard(failed=failed):
            tools = "".join(f"{tool.name} failed, and " for tool in failed)
            meaning = "Within tmux, c copies to its buffer. Help (?) tells of other terminals."
            what_ = f"Not copied: {tools}this console (TERM=linux) has no clipboard"
            return Explanation(what_, meaning)


def explain_nothing_to_copy(label: str, field: Field | None, absent: NoValue) -> str:
    """Why a field has no value to copy."""
    pending = field is Field.ENDPOINT and absent is NoValue.EMPTY
    return f"Nothing to copy: {safe(label, 40)} is {PENDING if pending else _ABSENT[absent]}"


def explain_clipboard(clipboard: Clipboard) -> str:
    """Where copies go from here."""
    match clipboard.ways[:1]:
        case (Terminal.OSC_52,):
            return "Copies go to the terminal (OSC 52), which never says whether it took them."
        case (way,) if way == TMUX:
            return (
                "Copies go to tmux's buffer (prefix ] pastes it), and from there to its terminal."
            )
        case (way,):
            return f"Copies go to {way.name}, since this terminal drops OSC 52 as it ships."
        case _:
            return "This console (TERM=linux) has no clipboard."
