"""Recovery: undo, the history, drafts, and changes without a known outcome."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from textual.pilot import Pilot

from portui.api.errors import ConnectionLostError, RefusedError
from portui.journal import Call, Intent, Result, Storage, StoredDraft
from portui.port.editing import Change, form_of
from portui.port.model import Field
from portui.tui.dependencies import AppResult
from tests.support.app import Bench
from tests.support.ports import PORT, PORT_ID
from tests.support.screen import screen_text, until

pytestmark = pytest.mark.anyio

OTHER = UUID("00000000-0000-4000-8000-000000000001")
CHANGE = Change(((Field.FRONTEND_PORT, 24225),))


def storage(bench: Bench) -> Storage:
    """Open the storage of another run in the same state folder."""
    moment = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    return Storage.under(bench.folder, bench.settings.origin.name, lambda: moment)


def leave_unfinished(bench: Bench, call: Call = Call.UPDATE, port_id: UUID = PORT_ID) -> None:
    """Record a change of a run that ended before its outcome was known."""
    former = storage(bench)
    change = CHANGE if call is Call.UPDATE else Change()
    former.journal.record(Intent("demo", call, port_id, replace(PORT, id=port_id), change))
    former.run.end()


async def save(bench: Bench, pilot: Pilot[AppResult], number: str) -> None:
    """Save a new frontend port."""
    await bench.open_dialog(pilot, "e", "Save")
    await bench.type(pilot, *number, "enter", "enter")
    await until(pilot, f"→ {number}")
    await until(pilot, "Saved and confirmed")


async def undo(bench: Bench, pilot: Pilot[AppResult]) -> None:
    """Open the undo form and save it."""
    await bench.open_dialog(pilot, "u", "Undo  123e4567")
    await bench.type(pilot, "enter")


async def test_undo_saves_the_values_before_the_last_change_like_any_other_change(
    bench: Bench,
) -> None:
    async with bench.shown() as pilot:
        await save(bench, pilot, "24225")
        await bench.open_dialog(pilot, "u", "Undo  123e4567")
        assert "Frontend port 24225 → 24224" in screen_text(pilot.app)
        assert len(bench.service.made("PATCH")) == 1
        await bench.type(pilot, "enter")
        await until(pilot, "tcp 24224 → 24224")
        await until(pilot, "Saved and confirmed")
    assert bench.service.made("PATCH")[1] == {Field.FRONTEND_PORT: 24224}
    assert [entry.result for entry in storage(bench).journal.entries()] == [Result.SAVED] * 2


async def test_undo_goes_further_back_each_time_and_says_when_there_is_nothing_left(
    bench: Bench,
) -> None:
    async with bench.shown() as pilot:
        await save(bench, pilot, "24225")
        await save(bench, pilot, "24226")
        await undo(bench, pilot)
        await until(pilot, "tcp 24225 → 24224")
        await until(pilot, "Saved and confirmed")
        await undo(bench, pilot)
        await until(pilot, "tcp 24224 → 24224")
        await until(pilot, "Saved and confirmed")
        await until(pilot, lambda: "u Undo" not in screen_text(pilot.app))
        await bench.type(pilot, "u")
        await until(pilot, "all changes made here are undone; the history (h) has 4")


async def test_undo_is_offered_only_when_there_is_something_to_undo(
    bench: Bench,
) -> None:
    async with bench.shown() as pilot:
        await pilot.pause()
        assert "u Undo" not in screen_text(pilot.app)
        await bench.type(pilot, "u")
        await until(pilot, "Nothing to undo: portui hasn't changed this port")
        await save(bench, pilot, "24225")
        await until(pilot, "u Undo")
    async with bench.shown() as pilot:
        await until(pilot, "u Undo")


async def test_undo_covers_changes_from_earlier_runs(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await save(bench, pilot, "24225")
    async with bench.shown() as pilot:
        await undo(bench, pilot)
        await until(pilot, "tcp 24224 → 24224")


async def test_undo_ignores_a_refused_change(bench: Bench) -> None:
    async with bench.shown() as pilot:
        bench.service.failures["PATCH"] = [RefusedError(422, "invalid pipeline port number")]
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"24225", "enter", "enter")
        await until(pilot, "Not saved: invalid pipeline port number")
        await pilot.pause()
        bench.seconds += 1
        await bench.type(pilot, "escape")
        await until(pilot, "Discard your changes?")
        await bench.type(pilot, "y", "u")
        await until(pilot, "Nothing to undo")


async def test_undo_after_a_deletion_shows_the_call_that_creates_a_similar_port(
    bench: Bench,
) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "d", "Delete this port?")
        await bench.type(pilot, "y")
        await until(pilot, "Confirmed. Its last values")
        await bench.open_dialog(pilot, "u", "Create a port like the deleted one")
        text = "".join(line.strip(" │") for line in screen_text(pilot.app).splitlines())
        assert "/v1/aggregator_pipelines/PIPELINE_ID/ports" in text
        assert '"frontendPort": 24224' in text
        assert "$CALYPTIA_CLOUD_TOKEN" in text
        await bench.type(pilot, "down", "down", "enter")
        await until(pilot, "to the terminal (")
        assert '"pluginAlias": "myforwardinput"' in pilot.app.clipboard
        assert "demo" not in pilot.app.clipboard.replace("forward.demo.example", "")


async def test_the_history_shows_this_ports_changes_or_all_and_restores_old_values(
    bench: Bench,
) -> None:
    leave_unfinished(bench, Call.DELETE, OTHER)
    async with bench.shown() as pilot:
        await save(bench, pilot, "24225")
        await save(bench, pilot, "24226")
        await bench.open_dialog(pilot, "h", "Enter Restore")
        assert "00000000" not in screen_text(pilot.app)
        await bench.type(pilot, "a")
        await until(pilot, "00000000  Deletion")
        await bench.type(pilot, "a", "down")
        await until(pilot, "Frontend port  24224")
        await bench.type(pilot, "enter")
        await until(pilot, "Frontend port 24226 → 24224")
        await pilot.pause()
        bench.seconds += 1
        await bench.type(pilot, "enter")
        await until(pilot, "tcp 24224 → 24224")
        await until(pilot, "Saved and confirmed")


async def test_old_values_can_be_copied_from_the_history(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await save(bench, pilot, "24225")
        await bench.open_dialog(pilot, "h", "Enter Restore")
        await bench.type(pilot, "c")
        await until(pilot, "to the terminal (")
        assert '"frontendPort": 24224' in pilot.app.clipboard


async def test_an_empty_history_says_so(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "h", "No changes yet")
        await bench.type(pilot, "escape")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)


# --- changes without a known outcome ---


async def test_a_change_without_an_outcome_is_reported_at_start_and_checked_from_the_history(
    bench: Bench,
) -> None:
    leave_unfinished(bench)
    bench.service.ports[PORT_ID] = replace(PORT, frontend_port=24225)
    async with bench.run() as pilot:
        await until(pilot, "A change has no known outcome")
        await bench.open_dialog(pilot, "f3", "no outcome")
        await bench.type(pilot, "enter")
        await until(pilot, "Saved: the port has the new values")
    (entry,) = storage(bench).journal.entries()
    assert entry.result is Result.SAVED


async def test_looking_up_a_port_reports_the_outcome_of_its_unfinished_change(bench: Bench) -> None:
    leave_unfinished(bench)
    async with bench.run() as pilot:
        await until(pilot, "A change has no known outcome")
    async with bench.shown() as pilot:
        await until(pilot, "Not confirmed: the port has its old values")
    (entry,) = storage(bench).journal.entries()
    assert entry.result is Result.NOT_CONFIRMED


async def test_a_404_settles_an_unfinished_deletion(bench: Bench) -> None:
    leave_unfinished(bench, Call.DELETE)
    bench.service.ports = {}
    async with bench.run(PORT_ID) as pilot:
        await until(pilot, "Deleted: the service has no such port")
    (entry,) = storage(bench).journal.entries()
    assert entry.result is Result.DELETED


async def test_a_change_that_another_run_is_still_making_is_not_reported(bench: Bench) -> None:
    other = storage(bench)
    other.journal.record(Intent("demo", Call.UPDATE, PORT_ID, PORT, CHANGE))
    async with bench.shown() as pilot:
        await pilot.pause()
        assert "no known outcome" not in screen_text(pilot.app)
        assert "Not confirmed: the port still has its old values" not in screen_text(pilot.app)
    other.run.end()


# --- drafts ---


async def test_a_form_left_open_when_a_run_ended_is_offered_in_the_next_one(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"24225")
        await until(pilot, "→ 24225")
    (kept,) = (bench.folder / "drafts").rglob("*.json")
    assert kept.stat().st_mode & 0o777 == 0o600
    async with bench.shown() as pilot:
        await until(pilot, "Unsaved draft from")
        await bench.open_dialog(pilot, "e", "Frontend port 24224 → 24225")
        await bench.type(pilot, "enter", "enter")
        await until(pilot, "Saved and confirmed")
        await until(pilot, lambda: not kept.exists())
    assert bench.service.made("PATCH") == [{Field.FRONTEND_PORT: 24225}]


async def test_a_discarded_draft_is_not_offered_again(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"24225")
        await until(pilot, lambda: bool(list((bench.folder / "drafts").rglob("*.json"))))
        await bench.type(pilot, "escape")
        await until(pilot, "Discard your changes?")
        await pilot.pause()
        await bench.type(pilot, "y")
        await until(pilot, lambda: not list((bench.folder / "drafts").rglob("*.json")))
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "No changes")


async def test_a_lost_connection_keeps_the_draft_for_the_next_run(bench: Bench) -> None:
    async with bench.shown() as pilot:
        bench.service.failures["GET"] = [ConnectionLostError()] * 3
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"24225", "enter", "enter")
        await until(pilot, "Not sent. ")
    async with bench.shown() as pilot:
        await until(pilot, "Unsaved draft from")


async def test_a_draft_of_an_earlier_run_says_so_in_the_form_while_it_is_edited(
    bench: Bench,
) -> None:
    earlier = Storage.under(bench.folder, bench.settings.origin.name, bench.now)
    form = {**form_of(PORT), Field.FRONTEND_PORT: "24225"}
    earlier.drafts.store(StoredDraft(bench.now(), PORT_ID, PORT, form, "d"))
    earlier.run.end()
    async with bench.shown() as pilot:
        await until(pilot, "Unsaved draft from 2026-11-24 14:03:07 UTC")
        await bench.open_dialog(pilot, "e", "Save")
        await until(pilot, "? Unsaved draft from 2026-11-24 14:03:07 UTC")
        await bench.type(pilot, "end", "6")
        await until(pilot, "Frontend port")
        assert "? Unsaved draft from" in screen_text(pilot.app)


# --- a journal that can't be written ---


async def test_without_the_journal_nothing_is_sent_unless_the_operator_insists(
    bench: Bench, tmp_path: Path
) -> None:
    bench.folder = tmp_path / "a file"
    bench.folder.write_text("in the way")
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"24225", "enter", "enter")
        await until(pilot, "This change can't be recorded first")
        await pilot.pause()
        await bench.type(pilot, "enter")
        await until(pilot, "Not sent. Can't write the history")
        assert bench.service.made("PATCH") == []
        await bench.open_dialog(pilot, "e", "Frontend port 24224 → 24225")
        await bench.type(pilot, "enter", "enter")
        await until(pilot, "This change can't be recorded first")
        await pilot.pause()
        await bench.type(pilot, "down", "enter")
        await until(pilot, "Saved and confirmed")
    assert len(bench.service.made("PATCH")) == 1
    assert os.listdir(tmp_path) == ["a file"]  # noqa: PTH208
