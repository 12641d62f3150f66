"""When a watched port is read again, what ends a watch, and what is shown of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portui.api.errors import (
    ConnectionLostError,
    DeadlineError,
    NoTokenError,
    RefusedError,
    ServiceError,
    UnavailableError,
    UnexpectedReplyError,
)
from portui.clock import Clock
from portui.explain.explanation import Explanation
from portui.explain.watch import explain_stopped_watching, explain_watching
from portui.operations.look_up import Reading
from portui.operations.watch import INTERVAL, FailedReads, due_at, ends_watch, failed_again
from portui.tui.actions.failed_reads import after_failed_read, after_failed_watch, ended_watch
from portui.tui.actions.reads import after_read, after_watched_read
from portui.tui.state import Gone, Showing, Watching
from tests.support.ports import MOMENT, PORT, PORT_ID, reading_of
from tests.support.scripted_service import ABSENT, DENIED, START

CLOCK = Clock(now=lambda: START, seconds=lambda: 1000.0)
LOST = ConnectionLostError()
MOVED = replace(PORT, frontend_port=24225)
NOTICE = Explanation("Saved and confirmed")


def pauses(*errors: ServiceError) -> list[float]:
    """Return the seconds that pass after each of some failures in a row."""
    failed: FailedReads | None = None
    found = []
    for error in errors:
        failed = failed_again(failed, error, CLOCK)
        found.append(failed.next_at_seconds - CLOCK.seconds())
    return found


def watched(**changes: object) -> Showing:
    return Showing(reading_of(PORT), watching=Watching())._replace(**changes)  # type: ignore[arg-type]


# --- when the port is read ---


def test_the_next_read_is_due_five_seconds_after_the_last_reply() -> None:
    assert due_at(reading_of(PORT), None) == INTERVAL == 5


def test_failures_make_the_pauses_longer_up_to_30_seconds() -> None:
    found = pauses(*[LOST] * 2000)
    assert all(
        most * 0.75 <= pause <= most for pause, most in zip(found[:3], (10, 20, 30), strict=True)
    )
    assert all(22 < pause <= 30 for pause in found[3:])


@pytest.mark.parametrize(("wish", "least", "most"), [(0.0, 7, 10), (300.0, 300, 300)])
def test_retry_after_is_kept_if_it_is_longer(wish: float, least: float, most: float) -> None:
    (pause,) = pauses(UnavailableError(503, None, retry_after=wish))
    assert least <= pause <= most


def test_an_absurd_retry_after_ends_after_a_day() -> None:
    assert pauses(UnavailableError(429, None, retry_after=999_999_999_999.0)) == [86_400]


def test_the_time_of_the_next_read_is_told_by_both_clocks() -> None:
    failed = failed_again(None, UnavailableError(429, None, retry_after=60.0), CLOCK)
    assert failed.next_at == START + timedelta(seconds=60)
    assert due_at(reading_of(PORT), failed) == 1060


@pytest.mark.parametrize("error", [ABSENT, DENIED, RefusedError(410, "token gone"), NoTokenError()])
def test_a_port_or_a_token_that_is_no_more_ends_a_watch(error: ServiceError) -> None:
    assert ends_watch(error)
    assert explain_stopped_watching(error) != explain_stopped_watching()


@pytest.mark.parametrize(
    "error",
    [
        LOST,
        DeadlineError(30),
        RefusedError(403, "permission denied"),
        RefusedError(404, "not found"),
        *(
            UnexpectedReplyError(status, UnexpectedReplyError.Why.NO_ERROR_BODY)
            for status in (401, 404)
        ),
    ],
)
def test_nothing_else_does(error: ServiceError) -> None:
    assert not ends_watch(error)


# --- what is shown ---


def test_the_last_change_stays_until_the_next() -> None:
    changed = after_watched_read(_later(MOVED, 5), watched())
    assert changed.was == PORT
    assert changed.watching == Watching(_later(MOVED, 5).at)
    same = after_watched_read(_later(MOVED, 10), changed)
    assert (same.was, same.watching) == (PORT, changed.watching)
    again = after_watched_read(_later(PORT, 15), same)
    assert again.was == MOVED
    assert again.watching == Watching(_later(PORT, 15).at)


def _later(port: object, seconds: float) -> Reading:
    return replace(
        reading_of(PORT),
        port=port,  # type: ignore[arg-type]
        at=MOMENT + timedelta(seconds=seconds),
        at_seconds=seconds,
    )


def test_a_read_of_a_watch_keeps_a_notice_and_the_undo_offer() -> None:
    after = after_watched_read(_later(MOVED, 5), watched(notice=NOTICE, can_undo=True))
    assert (after.notice, after.can_undo) == (NOTICE, True)


def test_but_not_a_notice_that_was_true_of_the_former_reading_alone() -> None:
    before = after_failed_read(watched(), PORT_ID, LOST)
    assert isinstance(before, Showing)
    assert before.notice is not None
    assert after_watched_read(_later(PORT, 5), before).notice is None


def test_a_refresh_goes_on_watching_unless_the_token_was_rejected() -> None:
    before = watched()
    assert after_read(_later(PORT, 5), before).watching == Watching()
    failed, denied = (after_failed_read(before, PORT_ID, error) for error in (LOST, DENIED))
    assert isinstance(failed, Showing)
    assert failed.watching
    assert isinstance(denied, Showing)
    assert not denied.watching


def test_failures_count_until_a_read_succeeds() -> None:
    state = watched()
    for count in (1, 2):
        state = after_failed_watch(state, LOST, CLOCK)
        assert state.watching
        assert state.watching.failed
        assert state.watching.failed.count == count
    assert after_watched_read(_later(PORT, 60), state).watching == Watching()


def test_a_rejected_token_leaves_the_notice_that_stands() -> None:
    bare, noticed = (ended_watch(watched(notice=notice), DENIED) for notice in (None, NOTICE))
    assert isinstance(bare, Showing)
    assert bare.notice
    assert "rejected" in bare.notice.what
    assert isinstance(noticed, Showing)
    assert (noticed.notice, noticed.watching) == (NOTICE, None)


def test_a_port_that_no_longer_exists_says_so_whatever_stood_there() -> None:
    state = ended_watch(watched(notice=NOTICE), ABSENT)
    assert isinstance(state, Gone)
    assert state.notice.what == "The port no longer exists"


def test_the_words_say_what_matters_most() -> None:
    failed = failed_again(None, UnavailableError(503, None, retry_after=60.0), CLOCK)
    assert explain_watching(None, None, paused=False) == "Watching"
    assert explain_watching(MOMENT, None, paused=False) == "Watching · change seen 04:36:00 UTC"
    assert (
        explain_watching(MOMENT, failed, paused=False)
        == "Watching · The service failed (503); next read 14:04:07 UTC"
    )
    assert explain_watching(MOMENT, failed, paused=True) == "Watching, paused"
