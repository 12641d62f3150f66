"""Changes whose outcome isn't known yet, as far as quitting needs to know."""

from dataclasses import dataclass
from typing import Protocol

from portui.explain.explanation import Explanation


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A requested change whose outcome isn't known yet."""

    words: str
    """The change and its port, or a new port and its pipeline."""
    opens: str
    """What to start portui with to check it: a port's ID, or words."""
    sent: bool = False
    """Whether it may already have been sent."""


class Changes(Protocol):
    """What makes changes, one at a time."""

    @property
    def under_way(self) -> UnderWay | None: ...

    async def outcome(self) -> Explanation | None:
        """Wait until the change under way ends, and return the notice about it, if any."""
