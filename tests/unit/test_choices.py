"""What was chosen for a profile's list, on disk and shared by concurrent runs."""

import os
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.journal import Choices, ChoicesFile, JournalError, Storage
from portui.port.finding import Column, Order
from tests.support.hostile_text import times

NOW: Final = datetime(2026, 11, 24, 14, 3, 7, tzinfo=UTC)
PROJECT: Final = UUID(int=1)
CHOSEN: Final = Choices(PROJECT, Order(Column.UPDATED, reverse=True))


def file_of(folder: Path, profile: str = "plant", origin: str = "https://a.test") -> ChoicesFile:
    return Storage.under(folder, origin, lambda: NOW, profile).choices


def path_of(folder: Path) -> Path:
    (path,) = (folder / "choices").glob("*.json")
    return path


@pytest.fixture
def file(tmp_path: Path) -> ChoicesFile:
    """Return a file with choices."""
    file = file_of(tmp_path)
    file.update(lambda _: CHOSEN)
    return file


def test_nothing_is_chosen_at_first(tmp_path: Path) -> None:
    assert file_of(tmp_path).load() == Choices()
    assert list(tmp_path.iterdir()) == []


@times(50)
@given(st.builds(Choices, st.none() | st.uuids(), st.builds(Order, st.sampled_from(Column))))
def test_choices_are_there_after_a_restart(
    tmp_path_factory: pytest.TempPathFactory, choices: Choices
) -> None:
    folder = tmp_path_factory.mktemp("choices")
    file_of(folder).update(lambda _: choices)
    assert file_of(folder).load() == choices


def test_two_runs_keep_what_each_chose(file: ChoicesFile, tmp_path: Path) -> None:
    other = file_of(tmp_path)
    file.update(lambda choices: replace(choices, project=UUID(int=2)))
    other.update(lambda choices: replace(choices, order=Order()))
    assert file.load() == other.load() == Choices(UUID(int=2), Order())


@pytest.mark.parametrize(
    ("profile", "origin"),
    [("other", "https://a.test"), ("plant", "https://b.test"), ("", "https://a.test")],
)
@pytest.mark.usefixtures("file")
def test_each_profile_for_each_service_has_its_own(
    tmp_path: Path, profile: str, origin: str
) -> None:
    assert file_of(tmp_path, profile, origin).load() == Choices()


def test_a_profile_of_any_name_has_a_file_in_the_folder(tmp_path: Path) -> None:
    file_of(tmp_path, "../../\0 \x1b ü\ud800" * 99).update(lambda _: CHOSEN)
    assert path_of(tmp_path).parent == tmp_path / "choices"


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        file_of(tmp_path).update(lambda _: CHOSEN)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path_of(tmp_path).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "choices").stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "junk",
    [
        b"", b"\0" * 4096, b"\xff", b"null", b"[]", b"7", b'"sort"', b"{", b"{}",
        b'{"project": 7, "sort": null}', b'{"project": "x", "sort": "x"}', b'{"sort": []}',
        b"[" * 100_000, b"9" * 5_000,
    ],
    ids=lambda junk: repr(junk[:24]),
)  # fmt: skip
def test_a_malformed_file_is_no_choice_and_is_replaced(
    file: ChoicesFile, tmp_path: Path, junk: bytes
) -> None:
    path_of(tmp_path).write_bytes(junk)
    assert file.load() == Choices()
    file.update(lambda _: CHOSEN)
    assert file.load() == CHOSEN


def test_what_is_readable_counts_alone(file: ChoicesFile, tmp_path: Path) -> None:
    path_of(tmp_path).write_text(f'{{"project": "{PROJECT}", "sort": "x", "reverse": 1}}')
    assert file.load() == Choices(PROJECT)
    path_of(tmp_path).write_text('{"project": [], "sort": "kind", "reverse": 1, "later": 2}')
    assert file.load() == Choices(order=Order(Column.KIND))


def test_a_folder_that_cannot_be_had_is_no_choice_and_an_error_to_write() -> None:
    file = ChoicesFile(Path("/proc/no/such/place.json"))
    assert file.load() == Choices()
    with pytest.raises(JournalError):
        file.update(lambda _: CHOSEN)
