"""Values side by side, one row for each field; stacked where they are too long for that."""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.style import Style

from portui.tui.widgets.lines import LABEL, PLAIN, Line, flow

Cell = tuple[str, Style]

_LABEL = 15  # columns
_GAP = 2  # columns, at least, between two values
_MOST = 40  # lines of one value: the longest that can be typed, at 80 columns


def side_by_side(
    names: Sequence[str], rows: Sequence[tuple[str, Sequence[Cell]]], width: int
) -> tuple[Line, ...]:
    """Return a heading with the columns' names, then the rows: a label and a value per column."""
    column = max(1, (width - _LABEL) // len(names))
    heading = ((set_cell_size(name, column), LABEL) for name in names)
    lines: list[Line] = [((" " * _LABEL, PLAIN), *heading)]
    for label, cells in rows:
        lines += _row(label, cells, names, column)
    return tuple(lines)


def _row(label: str, cells: Sequence[Cell], names: Sequence[str], column: int) -> tuple[Line, ...]:
    if all(cell_len(text) <= column - _GAP for text, _ in cells):
        padded = ((set_cell_size(text, column), style) for text, style in cells)
        return (((set_cell_size(label, _LABEL), LABEL), *padded),)
    lines: list[Line] = [((label, LABEL),)]
    for name, (text, style) in zip(names, cells, strict=True):
        first, *rest = flow([(text, style)], max(8, len(names) * column), _MOST)
        lines.append(((set_cell_size(f"  {name}", _LABEL), LABEL), *first))
        lines += [((" " * _LABEL, PLAIN), *more) for more in rest]
    return tuple(lines)
