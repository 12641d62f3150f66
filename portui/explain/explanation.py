"""What an explanation is made of."""

from dataclasses import dataclass
from enum import Enum, auto


class Action(Enum):
    """What the operator can do next; a key in the app."""

    LOOK_UP = auto()
    REFRESH = auto()
    EDIT = auto()
    DELETE = auto()
    TOKEN = auto()
    DEMO = auto()
    HISTORY = auto()


class Tone(Enum):
    """How to take it. The app adds a mark, since colour alone tells nothing."""

    GOOD = auto()
    BAD = auto()
    UNSURE = auto()


@dataclass(frozen=True, slots=True)
class Explanation:
    """What happened, what it means, and what to do next. Its texts are safe to show."""

    what: str
    meaning: str = ""
    next: tuple[Action, ...] = ()
    tone: Tone = Tone.BAD
