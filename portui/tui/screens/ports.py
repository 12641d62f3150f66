"""The list of all ports: filter it, sort it, and open a port."""

from pathlib import Path
from time import perf_counter
from typing import Final, Protocol
from uuid import UUID

from textual import events, getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.reactive import reactive
from textual.widgets import Input

from portui.clock import Clock
from portui.port.finding import Order, filtered, sorted_by
from portui.port.identifier import port_ids_in
from portui.port.known import KnownPorts
from portui.port.listed import ListedPort, Pipeline, Project
from portui.settings import Settings
from portui.settings.keys import MOVES
from portui.tui.keymap import LIST_KEYS, explain_unavailable_in_list, is_available_in_list
from portui.tui.port_list import ListActivity, PortList
from portui.tui.screens.base import BaseScreen
from portui.tui.state import AccessState, FindingToken
from portui.tui.widgets.bars import HeaderBar, KeyBar
from portui.tui.widgets.bound_keys import bound_keys
from portui.tui.widgets.filter_bar import FilterBar, FilterInput
from portui.tui.widgets.lines import Line, Lines, Rule, TooSmall
from portui.tui.widgets.list_status import ListStatus, count_words, list_notices, why_no_rows
from portui.tui.widgets.listed_lines import details_of
from portui.tui.widgets.listed_rows import ListedRows

_PAUSE: Final = 0.3  # seconds between two drawings while pages arrive
_SHARE: Final = 5  # times as long as a drawing took, at least, until the next one
_OF_ROWS: Final = (*MOVES, "open")
_ANY_TIME: Final = ("back", "quit")
"""Bindings that make sense while a port is being created."""


class ListActions(Protocol):
    """The actions that the keys of the list run."""

    async def read(self) -> None: ...
    def read_pipeline(self, pipeline_id: UUID) -> None: ...
    def choose_project(self) -> None: ...
    async def list_projects(self) -> None: ...
    def keep_order(self, order: Order) -> None: ...
    def show(self, listed: ListedPort) -> None: ...
    async def create(self, listed: ListedPort) -> None: ...
    def stop_creating(self) -> None: ...
    def leave(self) -> None: ...


class PortsScreen(BaseScreen):
    """Shows `state`, filtered and sorted. It keeps its place while a port is on the main screen."""

    CSS_PATH = Path(__file__).with_name("ports.tcss")
    AUTO_FOCUS = "#filter"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-narrow"), (60, "-wide"), (120, "-roomy")]

    BINDINGS = LIST_KEYS

    state: reactive[PortList] = reactive(PortList(), init=False, repaint=False)
    access: reactive[AccessState] = reactive(FindingToken(), init=False, repaint=False)
    project: reactive[Project | None] = reactive(None, init=False, repaint=False)

    bar = getters.query_one(FilterBar)
    words = getters.query_one(FilterInput)
    rows = getters.query_one(ListedRows)
    details = getters.query_one("#details", Lines)
    notice = getters.query_one("#notice", Lines)
    status_line = getters.query_one(ListStatus)

    def __init__(self, settings: Settings, clock: Clock, actions: ListActions) -> None:
        super().__init__()
        self._settings = settings
        self._clock = clock
        self._actions = actions
        self._first_words = ""
        self._order = Order()
        self._is_order_chosen = False
        self._sorted: tuple[ListedPort, ...] = ()
        self._sorted_from: tuple[tuple[ListedPort, ...], Order] | None = None
        self._is_pausing = self._is_behind = False

    def compose(self) -> ComposeResult:
        """Compose the header, the filter, the rows and the chosen port, and the status line."""
        yield HeaderBar(self._settings).data_bind(PortsScreen.access, PortsScreen.project)
        yield FilterBar(self._first_words)
        yield Rule()
        with Horizontal(id="body"):
            yield ListedRows()
            yield Lines(id="details")
        yield Lines(id="notice")
        yield ListStatus(self._clock).data_bind(ports=PortsScreen.state)
        yield KeyBar()
        yield TooSmall()

    def on_mount(self) -> None:
        """Draw, and update the ages every second."""
        self.draw()
        self.set_interval(1.0, self._draw_details)

    # --- used by actions ---

    def filter_by(self, words: str) -> None:
        """Replace the filter's words."""
        self._first_words = words
        if self.is_mounted:
            self.words.value = words

    def begin_with(self, order: Order) -> None:
        """Sort as in an earlier run, unless the operator has already chosen an order."""
        if not self._is_order_chosen:
            self._order = order

    def read(self) -> None:
        """Read the list, in place of any reading under way."""
        self.run_worker(self._actions.read(), group="list", exclusive=True)

    def stop(self) -> None:
        """Cancel the reading under way, if any; what is there stays."""
        if self.workers.cancel_group(self, "list") and self.state.is_busy:
            self.state = self.state.stop()

    def step(self, rows: int) -> ListedPort | None:
        """Choose the port some rows down, and return it; `None` at either end."""
        before = self.rows.chosen
        self.rows.action_move(rows)
        return None if self.rows.chosen is before else self.rows.chosen

    # --- what is shown ---

    def watch_state(self, before: PortList, now: PortList) -> None:
        """Show what has been read, a few times a second while more is to come."""
        if (before.activity, before.source) != (now.activity, now.source):
            self.refresh_bindings()
        if not self.is_mounted:
            return
        if self._is_pausing and now.is_busy:
            self._is_behind = True
        else:
            self.draw()

    def draw(self) -> None:
        """Draw the rows and what is said about them."""
        started = perf_counter()
        self._draw_rows(keep_place=not self.words.has_focus)
        self._draw_notice()
        self._is_behind = False
        if self.state.is_busy and not self._is_pausing:
            self._is_pausing = True
            self.set_timer(max(_PAUSE, _SHARE * (perf_counter() - started)), self._go_on)

    def _go_on(self) -> None:
        self._is_pausing = False
        if self._is_behind:
            self.draw()

    def _draw_rows(self, *, keep_place: bool) -> None:
        ports, words = self.state.ports, self.words.value
        if self._sorted_from is None or (ports, self._order) != self._sorted_from:
            self._sorted = sorted_by(ports, self._order.column, reverse=self._order.reverse)
            self._sorted_from = (ports, self._order)
        found = filtered(self._sorted, words)
        nothing = why_no_rows(self.state, words)
        self.rows.show(found, ports, self._order, nothing=nothing, keep_place=keep_place)
        self.bar.say(count_words(self.state, len(found), words), self.has_class("-narrow"))

    def _draw_notice(self) -> None:
        typing = isinstance(self.focused, Input)
        bound = bound_keys(self)
        self.notice.set_lines(list_notices(self.state, self.size.width, typing=typing, bound=bound))

    def _draw_details(self) -> None:
        listed, listing, width = self.rows.chosen, self.state.listing, self.details.size.width
        lines: tuple[Line, ...] = ()
        if listed and width and self.has_class("-roomy"):
            at = listing.at if listing else None
            lines = details_of(listed, self._clock.now(), at, width, bound_keys(self))
        self.details.set_lines(lines)

    def on_resize(self) -> None:
        """Fit the new size once the layout is done."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        self._draw_rows(keep_place=True)
        self._draw_notice()
        self._draw_details()

    def watch_focused(self) -> None:
        """Update the keys in the notices, which depend on the focus."""
        if self.is_mounted:
            self._draw_notice()

    # --- keys ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable the keys that apply to the state."""
        if action == "create" and self.is_mounted and self.rows.chosen is None:
            return False
        read_only = self._settings.profile.read_only
        return is_available_in_list(action, self.state, read_only=read_only)

    def explain_key(self, key: str) -> str:
        """Return why a key does nothing now; empty if it isn't a key of this screen."""
        if self.rows.has_focus and bound_keys(self).has(key, *_OF_ROWS):
            return "No port to choose"
        for action, _ in self.bound_actions(key):
            read_only = self._settings.profile.read_only
            return explain_unavailable_in_list(action, self.state, read_only=read_only)
        return ""

    def must_wait(self, event: events.Key | events.Paste) -> bool:
        """Return whether a key is too early: a port is being created, or no row has come yet."""
        if self.is_creating:
            return not self.is_key_of(event, *_ANY_TIME)
        return (
            self.is_key_of(event, *_OF_ROWS, "create")
            and self.rows.has_focus
            and self.rows.chosen is None
            and self.state.is_busy
        )

    def action_to_filter(self) -> None:
        """Go to the filter."""
        self.words.focus()

    def action_to_rows(self) -> None:
        """Go to the rows."""
        self.rows.focus()

    def action_sort(self) -> None:
        """Sort by the next column that is shown."""
        columns = self.rows.columns
        column = self._order.column
        at = columns.index(column) if column in columns else -1
        self._sort(Order(columns[(at + 1) % len(columns)]))

    def action_reverse(self) -> None:
        """Sort in the other direction."""
        self._sort(Order(self._order.column, reverse=not self._order.reverse))

    def _sort(self, order: Order) -> None:
        self._order, self._is_order_chosen = order, True
        self._draw_rows(keep_place=True)
        self._actions.keep_order(order)

    def action_project(self) -> None:
        """Let the operator choose another project."""
        self.stop()
        self.run_worker(self._actions.list_projects(), group="list", exclusive=True)

    @property
    def known_ports(self) -> KnownPorts | None:
        """The listed ports, for hints about numbers that are taken."""
        listing = self.state.listing
        return KnownPorts(listing.ports, listing.at) if listing and listing.at else None

    @property
    def is_creating(self) -> bool:
        """Whether a port is being created."""
        return any(worker.group == "creating" for worker in self.workers)

    @property
    def awaited(self) -> str:
        """What keys that were typed ahead are waiting for."""
        return "the new port" if self.is_creating else "the list; Esc stops it"

    def action_create(self) -> None:
        """Create a port in the pipeline of the chosen one."""
        if listed := self.rows.chosen:
            self.run_worker(self._actions.create(listed), group="creating")

    def action_refresh(self) -> None:
        """Read the list again."""
        self.read()

    def action_back(self) -> None:
        """Stop waiting for a new port, or reading, or else go back to the main screen."""
        if self.is_creating:
            self._actions.stop_creating()
        elif self.state.activity in (ListActivity.READING, ListActivity.FINDING_PROJECT):
            self.stop()
        else:
            self.stop()
            self._actions.leave()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._draw_rows(keep_place=False)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        ids = port_ids_in(event.value)
        if len(ids) == 1 and self._can_be_a_pipelines:
            self.words.value = ""
            self._actions.read_pipeline(ids[0])
        elif self.state.choices:
            self._actions.choose_project()
        elif self.state.listing is None and self.state.notices:
            self.read()
        else:
            self.rows.focus()

    @property
    def _can_be_a_pipelines(self) -> bool:
        """Whether an ID in the filter is that of a pipeline to list: it's no listed port's."""
        state = self.state
        is_missing = state.listing is None or isinstance(state.source, Pipeline)
        return is_missing and not state.is_busy and self.rows.chosen is None

    @on(ListedRows.Chosen)
    def _on_chosen(self, event: ListedRows.Chosen) -> None:
        event.stop()
        self.refresh_bindings()
        self._draw_details()

    @on(ListedRows.Opened)
    def _on_opened(self, event: ListedRows.Opened) -> None:
        event.stop()
        self.stop()
        self._actions.show(event.listed)

    def on_paste(self, event: events.Paste) -> None:
        """Insert text pasted outside the filter into it."""
        event.stop()
        self.words.focus()
        self.words.receive(event.text)
