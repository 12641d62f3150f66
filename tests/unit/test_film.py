"""The pictures' own drawing: what is drawn once, what moves, and what stands still."""

import re
from xml.etree import ElementTree

import pytest
from rich.color import Color
from rich.style import Style

from portui.tui.widgets.lines import ACCENT, PLAIN, Line
from tests.screenshots.drawing import draw_line
from tests.screenshots.film import Frame, draw_film

HEADER: Line = (("portui    ", PLAIN),)
FRAMES = [
    Frame((HEADER, (("one       ", PLAIN),)), 1.0),
    Frame((HEADER, (("two       ", PLAIN),)), 2.0, "Enter"),
    Frame((HEADER, (("one       ", PLAIN),)), 1.0),
]


def shown_in(picture: str) -> dict[str, bool]:
    """Return the texts of a picture, and whether each can be seen where nothing moves."""
    groups = ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}g")
    return {
        text: group.get("visibility") != "hidden"
        for group in groups
        if group.get("transform") is None
        for text in group.itertext()
        if text.strip()
    }


def test_a_film_draws_each_line_once_and_shows_one_frame_where_nothing_moves() -> None:
    assert shown_in(draw_film(FRAMES, "t", 1)) == {
        "portui": True,
        "one": False,
        "two": True,
        "Enter": True,
    }


def test_a_film_hides_and_shows_lines_at_the_times_of_its_frames() -> None:
    changes = re.findall(r"@keyframes f\d\{(.+)\}\n", draw_film(FRAMES, "t"))
    assert sorted(changes) == [
        "0%{visibility:hidden}25%{visibility:visible}75%{visibility:hidden}",
        "0%{visibility:visible}25%{visibility:hidden}75%{visibility:visible}",
    ]


def test_a_picture_of_one_frame_does_not_move() -> None:
    picture = draw_film(FRAMES[:1], "t")
    assert "animation" not in picture
    assert shown_in(picture) == {"portui": True, "one": True}


def test_no_letter_leaves_its_column_whatever_the_font() -> None:
    assert draw_line((("▸ a & b   c", ACCENT),)) == (
        '<text class="cyan" x="5" text-anchor="middle">▸</text>'
        '<text class="cyan" x="20" textLength="50">a &amp; b</text>'
        '<text class="cyan" x="100">c</text>'
    )


def test_reverse_and_boxes_are_drawn_as_shapes() -> None:
    assert draw_line((("x", Style(reverse=True)), ("──", PLAIN))) == (
        '<rect class="text" x="0" y="-15" width="10" height="21"/>'
        '<text class="ground" x="0">x</text><path d="M10 -4.5h20"/>'
    )


def test_a_colour_of_its_own_would_not_follow_the_page() -> None:
    with pytest.raises(AssertionError, match="own colours"):
        draw_line((("x", Style(color=Color.parse("#123456"))),))
