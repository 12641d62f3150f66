"""Lines of text, of which only those that changed are redrawn and sent to the terminal."""

from collections.abc import Iterable

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

PLAIN = Style()
LABEL = Style(dim=True)
STRONG = Style(bold=True)
ACCENT = Style(color="cyan")
KEY = Style(color="cyan", bold=True)
BAD = Style(color="red", bold=True)
GOOD = Style(color="green", bold=True)
UNSURE = Style(color="yellow", bold=True)

Line = tuple[tuple[str, Style], ...]


def strip_of(line: Line, width: int) -> Strip:
    """Return a line as a strip, cropped or padded to a width in cells."""
    segments = [Segment(text, style) for text, style in line if text]
    return Strip(segments).crop(0, width).extend_cell_length(width)


def wrapped(text: str, width: int) -> list[str]:
    """Return a text as lines of at most `width` cells, broken between words where possible."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_len(joined) <= width:
            lines[-1] = joined
        else:
            if not lines[-1]:
                lines.pop()
            lines += chop_cells(word, max(1, width))
    return lines


def cut_in_middle(text: str, width: int) -> str:
    """Return a text of at most `width` cells, with an ellipsis in its middle if it was longer."""
    if cell_len(text) <= width:
        return text
    if width < 3:
        return set_cell_size(text, width)
    end = (width - 1) // 2
    first = chop_cells(text, width - 1 - end)[0]
    last = chop_cells(text[::-1], end)[0][::-1]
    return f"{first}…{last}"


def flow(pieces: Iterable[tuple[str, Style]], width: int, most: int) -> tuple[Line, ...]:
    """Return pieces of text as at most `most` lines of `width` cells; the rest is cut off."""
    lines: list[list[tuple[str, Style]]] = [[]]
    used = 0
    for text, style in pieces:
        start = 0
        for index, character in enumerate(text):
            cells = cell_len(character)
            if used + cells > width:
                lines[-1].append((text[start:index], style))
                if len(lines) == most:
                    return (*map(tuple, lines[:-1]), _cut(lines[-1]))
                lines.append([])
                start, used = index, 0
            used += cells
        lines[-1].append((text[start:], style))
    return tuple(map(tuple, lines))


def _cut(line: list[tuple[str, Style]]) -> Line:
    """Replace the last character of a full line by an ellipsis, and with it its combining marks."""
    *rest, (text, style) = line
    kept = text[:-1]
    while kept and cell_len(kept) == cell_len(text):
        kept = kept[:-1]
    if rest and not cell_len(text):  # only marks, of the piece before
        return _cut(rest)
    return (*rest, (kept + "…", style))


class Lines(Widget):
    """A widget that shows lines and redraws only those that change."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._lines: tuple[Line, ...] = ()
        self.styles.height = 0

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines shown."""
        return self._lines

    def set_lines(self, lines: tuple[Line, ...]) -> None:
        """Show these lines."""
        before, self._lines = self._lines, lines
        if len(before) != len(lines):
            # Not `height: auto`: a layout that runs between the request for a new one and its turn
            # would keep the old height.
            self.styles.height = len(lines)
            return
        for y, (old, new) in enumerate(zip(before, lines, strict=True)):
            if old != new:
                self.refresh_line(y)

    def refresh_line(self, y: int) -> None:
        """Redraw one line."""
        self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        line = self._lines[y] if y < len(self._lines) else ()
        return strip_of(line, self.size.width)


class Rule(Lines):
    """A thin line across the screen."""

    def on_resize(self, event: events.Resize) -> None:
        """Draw the line at the new width."""
        self.set_lines(((("─" * event.size.width, LABEL),),))


class TooSmall(Lines):
    """Says what size portui needs; the stylesheet shows it only if the screen is smaller."""

    NEEDED = (40, 12)
    """Columns and rows, as in the screens' breakpoints."""

    def on_resize(self) -> None:
        """Show the size needed and the actual size."""
        width, height = self.screen.size
        columns, rows = self.NEEDED
        need = f"portui needs {columns} × {rows}; this is {width} × {height}"
        words = wrapped(need, max(1, width))
        lines: list[Line] = [((line, LABEL),) for line in words]
        # It covers the screen instead of hiding widgets, which would lose the focus.
        self.set_lines((*lines, *((),) * (height - len(lines))))
