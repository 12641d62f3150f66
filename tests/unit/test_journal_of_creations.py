"""The journal's entries of ports to create."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.explain.history import creation_words, result_words
from portui.journal import Creation, CreationEntry, Outcome, Result, Storage, files
from portui.journal.creations import creation_record, creations_of, named_record
from portui.journal.entries import entries_of, result_record
from portui.port.editing import NewPort
from tests.support.ports import PORT

MOMENT: Final = datetime(2026, 11, 24, 14, 3, 7, tzinfo=UTC)
PIPELINE_ID: Final = UUID(int=0xF001)
NEW: Final = NewPort("tcp", 24300, 24224, "a.example:1")
CREATION: Final = Creation(
    "plant", PIPELINE_ID, "edge-forward", NEW, frozenset({UUID(int=1), UUID(int=2)}), "d"
)
NEW_ID: Final = UUID(int=0xBEEF)
CREATED: Final = replace(PORT, id=NEW_ID)


def storage_under(folder: Path) -> Storage:
    return Storage.under(folder, "https://service.test", lambda: MOMENT)


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    kept = storage_under(tmp_path)
    yield kept
    kept.run.end()


@pytest.mark.parametrize(
    "creation",
    [CREATION, replace(CREATION, pipeline_name=None, draft=None, others=frozenset())],
)
def test_what_is_recorded_is_read_back(storage: Storage, creation: Creation) -> None:
    entry = storage.journal.record_creation(creation)
    assert (entry.creation, entry.outcome, entry.port_id) == (creation, None, None)
    assert storage.journal.creations() == (entry,)
    named = storage.journal.record_named(entry, NEW_ID)
    assert named.port_id == NEW_ID
    assert storage.journal.creations() == (named,)
    settled = storage.journal.record_result(named, Result.CREATED, CREATED)
    assert settled.outcome == Outcome(Result.CREATED, storage.run.id, MOMENT, CREATED)
    assert storage.journal.creations() == (settled,)


def test_the_port_that_was_read_says_which_one_it_is(storage: Storage) -> None:
    entry = storage.journal.record_creation(CREATION)
    settled = storage.journal.record_result(entry, Result.CREATED, CREATED)
    assert (settled.named, settled.port_id) == (None, NEW_ID)


def test_readers_of_changes_skip_them(storage: Storage, tmp_path: Path) -> None:
    entry = storage.journal.record_creation(CREATION)
    storage.journal.record_named(entry, NEW_ID)
    storage.journal.record_result(entry, Result.CREATED, CREATED)
    assert storage.journal.entries() == ()
    assert storage.journal.entries_of(NEW_ID) == ()
    storage.run.end()
    assert storage_under(tmp_path).journal.unfinished() == ()


def test_those_that_their_run_left_open_are_checked_once(storage: Storage, tmp_path: Path) -> None:
    results = (None, Result.UNKNOWN, Result.NOT_CONFIRMED, Result.CREATED, Result.REFUSED)
    entries = []
    for result in results:
        entry = storage.journal.record_creation(CREATION)
        if result:
            entry = storage.journal.record_result(entry, result)
        entries.append(entry)
    assert [entry.is_open for entry in entries] == [True, True, True, False, False]
    another = storage_under(tmp_path)
    assert another.journal.open_creations() == ()  # its run may still find out
    storage.run.end()
    assert another.journal.open_creations() == tuple(reversed(entries[:3]))
    for entry in entries[:3]:
        later = another.journal.record_result(entry, Result.NOT_CONFIRMED)
        assert not later.is_open
    assert another.journal.open_creations() == ()


def test_the_id_of_an_open_one_stays_with_it_when_the_file_is_shortened(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "KEPT", 4_000)
    named = storage.journal.record_named(storage.journal.record_creation(CREATION), NEW_ID)
    settled = storage.journal.record_creation(CREATION)
    storage.journal.record_named(settled, NEW_ID)
    storage.journal.record_result(settled, Result.CREATED)
    for _ in range(60):
        storage.journal.record_result(storage.journal.record_creation(CREATION), Result.CREATED)
    assert storage.journal.creations()[-1] == named
    assert settled.id not in {entry.id for entry in storage.journal.creations()}


_RECORD: Final[dict[str, Any]] = creation_record(
    CreationEntry("c" * 32, "d" * 32, MOMENT, CREATION)
)
_any_json: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
_odd: Final = st.one_of(
    st.builds(lambda n, v: {**_RECORD, n: v}, st.sampled_from([*_RECORD]), _any_json),
    st.builds(
        lambda n, v: {**_RECORD, "new": {**_RECORD["new"], n: v}},
        st.sampled_from([*_RECORD["new"]]),
        _any_json,
    ),
    st.builds(lambda n, v: {"named": n, "port": v}, _any_json, _any_json),
    st.builds(lambda v: {"named": "c" * 32, "port": v}, _any_json),
    st.builds(lambda v: {"of": "c" * 32, "result": v}, _any_json),
)


@given(_odd)
def test_an_odd_line_hides_no_other_and_its_entry_can_be_shown(odd: dict[str, Any]) -> None:
    first, last = (CreationEntry(name * 32, "f" * 32, MOMENT, CREATION) for name in "ab")
    records = [creation_record(first), odd, creation_record(last)]
    entries = creations_of([*map(_through_json, records)])
    assert (entries[0], entries[-1]) == (first, last)
    for entry in entries[1:-1]:
        creation_words(entry.creation.new, entry.creation.pipeline)
        result_words(entry)
        assert creations_of([creation_record(entry)]) == (replace(entry, outcome=None, named=None),)
    assert entries_of(records) == ()


def _through_json(record: dict[str, Any]) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(json.dumps(record))
    return parsed


def test_the_latest_result_counts() -> None:
    entry = CreationEntry("c" * 32, "d" * 32, MOMENT, CREATION)
    records = [
        creation_record(entry),
        named_record(entry.id, NEW_ID),
        result_record(entry.id, Outcome(Result.NOT_CONFIRMED, "d" * 32)),
        result_record(entry.id, Outcome(Result.CREATED, "e" * 32, MOMENT, CREATED)),
    ]
    (found,) = creations_of(records)
    assert (found.result, found.named) == (Result.CREATED, NEW_ID)
