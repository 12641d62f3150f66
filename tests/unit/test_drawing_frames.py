"""Textual's frames sent as changes, to terminals that agree about widths and some that don't."""

from collections.abc import Callable
from hashlib import sha256
from typing import Final
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wcwidth import wcwidth

from tests.support.examples import examples
from tests.support.frames import START, STOP, Row, Twice, full, partial, strip

_SETTINGS: Final = settings(
    max_examples=examples(200), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

# Each entry is one visible character. pyte and Textual agree on all widths in `_AGREED`.
_AGREED: Final = [*"abc  ▸✎│─→·…é日本한😀", "e\u0301", "n\u0303"]
_DISPUTED = [
    *_AGREED,
    *"ªΩя☺✔❤👍ﷺ⸻ำ",
    "❤\ufe0f",
    "👩\u200d👩\u200d👧",
    "👍🏽",
    "🇩🇪",
    "日\u0301",
]
# Rows share these beginnings, so many differ only after characters of disputed width.
_BEGINNINGS: Final = ["", "→→→", "│→ ", "日本", "ae\u0301·"]
_STYLES: Final = [
    *["", "default on default", "bold", "dim", "italic", "underline", "reverse", "strike"],
    *["bold cyan", "bright_black", "red on blue", "color(200) on color(17)", "on #102030"],
]
_SURE: Final = "".join(map(chr, range(0x20, 0x7F))) + "▸✎"


_WIDTH, _HEIGHT = 16, 4

_text = st.lists(st.sampled_from(_DISPUTED), max_size=12).map("".join)
_agreed_text = st.lists(st.sampled_from(_AGREED), max_size=12).map("".join)
_cursor = st.tuples(st.integers(0, _HEIGHT - 1), st.integers(0, _WIDTH - 1))
_spans = st.lists(
    st.tuples(st.integers(0, _HEIGHT - 1), st.integers(0, _WIDTH - 1), st.integers(1, _WIDTH)),
    min_size=1,
    max_size=3,
    unique_by=lambda span: span[0],
).map(lambda spans: sorted(span for span in spans if span[1] < span[2]))


def _rows(text: st.SearchStrategy[str]) -> st.SearchStrategy[list[Row]]:
    rest = st.lists(st.tuples(text, st.sampled_from(_STYLES)), max_size=4)
    row = st.builds(lambda same, rest: [(same, ""), *rest], st.sampled_from(_BEGINNINGS), rest)
    return st.lists(row, min_size=_HEIGHT, max_size=_HEIGHT)


Step = Callable[[Twice], None]


def _all(rows: list[Row], cursor: tuple[int, int]) -> Step:
    return lambda case: _draw_all(case, rows, cursor)


def _draw_all(case: Twice, rows: list[Row], cursor: tuple[int, int] = (0, 0)) -> None:
    strips = [strip(row, case.width) for row in (*rows, *rows)][: case.height]
    case.write(full(strips, case.width, cursor))


def _some(rows: list[Row], spans: list[tuple[int, int, int]], cursor: tuple[int, int]) -> Step:
    def step(case: Twice) -> None:
        strips = [strip(row, case.width) for row in rows][: case.height]
        fitting = [(y, x, min(end, case.width)) for y, x, end in spans if y < case.height]
        fitting = [span for span in fitting if span[1] < span[2]]
        if fitting:
            case.write(partial(strips, fitting, cursor))

    return step


def _resized(rows: list[Row], width: int, height: int) -> Step:
    def step(case: Twice) -> None:
        case.resize(width, height)
        _draw_all(case, rows)

    return step


def _suspended(rows: list[Row]) -> Step:
    def step(case: Twice) -> None:
        case.write(STOP)
        for terminal in (case.plain, case.changes):
            terminal.draw("\x1b[2;2H\x1b[31mshell 日本\x1b[m".encode())
        case.write(START)
        _draw_all(case, rows)

    return step


def _disturbed(rows: list[Row]) -> Step:
    """Return a step in which something else draws on the terminal and the operator redraws."""

    def step(case: Twice) -> None:
        for terminal in (case.plain, case.changes):
            terminal.draw(b"\x1b[2;2H\x1b[7mBroadcast message\x1b[m")
        case.screen.forget()
        _draw_all(case, rows)

    return step


def _histories(text: st.SearchStrategy[str]) -> st.SearchStrategy[list[Step]]:
    rows = _rows(text)
    step = st.one_of(
        st.builds(_all, rows, _cursor),
        st.builds(_some, rows, _spans, _cursor),
        st.builds(_resized, rows, st.integers(1, 24), st.integers(1, 6)),
        st.builds(_suspended, rows),
        st.builds(_disturbed, rows),
    )
    return st.lists(step, max_size=8)


@_SETTINGS
@given(_histories(_agreed_text))
def test_the_terminal_shows_what_textual_drew(history: list[Step]) -> None:
    case = Twice(_WIDTH, _HEIGHT)
    case.write(START)
    _draw_all(case, [[]] * _HEIGHT)
    for step in history:
        step(case)
        case.check()


@_SETTINGS
@given(_histories(_text), _rows(_text), _cursor, st.integers())
def test_no_earlier_frame_shows_through_whatever_widths_a_terminal_uses(
    history: list[Step], rows: list[Row], cursor: tuple[int, int], seed: int
) -> None:
    def width(character: str) -> int:
        """Return 1 if the width is sure; otherwise 0 or 1 for a mark and 1 or 2 for any other."""
        if character in _SURE:
            return 1
        either = sha256(f"{seed}{character}".encode()).digest()[0] % 2
        return either if wcwidth(character) == 0 else 1 + either

    with patch("pyte.screens.wcwidth", width):
        case = Twice(_WIDTH, _HEIGHT)
        case.write(START)
        for step in history:
            step(case)
        _draw_all(case, rows, cursor)
        fresh = Twice(case.width, case.height)
        fresh.write(START)
        _draw_all(fresh, rows, cursor)
        assert case.changes.cells == fresh.changes.cells


@_SETTINGS
@given(_histories(_text), _rows(_text), _cursor)
def test_an_unchanged_frame_sends_nothing(
    history: list[Step], rows: list[Row], cursor: tuple[int, int]
) -> None:
    case = Twice(_WIDTH, _HEIGHT)
    for step in history:
        step(case)
    case.write("\x1b[?2026h")
    _draw_all(case, rows, cursor)
    case.sent.clear()
    _draw_all(case, rows, cursor)
    case.write("\x1b[?2026l")
    assert "".join(case.sent) == ""
