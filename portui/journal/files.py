"""Files that survive crashes, full disks and concurrent runs."""

import errno
import fcntl
import json
import os
import re
import stat
import time
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

LONGEST_WAIT: Final = 2.0  # seconds to wait for another run's lock
_OF: Final = re.compile(rb'\{"(?:of|named)": "([^"\\]+)"')  # the start of a line about an entry
KEPT: Final = 10 * 1024 * 1024  # bytes of the newest lines


@dataclass(unsafe_hash=True)  # not frozen: the interpreter assigns `__traceback__`
class JournalError(Exception):
    """A file of the journal could not be written or locked."""

    class Why(Enum):
        NO_SPACE = auto()
        READ_ONLY = auto()
        NOT_ALLOWED = auto()
        BUSY = auto()  # another run holds the lock
        FAILED = auto()

    why: Why
    path: Path


_WHY: Final = {
    errno.ENOSPC: JournalError.Why.NO_SPACE,
    errno.EDQUOT: JournalError.Why.NO_SPACE,
    errno.EROFS: JournalError.Why.READ_ONLY,
    errno.EACCES: JournalError.Why.NOT_ALLOWED,
    errno.EPERM: JournalError.Why.NOT_ALLOWED,
}


@contextmanager
def raising_journal_error(path: Path) -> Iterator[None]:
    """Convert any `OSError` in the block to a `JournalError` about a path."""
    try:
        yield
    except OSError as error:
        why = _WHY.get(error.errno or 0, JournalError.Why.FAILED)
        raise JournalError(why, path) from None


def make_folder(folder: Path) -> None:
    """Create a folder and its missing parents, for the owner only. Raises `OSError`."""
    for parent in reversed((folder, *folder.parents)):
        if not parent.exists():
            parent.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(parent.parent)


@dataclass(frozen=True, slots=True)
class JsonLinesFile:
    """A JSON Lines file that several runs can append to; a partial line doesn't affect others.

    The lock is on a separate file, because this one is replaced when it grows too long.
    """

    path: Path

    def append(self, record: Mapping[str, Any]) -> None:
        """Append a line and sync it to disk. Raises `JournalError`, with the line not written."""
        line = json.dumps(record, ensure_ascii=True).encode() + b"\n"
        with raising_journal_error(self.path):
            make_folder(self.path.parent)
            with locked(self.path):
                self._shorten()
                self._write(line)

    def records(self) -> list[dict[str, Any]]:
        """Return the records in all valid lines, oldest first."""
        try:
            data = self.path.read_bytes()
        except OSError:
            return []
        return [record for line in data.splitlines() if (record := _parsed(line))]

    def records_of(self, text: str) -> list[dict[str, Any]]:
        """Return the records whose line contains a text, and those about them, oldest first."""
        try:
            lines = self.path.read_bytes().splitlines()
        except OSError:
            return []
        wanted = text.encode()
        mine = {
            n: record for n, line in enumerate(lines) if wanted in line if (record := _parsed(line))
        }
        entries = {str(record.get("entry")).encode() for record in mine.values()}
        for n, line in enumerate(lines):
            of = _OF.match(line)
            if of and of[1] in entries and (record := _parsed(line)):
                mine[n] = record
        return [mine[n] for n in sorted(mine)]

    def _write(self, line: bytes) -> None:
        existed = self.path.exists()
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        file = os.open(self.path, flags, 0o600)
        try:
            size = os.fstat(file).st_size
            if size and os.pread(file, 1, size - 1) != b"\n":
                line = b"\n" + line  # after a partial line from a killed run
            _append_whole(file, line, size)
        finally:
            os.close(file)
        if not existed:
            _sync_folder(self.path.parent)

    def _shorten(self) -> None:
        """Discard the oldest lines if the file is larger than twice `KEPT`."""
        with suppress(OSError):  # a file that is too long does less harm than a missing line
            found = self.path.lstat()
            if stat.S_ISREG(found.st_mode) and found.st_size > 2 * KEPT:
                lines = self.path.read_bytes().splitlines(keepends=True)
                replace_file(self.path, b"".join(_kept(lines)))


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of a file against other runs. Raises `JournalError` or `OSError`.

    The lock is a file beside it, because the file itself may be replaced meanwhile.
    """
    lock = path.with_suffix(".lock")
    file = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        _wait_for_lock(file, lock)
        yield
    finally:
        os.close(file)


def _append_whole(file: int, line: bytes, size: int) -> None:
    """Write and sync a line with a single write, or truncate the file to its former size."""
    try:
        _write_at_once(file, line)
        os.fsync(file)
    except OSError:
        with suppress(OSError):
            os.ftruncate(file, size)
        raise


def _write_at_once(file: int, line: bytes) -> None:
    if os.write(file, line) < len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _kept(lines: list[bytes]) -> list[bytes]:
    """Return the newest lines, up to `KEPT` bytes, and older ones of entries without a result."""
    records = [_parsed(line) for line in lines]
    settled = {of for record in records if record and isinstance(of := record.get("of"), str)}
    size, newest = 0, len(lines)
    while newest and size + len(lines[newest - 1]) <= KEPT:
        newest -= 1
        size += len(lines[newest])
    return [
        line
        for number, (line, record) in enumerate(zip(lines, records, strict=True))
        if number >= newest or (record and _is_open(record, settled))
    ]


def _is_open(record: Mapping[str, Any], settled: Container[str]) -> bool:
    entry = record.get("entry", record.get("named"))
    return isinstance(entry, str) and entry not in settled


def replace_file(path: Path, data: bytes) -> None:
    """Replace a file's content atomically, and sync it to disk. Raises `OSError`."""
    new = path.with_name(f"{path.name}.{uuid4().hex}.new")
    file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(file, "wb") as writing:
            writing.write(data)
            writing.flush()
            os.fsync(writing.fileno())
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _wait_for_lock(file: int, path: Path) -> None:
    deadline = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:  # perhaps a run is suspended
                raise JournalError(JournalError.Why.BUSY, path) from None
            time.sleep(0.01)
        else:
            return


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # not all file systems support it, and the folder may be unreadable
        file = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(file)
        finally:
            os.close(file)


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None
