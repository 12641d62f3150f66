"""What the list of ports shows, as one value."""

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TypeAlias

from portui.explain.explanation import Explanation
from portui.operations.listing import Listing
from portui.port.listed import ListedPort, Pipeline, Project

Source: TypeAlias = Project | Pipeline
"""Whose ports are listed."""


class ListActivity(Enum):
    """What is under way for the list."""

    IDLE = auto()
    FINDING_TOKEN = auto()
    FINDING_PROJECT = auto()
    READING = auto()


@dataclass(frozen=True, slots=True)
class PortList:
    """The ports as last read, and the reading under way."""

    source: Source | None = None
    listing: Listing | None = None
    """The list as shown. While it's read again, it stays until the new one is complete."""
    reading: Listing | None = None
    """The list that is being read, so far."""
    activity: ListActivity = ListActivity.IDLE
    stopped: bool = False
    """Whether the operator stopped the last reading."""
    notices: tuple[Explanation, ...] = ()
    """Why there is no list, or what is missing from it."""
    creating: str = ""
    """The progress of creating a port, in words; empty if none is being created."""
    choices: tuple[Project, ...] = ()
    """The projects to choose one from, where none is chosen."""

    @property
    def is_busy(self) -> bool:
        """Whether something is under way for the list."""
        return self.activity is not ListActivity.IDLE

    @property
    def ports(self) -> tuple[ListedPort, ...]:
        """The ports to show, in the service's order."""
        return self.listing.ports if self.listing else ()

    def stop(self) -> "PortList":
        """Return this list after the operator has stopped the reading under way."""
        return replace(self, activity=ListActivity.IDLE, reading=None, stopped=True)
