"""The window around a terminal, and the two palettes that it has: for dark pages and for light."""

from html import escape
from typing import Final

from tests.screenshots.drawing import BASE, CELL, LINE

_MARGIN: Final = 16
_BAR: Final = 38
"""The height of the title bar."""

_FONTS: Final = (
    "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace"
)
# 0.6 em is the width of a letter in nearly all of these fonts.
_SHAPES: Final = f"""
text,rect,circle{{fill:currentColor}}
text{{font:{CELL / 0.6:.2f}px {_FONTS}}}
path{{fill:none;stroke:currentColor;stroke-width:1.3}}
.bold{{font-weight:bold}}
.dim{{opacity:.65}}
.small{{font-size:14px}}
"""

_DARK: Final = {
    "text": "#e6edf3",
    "ground": "#161b22",
    "edge": "#3d444d",
    "red": "#ff7b72",
    "green": "#3fb950",
    "yellow": "#d29922",
    "blue": "#58a6ff",
    "magenta": "#bc8cff",
    "cyan": "#39c5cf",
    "white": "#b1bac4",
    "bright-black": "#6e7681",
}
_LIGHT: Final = {
    "text": "#1f2328",
    "ground": "#ffffff",
    "edge": "#d1d9e0",
    "red": "#cf222e",
    "green": "#1a7f37",
    "yellow": "#9a6700",
    "blue": "#0969da",
    "magenta": "#8250df",
    "cyan": "#1b7c83",
    "white": "#6e7781",
    "bright-black": "#8c959f",
}


def draw_window(terminal: str, size: tuple[int, int], title: str, style: str = "") -> str:
    """Return a whole picture: a window with a terminal of so many columns and lines.

    What is drawn on the terminal has its origin in the terminal's upper left corner; what has a
    negative `y` is in the title bar. The title tells those who can't see the picture what it shows.
    """
    columns, lines = size
    width, height = CELL * columns + 2 * _MARGIN, LINE * lines + _BAR + _MARGIN
    light = f"@media (prefers-color-scheme:light){{{_palette(_LIGHT)}}}"
    dots = "".join(f'<circle class="edge" cx="{x}" cy="19" r="6"/>' for x in (22, 42, 62))
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" \
viewBox="0 0 {width} {height}" role="img">
<title>{escape(title)}</title>
<style>{_SHAPES}{_palette(_DARK)}
{light}
{style}</style>
<rect class="edge" width="{width}" height="{height}" rx="10"/>
<rect class="ground" x="1" y="1" width="{width - 2}" height="{height - 2}" rx="9"/>
{dots}
<text class="dim small" x="{width // 2}" y="24" text-anchor="middle">portui --demo</text>
<g transform="translate({_MARGIN},{_BAR})">
{terminal}
</g>
</svg>
"""


def place(line: str, number: int) -> str:
    """Return a line's elements in their place on the terminal; the first line has number 0."""
    return f'<g transform="translate(0,{LINE * number + BASE})">{line}</g>'


def draw_key(name: str, columns: int) -> str:
    """Return a key's name as it stands at the right of the title bar; empty for no key."""
    if not name:
        return ""
    width = 9 * len(name) + 18
    x = CELL * columns - width
    return (
        f'<rect class="edge" x="{x}" y="-31" width="{width}" height="24" rx="5"/>'
        f'<text class="small" x="{x + width // 2}" y="-14" text-anchor="middle">{name}</text>'
    )


def _palette(colors: dict[str, str]) -> str:
    return "".join(
        f"{'svg,' if name == 'text' else ''}.{name}{{color:{color}}}"
        for name, color in colors.items()
    )
