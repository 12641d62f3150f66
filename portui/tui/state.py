"""What the main screen shows, as one value."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from uuid import UUID

from portui.explain.explanation import Explanation
from portui.settings import Token

if TYPE_CHECKING:  # not needed for the first paint
    from portui.credentials import Credential, TokenStoreError
    from portui.journal import Entry
    from portui.operations.look_up import Reader, Reading
    from portui.operations.pipeline_ports import PortsOfPipeline
    from portui.operations.service import Service
    from portui.operations.watch import FailedReads
    from portui.operations.why_pending import WhyPending
    from portui.port.listed import Pipeline
    from portui.port.model import Port


class Activity(Enum):
    """What is under way for the port on screen."""

    IDLE = auto()
    READING = auto()
    SAVING = auto()
    DELETING = auto()

    @property
    def is_write(self) -> bool:
        """Whether it changes the port, so its outcome must stay visible."""
        return self in (Activity.SAVING, Activity.DELETING)


@dataclass(frozen=True, slots=True)
class Nothing:
    """No port has been looked up yet."""


class Loading(NamedTuple):
    """A port that isn't on screen is being read."""

    port_id: UUID
    progress: str = ""


class Watching(NamedTuple):
    """The port on screen is read again every few seconds."""

    changed_at: datetime | None = None
    """When a read last found a change."""
    failed: "FailedReads | None" = None
    """The reads that failed since the last one that succeeded."""
    paused: bool = False
    """Whether it pauses because a dialog is open."""


class Showing(NamedTuple):
    """A port as last read. The notice stays until it's dealt with."""

    reading: "Reading"
    activity: Activity = Activity.IDLE
    notice: Explanation | None = None
    was: "Port | None" = None
    """The port with the values before the last read, if they were different."""
    can_undo: bool = False
    """Whether the history has a change to undo."""
    progress: str = ""
    """The progress of the activity, in words."""
    watching: Watching | None = None
    """How the port is being watched; `None` if it isn't."""

    @property
    def is_changeable(self) -> bool:
        """Whether the port can be edited and deleted.

        It must be the one that was asked for, and no change may be under way.
        """
        return self.reading.is_requested and not self.activity.is_write


class Gone(NamedTuple):
    """A port that no longer exists, as last read."""

    reading: "Reading"
    notice: Explanation
    confirmed: bool = False
    """Whether portui deleted it, and a read confirmed that."""
    progress: str = ""


class Failed(NamedTuple):
    """A port that couldn't be read."""

    port_id: UUID
    notice: Explanation
    no_such_port: bool = False
    """Whether the service itself said that it doesn't exist."""


State: TypeAlias = Nothing | Loading | Showing | Gone | Failed


def port_on(state: State) -> UUID | None:
    """Return the ID of the port that a state is about."""
    match state:
        case Showing(reading=reading) | Gone(reading=reading):
            return reading.port_id
        case Loading(port_id=port_id) | Failed(port_id=port_id):
            return port_id
        case Nothing():
            return None


class EndpointTest(NamedTuple):
    """A test of a port's endpoint, under way or done."""

    port_id: UUID
    port: "Port"
    """The port as it was when the test began."""
    progress: str
    """The target that is being tested, in words, shown until there is a result."""
    result: Explanation | None = None

    def is_about(self, state: State) -> bool:
        """Return whether the port on screen still has the endpoint that was tested."""
        if not isinstance(state, Showing) or state.reading.port_id != self.port_id:
            return False
        now = state.reading.port
        return (now.protocol, now.endpoint) == (self.port.protocol, self.port.endpoint)


class PortPipeline(NamedTuple):
    """The pipeline of a port, and what else was read about it, each with its own time."""

    port_id: UUID
    pipeline: "Pipeline"
    project_id: UUID | None = None
    """The project that the pipeline was listed in."""
    ports: "PortsOfPipeline | None" = None
    why: "WhyPending | None" = None
    """What the service says while the port is pending."""


class History(NamedTuple):
    """The changes of one port in the journal, newest first."""

    port_id: UUID
    entries: tuple["Entry", ...]


@dataclass(frozen=True, slots=True)
class FindingToken:
    """The environment and the keyring are being searched for a token."""


class NoAccess(NamedTuple):
    """There is no token. `keyring_error` says why, if the keyring failed."""

    keyring_error: "TokenStoreError | None" = None
    official: Token | None = None
    """The official CLI's token, which can be used if the operator agrees."""


class Access(NamedTuple):
    """A token, and the service that it gives access to."""

    credential: "Credential"
    reader: "Reader"
    service: "Service"
    """All of the service's calls."""
    keyring_error: "TokenStoreError | None" = None
    """The error of the last keyring operation, if it failed."""


AccessState: TypeAlias = FindingToken | NoAccess | Access
