"""What a check found."""

import os
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from portui.port.display import duration, safe


class State(Enum):
    """Whether what was found is as it should be."""

    OK = "ok"
    CARE = "care"
    """It needs the operator's care."""
    NOT_APPLICABLE = "n/a"
    """There is nothing to check, or it can't be checked."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found. The texts are safe to show, and contain no secret."""

    check: str
    state: State
    found: str
    advice: str = ""
    """What to do, if it needs care."""
    seconds: float | None = None
    """How long it took, if that is of interest."""

    @property
    def duration(self) -> str:
        """The seconds for people; empty if they aren't known."""
        return "" if self.seconds is None else duration(self.seconds)


def ok(check: str, found: str, seconds: float | None = None) -> Finding:
    """Return that a check found things as they should be."""
    return Finding(check, State.OK, found, seconds=seconds)


def care(check: str, found: str, advice: str, seconds: float | None = None) -> Finding:
    """Return that what a check found needs care, and what to do."""
    return Finding(check, State.CARE, found, advice, seconds)


def not_applicable(check: str, why: str) -> Finding:
    """Return that there is nothing to check."""
    return Finding(check, State.NOT_APPLICABLE, why)


def shown(path: Path) -> str:
    """Return a path as safe text, in which the home folder, and so the user's name, is `~`."""
    text, home = str(path), os.path.expanduser("~")  # noqa: PTH111 - the other one fails without a home
    if len(home) > 1 and (text == home or text.startswith(f"{home}/")):
        text = f"~{text[len(home) :]}"
    return safe(text, 200)
