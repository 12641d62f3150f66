"""Journal files under bad conditions: torn lines, full disks, concurrent runs and kills."""

import errno
import json
import os
import stat
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from itertools import cycle
from pathlib import Path
from types import SimpleNamespace
from typing import Final
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.journal import JournalError, Result, files, make_folder, replace_file
from portui.journal.files import JsonLinesFile
from tests.support.hostile_text import times
from tests.support.other_process import intent, journal_file, kept_under, lock, other_run
from tests.support.system_calls import failing

Why = JournalError.Why

FIRST: Final = {"entry": "1", "text": "\u202e\x1b[31m\ud800 ä\r\n\u2028"}
SECOND: Final = {"entry": "2", "text": ""}
THIRD: Final = {"entry": "3", "text": "x" * 40}


@pytest.fixture
def file(tmp_path: Path) -> JsonLinesFile:
    return JsonLinesFile(tmp_path / "state" / "journal" / "lines.jsonl")


def trouble_in(append: Callable[[], object]) -> JournalError:
    with pytest.raises(JournalError) as caught:
        append()
    return caught.value


# --- lines ---


def test_records_are_returned_oldest_first(file: JsonLinesFile) -> None:
    assert file.records() == []
    for record in (FIRST, SECOND, THIRD):
        file.append(record)
    assert file.records() == [FIRST, SECOND, THIRD]


def test_the_file_is_safe_to_show_on_a_terminal(file: JsonLinesFile) -> None:
    file.append(FIRST)
    text = file.path.read_text("ascii")
    assert text.endswith("\n")
    assert text.removesuffix("\n").isprintable()


def test_only_the_owner_can_access_files_and_folders(file: JsonLinesFile, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        file.append(FIRST)
        replace_file(file.path.with_name("other"), b"")
    finally:
        os.umask(before)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "state").rglob("*")}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert [mode for path, mode in modes.items() if not path.is_dir()] == [0o600] * 3
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_a_line_is_on_disk_before_append_returns(
    file: JsonLinesFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: dict[int, int] = {}
    monkeypatch.setattr("os.fsync", lambda fd: synced.update({_inode(fd): os.fstat(fd).st_size}))
    for record in (FIRST, SECOND):
        file.append(record)
        assert synced[_inode(file.path)] == file.path.stat().st_size
    parents = [file.path.parent, *file.path.parent.parents[:2]]
    assert {_inode(folder) for folder in parents} <= synced.keys()  # each has a new child


def _inode(file: int | Path) -> int:
    return (os.fstat(file) if isinstance(file, int) else file.stat()).st_ino


# --- torn lines ---


def test_a_line_torn_at_any_byte_harms_no_other_line(file: JsonLinesFile) -> None:
    file.append(FIRST)
    file.append(SECOND)
    start = file.path.stat().st_size
    file.append(THIRD)
    whole = file.path.read_bytes()
    for end in range(start, len(whole) + 1):
        file.path.write_bytes(whole[:end])
        survives = end >= len(whole) - 1  # at most its line feed is missing
        before = [FIRST, SECOND, THIRD] if survives else [FIRST, SECOND]
        assert file.records() == before
        file.append({"entry": "4"})
        assert file.records() == [*before, {"entry": "4"}]


@pytest.mark.parametrize(
    "junk",
    [
        b"\n", b"\n\n\n", b"\0" * 4096, b"\xff\xfe\n", b"null\n", b"[]\n", b"7\n", b'"entry"\n',
        b"{\n", b"NaN\n", b"[" * 100_000 + b"\n", b"9" * 5_000 + b"\n", b"SSH-2.0\r\n",
    ],
    ids=lambda junk: repr(junk[:12]),
)  # fmt: skip
def test_junk_is_skipped(file: JsonLinesFile, junk: bytes) -> None:
    file.append(FIRST)
    with file.path.open("ab") as appending:
        appending.write(junk)
    file.append(SECOND)
    assert file.records() == [FIRST, SECOND]


# --- write failures ---


def short_write(fd: int, data: bytes) -> int:
    """Write half of the data, as on a disk that runs out of space."""
    half = len(data) // 2
    return _write(fd, data[:half])


_write = os.write


@pytest.mark.parametrize(
    ("call", "does", "why"),
    [
        ("os.write", short_write, Why.NO_SPACE),
        ("os.write", failing(errno.ENOSPC), Why.NO_SPACE),
        ("os.write", failing(errno.EDQUOT), Why.NO_SPACE),
        ("os.write", failing(errno.EIO), Why.FAILED),
        ("os.fsync", failing(errno.ENOSPC), Why.NO_SPACE),
        ("os.fsync", failing(errno.EIO), Why.FAILED),
        ("os.open", failing(errno.EROFS), Why.READ_ONLY),
        ("os.open", failing(errno.EACCES), Why.NOT_ALLOWED),
        ("os.open", failing(errno.EPERM), Why.NOT_ALLOWED),
        ("os.open", failing(errno.ENFILE), Why.FAILED),
        ("fcntl.flock", failing(errno.ENOLCK), Why.FAILED),
    ],
)
def test_a_line_that_cannot_be_written_leaves_the_file_unchanged(
    file: JsonLinesFile,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    does: Callable[..., object],
    why: JournalError.Why,
) -> None:
    file.append(FIRST)
    before = file.path.read_bytes()
    with monkeypatch.context() as failing_now:
        failing_now.setattr(call, does)
        assert trouble_in(lambda: file.append(SECOND)) == JournalError(why, file.path)
    assert file.path.read_bytes() == before
    file.append(THIRD)
    assert file.records() == [FIRST, THIRD]


def test_half_a_line_that_cannot_be_truncated_harms_no_other_line(
    file: JsonLinesFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.append(FIRST)
    with monkeypatch.context() as failing_now:
        failing_now.setattr("os.write", short_write)
        failing_now.setattr("os.ftruncate", failing(errno.EIO))
        assert trouble_in(lambda: file.append(SECOND)).why is Why.NO_SPACE
    file.append(THIRD)
    assert file.records() == [FIRST, THIRD]


@pytest.mark.parametrize("where", ["state", "state/journal"])
def test_a_file_in_place_of_a_folder_is_an_error(
    file: JsonLinesFile, tmp_path: Path, where: str
) -> None:
    in_the_way = tmp_path / where
    in_the_way.parent.mkdir(exist_ok=True)
    in_the_way.write_text("mine")
    assert trouble_in(lambda: file.append(FIRST)).why is Why.FAILED
    assert in_the_way.read_text() == "mine"
    assert file.records() == []


@pytest.mark.parametrize("name", ["lines.jsonl", "lines.lock"])
def test_a_folder_in_place_of_a_file_is_an_error(file: JsonLinesFile, name: str) -> None:
    file.path.with_name(name).mkdir(parents=True)
    assert trouble_in(lambda: file.append(FIRST)).why is Why.FAILED
    assert file.records() == []


@pytest.mark.parametrize("kept", [files.KEPT, 1])
@pytest.mark.parametrize("name", ["lines.jsonl", "lines.lock"])
def test_a_link_in_place_of_a_file_is_not_followed(
    file: JsonLinesFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, kept: int
) -> None:
    monkeypatch.setattr(files, "KEPT", kept)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text('{"of": "1"}\n')
    make_folder(file.path.parent)
    file.path.with_name(name).symlink_to(elsewhere)
    assert trouble_in(lambda: file.append(FIRST)).why is Why.FAILED
    assert elsewhere.read_text() == '{"of": "1"}\n'
    assert file.path.with_name(name).is_symlink()


def test_a_file_size_limit_is_an_error_and_tears_no_line(tmp_path: Path) -> None:
    with other_run(tmp_path) as run:
        first = run.does("begin 1")
        file = journal_file(tmp_path)
        line = file.path.stat().st_size
        run.does(f"limit {2 * line + line // 2}")
        run.tell("begin 3")
        second, *whys = run.answers(3)
    assert whys == [Why.NO_SPACE.name] * 2
    assert [record["entry"] for record in file.records()] == [first, second]
    assert file.path.read_bytes().endswith(b"}\n")


# --- other runs ---


def test_append_waits_for_another_runs_lock_but_not_forever(
    file: JsonLinesFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    clock = SimpleNamespace(monotonic=lambda: sum(pauses), sleep=pauses.append)
    file.append(FIRST)
    held = lock(file.path)
    with monkeypatch.context() as with_clock:
        with_clock.setattr(files, "time", clock)
        assert trouble_in(lambda: file.append(SECOND)).why is Why.BUSY
    assert sum(pauses) == pytest.approx(2.0, abs=0.1)
    os.close(held)
    file.append(THIRD)
    assert file.records() == [FIRST, THIRD]


def test_a_lock_is_released_when_its_run_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with other_run(tmp_path) as run:
        run.does("begin 1")
        assert run.does("hold") == "held"
        file = journal_file(tmp_path)
        with monkeypatch.context() as impatient:
            impatient.setattr(files, "LONGEST_WAIT", 0)
            assert trouble_in(lambda: file.append(FIRST)).why is Why.BUSY
        run.kill()
        file.append(FIRST)
    assert file.records()[1:] == [FIRST]


def entry_ids(folder: Path) -> list[str]:
    """Return the IDs of the journal's entries, oldest first, as a new run reads them."""
    return [entry.id for entry in reversed(kept_under(folder).journal.entries())]


def test_concurrent_runs_neither_lose_nor_tear_lines(tmp_path: Path) -> None:
    with ExitStack() as stack:
        runs = [stack.enter_context(other_run(tmp_path)) for _ in range(4)]
        for run in runs:
            run.tell("begin 50")
        told = [run.answers(50) for run in runs]
    written = entry_ids(tmp_path)
    assert len(written) == 200
    for ids in told:
        assert [entry for entry in written if entry in set(ids)] == ids
    lines = journal_file(tmp_path).path.read_bytes().splitlines()
    assert len([json.loads(line) for line in lines]) == 200


def test_shortening_during_concurrent_writes_loses_no_open_change(tmp_path: Path) -> None:
    with ExitStack() as stack:
        runs = [stack.enter_context(other_run(tmp_path, kept=2_000)) for _ in range(3)]
        for run in runs:
            run.tell("begin 5")
            run.tell("change 30")
            run.tell("begin 5")
        told = [run.answers(40) for run in runs]
    entries = kept_under(tmp_path).journal.entries()
    opened = {entry for ids in told for entry in (*ids[:5], *ids[-5:])}
    assert {entry.id for entry in entries if entry.result is None} == opened
    assert len(entries) < 60


@pytest.mark.parametrize("kept", [files.KEPT, 1_000], ids=["growing", "shortened"])
@pytest.mark.parametrize("after", [1, 2, 7, 25, 60])
def test_entries_written_before_a_run_is_killed_survive(
    tmp_path: Path, after: int, kept: int
) -> None:
    with other_run(tmp_path, kept=kept) as run:
        run.tell("begin 100000")
        told = run.answers(after)
        told += run.kill()
    written = entry_ids(tmp_path)
    assert written[: len(told)] == told
    assert len(written) <= len(told) + 1
    with other_run(tmp_path, kept=kept) as another:
        more = another.does("begin 1")
    assert entry_ids(tmp_path) == [*written, more]


# --- shortening ---


def _size(record: Mapping[str, object]) -> int:
    return len(json.dumps(record)) + 1


def _numbered(records: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    return [{**record, "number": number} for number, record in enumerate(records)]


_ids: Final = st.sampled_from("abcdef")
_odd: Final = st.none() | st.integers() | st.lists(_ids) | st.dictionaries(_ids, _ids)
_lines: Final = st.lists(
    st.one_of(
        st.fixed_dictionaries({"entry": _ids, "text": st.text("x", max_size=300)}),
        st.fixed_dictionaries({"of": _ids, "result": st.just("saved")}),
        st.fixed_dictionaries({}, optional={"entry": _odd, "of": _odd, "result": _odd}),
    ),
    max_size=30,
).map(_numbered)


@times(200)
@given(_lines, st.integers(0, 1_000))
def test_a_shortened_file_keeps_its_newest_lines_and_open_changes_in_order(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, object]], kept: int
) -> None:
    file = JsonLinesFile(tmp_path_factory.mktemp("grown") / "lines.jsonl")
    file.path.write_text("".join(json.dumps(record) + "\n" for record in records))
    with patch.object(files, "KEPT", kept):
        file.append({"number": -1})
    found = file.records()[:-1]
    assert found == [record for record in records if record in found]
    settled = [record.get("of") for record in records]
    opened = [
        record
        for record in records
        if isinstance(record.get("entry"), str) and record["entry"] not in settled
    ]
    assert [record for record in opened if record not in found] == []
    dropped = [record for record in records if record not in found]
    if dropped:
        newer = records[records.index(dropped[-1]) :]
        assert sum(map(_size, newer)) > kept
    assert sum(_size(record) for record in found if record not in opened) <= 2 * kept


def test_results_stay_with_their_changes_when_the_file_is_shortened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "KEPT", 4_000)
    storage = kept_under(tmp_path)
    expected: dict[str, Result | None] = {}
    for number, result in zip(range(60), cycle([*Result, None]), strict=False):
        entry = storage.journal.record(intent(number))
        expected[entry.id] = result
        if result:
            storage.journal.record_result(entry, result)
    found = {entry.id: entry.result for entry in reversed(storage.journal.entries())}
    assert list(found.items()) == [pair for pair in expected.items() if pair[0] in found]
    assert {entry_id for entry_id, result in expected.items() if result is None} <= found.keys()
    assert len(found) < 30


def test_a_file_that_cannot_be_shortened_still_accepts_lines(
    file: JsonLinesFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.append(THIRD)
    monkeypatch.setattr(files, "KEPT", 1)
    with monkeypatch.context() as failing_now:
        failing_now.setattr("pathlib.Path.replace", failing(errno.ENOSPC))
        file.append(FIRST)
    assert file.records() == [THIRD, FIRST]
    assert {path.name for path in file.path.parent.iterdir()} == {"lines.jsonl", "lines.lock"}


# --- replacing files ---


@pytest.mark.parametrize("call", ["os.fsync", "pathlib.Path.replace", "os.open"])
def test_a_file_that_cannot_be_replaced_is_unchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = tmp_path / "file"
    replace_file(path, b"before")
    with monkeypatch.context() as failing_now:
        failing_now.setattr(call, failing(errno.EIO))
        with pytest.raises(OSError, match=os.strerror(errno.EIO)):
            replace_file(path, b"after")
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_is_on_disk_before_it_replaces_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, synced = tmp_path / "file", list[bytes]()
    replace_file(path, b"before")
    monkeypatch.setattr("os.fsync", lambda _: synced.append(path.read_bytes()))
    replace_file(path, b"after")
    assert synced == [b"before", b"after"]  # the new file, then its folder


def test_two_threads_replacing_a_file_leave_one_version_intact(tmp_path: Path) -> None:
    path = tmp_path / "file"
    contents = [bytes([letter]) * 300_000 for letter in b"ab"]
    for _ in range(10):
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(partial(replace_file, path), contents))
        assert path.read_bytes() in contents
        assert list(tmp_path.iterdir()) == [path]
