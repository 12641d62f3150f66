"""Recent ports: on disk, shared by concurrent runs, and as lines that are safe to show."""

import json
import os
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from portui.journal import JournalError, RecentFile, RecentPort
from portui.journal.recent import MOST, with_deleted, with_pipelines, with_port
from portui.port.display import brief_age
from portui.port.listed import Pipeline
from portui.tui.widgets.lines import Line
from portui.tui.widgets.recent_matches import matching
from portui.tui.widgets.recent_ports import port_lines
from tests.support.hostile_text import dangers, hostile_text, times
from tests.support.other_process import kept_under, lock, other_run, recent
from tests.support.ports import moments

NOW: Final = datetime(2026, 11, 24, 14, 3, 7, tzinfo=UTC)
ONE, OTHER = UUID(int=1), UUID(int=2)
EDGE: Final = Pipeline(UUID(int=9), "edge-forward", "STARTED")


@pytest.fixture
def file(tmp_path: Path) -> RecentFile:
    return kept_under(tmp_path).recent


def path_of(folder: Path) -> Path:
    (path,) = (folder / "recent").glob("*.json")
    return path


def remember(file: RecentFile, port: RecentPort) -> tuple[RecentPort, ...]:
    return file.update(partial(with_port, port=port))


def ids(ports: tuple[RecentPort, ...]) -> list[UUID]:
    return [port.port_id for port in ports]


# --- on the disk ---


def test_a_port_is_there_after_a_restart_and_the_latest_is_first(
    file: RecentFile, tmp_path: Path
) -> None:
    ports = [recent(ONE), recent(OTHER, plugin="", pipeline="edge")]
    for port in ports:
        remember(file, port)
    assert kept_under(tmp_path).recent.load() == (ports[1], ports[0])


def test_a_port_that_is_looked_up_again_moves_to_the_front(file: RecentFile) -> None:
    remember(file, recent(ONE, pipeline="edge"))
    remember(file, recent(OTHER))
    again = recent(ONE, summary="udp 1 → 2")
    first, second = remember(file, again)
    assert (first.port_id, second.port_id) == (ONE, OTHER)
    assert first.summary == "udp 1 → 2"
    assert first.pipeline == "edge"  # known before, and a port stays in its pipeline


def test_the_pipeline_that_a_list_told_is_there_after_a_restart(
    file: RecentFile, tmp_path: Path
) -> None:
    remember(file, recent(ONE))
    remember(file, recent(OTHER))
    file.update(partial(with_pipelines, pipelines={ONE: EDGE, UUID(int=3): EDGE}))
    other, one = kept_under(tmp_path).recent.load()
    assert (one.port_id, one.pipeline, one.pipeline_id) == (ONE, "edge-forward", EDGE.id)
    assert (other.port_id, other.pipeline, other.pipeline_id) == (OTHER, "", None)
    again = remember(file, recent(ONE))[0]  # looked up by its ID, which tells no pipeline
    assert (again.pipeline, again.pipeline_id) == ("edge-forward", EDGE.id)


def test_a_pipeline_that_was_renamed_has_its_new_name_and_another_no_former_one() -> None:
    port = recent(ONE).in_pipeline(EDGE)
    assert port.in_pipeline(replace(EDGE, name="edge-2")).pipeline == "edge-2"
    assert port.in_pipeline(replace(EDGE, name=None)).pipeline == "edge-forward"
    assert port.in_pipeline(Pipeline(UUID(int=8))).pipeline == ""
    assert len(port.in_pipeline(replace(EDGE, name="e" * 1_000)).pipeline) == 80


@pytest.mark.parametrize("value", [None, 7, "", "x", ["x"], "../x"])
def test_a_pipeline_without_a_readable_id_costs_no_port(
    file: RecentFile, tmp_path: Path, value: object
) -> None:
    remember(file, recent(ONE).in_pipeline(EDGE))
    content = json.loads(path_of(tmp_path).read_text())
    content["ports"][0]["pipeline_id"] = value
    path_of(tmp_path).write_text(json.dumps(content))
    (port,) = file.load()
    assert (port.port_id, port.pipeline, port.pipeline_id) == (ONE, "edge-forward", None)


def test_a_file_of_a_version_without_pipelines_is_read(file: RecentFile, tmp_path: Path) -> None:
    port = recent(ONE)
    remember(file, port)
    content = json.loads(path_of(tmp_path).read_text())
    assert content["ports"][0].keys() == {"port", "summary", "plugin", "at"}
    assert file.load() == (port,)


def test_a_deleted_port_is_marked_until_it_is_read_again(file: RecentFile) -> None:
    remember(file, recent(ONE))
    assert file.update(partial(with_deleted, port_id=ONE))[0].deleted
    assert file.load()[0].deleted
    assert file.update(partial(with_deleted, port_id=OTHER)) == file.load()
    assert not remember(file, recent(ONE))[0].deleted


def test_only_the_newest_are_kept(file: RecentFile) -> None:
    made = [recent(uuid4()) for _ in range(MOST + 5)]
    for port in made:
        remember(file, port)
    assert ids(file.load()) == ids(tuple(made[: -MOST - 1 : -1]))


def test_only_the_owner_can_read_it(file: RecentFile, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        remember(file, recent(ONE))
    finally:
        os.umask(before)
    assert stat.S_IMODE(path_of(tmp_path).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "recent").stat().st_mode) == 0o700


def test_origins_have_lists_of_their_own(tmp_path: Path) -> None:
    from portui.journal import Storage

    here, there = (
        Storage.under(tmp_path, f"https://{name}.test", lambda: NOW).recent for name in "ab"
    )
    remember(here, recent(ONE))
    assert there.load() == ()


@pytest.mark.parametrize(
    "junk",
    [
        b"", b"\0" * 4096, b"\xff", b"null", b"[]", b"7", b'"ports"', b"{", b'{"ports": 7}',
        b'{"ports": null}', b'{"ports": {"a": 1}}', b'{"ports": ["x", null, 7, {}, [{}]]}',
        b"[" * 100_000, b"9" * 5_000, b'{"ports": [' + b"1," * 1_000_000,
    ],
    ids=lambda junk: repr(junk[:24]),
)  # fmt: skip
def test_a_malformed_file_is_an_empty_list_and_is_replaced(
    file: RecentFile, tmp_path: Path, junk: bytes
) -> None:
    remember(file, recent(ONE))
    path_of(tmp_path).write_bytes(junk)
    assert file.load() == ()
    remember(file, recent(OTHER))
    assert ids(file.load()) == [OTHER]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "x"), ("port", None), ("summary", 7), ("plugin", None), ("at", "yesterday"),
        ("at", "2026-11-24T14:03:07"), ("at", "0001-01-01T00:00:00+14:00"), ("pipeline", []),
    ],
)  # fmt: skip
def test_a_malformed_entry_is_left_out(
    file: RecentFile, tmp_path: Path, name: str, value: object
) -> None:
    remember(file, recent(ONE))
    remember(file, recent(OTHER))
    content = json.loads(path_of(tmp_path).read_text())
    content["ports"][0][name] = value
    path_of(tmp_path).write_text(json.dumps(content))
    assert ids(file.load()) == [ONE]


def test_a_pipe_in_its_place_stops_nothing(file: RecentFile, tmp_path: Path) -> None:
    remember(file, recent(ONE))
    path = path_of(tmp_path)
    path.unlink()
    os.mkfifo(path)
    assert file.load() == ()


def test_a_link_in_its_place_is_not_followed(file: RecentFile, tmp_path: Path) -> None:
    remember(file, recent(ONE))
    path = path_of(tmp_path)
    elsewhere = path.rename(tmp_path / "elsewhere")
    path.symlink_to(elsewhere)
    assert file.load() == ()


def test_a_folder_that_cannot_be_had_is_an_empty_list_and_an_error_to_write() -> None:
    file = RecentFile(Path("/proc/no/such/place.json"))
    assert file.load() == ()
    with pytest.raises(JournalError):
        remember(file, recent(ONE))


@times(50)
@given(hostile_text, hostile_text, hostile_text, moments)
def test_any_text_is_stored_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, one: str, other: str, third: str, at: datetime
) -> None:
    folder = tmp_path_factory.mktemp("recent")
    port = RecentPort(ONE, one, other, at, pipeline=third)
    remember(RecentFile(folder / "ports.json"), port)
    assert RecentFile(folder / "ports.json").load() == (port,)
    assert (folder / "ports.json").read_text("ascii").replace("\n", "").isprintable()


# --- two runs at once ---


def test_runs_at_once_lose_no_ports(tmp_path: Path) -> None:
    each = MOST // 3
    with other_run(tmp_path) as one, other_run(tmp_path) as other:
        for run in (one, other):
            run.tell(f"recall {each}")
        mine = [recent(uuid4()) for _ in range(each)]
        file = kept_under(tmp_path).recent
        for port in mine:
            remember(file, port)
        theirs = [UUID(said) for run in (one, other) for said in run.answers(each)]
    assert set(ids(file.load())) == {*ids(tuple(mine)), *theirs}


def test_a_run_that_is_killed_while_it_writes_leaves_a_whole_list(tmp_path: Path) -> None:
    file = kept_under(tmp_path).recent
    remember(file, recent(ONE))
    for _ in range(5):
        with other_run(tmp_path) as run:
            run.tell("recall 40")
            said = [UUID(text) for text in [*run.answers(3), *run.kill()] if len(text) == 36]
        assert set(said[-3:]) <= set(ids(file.load()))
        assert ONE in ids(remember(file, recent(ONE)))


def test_a_lock_that_is_held_is_waited_for_only_so_long(
    file: RecentFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portui.journal.files.LONGEST_WAIT", 0.05)
    remember(file, recent(ONE))
    held = lock(path_of(tmp_path))
    try:
        with pytest.raises(JournalError) as caught:
            remember(file, recent(OTHER))
        assert caught.value.why is JournalError.Why.BUSY
        assert ids(file.load()) == [ONE]  # reading waits for nobody
    finally:
        os.close(held)


# --- on the screen ---


def test_each_word_must_stand_somewhere_in_any_case() -> None:
    ports = (
        recent(ONE, summary="tcp 24224 → 24224", plugin="forward.0", pipeline="Edge"),
        recent(OTHER, summary="udp 5140 → 24224", plugin="syslog.0"),
    )
    assert ids(matching(ports, "")) == [ONE, OTHER]
    assert ids(matching(ports, "  24224 UDP ")) == [OTHER]
    assert ids(matching(ports, "edge")) == [ONE]
    assert ids(matching(ports, str(OTHER)[-4:])) == [OTHER]
    assert matching(ports, "edge syslog") == ()
    assert ids(matching(ports, "", shown=ONE)) == [OTHER]


def text_of(lines: tuple[Line, ...]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


@times(150)
@given(
    st.builds(
        RecentPort,
        st.uuids(),
        hostile_text,
        hostile_text,
        moments,
        pipeline=hostile_text,
        deleted=st.booleans(),
    ),
    st.integers(1, 50),
    st.integers(40, 200),
    st.booleans(),
)
def test_the_lines_of_any_recent_port_are_safe_and_fit(
    port: RecentPort,
    number: int,
    width: int,
    current: bool,  # noqa: FBT001
) -> None:
    for line in text_of(port_lines(port, str(number), NOW, width, current=current)):
        assert dangers(line) == []
        assert cell_len(line) <= width


def test_at_80_columns_a_port_has_its_whole_id_its_ports_its_plugin_and_its_age() -> None:
    port = RecentPort(ONE, "tcp 24224 → 24224", "forward.0", NOW - timedelta(minutes=59))
    (line,) = text_of(port_lines(port, "1", NOW, 80, current=True))
    assert line == f" ▸ 1 {ONE}  tcp 24224 → 24224  forward.0     59m"


def test_at_40_columns_only_the_chosen_ports_id_is_whole() -> None:
    port = RecentPort(ONE, "tcp 24224 → 24224", "forward.0", NOW - timedelta(days=3))
    (line,) = text_of(port_lines(port, "1", NOW, 40, current=False))
    assert "tcp 24224 → 24224" in line
    assert str(ONE)[:8] in line
    chosen = text_of(port_lines(port, "1", NOW, 40, current=True))
    assert str(ONE) in chosen[1]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-61, "?"), (-60, "now"), (0, "now"), (59.9, "now"), (60, "1m"), (7199, "119m"),
        (7200, "2h"), (47 * 3600, "47h"), (48 * 3600, "2d"), (729 * 86400, "729d"),
        (3 * 366 * 86400, "3y"),
    ],
)  # fmt: skip
def test_a_brief_age_is_rounded_down(seconds: float, shown: str) -> None:
    assert brief_age(seconds) == shown
