"""Frames of a running app look the same drawn as Textual writes them and drawn by changes."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Offset, Region
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget

from tests.support.app import Bench, FakeService
from tests.support.frames import START, Row, Twice, strip
from tests.support.ports import PORT, PORT_ID
from tests.support.screen import settled, until

_WIDE: Final = replace(
    PORT,
    plugin_name="日本語 프로젝트 😀 cafe\u0301",
    plugin_alias="→ ambiguous · ½ ± █",
    endpoint="ドメイン.example:24224",
)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Twice]:
    """Yield the pair of terminals that apps in this test draw on, compared after every frame."""
    line = Twice(80, 24)
    line.write(START)
    line.watched = True
    monkeypatch.setattr("textual.drivers.headless_driver.HeadlessDriver", _driver_on(line))
    monkeypatch.setattr("portui.tui.app.wait_for_hangup", lambda: False)
    yield line
    assert len(line.sent) > 10


def _driver_on(line: Twice) -> type[HeadlessDriver]:
    class Drawing(HeadlessDriver):
        """A driver that writes to `line`."""

        @property
        def is_headless(self) -> bool:
            return False

        def write(self, data: str) -> None:
            line.write(data)

    return Drawing


async def _resize(pilot: Pilot[Any], line: Twice, width: int, height: int) -> None:
    line.watched = False  # until everything is redrawn
    line.resize(width, height)
    await pilot.resize_terminal(width, height)
    await settled(pilot)
    line.check()
    line.watched = True


async def test_portuis_screens_look_the_same_drawn_by_changes(line: Twice) -> None:
    bench = Bench(service=FakeService({PORT_ID: _WIDE}))
    async with bench.shown() as pilot:
        await bench.type(pilot, *"jjjGkg", "slash", "escape", "r")
        await bench.open_dialog(pilot, "e", "Edit port")
        await bench.type(pilot, *"8080", "tab", "tab", "end", *"日→x", "backspace", "escape")
        await until(pilot, "Discard")
        await bench.type(pilot, "y")
        for width, height in ((40, 12), (20, 5), (120, 40), (80, 24)):
            await _resize(pilot, line, width, height)
        await bench.open_dialog(pilot, "f1", "Keys")
        await bench.type(pilot, *["down"] * 5, *["up"] * 3, "ctrl+l", "escape")
        await bench.open_dialog(pilot, "d", "Delete this port")
        await bench.type(pilot, "tab", "escape")
        await bench.open_dialog(pilot, "h", "No changes yet")
        await bench.type(pilot, "escape", "ctrl+p", *"ref", "escape")
        await settled(pilot)
        line.check()


# --- an app with random content ---

_CHARACTERS: Final = [*"abc  ▸│─→·…é日本한😀", "e\u0301"]
_STYLES: Final = ["", "bold", "dim", "bold cyan", "white on blue", "reverse", "underline"]
_HEIGHT: Final = 5

_text = st.lists(st.sampled_from(_CHARACTERS), max_size=10).map("".join)
_row = st.lists(st.tuples(_text, st.sampled_from(_STYLES)), max_size=4)
_rows = st.lists(_row, min_size=_HEIGHT, max_size=_HEIGHT)
_steps = st.lists(
    st.one_of(
        st.tuples(st.just("rows"), _rows),
        st.tuples(st.just("over"), _rows),
        st.tuples(st.just("move"), st.tuples(st.integers(-4, 20), st.integers(-2, 5))),
        st.tuples(st.just("hide")),
        st.tuples(st.just("resize"), st.tuples(st.integers(4, 30), st.integers(2, 8))),
    ),
    min_size=1,
    max_size=8,
)


class _Rows(Widget):
    rows: list[Row] = [[]] * _HEIGHT

    def render_line(self, y: int) -> Strip:
        return strip(self.rows[y % _HEIGHT], self.size.width)

    def show(self, rows: list[Row]) -> None:
        """Replace the rows and refresh only those that differ."""
        changed = [y for y in range(_HEIGHT) if self.rows[y] != rows[y]]
        self.rows = rows
        for y in changed:
            self.refresh(Region(0, y, self.size.width, 1))


class _Anything(App[None]):
    CSS = """
    Screen { layers: below above; }
    #over { layer: above; position: absolute; width: 9; height: 3; }
    """

    def __init__(self) -> None:
        super().__init__(ansi_color=True)

    def compose(self) -> ComposeResult:
        yield _Rows(id="below")
        yield _Rows(id="over")

    def do(self, what: str, argument: Any = None) -> None:  # noqa: ANN401 - drawn at random
        over = self.query_one("#over", _Rows)
        match what:
            case "rows":
                self.query_one("#below", _Rows).show(argument)
            case "over":
                over.show(argument)
            case "move":
                over.offset = Offset(*argument)
            case "hide":
                over.display = not over.display


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(_steps)
def test_any_content_looks_the_same_drawn_by_changes(
    monkeypatch: pytest.MonkeyPatch, steps: list[tuple[Any, ...]]
) -> None:
    asyncio.run(_walk(monkeypatch, steps))


async def _walk(monkeypatch: pytest.MonkeyPatch, steps: list[tuple[Any, ...]]) -> None:
    line = Twice(24, 6)
    line.write(START)
    with monkeypatch.context() as patched:
        patched.setattr("textual.drivers.headless_driver.HeadlessDriver", _driver_on(line))
        app = _Anything()
        async with app.run_test(size=(24, 6)) as running:
            pilot: Pilot[Any] = running
            line.watched = True
            for what, *argument in steps:
                if what == "resize":
                    await _resize(pilot, line, *argument[0])
                else:
                    app.do(what, *argument)
                    await pilot.pause()
            await settled(pilot)
            line.check()
