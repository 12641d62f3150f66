"""Drafts on disk: complete, private, and offered only when no other run is using them."""

import asyncio
import errno
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Final
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.clock import Clock
from portui.journal import DraftFiles, JournalError, Storage, StoredDraft
from portui.port.editing import Change, difference, form_of
from portui.port.model import EDITABLE, Field, Port, Unreadable
from portui.tui.actions.left_forms import LeftForms
from portui.tui.draft import Draft, new_draft
from tests.support.hostile_text import hostile_text, times
from tests.support.other_process import kept_under, left_form, now, other_run
from tests.support.ports import PORT, PORT_ID, any_port, joined, joined_port, reading_of
from tests.support.system_calls import failing

OTHER_ID: Final = UUID(int=7)


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    storage = kept_under(tmp_path)
    yield storage
    storage.run.end()


@pytest.fixture
def drafts(storage: Storage) -> DraftFiles:
    return storage.drafts


def kept_files(folder: Path) -> list[Path]:
    return [path for path in (folder / "drafts").rglob("*") if path.is_file()]


def after_a_restart(folder: Path) -> list[StoredDraft]:
    """Return the drafts that a new run loads for the port."""
    return kept_under(folder).drafts.load(PORT_ID)


def test_a_draft_survives_a_restart(storage: Storage, tmp_path: Path) -> None:
    left = left_form("typed.example:1")
    storage.drafts.store(left)
    assert storage.drafts.load(PORT_ID) == [left]
    storage.run.end()
    assert after_a_restart(tmp_path) == [left]


def test_a_draft_belongs_to_one_port(drafts: DraftFiles) -> None:
    left, other = left_form("typed"), replace(left_form("other"), port_id=OTHER_ID)
    drafts.store(left)
    assert drafts.load(OTHER_ID) == []
    drafts.store(other)
    drafts.delete(PORT_ID)
    assert drafts.load(PORT_ID) == []
    assert drafts.load(OTHER_ID) == [other]


@times(60)
@given(any_port, st.fixed_dictionaries(dict.fromkeys(EDITABLE, hostile_text)))
def test_any_text_typed_for_any_port_survives_a_round_trip(
    tmp_path_factory: pytest.TempPathFactory, before: Port, form: dict[Field, str]
) -> None:
    texts = {field: joined(text) for field, text in form.items()}
    left = StoredDraft(now(), PORT_ID, joined_port(before), texts, "draft")
    storage = kept_under(tmp_path_factory.mktemp("forms"))
    storage.drafts.store(left)
    assert storage.drafts.load(PORT_ID) == [left]
    storage.run.end()


def test_only_the_owner_can_access_drafts(drafts: DraftFiles, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        drafts.store(left_form("typed"))
    finally:
        os.umask(before)
    (file,) = kept_files(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    folders = {file.parent, tmp_path / "drafts", tmp_path / "runs"}
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


def test_loading_and_deleting_create_nothing_if_there_is_no_draft(
    drafts: DraftFiles, tmp_path: Path
) -> None:
    assert drafts.load(PORT_ID) == []
    drafts.delete(PORT_ID)
    assert list(tmp_path.iterdir()) == []


# --- storing, replacing, deleting ---


def test_a_newer_draft_replaces_the_older_one(drafts: DraftFiles, tmp_path: Path) -> None:
    for text in ("a", "a.", "a.b"):
        drafts.store(left_form(text))
    (form,) = drafts.load(PORT_ID)
    assert form.form[Field.ENDPOINT] == "a.b"
    assert len(kept_files(tmp_path)) == 1


def test_a_deleted_draft_does_not_come_back(storage: Storage, tmp_path: Path) -> None:
    storage.drafts.store(left_form("typed"))
    storage.drafts.delete(PORT_ID)
    assert kept_files(tmp_path) == []
    storage.run.end()
    assert after_a_restart(tmp_path) == []


def test_a_draft_that_cannot_be_stored_raises_and_keeps_the_one_before(
    drafts: DraftFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = left_form("before")
    drafts.store(left)
    with monkeypatch.context() as full:
        full.setattr("os.fsync", failing(errno.ENOSPC))
        with pytest.raises(JournalError) as caught:
            drafts.store(left_form("after"))
    assert caught.value.why is JournalError.Why.NO_SPACE
    assert drafts.load(PORT_ID) == [left]
    assert len(kept_files(tmp_path)) == 1


# --- several runs ---


def test_the_draft_of_another_live_run_is_neither_offered_nor_deleted(tmp_path: Path) -> None:
    mine = kept_under(tmp_path)
    with other_run(tmp_path) as run:
        run.does("keep theirs")
        assert mine.drafts.load(PORT_ID) == []
        mine.drafts.delete(PORT_ID)
        run.suspend()
        assert mine.drafts.load(PORT_ID) == []
        mine.drafts.delete(PORT_ID)
        assert len(kept_files(tmp_path)) == 1
        run.kill()
        (left,) = mine.drafts.load(PORT_ID)
        assert left.form[Field.ENDPOINT] == "theirs"
        mine.drafts.delete(PORT_ID)
        assert kept_files(tmp_path) == []


def test_two_runs_editing_the_same_port_do_not_lose_each_others_drafts(
    storage: Storage, tmp_path: Path
) -> None:
    with other_run(tmp_path) as run:
        run.does("keep theirs")
        mine = left_form("mine")
        storage.drafts.store(mine)
        assert storage.drafts.load(PORT_ID) == [mine]
        storage.drafts.delete(PORT_ID)
        run.kill()
    (left,) = after_a_restart(tmp_path)
    assert left.form[Field.ENDPOINT] == "theirs"


def test_several_drafts_are_offered_newest_first_and_deleted_together(
    tmp_path: Path,
) -> None:
    forms = [replace(left_form(text), at=now() + timedelta(hours=h)) for text, h in _HOURS]
    for form in forms:
        run = kept_under(tmp_path)
        run.drafts.store(form)
        run.run.end()
    assert after_a_restart(tmp_path) == [forms[1], forms[2], forms[0]]
    kept_under(tmp_path).drafts.delete(PORT_ID)
    assert kept_files(tmp_path) == []


_HOURS: Final = (("a", 0), ("newest", 2), ("b", 1))


# --- drafts of other versions ---


@pytest.mark.parametrize("field", [field for field in Field if field is not Field.ENDPOINT])
def test_a_field_that_an_older_version_did_not_store_is_unedited(
    storage: Storage, tmp_path: Path, field: Field
) -> None:
    storage.drafts.store(left_form("typed"))
    (file,) = kept_files(tmp_path)
    record = json.loads(file.read_bytes())
    del record["before"][field.json_name]
    record["form"].pop(field.json_name, None)
    file.write_text(json.dumps(record))
    (left,) = storage.drafts.load(PORT_ID)
    assert left.before == replace(PORT, **{field.attribute: Unreadable(None)})  # type: ignore[arg-type]
    assert difference(left.before, left.form) == Change(((Field.ENDPOINT, "typed"),))


def test_a_field_that_was_not_yet_editable_is_unedited(storage: Storage, tmp_path: Path) -> None:
    left = left_form("typed")
    storage.drafts.store(left)
    (file,) = kept_files(tmp_path)
    record = json.loads(file.read_bytes())
    file.write_text(json.dumps({**record, "form": {"endpoint": "typed"}}))
    assert storage.drafts.load(PORT_ID) == [left]


def test_fields_that_only_a_newer_version_knows_are_ignored(
    storage: Storage, tmp_path: Path
) -> None:
    left = left_form("typed")
    storage.drafts.store(left)
    (file,) = kept_files(tmp_path)
    record = json.loads(file.read_bytes())
    for part in (record, record["before"], record["form"]):
        part["new"] = "1"
    file.write_text(json.dumps(record))
    assert storage.drafts.load(PORT_ID) == [left]


# --- malformed drafts ---


@pytest.mark.parametrize(
    "junk",
    [
        b"", b"{", b"null", b"[]", b"7", b"{}", b"\xff", b"[" * 100_000,
        b'{"at": 7}', b'{"at": "2026-11-24T14:03:07+00:00", "before": [], "form": []}',
    ],
    ids=lambda junk: repr(junk[:12]),
)  # fmt: skip
def test_junk_files_are_skipped(storage: Storage, tmp_path: Path, junk: bytes) -> None:
    storage.drafts.store(left_form("typed"))
    storage.run.end()
    (file,) = kept_files(tmp_path)
    (left,) = after_a_restart(tmp_path)
    for name in ("a" * 32, "..", "x.y", ""):
        file.with_name(f"{PORT_ID}.{name}.json").write_bytes(junk)
    assert after_a_restart(tmp_path) == [left]
    file.write_bytes(junk)
    assert after_a_restart(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("at", "2026-11-24T14:03:07"),
        ("at", "0001-01-01T00:00:00+14:00"),
        ("before", {"id": 7}),
        ("before", []),
        ("form", {field.json_name: 7 for field in EDITABLE}),
        ("form", []),
        ("draft", 7),
        ("sent", {"at": "2026-11-24T14:03:07"}),
        ("sent", {"at": "2026-11-24T14:03:07+00:00", "entry": 7}),
    ],
)
def test_a_malformed_draft_is_skipped(
    storage: Storage, tmp_path: Path, name: str, odd: object
) -> None:
    storage.drafts.store(left_form("typed"))
    (file,) = kept_files(tmp_path)
    record = json.loads(file.read_bytes())
    file.write_text(json.dumps({**record, name: odd}))
    assert storage.drafts.load(PORT_ID) == []


# --- writing in the background ---


def typed(endpoint: str) -> Draft:
    """Return a draft in which an endpoint was typed."""
    return replace(new_draft(reading_of(PORT)), form={**form_of(PORT), Field.ENDPOINT: endpoint})


def test_the_text_in_the_form_at_the_end_is_stored(storage: Storage, tmp_path: Path) -> None:
    async def type_and_end() -> None:
        forms = LeftForms(storage.drafts, storage.journal, Clock())
        for end in range(1, 30):
            forms.keep(typed("endpoint.example:24224"[:end]))
        forms.flush()

    asyncio.run(type_and_end())
    storage.run.end()
    (left,) = after_a_restart(tmp_path)
    assert left.form[Field.ENDPOINT] == "endpoint.example:24224"


def test_a_write_in_progress_at_the_end_does_not_overwrite_newer_text(
    storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, released = Event(), Event()

    def sync_slowly(_: object) -> None:
        begun.set()
        released.wait(timeout=30)

    async def type_and_end() -> None:
        forms = LeftForms(storage.drafts, storage.journal, Clock())
        forms.keep(typed("e"))
        with monkeypatch.context() as slow:
            slow.setattr("os.fsync", sync_slowly)
            await asyncio.to_thread(begun.wait, 30)
        forms.keep(typed("endpoint.example:24224"))
        flushing = asyncio.create_task(asyncio.to_thread(forms.flush))
        await asyncio.wait({flushing}, timeout=0.2)  # flush should be waiting
        released.set()
        await flushing
        assert forms._disk._writing
        await forms._disk._writing

    storage.run.begin()
    asyncio.run(type_and_end())
    storage.run.end()
    (left,) = after_a_restart(tmp_path)
    assert left.form[Field.ENDPOINT] == "endpoint.example:24224"


@pytest.mark.parametrize("text", ["typed", PORT.endpoint])
def test_a_draft_without_a_change_is_not_kept(storage: Storage, text: object) -> None:
    async def type_and_find() -> bool:
        forms = LeftForms(storage.drafts, storage.journal, Clock())
        forms.keep(typed("typed at first"))
        forms.keep(typed(str(text)))
        forms.flush()
        return await forms.find(reading_of(PORT)) is not None

    assert asyncio.run(type_and_find()) is (text == "typed")


def test_a_draft_is_applied_to_the_port_as_it_is_now(storage: Storage) -> None:
    moved = replace(PORT, frontend_port=9999)
    storage.drafts.store(left_form("typed"))
    forms = LeftForms(storage.drafts, storage.journal, Clock())
    found = asyncio.run(forms.find(reading_of(moved)))
    assert found
    draft = found.draft
    assert draft.form == {**form_of(moved), Field.ENDPOINT: "typed"}
    assert draft.reading.port == moved
    as_typed = replace(PORT, endpoint="typed")
    assert asyncio.run(forms.find(reading_of(as_typed))) is None  # the port already has this value
