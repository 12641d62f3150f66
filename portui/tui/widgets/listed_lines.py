"""The text of the list of ports: its rows and columns, as pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.style import Style

from portui.explain.listings import pipeline_name
from portui.port.display import LONGEST, field_text, safe, time_of_day, value_text
from portui.port.finding import Column, Order
from portui.port.listed import PENDING_WORD, ListedPort, Pipeline
from portui.port.model import Field
from portui.tui.widgets.bound_keys import AS_SHIPPED, BoundKeys
from portui.tui.widgets.glyphs import GLYPHS
from portui.tui.widgets.lines import (
    ACCENT,
    LABEL,
    PLAIN,
    STRONG,
    UNSURE,
    Line,
    cut_in_middle,
)
from portui.tui.widgets.port_rows import Row, lines_of, rows_of

_NARROW: Final = 60  # columns, below which there's room for two columns of the list
_GAP: Final = 2
_POINTER: Final = 3
_LONGEST: Final = 60  # columns of one text
_ENOUGH: Final = 17  # columns for a pipeline's name, before the endpoint gets any more
_STATUS: Final = 20  # characters of a pipeline's status
_ENOUGH_OF_STATUS: Final = 7  # columns, before the name gets any more
_LEAST: Final = 8  # columns of a text, below which it says nothing
_WIDEST: Final = {
    Column.FRONTEND: 11,
    Column.BACKEND: 8,
    Column.KIND: 13,
    Column.PLUGIN: 24,
    Column.UPDATED: 16,
}
_NAMES: Final = {
    Column.PIPELINE: "Pipeline",
    Column.FRONTEND: "Frontend",
    Column.BACKEND: "Backend",
    Column.KIND: "Kind",
    Column.ENDPOINT: "Endpoint",
    Column.PLUGIN: "Plugin",
    Column.UPDATED: "Updated",
}


def pipeline_text(pipeline: Pipeline) -> str:
    """Return a pipeline's name, or its ID, and its status unless that is the usual one."""
    name = pipeline_name(pipeline, LONGEST)
    return f"{name} {safe(pipeline.trouble, _STATUS)}" if pipeline.trouble else name


def column_text(listed: ListedPort, column: Column) -> str:
    """Return what a port has in a column, as safe text of one line."""
    port = listed.port
    match column:
        case Column.PIPELINE:
            return pipeline_text(listed.pipeline)
        case Column.FRONTEND:
            return f"{value_text(port.protocol, 24)} {value_text(port.frontend_port, 24)}"
        case Column.BACKEND:
            return value_text(port.backend_port, 24)
        case Column.KIND:
            return field_text(port, Field.KIND)
        case Column.ENDPOINT:
            return PENDING_WORD if listed.is_pending else field_text(port, Field.ENDPOINT)
        case Column.PLUGIN:
            return field_text(port, Field.PLUGIN_ID)
        case Column.UPDATED:
            at = port.updated_at
            if isinstance(at, datetime):
                return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"
            return value_text(at)


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns that fit a width, with the width of each."""

    columns: tuple[tuple[Column, int], ...] = ()


def layout_for(ports: Iterable[ListedPort], width: int) -> Layout:
    """Return the layout that suits these ports, whichever of them are in view.

    Pipeline and endpoint share what the others leave, each as wide as it needs to be.
    """
    room = width - _POINTER - 1
    if width < _NARROW:
        frontend = _WIDEST[Column.FRONTEND]
        return Layout(
            ((Column.PIPELINE, max(_LEAST, room - frontend - _GAP)), (Column.FRONTEND, frontend))
        )
    pipelines, kinds, plugins, endpoint = set(), set(), set(), len("Endpoint")
    for listed in ports:
        pipelines.add(listed.pipeline)
        kinds.add(listed.port.kind)
        plugins.add(listed.port.plugin_id)
        if isinstance(listed.port.endpoint, str):
            endpoint = max(endpoint, min(_LONGEST, len(listed.port.endpoint)))
    wanted = {
        Column.PIPELINE: max((cell_len(pipeline_text(each)) for each in pipelines), default=0),
        Column.FRONTEND: _WIDEST[Column.FRONTEND],
        Column.BACKEND: _WIDEST[Column.BACKEND],
        Column.KIND: max((cell_len(value_text(each, 20)) for each in kinds), default=0),
        Column.ENDPOINT: endpoint,
    }
    wanted[Column.PIPELINE] = min(_LONGEST, max(len("Pipeline") + 2, wanted[Column.PIPELINE]))
    wanted[Column.KIND] = min(_WIDEST[Column.KIND], max(len("Kind") + 2, wanted[Column.KIND]))
    room -= sum(wanted[c] for c in (Column.FRONTEND, Column.BACKEND, Column.KIND)) + 4 * _GAP
    _share(wanted, room)
    room -= wanted[Column.PIPELINE] + wanted[Column.ENDPOINT]
    plugin = max((cell_len(value_text(each, 40)) for each in plugins), default=0)
    extra = {
        Column.PLUGIN: min(_WIDEST[Column.PLUGIN], max(len("Plugin") + 2, plugin)),
        Column.UPDATED: _WIDEST[Column.UPDATED],
    }
    for column, needed in extra.items():
        if room >= needed + _GAP:
            wanted[column] = needed
            room -= needed + _GAP
    return Layout(tuple(wanted.items()))


def _share(wanted: dict[Column, int], room: int) -> None:
    """Cut the pipeline's and the endpoint's width to the room, the longer one first."""
    pipeline, endpoint = wanted[Column.PIPELINE], wanted[Column.ENDPOINT]
    if pipeline + endpoint > room:
        half = max(room // 2, _ENOUGH)
        pipeline = min(pipeline, max(half, room - endpoint))
        wanted[Column.PIPELINE] = max(_LEAST, pipeline)
        wanted[Column.ENDPOINT] = max(_LEAST, room - pipeline)


def heading(layout: Layout, order: Order) -> Line:
    """Return the columns' names; an arrow marks the one that the rows are sorted by."""
    pieces = []
    for column, width in layout.columns:
        name = _NAMES[column]
        if column is order.column:
            name += GLYPHS.descending if order.is_descending else GLYPHS.ascending
        pieces.append(f"{name:>{width}}" if column is Column.BACKEND else f"{name:<{width}}")
    return ((" " * _POINTER + (" " * _GAP).join(pieces), LABEL),)


def row_line(listed: ListedPort, layout: Layout, *, current: bool) -> Line:
    """Return a port's row. The current one is marked, and not by colour alone."""
    style = ACCENT + STRONG if current else PLAIN
    line = [(f" {GLYPHS.cursor} " if current else " " * _POINTER, ACCENT if current else PLAIN)]
    for number, (column, width) in enumerate(layout.columns):
        if number:
            line.append((" " * _GAP, PLAIN))
        if column is Column.PIPELINE:
            line += _pipeline_cell(listed, width, style)
        elif column is Column.FRONTEND:
            line.append((_frontend_cell(listed, width), style))
        elif column is Column.BACKEND:
            text = cut_in_middle(column_text(listed, column), width)
            line.append((" " * (width - cell_len(text)) + text, PLAIN))
        else:
            text = cut_in_middle(column_text(listed, column), width)
            line.append((set_cell_size(text, width), PLAIN))
    return tuple(line)


def _pipeline_cell(listed: ListedPort, width: int, style: Style) -> list[tuple[str, Style]]:
    """Return the name, cut in the middle, and after it the status where it is trouble."""
    pipeline = listed.pipeline
    name = pipeline_name(pipeline, LONGEST)
    if pipeline.trouble is None:
        return [(set_cell_size(cut_in_middle(name, width), width), style)]
    status = safe(pipeline.trouble, _STATUS)
    room = max(_LEAST, width - min(cell_len(status), _ENOUGH_OF_STATUS) - 1)
    name = cut_in_middle(name, room)
    left = max(0, width - cell_len(name) - 1)
    if cell_len(status) > left:
        status = f"{set_cell_size(status, max(0, left - 1))}…"[:left]
    rest = width - cell_len(name) - 1 - cell_len(status)
    return [(name, style), (" ", PLAIN), (status, UNSURE), (" " * max(0, rest), PLAIN)]


def _frontend_cell(listed: ListedPort, width: int) -> str:
    """Return the protocol before the number; only the protocol is cut, if they don't fit."""
    port = listed.port
    number = value_text(port.frontend_port, width)
    protocol = cut_in_middle(value_text(port.protocol, 24), max(1, width - cell_len(number) - 1))
    return set_cell_size(f"{protocol} {number}", width)


def _brief(row: Row) -> Row:
    """Return a row without the age of its time."""
    is_time = row.field in (Field.CREATED, Field.UPDATED) and not row.mark
    return row._replace(value=row.value.partition(" · ")[0]) if is_time else row


def details_of(
    listed: ListedPort,
    now: datetime,
    at: datetime | None,
    width: int,
    bound: BoundKeys = AS_SHIPPED,
) -> tuple[Line, ...]:
    """Return a port in full, as listed at some time, to stand beside the list."""
    rows = (
        line
        for row in rows_of(listed.port, now, editable=False)
        for line in lines_of(_brief(row) if width < _NARROW else row, width, current=False)
    )
    title = cut_in_middle(pipeline_text(listed.pipeline), width - _POINTER)
    enter = bound.name("open")
    listed_at = f"As of {time_of_day(at)}; {enter} reads it again" if at else ""
    return (
        ((" " * _POINTER + title, STRONG),),
        (),
        *rows,
        (),
        ((" " * _POINTER + listed_at, LABEL),),
    )
