"""The lines on the screen: untrusted text can't harm them, and each fits its width."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from portui.clock import Clock
from portui.explain.explanation import Action, Explanation, Tone
from portui.journal import Call, Entry, Intent, Outcome, Result
from portui.operations.delete import what_to_type
from portui.port.display import safe, utc
from portui.port.editing import Change, Form, difference, form_of
from portui.port.model import EDITABLE, Field, Port, Unreadable
from portui.settings import Origin, Profile
from portui.tui.draft import Draft
from portui.tui.screens.delete import target_lines
from portui.tui.screens.edit import preview_lines
from portui.tui.screens.history_lines import details_of, row_of, window_of
from portui.tui.state import Failed, FindingToken, Gone, Loading, Nothing, Showing, State
from portui.tui.widgets import pane_lines
from portui.tui.widgets.lines import PLAIN, Line, flow, wrapped
from portui.tui.widgets.port_rows import lines_of, rows_of
from tests.support.hostile_text import dangers, hostile_text, times
from tests.support.ports import PORT, PORT_ID, any_port, reading_of

NOW: Final = datetime(2026, 11, 24, 14, 3, 7, tzinfo=UTC)
PROFILE: Final = Profile("plant", Origin.parse("https://plant.example"), protected=True)
widths = st.integers(40, 200)


def text_of(lines: tuple[Line, ...]) -> list[str]:
    """Return the text of each line."""
    return ["".join(text for text, _ in line) for line in lines]


def check(lines: tuple[Line, ...], width: int) -> None:
    """Check that no line has harmful text or takes more than `width` cells."""
    for line in text_of(lines):
        assert dangers(line) == []
        assert cell_len(line) <= width


@times(150)
@given(any_port, widths, st.booleans())
def test_rows_of_any_port_are_safe_and_fit(port: Port, width: int, current: bool) -> None:  # noqa: FBT001
    for row in rows_of(port, NOW, editable=True):
        check(lines_of(row, width, current=current), width)


def test_a_port_updated_a_few_seconds_ahead_of_this_machines_clock_was_updated_just_now() -> None:
    port = replace(PORT, updated_at=NOW + timedelta(seconds=3), created_at=NOW + timedelta(days=1))
    rows = rows_of(port, NOW, editable=True)
    shown = {row.field: row.value.partition(" · ")[2] for row in rows}
    assert shown[Field.UPDATED] == "just now"
    assert shown[Field.CREATED] == "in the future, by this machine's clock"


@times(150)
@given(any_port, widths)
def test_the_head_of_any_port_is_safe(port: Port, width: int) -> None:
    for state in (Showing(reading_of(port)), Gone(reading_of(port), Explanation("Deleted"))):
        for line in text_of(pane_lines.head(state, FindingToken(), width, None)):
            assert dangers(line) == []


@times(150)
@given(any_port, widths, st.booleans())
def test_the_delete_dialog_of_any_port_is_safe_fits_and_names_the_id(
    port: Port,
    width: int,
    short: bool,  # noqa: FBT001
) -> None:
    lines = target_lines(reading_of(port), PROFILE, width, short=short)
    check(lines, width)
    assert dangers(what_to_type(reading_of(port))) == []
    assert any(str(PORT_ID) in line for line in text_of(lines))


@times(150)
@given(any_port, any_port, st.integers(36, 100), st.sampled_from([1, 3]))
def test_the_preview_of_a_change_to_any_port_is_safe_and_fits(
    before: Port, after: Port, width: int, most: int
) -> None:
    change = difference(before, form_of(after))
    if isinstance(change, Change):
        check(preview_lines(before, change, width, most), width)


@times(150)
@given(hostile_text, st.integers(1, 80))
def test_wrapping_keeps_every_word_and_fits_the_width(text: str, width: int) -> None:
    words = safe(" ".join(text.split()), 2_000) or "x"
    lines = wrapped(words, max(2, width))
    assert all(cell_len(line) <= max(2, width) for line in lines)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")


@times(150)
@given(
    st.lists(st.text("abc→é漢e\u0301 ", min_size=1), min_size=1),
    st.integers(4, 60),
    st.integers(1, 3),
)
def test_a_flow_is_complete_or_ends_in_an_ellipsis(texts: list[str], width: int, most: int) -> None:
    lines = text_of(flow([(text, PLAIN) for text in texts], width, most))
    assert len(lines) <= most
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines) == "".join(texts) or lines[-1].endswith("…")


def test_the_status_line_says_when_the_port_was_read_if_it_was() -> None:
    clock = Clock(now=lambda: NOW, seconds=lambda: 65.0)
    reading = reading_of(PORT)
    states: dict[State, str] = {
        Nothing(): "",
        Loading(PORT_ID): "",
        Failed(PORT_ID, Explanation("No")): "",
        Showing(reading): "Read 04:36:00 UTC, 1 minute ago, in 40 ms",
        Gone(reading, Explanation("Deleted")): "Read 04:36:00 UTC, 1 minute ago, in 40 ms",
    }
    for state, words in states.items():
        assert text_of(pane_lines.status(state, clock, "", 80)) == [f" {words}"]
        beside = text_of(pane_lines.status(state, clock, "Copied", 80))
        assert (beside[0].strip(), len(beside)) == (
            f"{words}{'Copied':>{78 - len(words)}}".strip(),
            1,
        )
        narrow = text_of(pane_lines.status(state, clock, "Sent to the terminal", 40))
        age = words.removesuffix(", in 40 ms")
        assert [line.strip() for line in narrow] == [
            "Sent to the terminal",
            *([age] if age else []),
        ]


def test_a_notice_has_a_glyph_for_its_tone_and_its_keys() -> None:
    for tone, sign in ((Tone.GOOD, "✓"), (Tone.BAD, "✗"), (Tone.UNSURE, "?")):
        notice = Explanation("What", "Meaning", (Action.REFRESH,), tone)
        first, meaning, keys = text_of(pane_lines.notice_lines(notice, 80))
        assert (first, meaning, keys) == (f" {sign} What", "   Meaning", "   r Refresh")


def test_a_brief_notice_still_says_what_happened_and_what_to_press() -> None:
    notice = Explanation("What", "Meaning", (Action.REFRESH,))
    assert text_of(pane_lines.notice_lines(notice, 40, brief=True)) == [" ✗ What", "   r Refresh"]


def test_every_action_has_a_key() -> None:
    assert set(pane_lines.ACTION_KEYS) == set(Action)


@times(150)
@given(any_port, any_port, any_port)
def test_a_rebased_draft_keeps_what_was_typed_and_nothing_else(
    was: Port, typed: Port, now: Port
) -> None:
    form: Form = form_of(typed)
    draft = Draft(reading_of(was), form).rebased(reading_of(now))
    for field in EDITABLE:
        touched = form[field] != form_of(was)[field]
        assert draft.form[field] == (form[field] if touched else form_of(now)[field])


def test_unreadable_fields_are_marked_in_words() -> None:
    port = replace(PORT, backend_port=Unreadable("70000"), kind=Unreadable(None))
    rows = {row.field: row for row in rows_of(port, NOW, editable=True)}
    assert rows[Field.BACKEND_PORT].value == "70000 · out of range"
    assert rows[Field.KIND].value == "missing"
    assert {rows[Field.BACKEND_PORT].mark, rows[Field.KIND].mark} == {"!"}


def test_unknown_fields_beyond_the_first_hundred_are_only_counted() -> None:
    port = replace(PORT, unknown=tuple((f"field{n}", "1") for n in range(270_000)))
    rows = rows_of(port, NOW, editable=True)
    assert len(rows) == 11 + 100 + 1
    assert rows[-1].value == "and 269,900 more fields this version doesn't know"


# --- the history ---

_endpoints = st.text(
    st.characters(codec="ascii", categories=("L", "N", "P")), min_size=1, max_size=300
)


@times(150)
@given(any_port, any_port, _endpoints, st.integers(30, 100), st.booleans())
def test_the_history_fits_and_never_cuts_the_new_value(
    before: Port,
    after: Port,
    endpoint: str,
    width: int,
    short: bool,  # noqa: FBT001
) -> None:
    change = Change(((Field.FRONTEND_PORT, 24225), (Field.ENDPOINT, endpoint)))
    intent = Intent("plant", Call.UPDATE, PORT_ID, before, change)
    entry = Entry("e", "r", NOW, intent, Outcome(Result.SAVED, "r", NOW, after))
    for lines in (
        details_of(entry, width, short=short),
        row_of(entry, width, current=True, port=True),
    ):
        check(lines, max(width, 36))  # an ID has 36 characters
        assert "24225" in "".join(text_of(lines))
    values = "".join(
        line.removeprefix(" " * 15) for line in text_of(details_of(entry, width, short=short))
    )
    assert endpoint in values


def test_the_history_shows_the_values_before_as_sent_and_as_read_afterwards() -> None:
    change = Change(((Field.FRONTEND_PORT, 24225),))
    after = replace(PORT, frontend_port=24225, endpoint="pushed.example:1")
    intent = Intent("plant", Call.UPDATE, PORT_ID, PORT, change)
    entry = Entry("e", "r", NOW, intent, Outcome(Result.SAVED, "r", NOW, after))
    at_80 = text_of(details_of(entry, 74, short=False))
    columns = [line.split() for line in at_80]
    assert ["before", "sent", "after"] in columns
    assert ["Frontend", "port", "24224", "24225", "24225"] in columns
    assert "  after        pushed.example:1" in at_80  # it changed, though it wasn't sent
    assert at_80[-1] == f"saved · after: as read {utc(NOW)} · profile plant"
    at_40 = text_of(details_of(entry, 36, short=True))
    assert ["Frontend", "port", "24224", "24225", "24225"] in [line.split() for line in at_40]
    (unread,) = details_of(replace(entry, outcome=None), 74, short=False)[-1:]
    assert text_of((unread,)) == ["no outcome · not read back · profile plant"]
    gone = replace(entry, outcome=Outcome(Result.DELETED, "r", NOW))
    (confirmed,) = details_of(gone, 74, short=False)[-1:]
    assert text_of((confirmed,)) == ["deleted · confirmed · profile plant"]


@pytest.mark.parametrize("width", [36, 74])
def test_times_in_the_history_have_a_time_zone(width: int) -> None:
    intent = Intent("plant", Call.DELETE, PORT_ID, PORT, Change())
    entry = Entry("e", "r", NOW, intent)
    first = text_of(row_of(entry, width, current=False, port=False))[0]
    assert re.search(r"\d\d:\d\d(:\d\d)? UTC", first)


def test_a_long_history_shows_the_selected_change_and_only_whole_rows() -> None:
    rows = [((((f"row {n}", PLAIN),),) * (1 + n % 3)) for n in range(50)]
    for cursor in range(50):
        shown = text_of(window_of(rows, cursor, 7))
        assert f"row {cursor}" in shown
        assert len(shown) <= 7
        for n in range(50):
            assert shown.count(f"row {n}") in (0, 1 + n % 3)
