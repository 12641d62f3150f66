"""Files that survive a crash, a full disk and a second run at the same time."""

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

LONGEST_WAIT: Final = 2.0  # seconds for another run to finish its line
_OF: Final = re.compile(rb'\{"of": "([^"\\]+)"')  # how `append` begins such a line
KEPT: Final = 10 * 1024 * 1024  # bytes, the newest


@dataclass(unsafe_hash=True)  # not frozen: the interpreter assigns `__traceback__`
class JournalError(Exception):
    """A line could not be written, or not be kept safe."""

    class Why(Enum):
        NO_SPACE = auto()
        READ_ONLY = auto()
        NOT_ALLOWED = auto()
        BUSY = auto()  # another run holds it
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
    """Any `OSError` within becomes a `JournalError` about a path."""
    try:
        yield
    except OSError as error:
        why = _WHY.get(error.errno or 0, JournalError.Why.FAILED)
        raise JournalError(why, path) from None


def make_folder(folder: Path) -> None:
    """A folder for its owner alone, and its parents where they are missing."""
    for parent in reversed((folder, *folder.parents)):
        if not parent.exists():
            parent.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(parent.parent)


@dataclass(frozen=True, slots=True)
class JsonLinesFile:
    """JSON lines, appended to by several runs, of which none is ever lost half-written.

    The lock is on a file beside it, since the file itself is replaced when it grows too long.
    """

    path: Path

    def append(self, record: Mapping[str, Any]) -> None:
        """Write one line and have it on the disk. Raises `JournalError`; then nothing changed."""
        line = json.dumps(record, ensure_ascii=True).encode() + b"\n"
        with raising_journal_error(self.path):
            make_folder(self.path.parent)
            with self._locked():
                self._shorten()
                self._write(line)

    def records(self) -> list[dict[str, Any]]:
        """The lines that can be read, oldest first."""
        try:
            data = self.path.read_bytes()
        except OSError:
            return []
        return [record for line in data.splitlines() if (record := _parsed(line))]

    def records_of(self, text: str) -> list[dict[str, Any]]:
        """The lines in which a text stands, and those `of` their entries, oldest first."""
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
                line = b"\n" + line  # after what a killed run left
            _append_whole(file, line, size)
        finally:
            os.close(file)
        if not existed:
            _sync_folder(self.path.parent)

    def _shorten(self) -> None:
        """Drop the oldest lines of a file that has grown to twice what is kept."""
        with suppress(OSError):  # too long a file does less harm than a line that is not written
            found = self.path.lstat()
            if stat.S_ISREG(found.st_mode) and found.st_size > 2 * KEPT:
                lines = self.path.read_bytes().splitlines(keepends=True)
                replace_file(self.path, b"".join(_kept(lines)))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = self.path.with_suffix(".lock")
        file = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            _wait_for_lock(file, lock)
            yield
        finally:
            os.close(file)


def _append_whole(file: int, line: bytes, size: int) -> None:
    """Have a line on the disk in one go, or leave the file at its size."""
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
    """The newest lines, and of the older ones those that still are without their result."""
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
    entry = record.get("entry")
    return isinstance(entry, str) and entry not in settled


def replace_file(path: Path, data: bytes) -> None:
    """Put a file in place of another at one moment, on the disk. Raises `OSError`."""
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
            if time.monotonic() > deadline:  # a suspended run, perhaps
                raise JournalError(JournalError.Why.BUSY, path) from None
            time.sleep(0.01)
        else:
            return


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # not every file system can, nor may every folder be read
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
