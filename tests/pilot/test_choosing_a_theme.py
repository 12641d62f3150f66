"""Choosing a theme in the palette."""

import pytest
from textual.app import App
from textual.color import Color
from textual.pilot import Pilot

from portui.settings.themes import HIGH_CONTRAST, TERMINAL
from portui.tui.dependencies import AppResult
from portui.tui.themes.colors import STRONG_CONTRAST, colors_of, contrast
from portui.tui.themes.names import theme_named
from tests.support.app import Bench
from tests.support.screen import screen_styles, screen_text, until

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _with_all_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)


async def _open(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await bench.open_dialog(pilot, "ctrl+p", " Command")
    await bench.type(pilot, *"theme")
    await until(pilot, "▸ Theme")
    await bench.type(pilot, "enter")
    await until(pilot, "Enter Keep")
    await until(pilot, "high-contrast")
    await pilot.pause()


def _backgrounds(app: App[AppResult]) -> set[Color | None]:
    """Return the background colours on screen; `None` is the terminal's own."""
    return {
        Color.from_rich_color(style.bgcolor)
        if style.bgcolor and not style.bgcolor.is_default
        else None
        for style in screen_styles(app)
    }


def _background_of(name: str) -> Color:
    theme = theme_named(name)
    assert theme
    return Color.from_rich_color(colors_of(theme).background)


async def test_a_theme_is_shown_as_the_cursor_reaches_it_and_escape_goes_back(bench: Bench) -> None:
    async with bench.shown() as pilot:
        assert _backgrounds(pilot.app) == {None}
        await _open(bench, pilot)
        assert "▸ terminal" in screen_text(pilot.app)
        await bench.type(pilot, "down")
        await until(pilot, "▸ high-contrast")
        assert _backgrounds(pilot.app) == {Color(0, 0, 0)}
        await bench.type(pilot, *"nord")
        await until(pilot, "▸ nord")
        assert _backgrounds(pilot.app) == {_background_of("nord")}
        await bench.type(pilot, "escape")
        await until(pilot, lambda: _backgrounds(pilot.app) == {None})
        assert bench.kept_themes == []


async def test_enter_keeps_a_theme_and_the_next_start_begins_with_it(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await _open(bench, pilot)
        await bench.type(pilot, *"latte", "enter")
        await until(pilot, lambda: bench.kept_themes == ["catppuccin-latte"])
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        assert _backgrounds(pilot.app) == {_background_of("catppuccin-latte")}
    bench.theme = "catppuccin-latte"
    async with bench.shown() as pilot:
        assert _backgrounds(pilot.app) == {_background_of("catppuccin-latte")}
        await _open(bench, pilot)
        assert "▸ catppuccin-latte" in screen_text(pilot.app)
        await bench.type(pilot, "home", *"terminal", "enter")
        await until(pilot, lambda: bench.kept_themes == ["catppuccin-latte", TERMINAL])
        assert _backgrounds(pilot.app) == {None}


async def test_a_theme_that_cannot_be_kept_says_how_long_it_lasts(bench: Bench) -> None:
    bench.full_disk = "No space left on device"
    async with bench.shown() as pilot:
        await _open(bench, pilot)
        await bench.type(pilot, "down", "enter")
        await until(pilot, "This theme lasts until you quit: No space left on device")
        assert _backgrounds(pilot.app) == {Color(0, 0, 0)}


async def test_high_contrast_is_strong_everywhere_on_the_screen(bench: Bench) -> None:
    bench.theme = HIGH_CONTRAST
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Backend port")
        for style in screen_styles(pilot.app):
            assert style.color
            assert style.bgcolor
            assert contrast(style.color, style.bgcolor) >= STRONG_CONTRAST
            assert not style.dim


async def test_with_sixteen_colours_only_high_contrast_is_offered(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLORTERM")
    monkeypatch.setenv("TERM", "xterm")
    bench.theme = "nord"
    async with bench.shown() as pilot:
        assert _backgrounds(pilot.app) == {None}
        await _open(bench, pilot)
        assert "nord" not in screen_text(pilot.app)
        assert "other themes need 256 colours" in screen_text(pilot.app)


async def test_without_colours_there_is_no_theme(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    bench.theme = HIGH_CONTRAST
    async with bench.shown() as pilot:
        assert _backgrounds(pilot.app) == {None}
        await bench.open_dialog(pilot, "ctrl+p", " Command")
        await bench.type(pilot, *"theme", "enter")
        await until(pilot, "NO_COLOR is set")
