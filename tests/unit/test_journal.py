"""The journal: what is recorded about a change, and what is read from it later."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.explain.history import intent_words, result_words
from portui.journal import Call, Entry, Intent, Outcome, Result, Storage
from portui.journal.entries import entries_of, record_of, result_record
from portui.operations.save import Saved, Saving, save
from portui.operations.write import Observer, Writer
from portui.port.display import utc
from portui.port.editing import Change, form_of
from portui.port.export import port_json
from portui.port.model import EDITABLE, Field, Port, Unreadable
from portui.settings import Token
from portui.tui.draft import restoring_draft
from tests.support.hostile_text import any_text, hostile_text, times
from tests.support.other_process import intent, journal_file, kept_under
from tests.support.ports import (
    MOMENT,
    PORT,
    PORT_ID,
    any_port,
    joined,
    joined_port,
    moments,
    reading_of,
)
from tests.support.scripted_service import BEFORE, ScriptedService

LATER: Final = timedelta(seconds=1)


class Ticking:
    """A clock that advances by a second whenever it is read."""

    def __init__(self) -> None:
        self.moment = MOMENT

    def __call__(self) -> datetime:
        self.moment += LATER
        return self.moment


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    storage = Storage.under(tmp_path, "https://plant.test", Ticking())
    yield storage
    storage.run.end()


# --- recording ---


def test_an_entry_has_the_intent_the_run_and_the_time(storage: Storage) -> None:
    entry = storage.journal.record(intent(7))
    assert (entry.intent, entry.run, entry.result) == (intent(7), storage.run.id, None)
    assert entry.at == MOMENT + LATER
    assert storage.journal.entries() == (entry,)


def test_a_result_is_added_to_its_entry(storage: Storage) -> None:
    first, second = storage.journal.record(intent(1)), storage.journal.record(intent(2))
    after = replace(PORT, frontend_port=1)
    settled = storage.journal.record_result(first, Result.SAVED, after)
    told = Outcome(Result.SAVED, storage.run.id, MOMENT + 3 * LATER, after)
    assert settled == replace(first, outcome=told)
    assert storage.journal.entries() == (second, settled)


@pytest.mark.parametrize("result", Result)
def test_the_newest_result_counts(storage: Storage, result: Result) -> None:
    entry = storage.journal.record(intent())
    for known in (Result.UNKNOWN, Result.SAVED, result):
        storage.journal.record_result(entry, known)
    assert [entry.result for entry in storage.journal.entries()] == [result]


def test_a_change_is_on_disk_before_it_is_sent_and_its_result_afterwards(tmp_path: Path) -> None:
    class Watched(ScriptedService):
        async def update_port(self, port_id: UUID, change: Change) -> None:
            at_sending.extend(kept_under(tmp_path).journal.entries())
            await super().update_port(port_id, change)

    at_sending: list[Entry] = []
    storage = kept_under(tmp_path)
    change = Change(((Field.FRONTEND_PORT, 24225),))
    service = Watched([replace(PORT, frontend_port=24225)], checked=PORT)
    writer = Writer(service.reader, storage.journal, "plant")
    assert isinstance(asyncio.run(save(writer, Saving(BEFORE, change), Observer())), Saved)
    (entry,) = at_sending
    assert (entry.intent.before, entry.intent.change, entry.result) == (PORT, change, None)
    (kept,) = kept_under(tmp_path).journal.entries()
    assert kept.outcome
    assert (kept.result, kept.outcome.after) == (Result.SAVED, replace(PORT, frontend_port=24225))
    assert kept == replace(entry, outcome=kept.outcome)
    storage.run.end()


def test_nothing_is_created_before_the_first_change(tmp_path: Path) -> None:
    storage = kept_under(tmp_path / "state")
    assert storage.journal.entries() == ()
    assert storage.journal.unfinished() == ()
    storage.run.end()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "others",
    [
        ["https://a.test", "http://a.test", "https://a.test:8443", "https://a.test/v2"],
        ["https://a.test/b", "https://a.test/B", "https://a.test-b", "https://a.test/../b"],
        [f"https://a.test/{'x' * 100}{end}" for end in "abc"],
        ["", "://", "://.", "://..", "demo", "/etc/passwd", "https://../../x", "https://[::1]"],
    ],
)
def test_each_origin_has_files_of_its_own_under_the_state_folder(
    tmp_path: Path, others: Sequence[str]
) -> None:
    state = tmp_path / "state"
    for number, origin in enumerate(others):
        storage = Storage.under(state, origin, Ticking())
        assert storage.journal.entries() == ()
        storage.journal.record(intent(number))
        assert len(storage.journal.entries()) == 1
        storage.run.end()
    assert [path.name for path in tmp_path.iterdir()] == ["state"]
    assert len(list((state / "journal").glob("*.jsonl"))) == len(others)


def test_an_entry_has_no_field_for_a_token() -> None:
    kept = [field for kind in (Entry, Intent, Port, Change) for field in fields(kind)]
    assert [field.name for field in kept if "oken" in f"{field.name} {field.type}"] == []
    with pytest.raises(TypeError):
        json.dumps(Token("user.token.text"))


# --- round trips ---

_values: Final[dict[Field, st.SearchStrategy[Any]]] = {
    Field.PROTOCOL: hostile_text,
    Field.FRONTEND_PORT: st.integers(1, 65_535),
    Field.BACKEND_PORT: st.integers(1, 65_535),
    Field.ENDPOINT: hostile_text,
}


def _change(values: dict[Field, Any]) -> Change:
    return Change(tuple((field, values[field]) for field in EDITABLE if field in values))


any_change: Final = st.fixed_dictionaries({}, optional=_values).map(_change)
any_intent: Final = st.builds(
    Intent,
    profile=any_text,
    call=st.sampled_from(Call),
    port_id=st.uuids(),
    before=any_port,
    change=any_change,
    undoes=st.none() | st.text(min_size=1),
)
any_entry: Final = st.builds(
    Entry,
    id=st.uuids().map(lambda uuid: uuid.hex),
    run=any_text,
    at=moments,
    intent=any_intent,
)


def as_json_has_it(intent: Intent) -> Intent:
    """Return the intent with its texts as they are after a round trip through JSON."""
    joined_values = tuple(
        (field, joined(value) if isinstance(value, str) else value)
        for field, value in intent.change
    )
    return replace(
        intent,
        profile=joined(intent.profile),
        before=joined_port(intent.before),
        change=Change(joined_values),
    )


@times(200)
@given(any_entry)
def test_any_entry_survives_a_round_trip(entry: Entry) -> None:
    line = json.dumps(record_of(entry))
    expected = replace(entry, run=joined(entry.run), intent=as_json_has_it(entry.intent))
    assert entries_of([json.loads(line)]) == (expected,)


@times(40)
@given(st.lists(st.tuples(any_intent, st.none() | st.sampled_from(Result)), max_size=3))
def test_a_journal_returns_everything_that_was_recorded(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[Intent, Result | None]]
) -> None:
    storage = kept_under(tmp_path_factory.mktemp("journal"))
    for asked, result in changes:
        entry = storage.journal.record(asked)
        if result:
            storage.journal.record_result(entry, result)
    found = [(entry.intent, entry.result) for entry in reversed(storage.journal.entries())]
    assert found == [(as_json_has_it(asked), result) for asked, result in changes]
    storage.run.end()


@pytest.mark.parametrize(
    "port",
    [
        replace(PORT, endpoint="", plugin_id=None, plugin_name=None, plugin_alias=None),
        replace(PORT, id=Unreadable(None), updated_at=Unreadable("7"), kind=Unreadable('"x"')),
        replace(PORT, created_at=datetime(1, 1, 1, tzinfo=UTC)),
        replace(PORT, updated_at=datetime.max.replace(tzinfo=UTC)),
        replace(PORT, unknown=(("id", "1"), ("id", "2"), ("unreadable", "{}"), ("unknown", "[]"))),
    ],
    ids=range(5),
)
def test_odd_ports_survive_a_round_trip(storage: Storage, port: Port) -> None:
    storage.journal.record(intent(before=port))
    assert [entry.intent.before for entry in storage.journal.entries()] == [port]


# --- records of other versions ---


def without(record: dict[str, Any], field: Field) -> dict[str, Any]:
    """Return a port's record as a version that doesn't know the field writes it."""
    return {name: value for name, value in record.items() if name != field.json_name}


@pytest.mark.parametrize("field", Field)
def test_a_field_that_an_older_version_did_not_record_is_read_as_missing(field: Field) -> None:
    entry = Entry("a" * 32, "b" * 32, MOMENT, intent(), Outcome(Result.SAVED, after=PORT))
    record, result = record_of(entry), result_record(entry.id, Outcome(Result.SAVED, after=PORT))
    record["before"] = without(record["before"], field)
    result["at"], result["after"] = MOMENT.isoformat(), without(result["after"], field)
    port = replace(PORT, **{field.attribute: Unreadable(None)})  # type: ignore[arg-type]
    (found,) = entries_of([record, result])
    assert found.intent == replace(entry.intent, before=port)
    assert found.outcome == Outcome(Result.SAVED, at=MOMENT, after=port)


@pytest.mark.parametrize("field", EDITABLE)
def test_restoring_an_older_versions_entry_leaves_a_field_that_it_lacks_alone(
    field: Field,
) -> None:
    deletion = replace(intent(), call=Call.DELETE, change=Change())
    record = record_of(Entry("a" * 32, "b" * 32, MOMENT, deletion))
    (entry,) = entries_of([{**record, "before": without(record["before"], field)}])
    now = replace(PORT, protocol="udp", frontend_port=1, backend_port=2, endpoint="e:1")
    draft = restoring_draft(reading_of(now), entry)
    assert draft.form == {**form_of(PORT), field: form_of(now)[field]}


def test_fields_that_only_a_newer_version_knows_are_ignored() -> None:
    entry = Entry("a" * 32, "b" * 32, MOMENT, intent())
    record = {**record_of(entry), "new": 1}
    record["before"] |= {"new": 1, "unreadable": {"newer": "7"}}
    record["change"] |= {"new": 2}
    assert entries_of([record]) == (entry,)


def test_a_change_of_fields_that_only_a_newer_version_knows_is_neither_checked_nor_undone() -> None:
    record = record_of(Entry("a" * 32, "b" * 32, MOMENT, intent()))
    assert entries_of([{**record, "change": {"new": 2}}]) == ()


# --- malformed lines ---

any_json: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
_LINE: Final[dict[str, Any]] = record_of(
    Entry("c" * 32, "d" * 32, MOMENT, replace(intent(), undoes="e" * 32))
)
_BEFORE_LINE: Final[dict[str, Any]] = {
    **_LINE["before"],
    "unreadable": {"kind": "7"},
    "unknown": [["new", "1"]],
}
_texts_that_mean_something: Final = st.sampled_from(
    [
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-24T14:03:07"),
        *("2026-11-24", str(PORT_ID), "{" + str(PORT_ID) + "}", "PATCH", "POST", "saved", "\ud800"),
    ]
)
any_odd_line: Final = st.one_of(
    any_json,
    st.dictionaries(st.sampled_from([*_LINE, "of", "result"]), any_json),
    st.builds(
        lambda name, value: {**_LINE, name: value},
        st.sampled_from([*_LINE]),
        any_json | _texts_that_mean_something,
    ),
    st.builds(
        lambda name, value: {**_LINE, "before": {**_BEFORE_LINE, name: value}},
        st.sampled_from([*_BEFORE_LINE]),
        any_json | _texts_that_mean_something,
    ),
    st.builds(
        lambda name, value: {**_LINE, "change": {name: value}},
        st.sampled_from([field.json_name for field in Field]),
        any_json,
    ),
    st.builds(lambda of, result: {"of": of, "result": result}, any_json, any_json),
    st.builds(lambda result: {"of": "c" * 32, "result": result}, any_json),
    st.builds(
        lambda name, value: {"of": "a" * 32, "result": "saved", name: value},
        st.sampled_from(["at", "run", "after"]),
        any_json | _texts_that_mean_something,
    ),
)


@times(600)
@given(any_odd_line)
def test_an_odd_line_hides_no_other_and_its_entry_can_be_shown_and_restored(
    odd: object,
) -> None:
    first, last = (Entry(name * 32, "f" * 32, MOMENT, intent()) for name in "ab")
    records = [record_of(first), *([odd] if isinstance(odd, dict) else []), record_of(last)]
    entries = entries_of(records)
    assert (replace(entries[0], outcome=None), entries[-1]) == (first, last)
    if isinstance(odd, dict) and odd.get("of") == first.id and odd.get("result") == "saved":
        assert entries[0].result is Result.SAVED  # with whatever else is readable
    for entry in entries[1:-1]:
        utc(entry.at)
        intent_words(entry.intent)
        result_words(entry)
        port_json(entry.intent.before)
        restoring_draft(reading_of(PORT), entry)
        assert entries_of([record_of(entry)]) == (replace(entry, outcome=None),)


@times(100)
@given(any_odd_line)
def test_a_journal_with_an_odd_line_still_works(
    tmp_path_factory: pytest.TempPathFactory, odd: object
) -> None:
    folder = tmp_path_factory.mktemp("odd")
    storage = kept_under(folder)
    first = storage.journal.record(intent(1))
    path = journal_file(folder).path
    path.write_bytes(json.dumps(odd).encode() + b"\n" + path.read_bytes())
    last = storage.journal.record(intent(2))
    assert storage.journal.entries()[:2] == (last, first)
    storage.journal.unfinished()
    storage.run.end()


def test_a_journal_that_cannot_be_read_has_no_entries(storage: Storage, tmp_path: Path) -> None:
    storage.journal.record(intent())
    path = journal_file(tmp_path).path
    path.unlink()
    path.mkdir()
    assert storage.journal.entries() == ()
    assert storage.journal.unfinished() == ()


# --- unfinished changes ---


def test_entries_without_a_result_are_offered_newest_first_once_their_run_has_ended(
    storage: Storage, tmp_path: Path
) -> None:
    first, settled, last = (storage.journal.record(intent(number)) for number in range(3))
    storage.journal.record_result(settled, Result.UNKNOWN)
    another = kept_under(tmp_path)
    assert another.journal.unfinished() == ()
    storage.run.end()
    assert another.journal.unfinished() == (last, first)
    another.journal.record_result(last, Result.NOT_CONFIRMED)
    assert another.journal.unfinished() == (first,)
