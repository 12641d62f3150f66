"""Find a new port among those of its pipeline, where no reply says which one it is."""

from collections.abc import Container
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from portui.api.errors import ServiceError
from portui.clock import Clock
from portui.operations.list_ports import list_pipeline_ports
from portui.operations.listing import Incomplete, Listing
from portui.operations.look_up import PortService, Reading
from portui.operations.paging import Limit
from portui.operations.walk import ListService
from portui.port.editing import NewPort
from portui.port.listed import Pipeline


class CreateService(PortService, ListService, Protocol):
    """The service's calls that creating a port takes."""

    async def create_port(self, pipeline_id: UUID, new: NewPort) -> UUID: ...


@dataclass(frozen=True, slots=True)
class NotSeen:
    """The port could not be found after all reads; it may still appear."""


@dataclass(frozen=True, slots=True)
class SeveralSeen:
    """The pipeline has several new ports with the values that were sent."""

    count: int


@dataclass(frozen=True, slots=True)
class PartlyListed:
    """The pipeline's ports couldn't be listed to the end, so it isn't known which ones are new."""

    limit: Limit


def new_port_in(
    listing: Listing | ServiceError, known: Container[UUID], new: NewPort
) -> Reading | NotSeen | SeveralSeen | PartlyListed | ServiceError:
    """Return the only listed port that has a new port's values and wasn't known before.

    Otherwise, return why there is no such port.
    """
    if isinstance(listing, ServiceError):
        return listing
    found = [each for each in listing.ports if each.id not in known and new.is_like(each.port)]
    if len(found) > 1:
        return SeveralSeen(len(found))
    if limit := limit_of(listing):  # another one may be where it wasn't read
        return PartlyListed(limit)
    if not found:
        return NotSeen()
    (listed,) = found
    assert listing.at  # noqa: S101 - the reply that had the port came at some time
    return Reading(listed.id, listed.port, listing.at, listing.at_seconds, listing.took)


async def listing_of(
    service: CreateService, clock: Clock, pipeline: Pipeline
) -> Listing | ServiceError:
    """List a pipeline's ports; return the last listing, or the error that ended it."""
    listings = list_pipeline_ports(service, clock, pipeline)
    last: Listing | None = None
    async with aclosing(listings):  # type: ignore[type-var]
        async for listing in listings:
            last = listing
    assert last  # noqa: S101 - the last one is always yielded
    for problem in last.problems:
        if isinstance(problem, Incomplete) and isinstance(problem.why, ServiceError):
            return problem.why
    return last


def limit_of(listing: Listing) -> Limit | None:
    """Return why a listing ends early, although the service answered."""
    for problem in listing.problems:
        if isinstance(problem, Incomplete) and isinstance(problem.why, Limit):
            return problem.why
    return None
