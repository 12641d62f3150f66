"""Drafts of new ports on the disk, and what became of those that were sent."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest

from portui.clock import Clock
from portui.journal import Creation, JournalError, Result, Sent, Storage
from portui.port.editing import BLANK, Form, NewPort
from portui.port.listed import Pipeline
from portui.port.model import Field
from portui.tui.actions.left_new_ports import LeftNewPorts
from portui.tui.draft import NewPortDraft
from tests.support.sessions import kill

MOMENT: Final = datetime(2026, 11, 24, 14, 3, 7, tzinfo=UTC)
EDGE: Final = Pipeline(UUID(int=0xF001), "edge-forward")
TYPED: Final[Form] = {**BLANK, Field.FRONTEND_PORT: "24300", Field.BACKEND_PORT: "24224"}
NEW: Final = NewPort("tcp", 24300, 24224)
DRAFT: Final = NewPortDraft(EDGE, TYPED, id="d")


class Run:
    """One run of portui."""

    def __init__(self, folder: Path) -> None:
        self.storage = Storage.under(folder, "https://service.test", lambda: MOMENT)
        self.left = self._forms()

    def _forms(self) -> LeftNewPorts:
        clock = Clock(lambda: MOMENT)
        return LeftNewPorts(self.storage.new_ports, self.storage.journal, clock)

    def keep(self, draft: NewPortDraft) -> None:
        async def store() -> None:
            await self.left.keep_now(draft)

        asyncio.run(store())

    def unsaved(self, pipeline: Pipeline = EDGE) -> NewPortDraft | None:
        return asyncio.run(self._forms().unsaved(pipeline))

    def send(self, draft: NewPortDraft, result: Result | None) -> None:
        """Record that a draft's port was sent, and what became of it."""
        creation = Creation("plant", UUID(int=0xF001), EDGE.name, NEW, frozenset(), draft.id)
        entry = self.storage.journal.record_creation(creation)
        if result:
            self.storage.journal.record_result(entry, result)

    def die(self) -> None:
        kill(self.storage.run)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    first = Run(tmp_path)
    yield first
    first.die()


@pytest.fixture
def later(tmp_path: Path) -> Iterator[Run]:
    second = Run(tmp_path)
    yield second
    second.die()


def test_a_form_that_was_left_is_there_in_the_next_run(run: Run, later: Run) -> None:
    run.keep(DRAFT)
    assert later.unsaved() is None  # its run still has it
    run.die()
    found = later.unsaved()
    assert found
    assert (found.form, found.start, found.id, found.sent) == (TYPED, BLANK, "d", None)
    assert found.problem
    assert found.problem.what.startswith("Unsaved draft from")
    assert later.unsaved(Pipeline(UUID(int=7))) is None
    assert later.unsaved(Pipeline(None)) is None


def test_a_form_in_which_nothing_was_typed_is_not_kept(run: Run, later: Run) -> None:
    run.keep(DRAFT)
    run.keep(replace(DRAFT, form=BLANK))
    run.die()
    assert later.unsaved() is None


def test_a_draft_that_was_created_is_deleted(run: Run, later: Run, tmp_path: Path) -> None:
    run.keep(DRAFT)
    run.send(DRAFT, Result.CREATED)
    run.die()
    assert later.unsaved() is None
    assert [*tmp_path.rglob("drafts/**/*.json")] == []


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (None, "Draft being sent at 14:03:07 UTC when portui stopped; outcome unknown"),
        (Result.UNKNOWN, "Draft sent at 14:03:07 UTC; outcome unknown"),
        (Result.NOT_CONFIRMED, "Draft sent at 14:03:07 UTC; the port had not appeared"),
        (Result.NOT_SENT, "Unsaved draft from 2026-11-24 14:03:07 UTC"),
    ],
)
def test_a_draft_that_was_sent_says_what_became_of_it(
    run: Run, later: Run, result: Result | None, words: str
) -> None:
    run.keep(DRAFT)
    run.send(DRAFT, result)
    run.die()
    found = later.unsaved()
    assert found
    assert found.problem
    assert found.problem.what == words


def test_a_draft_edited_since_it_was_created_is_kept(run: Run, later: Run) -> None:
    run.keep(replace(DRAFT, form={**TYPED, Field.FRONTEND_PORT: "24301"}))
    run.send(DRAFT, Result.CREATED)
    run.die()
    found = later.unsaved()
    assert found
    assert found.problem
    assert "edited since it was sent" in found.problem.what


def test_a_draft_sent_without_a_record_may_have_been_sent(run: Run, later: Run) -> None:
    run.keep(replace(DRAFT, sent=Sent(MOMENT)))
    run.die()
    found = later.unsaved()
    assert found
    assert found.problem
    assert found.problem.what.startswith("Draft that may have been sent at 14:03:07 UTC")


def test_a_file_that_is_malformed_is_no_draft(run: Run, later: Run, tmp_path: Path) -> None:
    run.keep(DRAFT)
    run.die()
    (path,) = tmp_path.rglob("drafts/**/*.json")
    for text in ("", "[]", "{}", '{"at": 1}', path.read_text().replace("edge", "\ud800", 0)[:-9]):
        path.write_text(text)
        assert later.unsaved() is None


def test_a_disk_that_fails_loses_no_more_than_the_next_run_needs(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fails(_: object) -> None:
        raise JournalError(JournalError.Why.NO_SPACE, tmp_path)

    monkeypatch.setattr(run.storage.new_ports, "store", fails)
    run.keep(DRAFT)
    run.keep(replace(DRAFT, sent=Sent(MOMENT)))
