"""The lines of a pipeline's ports, shown beside one of them, as a pure function."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from rich.cells import cell_len, set_cell_size

from portui.explain.listings import pipeline_name
from portui.operations.pipeline_ports import PortsOfPipeline
from portui.port.display import field_text, summary, time_of_day
from portui.port.listed import PENDING_WORD, ListedPort, Pipeline
from portui.port.model import Field
from portui.tui.widgets.glyphs import GLYPHS
from portui.tui.widgets.lines import LABEL, PLAIN, STRONG, Line, cut_in_middle, flow

_PLUGIN: Final = 20  # columns of a plugin's ID
_ENDPOINT: Final = 16  # columns, below which a part of an endpoint says nothing
_GAP: Final = 2
_LEAST: Final = 3  # ports, below which the list says little
_FRAME: Final = 2  # lines: the title, and how many ports are not shown


def pipeline_lines(
    pipeline: Pipeline, found: PortsOfPipeline, port_id: UUID, width: int, room: int
) -> tuple[Line, ...]:
    """Return the ports around one of them, in at most `room` lines; none if there's no room."""
    if not found.ports or room < _FRAME + min(_LEAST, len(found.ports)):
        return ()
    shown = _around(found.ports, port_id, room - _FRAME)
    if found.total is None:
        words = f"{len(shown):,} of the newest {len(found.ports):,}; there may be more"
    else:
        words = f"{found.total - len(shown):,} more" if found.total > len(shown) else ""
    rest: tuple[Line, ...] = (((f"   {words}", LABEL),),) if words else ()
    return (_title(pipeline, found, width), *_rows(shown, port_id, width), *rest)


def _around(ports: tuple[ListedPort, ...], port_id: UUID, most: int) -> tuple[ListedPort, ...]:
    """Return at most so many ports, with the given one in their middle."""
    at = next((index for index, each in enumerate(ports) if each.id == port_id), 0)
    first = max(0, min(at - most // 2, len(ports) - most))
    return ports[first : first + most]


def _title(pipeline: Pipeline, found: PortsOfPipeline, width: int) -> Line:
    title, read = "   Ports of ", f"as of {time_of_day(found.at)}"
    room = width - len(title) - len(read) - 2
    name = cut_in_middle(pipeline_name(pipeline), max(8, room))
    gap = " " * max(1, room + 1 - cell_len(name))
    return ((title + name, STRONG), (gap, PLAIN), (read, LABEL))


def _rows(ports: tuple[ListedPort, ...], port_id: UUID, width: int) -> Iterator[Line]:
    """Yield a row for each port, with as much of its endpoint as fits, if enough of it does.

    Without room for endpoints, pending ones are still marked.
    """
    names = [summary(each.port) for each in ports]
    plugins = [_plugin(each) for each in ports]
    name_width = max(map(cell_len, names))
    plugin_width = min(_PLUGIN, max(map(cell_len, plugins)))
    room = width - 3 - name_width - _GAP - plugin_width - _GAP - 1
    for listed, name, plugin in zip(ports, names, plugins, strict=True):
        is_current = listed.id == port_id
        endpoint = PENDING_WORD if listed.is_pending else field_text(listed.port, Field.ENDPOINT)
        if not listed.is_pending and room < _ENDPOINT:
            endpoint = ""
        plugin_cell = set_cell_size(cut_in_middle(plugin, plugin_width), plugin_width)
        pieces = (
            (f" {GLYPHS.chosen} " if is_current else "   ", LABEL),
            (set_cell_size(name, name_width), STRONG if is_current else PLAIN),
            (f"  {plugin_cell}  {cut_in_middle(endpoint, max(0, room))}", LABEL),
        )
        yield flow(pieces, width - 1, 1)[0]


def _plugin(listed: ListedPort) -> str:
    none = listed.port.plugin_id is None
    return "" if none else field_text(listed.port, Field.PLUGIN_ID, _PLUGIN * 2)
