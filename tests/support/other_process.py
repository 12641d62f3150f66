"""Other runs of portui, each a process of its own that keeps things where this one does.

A run is told what to do line by line, and answers with a line for each thing that it did:

    begin N      N changes without their results; answers the entries' IDs, or why not
    change N     N changes with their results; answers likewise
    keep TEXT    a form in which TEXT was typed for the endpoint
    hold         the journal's lock, for as long as it lives
    limit N      lets no file grow beyond N bytes
    end          ends the run in order, but not the process
"""

import fcntl
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from unittest.mock import patch
from uuid import uuid4

from portui.journal import Call, Intent, JournalError, Result, Storage, StoredDraft, files
from portui.port.editing import Change, form_of
from portui.port.model import Field, Port
from tests.support.ports import PORT, PORT_ID

ORIGIN: Final = "https://plant.test"
LONGEST: Final = 60  # seconds; ten times what a slow machine needs
_ROOT: Final = Path(__file__).parents[2]


def now() -> datetime:
    """The time of day."""
    return datetime.now(UTC)


def kept_under(folder: Path) -> Storage:
    """What a run keeps in a folder."""
    return Storage.under(folder, ORIGIN, now)


def journal_file(folder: Path) -> files.JsonLinesFile:
    """The file of the journal that is kept in a folder, which must be there."""
    (path,) = (folder / "journal").glob("*.jsonl")
    return files.JsonLinesFile(path)


def intent(number: int = 24225, before: Port = PORT) -> Intent:
    """A change of the frontend port to a number."""
    change = Change(((Field.FRONTEND_PORT, number),))
    return Intent("plant", Call.UPDATE, port_id=PORT_ID, before=before, change=change)


def left_form(endpoint: str, before: Port = PORT) -> StoredDraft:
    """A form in which an endpoint was typed."""
    form = {**form_of(before), Field.ENDPOINT: endpoint}
    return StoredDraft(now(), PORT_ID, before, form, id=uuid4().hex)


class OtherRun:
    """A run in a process of its own, which can be suspended and killed."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        assert process.stdin
        assert process.stdout
        self._told, self._says = process.stdin, process.stdout

    def tell(self, task: str) -> None:
        """Tell it what to do next, without waiting for that."""
        self._told.write(f"{task}\n")
        self._told.flush()

    def answers(self, number: int) -> list[str]:
        """So many of its answers."""
        return [self._says.readline().removesuffix("\n") for _ in range(number)]

    def does(self, task: str) -> str:
        """Tell it to do one thing, and wait for its answer."""
        self.tell(task)
        (answer,) = self.answers(1)
        return answer

    def suspend(self) -> None:
        """Stop it, as Ctrl+Z does. Returns once it has stopped."""
        self._process.send_signal(signal.SIGSTOP)
        os.waitpid(self._process.pid, os.WUNTRACED)

    def kill(self) -> list[str]:
        """Kill it, whatever it's doing. Returns the answers that nobody had read."""
        self._process.kill()
        self._process.wait()
        return self._says.read().split("\n")[:-1]  # the last one may be half an answer


@contextmanager
def other_run(folder: Path, *, kept: int = files.KEPT) -> Iterator[OtherRun]:
    """A run that keeps things in a folder, of its journal the newest `kept` bytes."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.other_process", folder, str(kept)],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield OtherRun(process)
        finally:
            process.kill()


def _main() -> None:
    signal.alarm(LONGEST)
    folder, kept = Path(sys.argv[1]), int(sys.argv[2])
    storage = kept_under(folder)
    # Patched, since the time that others' lines take here is no measure.
    with patch.multiple(files, KEPT=kept, LONGEST_WAIT=LONGEST):
        for line in sys.stdin:
            task, _, argument = line.removesuffix("\n").partition(" ")
            _do(folder, storage, task, argument)


def _do(folder: Path, storage: Storage, task: str, argument: str) -> None:
    match task:
        case "begin" | "change":
            for number in range(int(argument)):
                _answer(_begin(storage, number, settled=task == "change"))
        case "keep":
            storage.drafts.store(left_form(argument))
            _answer("kept")
        case "hold":
            lock(journal_file(folder).path)
            _answer("held")
        case "limit":
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(argument), resource.RLIM_INFINITY))
            _answer("limited")
        case "end":
            storage.run.end()
            _answer("ended")


def _begin(storage: Storage, number: int, *, settled: bool) -> str:
    try:
        entry = storage.journal.record(intent(number))
        if settled:
            storage.journal.record_result(entry, Result.SAVED)
    except JournalError as trouble:
        return trouble.why.name
    return entry.id


def lock(path: Path) -> int:
    """Take the lock of a file of lines. Returns the open file that has it."""
    file = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def _answer(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _main()
