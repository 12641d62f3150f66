"""What the main screen shows, as one value."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from portui.explain.explanation import Explanation
from portui.port.model import Port
from portui.settings import Token

if TYPE_CHECKING:  # what the first paint does without
    from portui.credentials import Held, KeyringTrouble
    from portui.operations.look_up import Reader, Reading


class Activity(Enum):
    """What is under way for the port on screen."""

    IDLE = auto()
    READING = auto()
    SAVING = auto()
    DELETING = auto()

    @property
    def writing(self) -> bool:
        """Whether a change is under way, whose outcome nothing may cover up."""
        return self in (Activity.SAVING, Activity.DELETING)


@dataclass(frozen=True, slots=True)
class Nothing:
    """No port was asked for yet."""


@dataclass(frozen=True, slots=True)
class Loading:
    """A port that isn't on screen is being read."""

    port_id: UUID


@dataclass(frozen=True, slots=True)
class Showing:
    """A port as it was last read; a notice stands until dealt with."""

    reading: "Reading"
    activity: Activity = Activity.IDLE
    notice: Explanation | None = None
    was: Port | None = None
    """What it was before, where it has other values now."""

    @property
    def changeable(self) -> bool:
        """Whether the port can be edited or deleted: it's the one asked for, and at rest."""
        return self.reading.genuine and not self.activity.writing


@dataclass(frozen=True, slots=True)
class Gone:
    """A port that is no more, as it was last read."""

    reading: "Reading"
    notice: Explanation
    confirmed: bool = False
    """Whether it was deleted from here, and a read confirmed that."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A port that couldn't be read."""

    port_id: UUID
    notice: Explanation


State: TypeAlias = Nothing | Loading | Showing | Gone | Failed


@dataclass(frozen=True, slots=True)
class Seeking:
    """The token is still being looked for."""


@dataclass(frozen=True, slots=True)
class NoAccess:
    """There is no token: the keyring's trouble, if that is why, and the official CLI's token."""

    trouble: "KeyringTrouble | None" = None
    official: Token | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """A token, and the service as reached with it."""

    held: "Held"
    reader: "Reader"
    trouble: "KeyringTrouble | None" = None


AccessState: TypeAlias = Seeking | NoAccess | Access
