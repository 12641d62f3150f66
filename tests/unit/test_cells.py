"""The cells that texts take, and texts cut to a number of cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.port.cells import cells, cut_in_middle, cut_to_cells, padded
from portui.port.display import safe
from tests.support.hostile_text import hostile_text, times

texts = st.text() | hostile_text | st.text("aé漢e\u0301ｱ")


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("edge", 4), ("é", 1), ("e\u0301", 1), ("漢字", 4), ("ﾊ", 1), ("🚀", 2)],
)
def test_wide_characters_take_two_cells_and_marks_none(text: str, count: int) -> None:
    assert cells(text) == count
    assert padded(text, 6) == text + " " * (6 - count)


@pytest.mark.parametrize(
    ("text", "width", "short", "middle"),
    [
        ("edge-forward", 12, "edge-forward", "edge-forward"),
        ("edge-forward", 7, "edge-f…", "edg…ard"),
        ("edge-forward", 6, "edge-…", "edg…rd"),
        ("edge-forward", 1, "…", "…"),
        ("漢字漢字", 6, "漢字…", "漢…字"),
        ("漢字漢字", 5, "漢字…", "漢…字"),
        ("abcde\u0301f", 4, "abc…", "ab…f"),
    ],
)
def test_a_text_is_cut_at_its_end_or_in_its_middle(
    text: str, width: int, short: str, middle: str
) -> None:
    assert cut_to_cells(text, width) == short
    assert cut_in_middle(text, width) == middle


@times(100)
@given(texts, st.integers(1, 30))
def test_a_cut_text_always_fits_and_is_whole_if_it_can_be(text: str, width: int) -> None:
    shown = safe(text)
    for cut in (cut_to_cells(shown, width), cut_in_middle(shown, width)):
        assert cells(cut) <= width
        assert (cut == shown) is (cells(shown) <= width)
