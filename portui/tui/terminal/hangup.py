"""Signals that end the app, and terminal hang-ups that come without one."""

import asyncio
import select
import signal
from collections.abc import Callable, Mapping
from typing import Final

HANGUP: Final = 129
"""The exit code after SIGHUP, and after a hang-up without a signal."""
SIGNALS: Final[Mapping[int, int]] = {
    signal.SIGHUP: HANGUP,
    signal.SIGTERM: 143,
    signal.SIGINT: 130,
}
"""The signals that end the app cleanly, and the exit code for each."""

_STDIN: Final = 0


def handle_signals(end: Callable[[int], None]) -> None:
    """Call `end` with the exit code when a signal asks the process to end."""
    loop = asyncio.get_running_loop()
    for number, code in SIGNALS.items():
        loop.add_signal_handler(number, end, code)


def wait_for_hangup() -> bool:
    """Block until the terminal on standard input hangs up, then return `True`.

    Return `False` at once on systems that report a hang-up for every terminal, where polling is
    useless.
    """
    poll = select.poll()
    poll.register(_STDIN, 0)  # hang-ups and errors are always reported
    return not poll.poll(0) and bool(poll.poll())
