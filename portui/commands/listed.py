"""Listed ports as `portui list` prints them, as they come."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final, Protocol

from portui.explain.listings import pipeline_name
from portui.port.cells import cut_in_middle, cut_to_cells, padded
from portui.port.display import LONGEST, value_text
from portui.port.export import port_fields
from portui.port.listed import PENDING_WORD, ListedPort
from portui.port.model import Port


class Rows(Protocol):
    """Makes the text of a list, piece by piece. An empty piece must not be printed."""

    def more(self, ports: Sequence[ListedPort]) -> str:
        """Return the text for some more ports."""

    def end(self) -> str:
        """Return the text after all ports."""


def rows_for(form: str, width: int | None) -> Rows:
    """Return the rows of a list in a form. A table is fitted to a width in cells."""
    match form:
        case "json":
            return JsonRows()
        case "yaml":
            return YamlRows()
        case _:
            return TableRows(columns_for(width), cut=width is not None)


# --- for people ---

_GAP: Final = "  "
_LONGEST_NAME: Final = 40  # cells


class Column(Enum):
    """A column: its name, its width in cells, and how wide a terminal has to be for it.

    On a terminal, pipeline and endpoint share what the others leave.
    """

    ID = ("ID", 36, 60)
    PIPELINE = ("Pipeline", 24, 0)
    FRONTEND = ("Frontend", 9, 0)
    BACKEND = ("Backend", 7, 96)
    KIND = ("Kind", 12, 112)
    ENDPOINT = ("Endpoint", 32, 80)
    PLUGIN = ("Plugin", 16, 150)
    UPDATED = ("Updated", 16, 150)

    def __init__(self, title: str, width: int, shown_from: int) -> None:
        self.title = title
        self.width = width
        self.shown_from = shown_from


Columns = Mapping[Column, int]
"""The columns of a table in order, with the width of each in cells."""


def columns_for(width: int | None) -> Columns:
    """Return the columns that fit a width, or all of them.

    They don't depend on the ports, since rows are printed before all ports have been read.
    """
    if width is None:
        return {column: column.width for column in Column}
    shown = {column: column.width for column in Column if width >= column.shown_from}
    room = width - len(_GAP) * (len(shown) - 1)
    room -= sum(shown[c] for c in shown if c not in (Column.PIPELINE, Column.ENDPOINT))
    if Column.ENDPOINT in shown:
        shown[Column.PIPELINE] = min(_LONGEST_NAME, room // 2)
        shown[Column.ENDPOINT] = room - shown[Column.PIPELINE]
    else:
        shown[Column.PIPELINE] = room
    return shown


@dataclass(slots=True)
class TableRows:
    """A table with a heading. `cut` fits texts into their columns, but never a number or an ID."""

    columns: Columns
    cut: bool
    _has_heading: bool = False

    def more(self, ports: Sequence[ListedPort]) -> str:
        lines = [self._line(listed) for listed in ports]
        if lines and not self._has_heading:
            self._has_heading = True
            names = (padded(column.title, width) for column, width in self.columns.items())
            lines.insert(0, _GAP.join(names).rstrip())
        return "\n".join(lines)

    def end(self) -> str:
        return ""

    def _line(self, listed: ListedPort) -> str:
        cells = [self._cell(listed, column, width) for column, width in self.columns.items()]
        return _GAP.join(cells).rstrip()

    def _cell(self, listed: ListedPort, column: Column, width: int) -> str:
        if column is Column.FRONTEND:
            return padded(_frontend(listed.port, width if self.cut else LONGEST), width)
        text = _TEXTS[column](listed)
        if column is Column.BACKEND:
            return text.rjust(width)
        return padded(cut_in_middle(text, width) if self.cut else text, width)


def _frontend(port: Port, room: int) -> str:
    """Return the protocol, which is cut if there is no room for it, and the number."""
    number = value_text(port.frontend_port, 24)
    protocol = cut_to_cells(value_text(port.protocol, 24), max(1, room - len(number) - 1))
    return f"{protocol} {number}"


def _updated(listed: ListedPort) -> str:
    at = listed.port.updated_at
    if isinstance(at, datetime):
        return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"
    return value_text(at)


_TEXTS: Final[Mapping[Column, Callable[[ListedPort], str]]] = {
    Column.ID: lambda listed: str(listed.id),
    Column.PIPELINE: lambda listed: pipeline_name(listed.pipeline, LONGEST),
    Column.BACKEND: lambda listed: value_text(listed.port.backend_port, 24),
    Column.KIND: lambda listed: value_text(listed.port.kind),
    Column.ENDPOINT: lambda listed: value_text(listed.port.endpoint) or PENDING_WORD,
    Column.PLUGIN: lambda listed: value_text(listed.port.plugin_id),
    Column.UPDATED: _updated,
}
"""The text of each column but the frontend's, whose two parts are cut separately."""


# --- for programs ---


def _fields(listed: ListedPort) -> dict[str, Any]:
    """Return the service's fields of a port, and its pipeline's ID and name."""
    pipeline = listed.pipeline
    return port_fields(listed.port) | {
        "pipelineID": str(pipeline.id) if pipeline.id else None,
        "pipelineName": pipeline.name,
    }


@dataclass(slots=True)
class JsonRows:
    """A JSON array with a port on each line, in ASCII."""

    _last: list[str] = field(default_factory=list)
    """The last port so far, kept back: a comma follows it only if another port does."""
    _is_open: bool = False

    def more(self, ports: Sequence[ListedPort]) -> str:
        lines = [*self._last, *(json.dumps(_fields(listed)) for listed in ports)]
        self._last = lines[-1:]
        ready = ",\n".join(lines[:-1])
        if not ready:
            return ""
        opening, self._is_open = "" if self._is_open else "[\n", True
        return f"{opening}{ready},"

    def end(self) -> str:
        if not self._last:
            return "[]"
        opening = "" if self._is_open else "[\n"
        return f"{opening}{self._last[0]}\n]"


@dataclass(slots=True)
class YamlRows:
    """A YAML sequence of ports."""

    _is_empty: bool = True

    def more(self, ports: Sequence[ListedPort]) -> str:
        if not ports:
            return ""
        self._is_empty = False
        from portui.commands.as_yaml import as_yaml

        return as_yaml([_fields(listed) for listed in ports])

    def end(self) -> str:
        return "[]" if self._is_empty else ""
