"""The real Secret Service that some tests run beside, on a private bus in a private home."""

import shutil
from pathlib import Path
from typing import Final

import pytest

WITH_SECRET_SERVICE: Final = Path(__file__).parents[3] / "shared/tools/with-secret-service"
_NEEDED: Final = {
    "gnome-keyring-daemon": "gnome-keyring",
    "dbus-daemon": "dbus-daemon",
    "dbus-send": "dbus-bin",
}


def require() -> None:
    """Skip the test where what it takes is missing."""
    missing = [package for program, package in _NEEDED.items() if not shutil.which(program)]
    if not WITH_SECRET_SERVICE.exists():
        missing.append(str(WITH_SECRET_SERVICE))
    if missing:
        pytest.skip(f"missing: {', '.join(missing)}")
