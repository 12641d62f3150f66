"""A value in a small JSON file that several runs share."""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from portui.journal.entries import MALFORMED
from portui.journal.files import locked, make_folder, raising_journal_error, replace_file

_LONGEST: Final = 1024 * 1024  # bytes of a JSON file; portui's own are some 20 kB at most

_Value = TypeVar("_Value")


class JsonFile(Generic[_Value]):
    """A value in a small JSON file that several runs change. All methods block.

    The value is `empty` if the file is missing, unreadable, malformed, or no regular file.
    """

    def __init__(
        self,
        path: Path,
        empty: _Value,
        read: Callable[[Any], _Value],
        record: Callable[[_Value], Any],
    ) -> None:
        """`read` and `record` convert between the value and JSON; `read` may raise `MALFORMED`."""
        self._path, self._empty, self._read, self._record = path, empty, read, record

    def load(self) -> _Value:
        """Return the value."""
        try:
            return self._read(json.loads(_content(self._path)))
        except (OSError, RecursionError, *MALFORMED):
            return self._empty

    def update(self, change: Callable[[_Value], _Value]) -> _Value:
        """Apply a change to what all runs have stored; return the result. Raises `JournalError`."""
        with raising_journal_error(self._path):
            make_folder(self._path.parent)
            with locked(self._path):
                before = self.load()
                after = change(before)
                if after != before:
                    replace_file(self._path, json.dumps(self._record(after), indent=1).encode())
        return after


def _content(path: Path) -> bytes:
    """Return a regular file's bytes. A pipe or a device isn't read, which could take forever."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(file, "rb") as reading:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise ValueError(path)
        return reading.read(_LONGEST)


def uuid_or_none(value: object) -> UUID | None:
    """Return the UUID that a JSON value is, or `None` if it is no UUID."""
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
