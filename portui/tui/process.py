"""The process beneath the app: its signals, a terminal that is gone, and a crash told safely."""

import os
import select
import signal
import sys
import traceback
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from textual import __version__ as textual_version

from portui import __version__
from portui.journal import make_folder, replace_file

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


def report_crash(error: BaseException | None, folder: Path, now: datetime) -> str:
    """Write where an unexpected error broke out; what to say of it, in three lines.

    The report has places in the code and kinds of errors: no values, no messages, since either
    could quote a token or a port.
    """
    name = type(error).__name__
    path = folder / f"crash-{now:%Y%m%d-%H%M%S}.txt"
    written = f"Where it broke is written in {path}, without any values"
    try:
        make_folder(folder)
        replace_file(path, _report(error).encode())
    except OSError:
        written = f"At {_places(error)[-1].strip()}; no report could be written" if error else ""
    return "\n".join(
        [
            f"portui stopped on an unexpected error ({name}).",
            f"{written}.",
            "A change that was under way is offered for checking at the next start.",
        ]
    )


def _report(error: BaseException | None) -> str:
    versions = f"portui {__version__}, Textual {textual_version}, Python {sys.version}"
    lines = [versions, f"{sys.platform}, TERM={os.environ.get('TERM')}"]
    while error is not None:
        lines += ["", type(error).__qualname__, *_places(error)]
        error = error.__cause__ or error.__context__
    return "\n".join([*lines, ""])


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames] or ["  ?"]
