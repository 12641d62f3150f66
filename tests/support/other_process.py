"""Other runs of portui, each in its own process, that share a storage folder with this one.

A run reads one command per line from stdin and replies with one line per completed step:

    begin N      record N changes without results; reply with each entry's ID or the failure
    change N     record N changes with results; reply likewise
    recall N     remember N recent ports, which no other run does; reply with each one's ID
    keep TEXT    store a draft with TEXT typed into the endpoint
    hold         take the journal's lock until the process ends
    limit N      let no file grow beyond N bytes
    end          end the run cleanly, but not the process
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
from functools import partial
from pathlib import Path
from typing import Final
from unittest.mock import patch
from uuid import UUID, uuid4

from portui.journal import (
    Call,
    Intent,
    JournalError,
    RecentPort,
    Result,
    Storage,
    StoredDraft,
    files,
)
from portui.journal.recent import with_port
from portui.port.editing import Change, form_of
from portui.port.model import Field, Port
from tests.support.ports import PORT, PORT_ID

ORIGIN: Final = "https://plant.test"
LONGEST: Final = 60  # seconds; ten times what a slow machine needs
_ROOT: Final = Path(__file__).parents[2]


def now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def kept_under(folder: Path) -> Storage:
    """Return the storage of a run in a folder."""
    return Storage.under(folder, ORIGIN, now)


def journal_file(folder: Path) -> files.JsonLinesFile:
    """Return the journal's file in a storage folder. It must exist."""
    (path,) = (folder / "journal").glob("*.jsonl")
    return files.JsonLinesFile(path)


def intent(number: int = 24225, before: Port = PORT) -> Intent:
    """Return the intent to change the frontend port to a number."""
    change = Change(((Field.FRONTEND_PORT, number),))
    return Intent("plant", Call.UPDATE, port_id=PORT_ID, before=before, change=change)


def left_form(endpoint: str, before: Port = PORT) -> StoredDraft:
    """Return the draft of a form in which an endpoint was typed."""
    form = {**form_of(before), Field.ENDPOINT: endpoint}
    return StoredDraft(now(), PORT_ID, before, form, id=uuid4().hex)


def recent(
    port_id: UUID,
    summary: str = "tcp 24224 → 24224",
    plugin: str = "forward.0",
    pipeline: str = "",
) -> RecentPort:
    """Return a recent port that was looked up now."""
    return RecentPort(port_id, summary, plugin, now(), pipeline)


class OtherRun:
    """A run in its own process, which can be suspended and killed."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        assert process.stdin
        assert process.stdout
        self._told, self._says = process.stdin, process.stdout

    def tell(self, task: str) -> None:
        """Send a command without waiting for the reply."""
        self._told.write(f"{task}\n")
        self._told.flush()

    def answers(self, number: int) -> list[str]:
        """Read a number of replies."""
        return [self._says.readline().removesuffix("\n") for _ in range(number)]

    def does(self, task: str) -> str:
        """Send a command and return its only reply."""
        self.tell(task)
        (answer,) = self.answers(1)
        return answer

    def suspend(self) -> None:
        """Suspend the process, as Ctrl+Z does. Returns once it has stopped."""
        self._process.send_signal(signal.SIGSTOP)
        os.waitpid(self._process.pid, os.WUNTRACED)

    def kill(self) -> list[str]:
        """Kill the process. Returns the replies that haven't been read."""
        self._process.kill()
        self._process.wait()
        return self._says.read().split("\n")[:-1]  # the last one may be incomplete


@contextmanager
def other_run(folder: Path, *, kept: int = files.KEPT) -> Iterator[OtherRun]:
    """Start a run with its storage in a folder. Its journal keeps the newest `kept` bytes."""
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
    # The wait for the lock is extended, since other processes may be slow on a busy machine.
    with patch.multiple(files, KEPT=kept, LONGEST_WAIT=LONGEST):
        for line in sys.stdin:
            task, _, argument = line.removesuffix("\n").partition(" ")
            _do(folder, storage, task, argument)


def _do(folder: Path, storage: Storage, task: str, argument: str) -> None:
    match task:
        case "begin" | "change":
            for number in range(int(argument)):
                _answer(_begin(storage, number, settled=task == "change"))
        case "recall":
            for _ in range(int(argument)):
                port = recent(uuid4())
                storage.recent.update(partial(with_port, port=port))
                _answer(str(port.port_id))
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
    """Take the lock of a JSON lines file. Returns the descriptor that holds it."""
    file = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def _answer(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _main()
