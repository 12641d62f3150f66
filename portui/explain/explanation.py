"""An explanation for the operator, and its parts."""

from enum import Enum, auto
from typing import NamedTuple


class Action(Enum):
    """Something the operator can do next. The app has a key for each."""

    LOOK_UP = auto()
    REFRESH = auto()
    EDIT = auto()
    DELETE = auto()
    TOKEN = auto()
    DEMO = auto()
    HISTORY = auto()
    CREATE_AGAIN = auto()
    """Create a port like the deleted one."""
    FIND_NUMBER = auto()
    """Find the port that has the frontend port that was refused."""


class Tone(Enum):
    """Whether the news is good, bad or uncertain. The app shows a glyph as well as a colour."""

    GOOD = auto()
    BAD = auto()
    UNSURE = auto()


class Explanation(NamedTuple):
    """What happened, what it means, and what to do next. The texts are safe to show."""

    what: str
    meaning: str = ""
    next: tuple[Action, ...] = ()
    tone: Tone = Tone.BAD
    until_read: bool = False
    """Whether it's true only until the port on screen is read again."""
