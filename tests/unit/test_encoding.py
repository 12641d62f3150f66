"""Terminals without Unicode: the ASCII substitutes, and how such a terminal is detected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from portui.tui.terminal.encoding import in_ascii, takes_utf8
from portui.tui.widgets.glyphs import GLYPHS, Glyphs, glyphs_for


@given(st.text())
def test_any_text_becomes_ascii_of_the_same_width(text: str) -> None:
    assert in_ascii(text).isascii()
    assert cell_len(in_ascii(text)) == cell_len(text)


def test_ascii_text_is_unchanged() -> None:
    text = "".join(map(chr, range(128)))
    assert in_ascii(text) == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("╭── a → b · c…", "+-- a > b - c~"),
        ("│ 40 × 12 │", "| 40 x 12 |"),
        ("Grüße, 港", "Gr??e, ??"),
        ("e\u0301", "e"),
    ],
)
def test_glyphs_have_substitutes_and_other_letters_do_not(text: str, plain: str) -> None:
    assert in_ascii(text) == plain


def test_the_linux_console_gets_ascii_glyphs() -> None:
    assert all(sign.isascii() for sign in glyphs_for("linux")._asdict().values())
    assert glyphs_for("xterm-256color") == Glyphs()


def test_glyphs_with_different_meanings_stay_distinct() -> None:
    assert in_ascii(GLYPHS.chosen) != in_ascii(GLYPHS.free)
    assert in_ascii(GLYPHS.good) != in_ascii(GLYPHS.bad)
    assert "?" not in map(in_ascii, (GLYPHS.cursor, GLYPHS.editable, GLYPHS.good, GLYPHS.bad))


@pytest.mark.parametrize(
    ("environment", "encoding", "taken"),
    [
        ({}, "utf-8", True),
        ({"LANG": "en_US.UTF-8"}, "utf-8", True),
        ({"LANG": "de_DE.utf8"}, "UTF-8", True),
        ({"LC_ALL": "C.UTF-8", "LANG": "C"}, "utf-8", True),
        ({"LANG": "en_US.UTF-8"}, "ascii", False),
        ({"LANG": "en_US.UTF-8"}, "iso8859-1", False),
    ],
)
def test_utf8_support_is_detected_from_the_locale_and_the_encoding(
    environment: dict[str, str], encoding: str, *, taken: bool
) -> None:
    assert takes_utf8(environment, encoding) is taken
