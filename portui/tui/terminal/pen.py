"""Drawing on a terminal in few bytes, without relying on its idea of character widths."""

from collections.abc import Sequence
from typing import Final

from portui.tui.terminal.cells import (
    BLANK,
    PLAIN,
    Cell,
    Style,
    is_sure,
    on_space,
    restyling,
    unsure,
)

_FEW: Final = 3  # blanks; writing them takes no more bytes than clearing the line's end
_GAP: Final = 4  # cells; rewriting them takes no more bytes than moving the cursor past
_UNKNOWN: Final = -1


class Pen:
    """Draws on a terminal of a given width, keeping track of the cursor and the current style.

    Characters that terminals may disagree about are drawn together with all cells that they could
    reach. If anything there changes, the whole run is blanked and drawn again, and the cursor is
    moved explicitly to what follows. No part of such a character is left behind, and none shifts
    other cells.
    """

    def __init__(self, width: int) -> None:
        self._width = width
        self._row = self._column = _UNKNOWN  # counted from 0
        self._behind = _UNKNOWN
        """The column after the last character, if all are as wide as expected."""
        self._style = PLAIN
        self._out: list[str] = []

    def take(self) -> str:
        """Return what was drawn since the last call, for sending."""
        out, self._out = "".join(self._out), []
        return out

    def clear(self) -> None:
        """Clear the screen, whatever the cursor position and style."""
        self._out.append("\x1b[m\x1b[2J")
        self._style = PLAIN
        self._row = self._column = _UNKNOWN

    def draw(self, y: int, shown: list[Cell], wanted: list[Cell]) -> None:
        """Turn a row that is shown into the one that is wanted; the two must differ.

        `shown` is updated in place.
        """
        reached = unsure(wanted)
        risky = list(map(max, reached, unsure(shown)))
        first = next(x for x in range(self._width) if shown[x] != wanted[x])
        while first and risky[first] and risky[first - 1]:
            first -= 1
        if _erasing_pays(shown[first:], wanted[first:]):
            self._erase(y, first, shown)
            risky = reached
        end = max(_length(wanted), _end(reached))
        clear = _length(shown) > end + _FEW
        for x in range(first, end if clear else self._width):
            if risky[x] and not (x and risky[x - 1]):
                self._blank(y, x, _run(risky, x), shown, wanted)
            if shown[x] != wanted[x]:
                self._reach(y, x, wanted, risky)
                self._write(wanted[x : x + 1])
        if clear:
            self._erase(y, end, shown)
        shown[:] = wanted

    def rest(self, y: int, x: int) -> None:
        """Reset the style and move the cursor to a cell."""
        self._restyle(PLAIN)
        self._move(y, x)

    def _blank(self, y: int, start: int, end: int, shown: list[Cell], wanted: list[Cell]) -> None:
        """Blank a run of cells that will be drawn again."""
        if shown[start:end] == wanted[start:end] or _length(shown[start:end]) == 0:
            return
        if end - start > _FEW and _length(shown) <= end:
            self._erase(y, start, shown)
        else:
            shown[start:end] = [BLANK] * (end - start)
            self._move(y, start)
            self._write(shown[start:end])

    def _erase(self, y: int, start: int, shown: list[Cell]) -> None:
        """Clear the rest of a row in the plain style: not all terminals erase with a background."""
        shown[start:] = [BLANK] * (self._width - start)
        self._move(y, start)
        self._restyle(PLAIN)
        self._out.append("\x1b[K")

    def _reach(self, y: int, x: int, wanted: list[Cell], risky: list[bool]) -> None:
        """Move the cursor to a cell, across a small gap by rewriting the cells in it."""
        if (self._row, self._behind) == (y, x) and not is_sure(wanted[x]):
            return  # characters of a run follow each other, wherever the terminal puts them
        if self._row == y and self._column >= 0 and 0 < x - self._column <= _GAP:
            gap = range(self._column, x)
            if all(not risky[each] and self._fits(wanted[each]) for each in gap):
                self._write(wanted[self._column : x])
        self._move(y, x)

    def _move(self, y: int, x: int) -> None:
        if (self._row, self._column) == (y, x):
            return
        ways = [f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H"]
        if self._row == y:
            ways.append(f"\x1b[{x + 1}G" if x else "\r")
            if 0 <= self._column < x:
                ways.append(f"\x1b[{x - self._column}C".replace("[1C", "[C"))
            elif self._column > x:
                ways.append("\b" * (self._column - x))
        self._out.append(min(ways, key=len))
        self._row, self._column, self._behind = y, x, x

    def _write(self, cells: Sequence[Cell]) -> None:
        for cell in cells:
            if not self._fits(cell):
                self._restyle(cell[1])
            self._out.append(cell[0])
            self._behind += 1
            known = is_sure(cell) and 0 <= self._column < self._width - 1
            self._column = self._behind if known else _UNKNOWN

    def _fits(self, cell: Cell) -> bool:
        """Return whether a cell can be written in the current style."""
        text, style = cell
        return style == (on_space(self._style) if text == " " else self._style)

    def _restyle(self, style: Style) -> None:
        self._out.append(restyling(self._style, style))
        self._style = style


def _erasing_pays(shown: list[Cell], wanted: list[Cell]) -> bool:
    """Return whether erasing blanks more cells than would have to be rewritten."""
    pairs = list(zip(shown, wanted, strict=True))
    gone = sum(now == BLANK != before for before, now in pairs)
    return gone > _FEW + sum(before == now != BLANK for before, now in pairs)


def _length(row: Sequence[Cell]) -> int:
    """Return the number of cells up to the last one that isn't blank."""
    return _end([cell != BLANK for cell in row])


def _end(flags: Sequence[bool]) -> int:
    """Return the index after the last true flag; 0 if there is none."""
    return len(flags) - [*reversed(flags), True].index(True)


def _run(risky: Sequence[bool], start: int) -> int:
    """Return the index after a run of risky cells."""
    return start + [*risky[start:], False].index(False)
