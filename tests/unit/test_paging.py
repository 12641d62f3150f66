"""Page sizes, and when a list of pages ends, as pure functions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.operations.paging import (
    MOST_BYTES,
    MOST_PORTS,
    MOST_REPLIES,
    MOST_WITHOUT_NEWS,
    PIPELINES,
    PORTS,
    Extent,
    Limit,
    PageSize,
    Place,
)

sizes = st.builds(PageSize, st.integers(1, 100), st.just(100))


@given(sizes, st.integers(0, 5_000_000), st.floats(0, 100))
def test_a_page_size_stays_in_bounds_and_grows_at_most_fourfold(
    size: PageSize, answered: int, seconds: float
) -> None:
    following = size.after(answered, seconds).entries
    assert 1 <= following <= min(100, 4 * size.entries)


@given(sizes, st.integers(0, 5_000_000), st.integers(0, 5_000_000), st.floats(0, 100))
def test_a_larger_answer_never_makes_a_larger_page(
    size: PageSize, one: int, other: int, seconds: float
) -> None:
    small, large = sorted((one, other))
    assert size.after(large, seconds).entries <= size.after(small, seconds).entries


@given(sizes)
def test_a_page_that_is_too_large_shrinks_to_one_in_few_steps(size: PageSize) -> None:
    steps, smaller = 0, size.smaller()
    while smaller:
        assert smaller.entries < size.entries
        size, smaller, steps = smaller, smaller.smaller(), steps + 1
    assert size.entries == 1
    assert steps <= 4


def test_the_first_pages_are_small() -> None:
    assert PIPELINES.entries == 5
    assert PORTS.entries == 250


@given(st.lists(st.sampled_from([None, "", "a", "b", "c", "d"]), max_size=20), st.data())
def test_no_cursor_is_used_twice_and_none_after_the_end(
    cursors: list[str | None], data: st.DataObject
) -> None:
    place: Place | Limit | None = Place()
    used: list[str | None] = []
    for cursor in cursors:
        assert isinstance(place, Place)
        used.append(place.cursor)
        place = place.after(cursor, is_news=data.draw(st.booleans()), extent=Extent())
        if not isinstance(place, Place):
            break
    assert len(set(used)) == len(used)
    assert "" not in used


@pytest.mark.parametrize(
    ("extent", "limit"),
    [
        (Extent(), None),
        (Extent(replies=MOST_REPLIES - 1, ports=MOST_PORTS - 1, size=MOST_BYTES - 1), None),
        (Extent(replies=MOST_REPLIES), Limit.TOO_MANY_REPLIES),
        (Extent(ports=MOST_PORTS), Limit.TOO_MANY_PORTS),
        (Extent(size=MOST_BYTES), Limit.TOO_MANY_BYTES),
    ],
)
def test_a_list_is_followed_up_to_its_limits(extent: Extent, limit: Limit | None) -> None:
    assert extent.limit is limit
    following = Place().after("x", is_news=True, extent=extent)
    assert following == (limit or Place("x", frozenset({"x"})))
    assert Place().after(None, is_news=True, extent=extent) is None


def test_pages_without_news_are_followed_a_few_times_in_a_row() -> None:
    place: Place | Limit | None = Place()
    for number in range(MOST_WITHOUT_NEWS):
        assert isinstance(place, Place)
        place = place.after(str(number), is_news=False, extent=Extent())
    assert place is Limit.NOTHING_NEW
    assert Place(without_news=2).after("x", is_news=True, extent=Extent()) == Place(
        "x", frozenset({"x"})
    )
