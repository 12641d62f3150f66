"""A model of the terminal's screen, from which only the changes are sent."""

import re
from typing import Final

from portui.tui.terminal.cells import BLANK, PLAIN, Cell, cells_of, on_space, styled
from portui.tui.terminal.pen import Pen

_KEYBOARD: Final = r"\x1b\[[<>]\d*u"
_MODES: Final = r"\x1b\[\?(?:7|12|25|100[0-7]|101[56]|2004|2027|2048)[hl]"
_TITLES: Final = r"\x1b\](?!8;)[^\x07\x1b]*(?:\x07|\x1b\\)"  # not 8: links belong to cells
_HARMLESS: Final = "|".join((_KEYBOARD, _MODES, _TITLES, r"\x07"))
_ONLY_HARMLESS: Final = re.compile(f"(?:{_HARMLESS})+")

_TOKEN: Final = re.compile(
    r"(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
    r"|\x1b\[(?P<sgr>[\d;]*)m"
    r"|\x1b\[(?P<place>\d*(?:;\d*)?)H"
    r"|(?P<newline>\n)"
    r"|\x1b\[\?2026(?P<sync>[hl])"
    rf"|(?P<harmless>{_HARMLESS})"
    # Cut off at the end: a control sequence, a string or an escape sequence.
    r"|(?P<begun>\x1b(?:\[[0-?]*[ -/]*|[\]PX^_](?:[^\x07\x1b]|\x1b(?!\\))*|[ -/]*)\Z)"
    r"|(?P<other>\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_](?s:.*?)(?:\x07|\x1b\\)|(?s:.))",
)


def is_harmless(data: str) -> bool:
    """Return whether data changes no cell and can be sent at any time."""
    return _ONLY_HARMLESS.fullmatch(data) is not None


class ScreenModel:
    """Keeps track of what Textual writes and of what the terminal already shows.

    `feed` takes what Textual writes and returns what to send instead. Frames set cells, and only
    the cells that changed are sent. Everything else is sent unchanged. An unknown sequence may have
    changed anything, so the next frame clears the screen and draws everything.
    """

    def __init__(self, width: int, height: int) -> None:
        self._width = width
        self._wanted = [[BLANK] * width for _ in range(height)]
        self._shown = [[BLANK] * width for _ in range(height)]
        self._lost = True
        self._pen = Pen(width)
        self._style = PLAIN
        self._y = self._x = 0
        self._synced = False
        self._begun = ""

    def forget(self) -> None:
        """Draw everything with the next frame: something else may have drawn on the terminal."""
        self._lost = True

    def resize(self, width: int, height: int) -> None:
        """Change the size, keeping the cells that fit; the next frame draws everything."""
        if (width, height) == (self._width, len(self._wanted)):
            return
        blank = [BLANK] * width
        self._wanted = [(row + blank)[:width] for row in self._wanted[:height]]
        self._wanted += [list(blank) for _ in range(height - len(self._wanted))]
        self._shown = [list(blank) for _ in range(height)]
        self._width, self._pen = width, Pen(width)
        self._lost = True

    def feed(self, data: str) -> str:
        """Return what to send for what Textual writes; a sequence cut off waits for its rest."""
        data, self._begun = self._begun + data, ""
        aside = ""
        known, frame = True, False
        for token in _TOKEN.finditer(data):
            match token.lastgroup:
                case "begun":
                    self._begun = token[0]
                case "harmless":
                    aside += token[0]
                case "sync":
                    self._synced = token["sync"] == "h"
                case "other":
                    known = False
                case _:
                    frame = True
                    known = self._follow(token) and known
        if not known:
            self._lost = True
            return data.removesuffix(self._begun)
        return aside + self._changes() if frame else aside

    def release(self) -> str:
        """Return a sequence that was cut off, without waiting for its rest."""
        begun, self._begun = self._begun, ""
        self._lost = self._lost or bool(begun)
        return begun

    def _follow(self, token: re.Match[str]) -> bool:
        """Apply a token of a frame, and return whether it was understood."""
        match token.lastgroup:
            case "text":
                self._write(token[0])
            case "place":
                y, _, x = token["place"].partition(";")
                self._y, self._x = max(int(y or 1), 1) - 1, max(int(x or 1), 1) - 1
            case "newline":
                self._y, self._x = self._y + 1, 0
            case "sgr":
                style = styled(self._style, token["sgr"])
                self._style = style or self._style
                return style is not None
        return True

    def _write(self, text: str) -> None:
        """Set cells from the cursor onwards; what doesn't fit is left out."""
        stray, cells = cells_of(text, self._style)
        start, self._x = self._x, self._x + len(cells)
        room = self._width - start
        if self._y >= len(self._wanted) or room <= 0:
            return
        row = self._wanted[self._y]
        if stray and start:
            lead = start - 1 if row[start - 1][0] else start - 2
            row[lead] = (row[lead][0] + stray, row[lead][1])
        fitting = list(cells[:room])
        if len(cells) > room and not cells[room][0]:
            fitting[-1] = _half(fitting[-1])
        for edge in (start, start + len(fitting)):
            if edge < self._width and not row[edge][0]:
                row[edge - 1 : edge + 1] = map(_half, row[edge - 1 : edge + 1])
        row[start : start + len(fitting)] = fitting

    def _changes(self) -> str:
        """Return what turns the cells shown into the cells wanted."""
        if self._lost:
            self._lost = False
            self._pen.clear()
            self._shown = [[BLANK] * self._width for _ in self._wanted]
        for y, (shown, wanted) in enumerate(zip(self._shown, self._wanted, strict=True)):
            if shown != wanted:
                self._pen.draw(y, shown, wanted)
        y, x = min(self._y, len(self._wanted) - 1), min(self._x, self._width - 1)
        self._pen.rest(max(y, 0), max(x, 0))
        out = self._pen.take()
        return f"\x1b[?2026h{out}\x1b[?2026l" if out and self._synced else out


def _half(cell: Cell) -> Cell:
    """Return what is left in a cell of a wide character that was cut in two."""
    return (" ", on_space(cell[1]))
