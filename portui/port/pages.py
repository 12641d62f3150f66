"""Pages of a list, as one reply of the service has them."""

from dataclasses import dataclass

from portui.port.listed import ListedPort, Pipeline


@dataclass(frozen=True, slots=True)
class PortPage:
    """A page of the ports of one pipeline."""

    ports: tuple[ListedPort, ...]
    cursor: str | None
    """Where the next page begins; empty for a cursor that can't be used, `None` at the end."""
    returned: int
    """How many entries there were, unreadable ones included."""
    unreadable: int
    """How many entries had no ID, or weren't ports."""
    size: int
    """The length of the reply's JSON in bytes."""


@dataclass(frozen=True, slots=True)
class PipelinePorts:
    """A pipeline with its ports, or `None` if the reply didn't have a list of them."""

    pipeline: Pipeline
    ports: tuple[ListedPort, ...] | None


@dataclass(frozen=True, slots=True)
class PipelinePage:
    """A page of a project's pipelines. `unreadable` counts pipelines and ports."""

    pipelines: tuple[PipelinePorts, ...]
    cursor: str | None
    """As in `PortPage`."""
    unreadable: int
    size: int
    count: int | None
    """The service's own count; whether of the page or of the whole list isn't documented."""
