"""Changes whose outcome isn't known yet: their phase, and how to wait for them."""

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace

from portui.explain.explanation import Explanation
from portui.operations.write import Phase


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A requested change whose outcome isn't known yet."""

    words: str
    """The change and its port, or a new port and its pipeline."""
    opens: str
    """What to start portui with to check it: a port's ID, or words."""
    phase: Phase = Phase.CHECKING

    @property
    def sent(self) -> bool:
        """Whether it may already have been sent."""
        return self.phase is not Phase.CHECKING


class Changes(ABC):
    """Base class of what makes changes, one at a time."""

    def __init__(self) -> None:
        self.under_way: UnderWay | None = None
        self._stop_waiting = asyncio.Event()
        self._ended = asyncio.Event()

    @abstractmethod
    async def outcome(self) -> Explanation | None:
        """Wait until the change under way ends, and return the notice about it, if any."""

    def stop_waiting(self) -> None:
        """Stop waiting for confirmation; what was sent stays sent."""
        if self.under_way and self.under_way.phase is Phase.CONFIRMING:
            self._stop_waiting.set()

    def _begin(self, change: UnderWay) -> None:
        self._ended.clear()
        self._stop_waiting = asyncio.Event()
        self.under_way = change

    def _enter(self, phase: Phase) -> None:
        if self.under_way:
            self.under_way = replace(self.under_way, phase=phase)
