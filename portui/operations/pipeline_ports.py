"""The ports of one pipeline, to be shown beside one of them."""

from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest
from typing import Final
from uuid import UUID

from portui.clock import Clock
from portui.operations.listing import Incomplete, Listing
from portui.operations.walk import ListService
from portui.port.finding import Column, sorted_by
from portui.port.listed import ListedPort, Pipeline
from portui.port.model import Port

_FAR: Final = 65_536

MOST: Final = 100
"""How many ports are asked for in one call, or taken from a list."""


@dataclass(frozen=True, slots=True)
class PortsOfPipeline:
    """Ports of one pipeline, by number."""

    ports: tuple[ListedPort, ...]
    at: datetime
    """When they were read."""
    total: int | None
    """How many there are; `None` if that is unknown."""


def ports_in(listing: Listing, pipeline_id: UUID, port: Port) -> PortsOfPipeline | None:
    """Return the ports of a pipeline in a list that was read, or `None` if some may be missing.

    Of many, these are the ones whose frontend ports are nearest to that of `port`.
    """
    broken = any(
        isinstance(each, Incomplete) and (each.pipeline is None or each.pipeline.id == pipeline_id)
        for each in listing.problems
    )
    ports = [listed for listed in listing.ports if listed.pipeline.id == pipeline_id]
    if not (listing.done and listing.at and ports) or broken:
        return None
    nearest = nsmallest(MOST, ports, key=lambda listed: _distance(listed.port, port))
    return PortsOfPipeline(sorted_by(nearest, Column.FRONTEND), listing.at, len(ports))


def _distance(one: Port, other: Port) -> int:
    number, from_ = one.frontend_port, other.frontend_port
    if isinstance(number, int) and isinstance(from_, int):
        return abs(number - from_)
    return _FAR


async def read_pipeline_ports(
    service: ListService, clock: Clock, pipeline: Pipeline
) -> PortsOfPipeline:
    """Read the ports of a pipeline, up to `MOST`, in one call. Raises a `ServiceError`."""
    page = await service.list_ports(pipeline, MOST)
    is_whole = page.cursor is None and page.returned < MOST and not page.unreadable
    total = len(page.ports) if is_whole else None
    return PortsOfPipeline(sorted_by(page.ports, Column.FRONTEND), clock.now(), total)
