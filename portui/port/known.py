"""The ports as last listed, for hints about numbers that are taken, and about pipelines."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from portui.port.listed import ListedPort, Pipeline
from portui.port.model import Unreadable, Value


@dataclass(frozen=True, slots=True)
class KnownPorts:
    """The ports as last listed. They may have changed since, so they warn and never forbid."""

    ports: tuple[ListedPort, ...]
    at: datetime

    def holder(
        self, protocol: Value, number: Value, *, other_than: UUID | None = None
    ) -> ListedPort | None:
        """Return the port that has a frontend port, in any pipeline, or `None`.

        By the product's documentation a number is unique per protocol on a core instance, and a
        list doesn't say which pipelines share one.
        """
        for listed in self.ports:
            port = listed.port
            is_taken = port.frontend_port == number and port.protocol == protocol
            if is_taken and listed.id != other_than:
                return listed
        return None

    def without(self, port_id: UUID | Unreadable) -> "KnownPorts":
        """Return the same without a port, which the service has said no longer exists."""
        return replace(self, ports=tuple(each for each in self.ports if each.id != port_id))

    def pipeline_of(self, port_id: UUID) -> Pipeline | None:
        """Return the pipeline of a port, if it was listed."""
        return next((each.pipeline for each in self.ports if each.id == port_id), None)
