"""The theme to start with, and keeping the one that is chosen."""

from pathlib import Path

from portui.settings import Settings
from portui.settings.themes import chosen_theme, theme_file


def theme_for(settings: Settings, state_folder: Path | None) -> str:
    """Return the theme chosen in the app, or else the one of the settings."""
    return chosen_theme(state_folder) or settings.theme


def keep_theme(state_folder: Path | None, name: str) -> str:
    """Keep a theme for the next starts. Returns why that failed; empty if it didn't. Blocks."""
    if state_folder is None:
        return "there is no home folder"
    from portui.journal.files import make_folder, replace_file

    try:
        make_folder(state_folder)
        replace_file(theme_file(state_folder), f"{name}\n".encode())
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""
