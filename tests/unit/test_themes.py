"""Themes: the contrast of their colours, their names, and the choice on disk."""

import os
from itertools import product
from pathlib import Path

import pytest
from rich.color import Color as RichColor
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from portui.launch.theme import keep_theme, theme_for
from portui.settings import DEMO
from portui.settings.themes import HIGH_CONTRAST, TERMINAL, THEMES, chosen_theme, theme_file
from portui.tui.themes.colors import (
    LABEL_CONTRAST,
    STRONG_CONTRAST,
    TEXT_CONTRAST,
    colors_of,
    contrast,
)
from portui.tui.themes.line_filter import ThemeFilter
from portui.tui.themes.names import theme_named
from portui.tui.widgets.lines import ACCENT, BAD, GOOD, KEY, LABEL, PLAIN, STRONG, UNSURE

_DRAWN = THEMES[1:]


def test_black_on_white_has_the_highest_contrast_and_grey_what_wcag_says() -> None:
    black, white = RichColor.parse("#000000"), RichColor.parse("#ffffff")
    assert contrast(black, white) == contrast(white, black) == pytest.approx(21)
    assert contrast(RichColor.parse("#767676"), white) == pytest.approx(4.54, abs=0.01)


def test_every_theme_of_textual_has_its_name_among_the_settings() -> None:
    plain = {name for name, theme in BUILTIN_THEMES.items() if theme.ansi}
    assert {TERMINAL, HIGH_CONTRAST} | (BUILTIN_THEMES.keys() - plain) == set(THEMES)


@pytest.mark.parametrize(
    ("name", "system"),
    [
        *product(_DRAWN, (ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT)),
        (HIGH_CONTRAST, ColorSystem.STANDARD),  # as most terminals show the sixteen
    ],
)
def test_all_text_of_a_theme_can_be_read_on_its_background(name: str, system: ColorSystem) -> None:
    theme = theme_named(name)
    assert theme
    colors = colors_of(theme, system)
    strong = name == HIGH_CONTRAST
    text = (colors.foreground, *colors.ansi[1:8], *colors.ansi[9:])
    for color in text:
        assert contrast(color, colors.background) >= (STRONG_CONTRAST if strong else TEXT_CONTRAST)
    least = STRONG_CONTRAST if strong else LABEL_CONTRAST
    assert contrast(colors.label, colors.background) >= least
    for color in (*text, colors.background, colors.label):
        assert color.downgrade(system) == color  # so it's shown as it was compared


def test_of_256_colours_the_nearest_is_taken() -> None:
    nord = theme_named("nord")
    assert nord
    colors = colors_of(nord, ColorSystem.EIGHT_BIT)
    assert colors.background.get_truecolor() == (58, 58, 58)  # of #2e3440
    assert colors.foreground.get_truecolor() == (228, 228, 228)  # of #d8dee9


_REVERSED = Style(reverse=True, bold=True)


@pytest.mark.parametrize(
    "style", [PLAIN, LABEL, STRONG, ACCENT, KEY, BAD, GOOD, UNSURE, _REVERSED, None]
)
def test_high_contrast_draws_every_style_of_the_screen_in_strong_colours(
    style: Style | None,
) -> None:
    theme = theme_named(HIGH_CONTRAST)
    assert theme
    [drawn] = ThemeFilter(colors_of(theme)).apply([Segment("x", style)], Color(0, 0, 0))
    assert drawn.style
    assert drawn.style.color
    assert drawn.style.bgcolor
    assert contrast(drawn.style.color, drawn.style.bgcolor) >= STRONG_CONTRAST
    assert not drawn.style.dim
    assert drawn.style.bold == (style.bold if style else None)


# --- the choice on disk ---


def test_a_chosen_theme_counts_for_more_than_the_settings(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    assert theme_for(DEMO, folder) == TERMINAL
    assert keep_theme(folder, "nord") == ""
    assert theme_for(DEMO, folder) == "nord"
    assert keep_theme(folder, TERMINAL) == ""
    assert chosen_theme(folder) == TERMINAL
    assert theme_file(folder).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"", b"no such theme", b"\xff\xfe", b"nord\0", b"n" * 10_000])
def test_a_damaged_choice_is_none(tmp_path: Path, content: bytes) -> None:
    theme_file(tmp_path).write_bytes(content)
    assert chosen_theme(tmp_path) is None


def test_what_is_no_file_is_no_choice(tmp_path: Path) -> None:
    os.mkfifo(theme_file(tmp_path))
    assert chosen_theme(tmp_path) is None
    theme_file(tmp_path).unlink()
    theme_file(tmp_path).mkdir()
    assert chosen_theme(tmp_path) is None


def test_a_choice_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    theme_file(tmp_path).mkdir()
    assert keep_theme(tmp_path, "nord") == "Is a directory"
