"""Crash reports without values: a file on disk, and three lines for the shell's screen."""

import os
import sys
import traceback
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from portui import __version__
from portui.journal import make_folder, replace_file


def report_crash(error: BaseException | None, folder: Path, now: datetime) -> str:
    """Write a report of an unexpected error, and return three lines about it.

    The report has code locations and exception types, but no values or messages: either could quote
    a token or a port.
    """
    name = type(error).__name__
    path = folder / f"crash-{now:%Y%m%d-%H%M%S}.txt"
    written = f"A report, without any values, is in {path}"
    try:
        make_folder(folder)
        replace_file(path, _report(error).encode(errors="backslashreplace"))
    except OSError:
        written = (
            f"It happened at {_places(error)[-1].strip()}; no report could be written"
            if error
            else ""
        )
    return "\n".join(
        [
            f"portui stopped on an unexpected error ({name}).",
            f"{written}.",
            "If a change was under way, portui offers to check it at the next start.",
        ]
    )


def _report(error: BaseException | None) -> str:
    versions = f"portui {__version__}, Textual {_textual_version()}, Python {sys.version}"
    lines = [versions, f"{sys.platform}, TERM={os.environ.get('TERM')}"]
    for each in _with_causes(error):
        lines += ["", type(each).__qualname__, *_places(each)]
    return "\n".join([*lines, ""])


def _textual_version() -> str:
    try:
        return version("textual")
    except PackageNotFoundError:  # installed without its metadata
        return "of an unknown version"


def _with_causes(error: BaseException | None) -> list[BaseException]:
    """Return an error, the members if it's a group, and the causes of all of them, each once."""
    found: list[BaseException] = []
    pending = [error]
    while pending:
        each = pending.pop(0)
        if each is None or any(each is other for other in found):
            continue
        found.append(each)
        if isinstance(each, BaseExceptionGroup):
            pending += each.exceptions
        pending.append(each.__cause__ or each.__context__)
    return found


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames] or ["  ?"]
