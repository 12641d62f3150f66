"""The colours that a theme gives to text, each readable on the theme's background."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from rich.color import Color as RichColor
from rich.color import ColorSystem
from textual.color import Color
from textual.theme import Theme

from portui.settings.themes import HIGH_CONTRAST

TEXT_CONTRAST: Final = 4.5  # as WCAG 2 wants it for text, level AA
STRONG_CONTRAST: Final = 7.0  # the same, level AAA
LABEL_CONTRAST: Final = 3.0
_LABEL_SHARE: Final = 0.65  # of the text's contrast, so that labels are less prominent
_LABEL_BLEND: Final = 0.35  # of the background in a label
_STEPS: Final = 20
# The 256 colours: after the first sixteen, a cube with these levels of each part, then greys.
_CUBE: Final = (0, 95, 135, 175, 215, 255)
_GREYS, _DARKEST_GREY, _GREY_STEP = 24, 8, 10

_NAMES: Final = frozenset({"background", "foreground", "primary", "error", "success", "warning"})
_BLACK, _WHITE = Color(0, 0, 0), Color(255, 255, 255)
_BLUE, _MAGENTA = Color(95, 135, 255), Color(215, 95, 215)  # themes name no colours for these


@dataclass(frozen=True, slots=True)
class ThemeColors:
    """A theme's colours, in place of the terminal's own, as the terminal can show them."""

    background: RichColor
    foreground: RichColor
    label: RichColor
    """In place of dim text."""
    ansi: tuple[RichColor, ...]
    """In place of the sixteen colours that terminals have, by their numbers."""


def colors_of(theme: Theme, system: ColorSystem = ColorSystem.TRUECOLOR) -> ThemeColors:
    """Return a theme's colours, as a terminal with so many of them shows them."""
    named = {
        name: Color.parse(color)
        for name, color in theme.to_color_system().generate().items()
        if name in _NAMES
    }
    background = _shown(named["background"], system)
    least = STRONG_CONTRAST if theme.name == HIGH_CONTRAST else TEXT_CONTRAST

    def text(color: Color) -> RichColor:
        return _readable(color, background, least, system)

    foreground = text(named["foreground"])
    red, green, yellow = text(named["error"]), text(named["success"]), text(named["warning"])
    hues = (red, green, yellow, text(_BLUE), text(_MAGENTA), text(named["primary"]), foreground)
    label = _label(theme, foreground, background, system)
    return ThemeColors(background, foreground, label, (background, *hues, label, *hues))


def _label(
    theme: Theme, foreground: RichColor, background: RichColor, system: ColorSystem
) -> RichColor:
    if muted := theme.variables.get("foreground-muted"):
        color = Color.parse(muted)
    else:
        plain, below = (Color(*each.get_truecolor()) for each in (foreground, background))
        color = plain.blend(below, _LABEL_BLEND)
    least = min(TEXT_CONTRAST, contrast(foreground, background) * _LABEL_SHARE)
    return _readable(color, background, max(LABEL_CONTRAST, least), system)


def _readable(color: Color, background: RichColor, least: float, system: ColorSystem) -> RichColor:
    """Return a colour, moved as far towards black or white as its contrast needs."""
    far = max(_BLACK, _WHITE, key=lambda end: contrast(end.rich_color, background))
    candidate = far.rich_color
    for step in range(_STEPS + 1):
        candidate = _shown(color.blend(far, step / _STEPS), system)
        if contrast(candidate, background) >= least:
            break
    return candidate


def _shown(color: Color, system: ColorSystem) -> RichColor:
    """Return the colour that comes nearest on a terminal that has only so many.

    Of 256, Rich would choose teal for a dark grey with a touch of blue.
    """
    if system is not ColorSystem.EIGHT_BIT:
        return color.rich_color.downgrade(system)
    red, green, blue = (min(range(6), key=lambda n: abs(_CUBE[n] - part)) for part in color.rgb)
    grey = max(0, min(round((sum(color.rgb) / 3 - _DARKEST_GREY) / _GREY_STEP), _GREYS - 1))
    both = (16 + 36 * red + 6 * green + blue, 256 - _GREYS + grey)
    return min(map(RichColor.from_ansi, both), key=partial(_distance, color))


def _distance(color: Color, other: RichColor) -> int:
    pairs = zip(color.rgb, other.get_truecolor(), strict=True)
    return sum((one - two) ** 2 for one, two in pairs)


def contrast(first: RichColor, second: RichColor) -> float:
    """Return the contrast ratio of two colours as WCAG 2 defines it, from 1 to 21."""
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: RichColor) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in color.get_truecolor().normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
