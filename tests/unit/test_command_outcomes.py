"""How a command ends for every outcome of a change."""

from pathlib import Path
from typing import Final, get_args

import pytest

from portui.api.errors import ConnectionLostError, NoTokenError, ReadOnlyError, RefusedError
from portui.cli import COMMANDS
from portui.commands.command import ExitStatus
from portui.commands.sending import status_of
from portui.journal import JournalError
from portui.operations.delete import AlreadyDeleted, Deleted, DeleteOutcome, StillExists
from portui.operations.save import DifferentValues, NotConfirmed, NothingToSave, Saved, SaveOutcome
from portui.operations.write import (
    Conflict,
    DifferentPort,
    NoSuchPort,
    NotSent,
    Refused,
    Stopped,
    StoppedWaiting,
    Unknown,
)
from tests.support.child_python import run_python
from tests.support.scripted_service import ABSENT, BEFORE, DENIED

_LOST: Final = ConnectionLostError()
_STATUSES: Final[list[tuple[SaveOutcome | DeleteOutcome, ExitStatus]]] = [
    (NothingToSave(), ExitStatus.DONE),
    (Saved(BEFORE, acknowledged=False), ExitStatus.DONE),
    (Deleted(acknowledged=False), ExitStatus.DONE),
    (NoSuchPort(), ExitStatus.NO_SUCH_PORT),
    (AlreadyDeleted(), ExitStatus.NO_SUCH_PORT),
    (Refused(RefusedError(409, "in use"), BEFORE), ExitStatus.REFUSED),
    (Refused(RefusedError(404, "no such route"), BEFORE), ExitStatus.REFUSED),
    (Refused(DENIED, None), ExitStatus.NO_TOKEN),
    (Refused(RefusedError(410, "token gone"), None), ExitStatus.NO_TOKEN),
    (NotSent(_LOST), ExitStatus.FAILED),
    (NotSent(NoTokenError()), ExitStatus.NO_TOKEN),
    (NotSent(DENIED), ExitStatus.NO_TOKEN),
    (NotSent(RefusedError(403, "no")), ExitStatus.REFUSED),
    (Refused(ABSENT, None), ExitStatus.NO_SUCH_PORT),
    (Stopped(Conflict(BEFORE)), ExitStatus.REFUSED),
    (Stopped(DifferentPort()), ExitStatus.FAILED),
    (Stopped(ReadOnlyError()), ExitStatus.FAILED),
    (Stopped(JournalError(JournalError.Why.BUSY, Path("journal"))), ExitStatus.FAILED),
    (DifferentValues(BEFORE, acknowledged=True), ExitStatus.UNKNOWN),
    (NotConfirmed(BEFORE, acknowledged=True), ExitStatus.UNKNOWN),
    (StillExists(BEFORE, acknowledged=True), ExitStatus.UNKNOWN),
    (Unknown(None, StoppedWaiting()), ExitStatus.UNKNOWN),
]


@pytest.mark.parametrize(("outcome", "status"), _STATUSES, ids=repr)
def test_each_outcome_has_its_exit_status(
    outcome: SaveOutcome | DeleteOutcome, status: ExitStatus
) -> None:
    assert status_of(outcome) is status


def test_no_outcome_is_left_out() -> None:
    kinds = {*get_args(SaveOutcome), *get_args(DeleteOutcome)}
    assert {type(outcome) for outcome, _ in _STATUSES} == kinds


_PROGRAM: Final = """
import sys
from portui.cli import main
sys.argv = ["portui", {command!r}, "--help"]
try:
    main()
except SystemExit as end:
    assert end.code == 0
heavy = ["httpx", "pydantic", "keyring", "textual", "rich", "platformdirs", "asyncio"]
print("imported:", *(name for name in heavy if name in sys.modules))
"""


@pytest.mark.parametrize("command", ["create", "update", "delete"])
def test_help_is_quick_for_it_imports_nothing_heavy(tmp_path: Path, command: str) -> None:
    printed = run_python(_PROGRAM.format(command=command), tmp_path)
    assert printed.startswith(f"usage: portui {command}")
    assert printed.endswith("imported:\n")
    assert command in COMMANDS


@pytest.mark.parametrize("command", ["update", "delete"])
def test_a_command_does_not_import_textual(tmp_path: Path, command: str) -> None:
    change = ["--frontend-port", "24225"] if command == "update" else []
    arguments = [command, "--demo", str(BEFORE.port_id), *change, "--yes"]
    program = f"""
import os, sys
sys.stderr = open(os.devnull, "w")
from portui.cli import main
sys.argv = ["portui", *{arguments!r}]
os._exit = lambda status: sys.exit(status)
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print("imported:", *(name for name in sys.modules if name.partition(".")[0] == "textual"))
"""
    printed = run_python(program, tmp_path, HOME=str(tmp_path))
    assert printed.endswith("imported:\n")
