"""Where portui's own files are: its settings, and what it keeps between runs."""

from collections.abc import Callable
from pathlib import Path


def config_file() -> Path | None:
    """Return the `config.toml`, which need not exist; `None` without a home folder."""
    from platformdirs import user_config_path

    folder = _of_user(user_config_path)
    return None if folder is None else folder / "config.toml"


def state_folder() -> Path | None:
    """Return the folder for all that portui keeps between runs; `None` without a home folder."""
    from platformdirs import user_state_path

    return _of_user(user_state_path)


def _of_user(folder: Callable[[str], Path]) -> Path | None:
    """Return portui's folder of a kind, or `None` if the user has no home folder.

    Some versions of platformdirs then raise `RuntimeError`; others return a relative path that
    begins with `~`, which would be a folder in the current one.
    """
    try:
        path = folder("portui")
    except RuntimeError:
        return None
    return None if path.parts[:1] == ("~",) else path
