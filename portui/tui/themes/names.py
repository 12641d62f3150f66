"""The themes by their names."""

from textual.theme import BUILTIN_THEMES, Theme

from portui.settings.themes import HIGH_CONTRAST

_HIGH_CONTRAST = Theme(
    HIGH_CONTRAST,
    primary="#00ffff",
    error="#ff8c8c",
    success="#00ff00",
    warning="#ffff00",
    foreground="#ffffff",
    background="#000000",
    variables={"foreground-muted": "#ffffff"},
)


def theme_named(name: str) -> Theme | None:
    """Return a theme; `None` if this version of Textual has no such one."""
    return _HIGH_CONTRAST if name == HIGH_CONTRAST else BUILTIN_THEMES.get(name)
