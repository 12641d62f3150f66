"""Undo: which change is undone next, and what the form then contains."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.journal import Call, Entry, Intent, Outcome, Result
from portui.port.editing import Change, difference, form_of
from portui.port.model import EDITABLE, Field, Port, Unreadable
from portui.tui.draft import next_undo, restoring_draft
from tests.support.hostile_text import times
from tests.support.ports import MOMENT, PORT, PORT_ID, any_port, changed, reading_of

FRONTEND: Final = Field.FRONTEND_PORT
BACKEND: Final = Field.BACKEND_PORT


class History:
    """A port and its journal; each change takes effect unless its result rules that out."""

    def __init__(self, port: Port = PORT) -> None:
        self.port = port
        self.oldest_first: list[Entry] = []

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The journal's entries, newest first."""
        return tuple(reversed(self.oldest_first))

    @property
    def next_undo(self) -> Entry | None:
        """The entry that `u` would undo now."""
        return next_undo(self.entries, reading_of(self.port))

    def edit(
        self,
        values: dict[Field, str | int],
        result: Result | None = Result.SAVED,
        undoes: str | None = None,
    ) -> Entry:
        """Make a change and return its entry, without an outcome if `result` is `None`."""
        fields = [field for field in EDITABLE if field in values]
        change = Change(tuple((field, values[field]) for field in fields))
        intent = Intent("plant", Call.UPDATE, PORT_ID, self.port, change, undoes)
        entry = self._write(intent, result)
        if entry.may_have_taken_effect:
            self.port = changed(self.port, change)
        return entry

    def deletion(self, result: Result) -> Entry:
        """Record a deletion that the port survives, and return its entry."""
        return self._write(Intent("plant", Call.DELETE, PORT_ID, self.port, Change()), result)

    def undo(self, result: Result = Result.SAVED) -> Entry | None:
        """Undo the next change, if any, by saving the form that restores it; return its entry."""
        entry = self.next_undo
        if entry:
            draft = restoring_draft(reading_of(self.port), entry)
            change = difference(self.port, draft.form)
            assert isinstance(change, Change)
            self.edit(dict(change), result, draft.undoes)
        return entry

    def _write(self, intent: Intent, result: Result | None) -> Entry:
        settled = Outcome(result, "run", MOMENT) if result else None
        entry = Entry(f"{len(self.oldest_first)}", "run", MOMENT, intent, settled)
        self.oldest_first.append(entry)
        return entry


# --- which change is undone ---


def test_without_a_change_there_is_nothing_to_undo() -> None:
    assert History().next_undo is None


def test_the_newest_change_is_undone_first_and_each_undo_goes_one_further_back() -> None:
    history = History()
    first = history.edit({FRONTEND: 1})
    second = history.edit({BACKEND: 2})
    third = history.edit({FRONTEND: 3, BACKEND: 3})
    assert [history.undo() for _ in range(4)] == [third, second, first, None]
    assert history.port == PORT


def test_an_edit_after_an_undo_is_undone_before_older_changes() -> None:
    history = History()
    first, second = history.edit({FRONTEND: 1}), history.edit({FRONTEND: 2})
    assert history.undo() == second
    third = history.edit({FRONTEND: 3})
    assert [history.undo() for _ in range(3)] == [third, first, None]
    assert history.port == PORT


@pytest.mark.parametrize("result", [Result.NOT_SENT, Result.REFUSED])
def test_a_change_that_did_not_take_effect_is_not_undone(result: Result) -> None:
    history = History()
    first = history.edit({FRONTEND: 1})
    history.edit({FRONTEND: 2}, result)
    assert history.next_undo == first


@pytest.mark.parametrize(
    "result",
    [
        None,
        Result.SAVED,
        Result.NOT_CONFIRMED,
        Result.UNKNOWN,
        Result.DIFFERENT_VALUES,
        Result.NO_SUCH_PORT,
    ],
)
def test_a_change_that_may_have_taken_effect_is_undone_if_it_did(result: Result | None) -> None:
    history = History()
    first, second = history.edit({FRONTEND: 1}), history.edit({FRONTEND: 2}, result)
    assert history.next_undo == second
    history.port = changed(PORT, Change(((FRONTEND, 1),)))
    assert history.next_undo == first


@pytest.mark.parametrize("result", [r for r in Result if r is not Result.SAVED])
def test_a_change_whose_undo_was_not_saved_is_undone_next(result: Result) -> None:
    history = History()
    history.edit({FRONTEND: 1})
    second = history.edit({FRONTEND: 2})
    history.undo(result)
    history.port = changed(PORT, Change(((FRONTEND, 2),)))
    assert history.next_undo == second


def test_changes_to_other_ports_are_not_undone() -> None:
    history = History()
    entry = history.edit({FRONTEND: 1})
    other = replace(entry, intent=replace(entry.intent, port_id=UUID(int=7)))
    assert next_undo((other,), reading_of(history.port)) is None
    assert next_undo((other, entry), reading_of(history.port)) == entry


def test_a_change_that_someone_else_reverted_is_skipped() -> None:
    history = History()
    first = history.edit({FRONTEND: 1})
    history.edit({BACKEND: 2})
    history.port = replace(history.port, backend_port=PORT.backend_port)
    assert history.next_undo == first


def test_other_values_saved_from_an_undo_form_count_as_a_new_change() -> None:
    history = History()
    first, second = history.edit({FRONTEND: 1}), history.edit({FRONTEND: 2})
    third = history.edit({FRONTEND: 3}, undoes=second.id)
    assert history.undo() == third
    assert history.port.frontend_port == 2
    assert [history.undo() for _ in range(3)] == [second, first, None]
    assert history.port == PORT


# --- what the form then contains ---


def test_the_form_restores_only_the_fields_that_the_change_set() -> None:
    history = History()
    entry = history.edit({FRONTEND: 1})
    now = reading_of(replace(history.port, backend_port=5555, protocol="udp"))
    draft = restoring_draft(now, entry)
    assert draft.form == {**form_of(now.port), FRONTEND: "24224"}
    assert (draft.undoes, draft.reading, draft.focus) == (entry.id, now, None)


@pytest.mark.parametrize("result", [Result.NOT_CONFIRMED, Result.UNKNOWN, Result.DELETED])
def test_undoing_a_deletion_restores_every_editable_field(result: Result) -> None:
    history = History()
    entry = history.deletion(result)
    now = reading_of(
        replace(PORT, protocol="udp", frontend_port=1, backend_port=2, endpoint="", kind="NodePort")
    )
    assert restoring_draft(now, entry).form == form_of(PORT)
    assert next_undo(history.entries, now) == entry


@pytest.mark.parametrize(
    ("field", "former"),
    [
        (FRONTEND, Unreadable("70000")),
        (FRONTEND, Unreadable(None)),
        (Field.ENDPOINT, Unreadable('"x"')),
        (FRONTEND, 0),
        (Field.PROTOCOL, "sctp"),
        (Field.ENDPOINT, "a\x1b[31mb"),
        (Field.ENDPOINT, "x" * 3_000),
        (Field.ENDPOINT, " spaced "),
    ],
    ids=lambda value: ascii(value)[:16] if not isinstance(value, Field) else value.json_name,
)
def test_values_that_were_unreadable_or_cannot_be_typed_are_not_restored(
    field: Field, former: str | int | Unreadable
) -> None:
    odd = replace(PORT, **{field.attribute: former})  # type: ignore[arg-type]
    history = History(odd)
    history.edit({field: PORT[field]})  # type: ignore[dict-item]
    assert history.next_undo is None
    entry = history.edit({field: PORT[field], BACKEND: 2})  # type: ignore[dict-item]
    history.oldest_first = [replace(entry, intent=replace(entry.intent, before=odd))]
    draft = restoring_draft(reading_of(history.port), *history.oldest_first)
    change = difference(history.port, draft.form)
    assert change == Change(((BACKEND, 24224),))


def test_an_endpoint_that_was_pending_is_restored_as_empty() -> None:
    history = History(replace(PORT, endpoint=""))
    history.edit({Field.ENDPOINT: "e:1"})
    history.undo()
    assert history.port.endpoint == ""


# --- any history ---

_values: Final = st.fixed_dictionaries(
    {},
    optional={
        Field.PROTOCOL: st.sampled_from(["tcp", "udp"]),
        FRONTEND: st.integers(1, 3),
        BACKEND: st.integers(1, 3),
        Field.ENDPOINT: st.sampled_from(["", "a:1", "b:2"]),
    },
).filter(bool)


@times(200)
@given(any_port, any_port, st.sets(st.sampled_from(EDITABLE)))
def test_every_restored_value_is_one_that_the_port_had(
    before: Port, now: Port, fields: set[Field]
) -> None:
    change = Change(tuple((field, "7") for field in EDITABLE if field in fields))
    call = Call.UPDATE if fields else Call.DELETE
    entry = Entry("e", "r", MOMENT, Intent("plant", call, PORT_ID, before, change))
    restored = difference(now, restoring_draft(reading_of(now), entry).form)
    assert isinstance(restored, Change)
    assert restored.is_applied_to(before)
    assert {field for field, _ in restored} <= (fields or set(EDITABLE))


@times(200)
@given(st.lists(_values, max_size=6))
def test_undoing_everything_leads_back_step_by_step_to_the_original_port(
    edits: Sequence[dict[Field, str | int]],
) -> None:
    history, were = History(), list[Port]()
    for values in edits:
        different = {f: value for f, value in values.items() if value != history.port[f]}
        if different:
            were.append(history.port)
            history.edit(different)
    while were:
        assert history.undo()
        assert history.port == were.pop()
    assert history.next_undo is None


@times(100)
@given(st.lists(st.none() | _values, max_size=10))
def test_edits_and_undos_in_any_order_can_all_be_undone(
    edits: Sequence[dict[Field, str | int] | None],
) -> None:
    history = History()
    for values in edits:
        if values is None:
            history.undo()
        elif different := {f: value for f, value in values.items() if value != history.port[f]}:
            history.edit(different)
    for _ in range(len(edits) + 1):
        history.undo()
    assert history.next_undo is None
    assert history.port == PORT
