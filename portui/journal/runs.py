"""Runs of portui, and the locks that show whether they are still running."""

import fcntl
import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Final
from uuid import uuid4

from portui.journal.files import make_folder, raising_journal_error

_ID: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(slots=True)
class Run:
    """This run. It holds a lock until it ends or crashes, so other runs know that it's running."""

    folder: Path
    id: str = field(default_factory=lambda: uuid4().hex)
    _lock: int | None = None
    _beginning: Lock = field(default_factory=Lock, repr=False, compare=False)

    def begin(self) -> None:
        """Take the lock unless it is already taken. Thread-safe. Raises `JournalError`."""
        with self._beginning:
            if self._lock is None:
                self._lock = self._locked()

    def _locked(self) -> int:
        path, new = self.folder / self.id, self.folder / f"{self.id}.new"
        with raising_journal_error(self.folder):
            make_folder(self.folder)
            file = os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            try:
                # Lock the file before it gets its name, so that no other run finds it unlocked.
                fcntl.flock(file, fcntl.LOCK_EX)
                new.rename(path)
            except OSError:
                os.close(file)
                new.unlink(missing_ok=True)
                raise
        return file

    def end(self) -> None:
        """Release the lock."""
        if self._lock is not None:
            with suppress(OSError):
                (self.folder / self.id).unlink(missing_ok=True)
            os.close(self._lock)
            self._lock = None

    def is_running(self, run: str) -> bool:
        """Return whether a run is this one, or another that still holds its lock."""
        if run == self.id:
            return True
        if not _ID.fullmatch(run):  # an ID from a journal must not lead out of the folder
            return False
        try:
            file = os.open(self.folder / run, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            return False
        try:
            # A shared lock, so that two runs checking at once don't take each other for the owner.
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        else:
            with suppress(OSError):
                (self.folder / run).unlink()
            return False
        finally:
            os.close(file)
