"""The screen model: what is sent to the terminal in place of what Textual writes."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.tui.terminal.cells import PLAIN, Style, cells_of, restyling, styled, unsure
from portui.tui.terminal.driver import DiffDriver, QuickExitDriver, driver_for
from portui.tui.terminal.screen import ScreenModel, is_harmless

_CLEAR: Final = "\x1b[m\x1b[2J"


@pytest.fixture
def screen() -> ScreenModel:
    """Return a screen of 20 columns and 3 rows with "twenty columns" in the first row."""
    screen = ScreenModel(20, 3)
    screen.feed("\x1b[1;1Htwenty columns      \x1b[1;1H")
    return screen


# --- frames ---


def test_the_first_frame_clears_the_screen_and_skips_blank_cells() -> None:
    screen = ScreenModel(10, 3)
    frame = "\x1b[1;1H          \n\x1b[2;1H  port    \n\x1b[3;1H          \x1b[1;1H"
    assert screen.feed(frame) == f"{_CLEAR}\x1b[2;3Hport\x1b[1H"


def test_only_changed_cells_are_sent(screen: ScreenModel) -> None:
    assert screen.feed("\x1b[1;1Htwenty-columns      \x1b[1;1H") == "\x1b[7G-\r"


def test_nothing_is_sent_if_nothing_changed(screen: ScreenModel) -> None:
    assert screen.feed("\x1b[1;1H\x1b[39;49mtwenty columns\x1b[0m      \x1b[1;1H") == ""


def test_the_cursor_ends_where_textual_puts_it(screen: ScreenModel) -> None:
    assert screen.feed("\x1b[1;1Htwenty columns\x1b[2;5H") == "\x1b[2;5H"
    assert screen.feed("\x1b[1;1Htwenty columns\x1b[2;4H") == "\b"


def test_the_end_of_a_row_that_became_blank_is_erased(screen: ScreenModel) -> None:
    assert screen.feed("\x1b[1;1Htwenty              \x1b[1;1H") == "\x1b[8G\x1b[K\r"


def test_the_end_of_a_row_with_a_background_is_written(screen: ScreenModel) -> None:
    sent = screen.feed("\x1b[1;1Htwenty\x1b[41m              \x1b[0m\x1b[1;1H")
    assert sent == "\x1b[7G\x1b[41m              \x1b[m\r"


def test_a_small_unchanged_gap_is_rewritten(screen: ScreenModel) -> None:
    assert screen.feed("\x1b[1;1HTwEnty columns\x1b[1;4H") == "TwE"


def test_each_frame_ends_with_the_default_style(screen: ScreenModel) -> None:
    assert screen.feed("\x1b[2;1H\x1b[1mbold\x1b[0m\x1b[2;5H") == "\x1b[2H\x1b[1mbold\x1b[m"


def test_text_outside_the_screen_is_left_out() -> None:
    screen = ScreenModel(4, 1)
    assert screen.feed("\x1b[1;1Habcdef\n\x1b[2;1Hgone\x1b[1;1H") == f"{_CLEAR}\x1b[1Habcd\r"


def test_a_wide_character_that_only_half_fits_is_left_out() -> None:
    screen = ScreenModel(4, 1)
    assert screen.feed("\x1b[1;1Hab 日本\x1b[1;1H") == f"{_CLEAR}\x1b[1Hab\r"


def test_a_frame_in_synchronized_output_is_sent_whole(screen: ScreenModel) -> None:
    sent = [screen.feed(part) for part in ("\x1b[?2026h", "\x1b[2;1Hx\x1b[1;1H", "\x1b[?2026l")]
    assert sent == ["", "\x1b[?2026h\x1b[2Hx\x1b[1H\x1b[?2026l", ""]


# --- characters whose width depends on the terminal ---


def test_cells_that_an_ambiguous_character_may_cover_are_redrawn_with_it(
    screen: ScreenModel,
) -> None:
    screen.feed("\x1b[2;1Ha → b\x1b[2;1H")
    assert screen.feed("\x1b[2;1Ha · b\x1b[2;1H") == "\x1b[3G  \b\b·\r"


def test_the_text_after_an_ambiguous_character_is_drawn_at_its_own_column(
    screen: ScreenModel,
) -> None:
    assert screen.feed("\x1b[2;1Ha→b\x1b[2;1H") == "\x1b[2Ha→\x1b[3Gb\r"


def test_a_change_out_of_reach_of_ambiguous_characters_is_sent_alone(screen: ScreenModel) -> None:
    screen.feed("\x1b[2;1H│ 24224     │\x1b[2;1H")
    assert screen.feed("\x1b[2;1H│ 24225     │\x1b[2;1H") == "\x1b[7G5\r"


@pytest.mark.parametrize(
    ("text", "reached"), [("abc", 0), ("→abc", 2), ("→→abc", 4), ("e\u0301abc", 4), ("日本abc", 4)]
)
def test_every_code_point_of_unsure_width_may_take_two_cells(text: str, reached: int) -> None:
    _, cells = cells_of(text, PLAIN)
    assert unsure(cells).count(True) == reached


def test_a_combining_mark_joins_the_letter_before_it_whatever_its_style(
    screen: ScreenModel,
) -> None:
    assert "e\u0301" in screen.feed("\x1b[2;1He\x1b[1m\u0301x\x1b[0m\x1b[2;1H")


def test_overwriting_half_of_a_wide_character_blanks_the_other_half(screen: ScreenModel) -> None:
    screen.feed("\x1b[2;1H日本\x1b[2;1H")
    sent = screen.feed("\x1b[2;2Hx\x1b[2;1H")
    assert sent == "\x1b[K\x1b[Cx本\r"


# --- other sequences ---


@pytest.mark.parametrize(
    "data",
    [
        "\x1b[?1000h\x1b[?1003h",
        "\x1b[?25l",
        "\x1b[>25u",
        "\x1b[<u",
        "\x1b]0;portui\x07",
        "\x1b]22;default\x07",
        "\x1b]52;c;cG9ydA==\x07",
        "\x07",
    ],
)
def test_a_harmless_sequence_passes_through_and_causes_no_redraw(
    screen: ScreenModel, data: str
) -> None:
    assert is_harmless(data)
    assert screen.feed(data) == data
    assert screen.feed("\x1b[1;1Htwenty columns\x1b[1;1H") == ""


@pytest.mark.parametrize(
    "data",
    [
        "\x1b[?1049h",
        "\x1b[?1049l",
        "\x1b[2J",
        "\x1b[3;5r",
        "\x1bc",
        "\x1b(0",
        "\x1b7",
        "\x1bPtmux;\x1b\x1b[1m\x1b\\",
        "\x1b]8;id=1;https://example.org\x1b\\",
        "\x1b[58;5;1m",
        "\x1b[4:3m",
        "a\tb",
        "\x1b[1;1Hlink\x1b[2P",
        "\x9b2J",
    ],
)
def test_an_unknown_sequence_passes_through_and_causes_a_full_redraw(
    screen: ScreenModel, data: str
) -> None:
    assert not is_harmless(data)
    assert screen.feed(data) == data
    sent = screen.feed("\x1b[2;1Hx\x1b[1;1H")
    assert sent.startswith(_CLEAR)
    assert "columns" in sent


def test_a_harmless_sequence_in_a_frame_is_sent_before_it(screen: ScreenModel) -> None:
    assert screen.feed("\x1b[2;1Hx\x1b[?25h\x1b[1;1H") == "\x1b[?25h\x1b[2Hx\x1b[1H"


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_frame_in_two_parts_is_drawn_as_one(cut: int) -> None:
    frame = "\x1b[1;1H\x1b[1;38;2;1;2;3mport\x1b[0m\x1b]22;text\x1b\\\x1b[2;3H→"
    whole, parts = ScreenModel(10, 2), ScreenModel(10, 2)
    whole.feed(frame)
    sent = parts.feed(frame[:cut]) + parts.feed(frame[cut:])
    assert whole.feed("\x1b[1;1Hport\x1b[1;1H") == parts.feed("\x1b[1;1Hport\x1b[1;1H")
    assert "\x1b]22;text\x1b\\" in sent


@pytest.mark.parametrize(
    "begun", ["\x1b", "\x1b[", "\x1b[1;", "\x1b]52;c;", "\x1bPq", "\x1b]0;\x1b"]
)
def test_an_unfinished_sequence_is_sent_when_it_is_released(
    screen: ScreenModel, begun: str
) -> None:
    assert screen.feed(f"\x1b[2;1Hx{begun}") == "\x1b[2Hx"
    assert screen.release() == begun
    assert screen.release() == ""
    assert screen.feed("\x1b[2;1Hx\x1b[1;1H").startswith(_CLEAR)


@given(st.lists(st.text(st.sampled_from("\x1b[]?;0123456789hlmHJKPc\\\x07\n\ra日\u0301 "))))
def test_no_input_breaks_the_model_and_unknown_sequences_pass_through(parts: list[str]) -> None:
    screen = ScreenModel(8, 2)
    for part in parts:
        screen.feed(part)
    screen.release()
    assert screen.feed("\x1b[?1049h") == "\x1b[?1049h"
    assert screen.feed("\x1b[1;1Hx").startswith(_CLEAR)


# --- full redraws ---


def test_the_next_frame_after_forget_draws_everything(screen: ScreenModel) -> None:
    screen.forget()
    sent = screen.feed("\x1b[2;1Hx\x1b[1;1H")
    assert sent == f"{_CLEAR}\x1b[1Htwenty columns\x1b[2Hx\x1b[1H"


def test_the_next_frame_after_a_resize_draws_everything(screen: ScreenModel) -> None:
    screen.resize(6, 2)
    assert screen.feed("\x1b[2;1Hx\x1b[1;1H") == f"{_CLEAR}\x1b[1Htwenty\x1b[2Hx\x1b[1H"
    screen.resize(6, 2)
    assert screen.feed("\x1b[2;1Hx\x1b[1;1H") == ""


# --- styles ---

_styles = st.builds(
    Style,
    st.frozensets(st.sampled_from(["1", "2", "3", "4", "5", "7", "8", "9", "21", "53"])),
    st.sampled_from(["", "31", "96", "38;5;200", "38;2;1;2;3"]),
    st.sampled_from(["", "41", "106", "48;5;17", "48;2;4;5;6"]),
)


@given(_styles, _styles)
def test_restyling_leads_from_one_style_to_the_other(before: Style, after: Style) -> None:
    sent = restyling(before, after)
    assert sent == "" if before == after else sent.startswith("\x1b[")
    assert styled(before, sent.removeprefix("\x1b[").removesuffix("m")) == after or not sent


@given(_styles, _styles)
def test_restyling_without_colours_mentions_none(before: Style, after: Style) -> None:
    colourless = [Style(style.attributes) for style in (before, after)]
    codes = restyling(*colourless).removeprefix("\x1b[").removesuffix("m").split(";")
    assert not {"38", "39", "48", "49"} & set(codes)


@pytest.mark.parametrize("parameters", ["38", "38;5", "38;2;1;2", "48;7;1", "99", "1;777"])
def test_unknown_style_parameters_give_none(parameters: str) -> None:
    assert styled(PLAIN, parameters) is None


# --- terminals ---


@pytest.mark.parametrize(
    "term", ["xterm", "xterm-256color", "xterm-kitty", "screen.xterm-256color", "tmux-256color"]
)
def test_common_terminals_get_changes_only(term: str) -> None:
    assert driver_for(term) is DiffDriver
    assert driver_for(term, plain=True) is QuickExitDriver


@pytest.mark.parametrize("term", ["", "ansi", "eterm-color", "vt52", "sun", "stty", "unknown"])
def test_unknown_terminals_get_everything_that_textual_draws(term: str) -> None:
    assert driver_for(term) is QuickExitDriver
