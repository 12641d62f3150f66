"""The middle of the screen: the port, with a heading and a notice, and what is beside it."""

from typing import TYPE_CHECKING

from textual import getters
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive
from textual.widgets import Input

from portui.clock import Clock
from portui.settings import Settings
from portui.tui.state import (
    AccessState,
    EndpointTest,
    FindingToken,
    Gone,
    History,
    Nothing,
    PortPipeline,
    Showing,
    State,
    port_on,
)
from portui.tui.widgets import pane_lines
from portui.tui.widgets.bound_keys import bound_keys
from portui.tui.widgets.lines import Line, Lines
from portui.tui.widgets.port_rows import PortRows, Row, rows_of
from portui.tui.widgets.recent_matches import found_in

if TYPE_CHECKING:  # not needed for the first paint
    from portui.journal import RecentPort
    from portui.tui.widgets.beside import Beside

_ROOMY_FROM = 30  # screen rows, from which on a notice leaves room for other lines
_BRIEF_BELOW = 22  # screen rows; with fewer, a notice about a shown port has no meaning line


class PortPane(Vertical):
    """Draws the state that it's bound to, and redraws only what differs."""

    state: reactive[State] = reactive(Nothing(), init=False, repaint=False)
    access: reactive[AccessState] = reactive(FindingToken(), init=False, repaint=False)
    recent: reactive[tuple["RecentPort", ...]] = reactive((), init=False, repaint=False)
    history: reactive[History | None] = reactive(None, init=False, repaint=False)
    typed: reactive[str | None] = reactive(None, init=False, repaint=False)
    pipeline: reactive[PortPipeline | None] = reactive(None, init=False, repaint=False)
    """What is known about a port's pipeline; shown if that port is on screen."""

    endpoint_test: reactive[EndpointTest | None] = reactive(None, init=False, repaint=False)

    head = getters.query_one("#head", Lines)
    rows = getters.query_one(PortRows)
    notice = getters.query_one("#notice", Lines)

    def __init__(self, settings: Settings, clock: Clock) -> None:
        super().__init__()
        self._settings = settings
        self._clock = clock
        self._beside: Beside | None = None  # mounted when there's something to show in it
        self._columns_beside = 0

    def compose(self) -> ComposeResult:
        """Yield the heading, the port's fields, and the notice."""
        yield Lines(id="head")
        yield PortRows()
        yield Lines(id="notice")

    def on_mount(self) -> None:
        """Update the ages every second."""
        self.set_interval(1.0, self._update_ages)
        self.app.app_resume_signal.subscribe(self, lambda _: self._update_ages())

    def _update_ages(self) -> None:
        if isinstance(self.state, Showing | Gone):
            self.rows.show(self._rows())
        if self._beside and self._beside.display:
            self._show_beside()

    def watch_state(self) -> None:
        """Show the new state."""
        self.draw()

    def watch_access(self) -> None:
        """Redraw: without a port, the text depends on the token."""
        self.draw()

    def watch_endpoint_test(self) -> None:
        """Show the test of the endpoint."""
        self.draw()

    def watch_recent(self) -> None:
        """Show the recent ports."""
        self.draw()

    def watch_pipeline(self) -> None:
        """Show what is known about the port's pipeline."""
        self.draw()

    def watch_history(self) -> None:
        """Show the changes of the port."""
        self.draw_beside()

    def watch_typed(self) -> None:
        """Show the recent ports that match what is typed."""
        self.draw_beside()

    def on_resize(self) -> None:
        """Wrap the lines again once the layout is done."""
        self.call_after_refresh(self.draw)

    def draw(self) -> None:
        """Draw the state at the current width."""
        if not (self.size.width and self.is_attached):  # the app may be ending
            return
        self._show_beside()
        width = self.size.width - self._columns_beside
        state, screen = self.state, self.screen
        blank: tuple[Line, ...] = () if screen.has_class("-short") else ((),)
        tall = screen.has_class("-tall")
        example = self._settings.example
        pipeline = self._pipeline
        known = pipeline.pipeline if pipeline else None
        bound = bound_keys(self)
        head = pane_lines.head(state, self.access, width, example, known, tall=tall, bound=bound)
        self.head.set_lines((*head, *blank))
        self.rows.show(self._rows())
        brief = screen.size.height < _BRIEF_BELOW and isinstance(state, Showing | Gone)
        notice = pane_lines.notice(state, width, brief=brief, bound=bound)
        test = self.endpoint_test
        notice += pane_lines.endpoint_test(test, width, brief=brief, bound=bound)
        if isinstance(state, Showing) and state.reading.port.is_pending and not (brief and notice):
            from portui.tui.widgets.pending_lines import pending_lines  # not for the first paint

            why = pipeline.why if pipeline else None
            one = brief or (bool(notice) and screen.size.height < _ROOMY_FROM)
            notice += pending_lines(state, why, self._clock.now(), width, brief=one)
        self.notice.set_lines((*blank, *notice) if notice and not brief else notice)

    @property
    def _pipeline(self) -> PortPipeline | None:
        """What is known about the pipeline of the port on screen."""
        known = self.pipeline
        return known if known and known.port_id == port_on(self.state) else None

    def draw_beside(self) -> None:
        """Draw the recent ports and the changes, and the rest if it gets another width."""
        if not (self.size.width and self.is_attached):
            return
        before = self._columns_beside
        self._show_beside()
        if self._columns_beside != before:
            self.draw()

    def choose_recent(self) -> None:
        """Move the focus to the recent ports."""
        if self._beside:
            self._beside.display = True  # or it couldn't have the focus
            self.screen.set_focus(self._beside.recent)

    def _show_beside(self) -> None:
        if self._beside is None:
            ports = self._pipeline and self._pipeline.ports
            if not (self.recent or ports or (self.history and self.history.entries)):
                return
            from portui.tui.widgets.beside import Beside

            self._beside = Beside(self._clock)
            self.mount(self._beside, before=0)
        if not self._beside.is_attached:
            return
        typing = bool(self.typed) and isinstance(self.screen.focused, Input)
        found = found_in(self.recent, self.state, self.typed)
        self._columns_beside = self._beside.show(
            self.state, found, self.history, self._pipeline, typing=typing
        )

    def _rows(self) -> tuple[Row, ...]:
        match self.state:
            case Showing(reading=reading, was=was):
                editable = reading.is_requested and not self._settings.profile.read_only
                return rows_of(reading.port, self._clock.now(), editable=editable, was=was)
            case Gone(reading=reading):
                return rows_of(reading.port, self._clock.now(), editable=False)
            case _:
                return ()
