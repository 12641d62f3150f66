"""Drawing in a theme's colours what is written for the terminal's own."""

from rich.color import Color as RichColor
from rich.color import ColorType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from portui.tui.themes.colors import ThemeColors

_PLAIN = Style()
_NOT_DIM = Style(dim=False)


class ThemeFilter(LineFilter):
    """Replaces the terminal's colours in everything that is drawn.

    Textual has a filter like it, which leaves text without a colour in the terminal's own.
    """

    def __init__(self, colors: ThemeColors) -> None:
        super().__init__()
        self._colors = colors
        self._known: dict[Style | None, Style] = {}

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments of a line in the theme's colours."""
        return [Segment(text, self._themed(style)) for text, style, _ in segments]

    def _themed(self, style: Style | None) -> Style:
        themed = self._known.get(style)
        if themed is None:
            themed = self._known[style] = self._drawn(style or _PLAIN)
        return themed

    def _drawn(self, style: Style) -> Style:
        plain = self._colors.label if style.dim else self._colors.foreground
        colors = Style.from_color(
            self._replaced(style.color, plain),
            self._replaced(style.bgcolor, self._colors.background),
        )
        return style + colors + _NOT_DIM

    def _replaced(self, color: RichColor | None, plain: RichColor) -> RichColor:
        """Return what stands for a colour, which is `plain` for the terminal's default."""
        if color is None or color.is_default:
            return plain
        if color.type is ColorType.STANDARD and color.number is not None:
            return self._colors.ansi[color.number]
        return color
