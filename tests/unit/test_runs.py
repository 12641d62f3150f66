"""Runs: alive while they hold their lock, however they end; invalid run names are ignored."""

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier

import pytest

from portui.journal import JournalError, Run
from tests.support.other_process import intent, kept_under, other_run
from tests.support.system_calls import failing


@pytest.fixture
def runs() -> Iterator[ExitStack]:
    """Yield a stack that ends the runs of this process after the test."""
    with ExitStack() as runs:
        yield runs


def begun(runs: ExitStack, folder: Path) -> Run:
    run = Run(folder)
    runs.callback(run.end)
    run.begin()
    return run


def files_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()] if folder.exists() else []


def unfinished(folder: Path) -> list[str]:
    """Return the IDs of the entries that a new run would offer for checking, oldest first."""
    return [entry.id for entry in reversed(kept_under(folder).journal.unfinished())]


# --- alive or not ---


def test_a_run_is_alive_until_it_ends(runs: ExitStack, tmp_path: Path) -> None:
    run, other = begun(runs, tmp_path), Run(tmp_path)
    assert run.is_running(run.id)
    assert other.is_running(run.id)
    run.end()
    assert not other.is_running(run.id)
    assert files_in(tmp_path) == []


def test_a_run_that_has_not_begun_is_alive_only_to_itself_and_leaves_no_file(
    tmp_path: Path,
) -> None:
    run = Run(tmp_path / "runs")
    assert run.is_running(run.id)
    assert not Run(tmp_path / "runs").is_running(run.id)
    run.end()
    assert files_in(tmp_path) == []


def test_open_changes_of_a_live_run_are_not_offered_even_if_it_is_suspended(
    tmp_path: Path,
) -> None:
    with other_run(tmp_path) as run:
        run.does("begin 1")
        assert unfinished(tmp_path) == []
        run.suspend()
        assert unfinished(tmp_path) == []


def test_open_changes_of_a_killed_run_are_offered(tmp_path: Path) -> None:
    with other_run(tmp_path) as run:
        run.does("change 1")
        opened = run.does("begin 1")
        run.kill()
    assert unfinished(tmp_path) == [opened]
    assert files_in(tmp_path / "runs") == []
    assert unfinished(tmp_path) == [opened]  # still, although the run's file no longer exists


def test_open_changes_of_a_run_that_ended_normally_are_offered(tmp_path: Path) -> None:
    with other_run(tmp_path) as run:
        opened = run.does("begin 1")
        assert run.does("end") == "ended"
        assert unfinished(tmp_path) == [opened]


def test_only_the_open_changes_of_dead_runs_are_offered(tmp_path: Path) -> None:
    with other_run(tmp_path) as dead, other_run(tmp_path) as alive:
        alive.does("begin 1")
        dead.tell("begin 2")
        opened = dead.answers(2)
        alive.does("begin 1")
        dead.kill()
        assert unfinished(tmp_path) == opened


def test_a_run_is_not_offered_its_own_open_changes(tmp_path: Path) -> None:
    storage = kept_under(tmp_path)
    entry = storage.journal.record(intent())
    assert storage.journal.unfinished() == ()
    storage.run.end()
    assert unfinished(tmp_path) == [entry.id]


def test_two_runs_that_check_at_once_both_see_that_a_third_is_dead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = Run(tmp_path)
    (tmp_path / dead.id).touch()
    seen: list[bool] = []

    def look_meanwhile(file: int, operation: int) -> None:
        flock(file, operation)
        with monkeypatch.context() as once:
            once.setattr("fcntl.flock", flock)
            seen.append(Run(tmp_path).is_running(dead.id))

    flock = fcntl.flock
    monkeypatch.setattr("fcntl.flock", look_meanwhile)
    assert [Run(tmp_path).is_running(dead.id), *seen] == [False, False]


# --- beginning ---


def test_a_run_cannot_be_found_before_it_holds_its_lock(
    runs: ExitStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(tmp_path)
    runs.callback(run.end)
    found: list[bool] = []

    def lock(file: int, operation: int) -> None:
        found.append((tmp_path / run.id).exists())
        flock(file, operation)

    flock = fcntl.flock
    with monkeypatch.context() as watching:
        watching.setattr("fcntl.flock", lock)
        run.begin()
    assert found == [False]
    assert Run(tmp_path).is_running(run.id)


def test_a_run_begins_once_and_only_its_owner_can_access_its_file(
    runs: ExitStack, tmp_path: Path
) -> None:
    run = begun(runs, tmp_path / "runs")
    run.begin()
    assert files_in(tmp_path / "runs") == [run.id]
    assert stat.S_IMODE((tmp_path / "runs").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "runs" / run.id).stat().st_mode) == 0o600


def test_a_run_that_begins_in_two_threads_at_once_begins_once(
    runs: ExitStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, opened = Run(tmp_path), list[Path]()
    runs.callback(run.end)
    both = Barrier(2)

    def begin(_: int) -> None:
        both.wait(timeout=30)
        run.begin()

    def open_file(path: Path, *how: int) -> int:
        opened.append(path)
        return really_open(path, *how)

    really_open = os.open
    monkeypatch.setattr("os.open", open_file)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(begin, range(2)))
    assert [path for path in opened if path.suffix == ".new"] == [tmp_path / f"{run.id}.new"]
    assert files_in(tmp_path) == [run.id]


def test_a_run_that_cannot_take_its_lock_raises_each_time_and_can_begin_later(
    runs: ExitStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(tmp_path)
    runs.callback(run.end)
    with monkeypatch.context() as without_locks:
        without_locks.setattr("fcntl.flock", failing(errno.ENOLCK))
        for _ in range(2):
            with pytest.raises(JournalError) as caught:
                run.begin()
            assert caught.value.why is JournalError.Why.FAILED
            assert files_in(tmp_path) == []
    run.begin()
    assert Run(tmp_path).is_running(run.id)


# --- run names from a journal ---


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "..", "/", "../../x", "../victim", "../runs/" + "a" * 32, "a" * 31, "a" * 33,
        "A" * 32, "a" * 32 + "\n", "a" * 31 + "/", "\0" * 32, "a" * 32 + ".new", "é" * 32,
    ],
    ids=ascii,
)  # fmt: skip
def test_an_invalid_run_name_is_neither_opened_nor_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / "runs").mkdir()
    opened: list[object] = []
    monkeypatch.setattr("os.open", lambda *how: opened.append(how))
    assert not Run(tmp_path / "runs").is_running(name)
    assert not Run(tmp_path / "runs").is_running(str(victim))
    assert opened == []
    assert victim.read_text() == "mine"


def test_a_link_in_place_of_a_runs_file_is_not_followed(tmp_path: Path) -> None:
    victim, name = tmp_path / "victim", "a" * 32
    victim.write_text("mine")
    (tmp_path / name).symlink_to(victim)
    assert not Run(tmp_path).is_running(name)
    assert (tmp_path / name).is_symlink()
    assert victim.read_text() == "mine"
