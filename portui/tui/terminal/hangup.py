"""The process beneath the app: its signals, and a terminal that is gone."""

import select
import signal
from collections.abc import Mapping
from typing import Final

HANGUP: Final = 129
"""The exit code after SIGHUP, and after a terminal that vanished without one."""
SIGNALS: Final[Mapping[int, int]] = {
    signal.SIGHUP: HANGUP,
    signal.SIGTERM: 143,
    signal.SIGINT: 130,
}
"""The signals that end the app in order, and its exit codes then."""

_STDIN: Final = 0


def wait_for_hangup() -> bool:
    """Block until the terminal on standard input goes away.

    False, at once: this system says so of every terminal, and can't be asked.
    """
    poll = select.poll()
    poll.register(_STDIN, 0)  # hang-ups and errors are told unasked
    return not poll.poll(0) and bool(poll.poll())
