"""Show what is known of the pipeline of the port on screen, and read more in the background."""

from contextlib import aclosing
from math import inf
from typing import Final
from uuid import UUID

from portui.api.errors import ServiceError
from portui.clock import Clock
from portui.operations.pipeline_ports import ports_in, read_pipeline_ports
from portui.operations.service import Lists
from portui.operations.why_pending import WhyPending, read_why_pending
from portui.port.pipeline import PipelineDetails
from portui.tui.actions.recent import RememberPorts
from portui.tui.actions.view import View
from portui.tui.state import Access, PortPipeline, Showing

_INTERVAL: Final = 15.0
"""Seconds between two automatic reads: clusters sync with the service that often."""


class FollowPipeline:
    """Shows the pipeline of the port on screen, if the list or the recent ports know it.

    It is read after the port, with one call at a time, and no key waits for that.
    """

    def __init__(self, view: View, clock: Clock, recent: RememberPorts) -> None:
        self._view = view
        self._clock = clock
        self._recent = recent
        self._reading: object | None = None
        """Stands for the reading under way."""
        self._read_at = -inf  # on `Clock.seconds`

    def recall(self, port_id: UUID) -> None:
        """Show the pipeline that a port is known to belong to, and keep what was read about it."""
        view, now = self._view, self._view.pipeline
        before = now if now and now.port_id == port_id else None
        known = self._listed(port_id) or before
        if known is None and (pipeline := self._recent.pipeline_of(port_id)):
            known = PortPipeline(port_id, pipeline)
        if known and before and known.pipeline.id == before.pipeline.id:
            pipeline = before.pipeline if self._is_newer(before.why) else known.pipeline
            known = known._replace(pipeline=pipeline, ports=before.ports, why=before.why)
        view.pipeline = known

    def read(self) -> None:
        """Read, in the background, what is shown beside the port on screen."""
        if self._is_about_a_port():
            self._view.in_background(self._read(with_ports=True))

    def read_if_due(self) -> None:
        """Read again why the port on screen is pending, if it is, but not too often."""
        state = self._view.state
        is_due = self._clock.seconds() - self._read_at >= _INTERVAL
        pending = isinstance(state, Showing) and state.reading.port.is_pending
        if pending and is_due and not self._reading and self._is_about_a_port():
            self._view.in_background(self._read(with_ports=False))

    def stop(self) -> None:
        """Cancel what is being read; what is there stays."""
        if self._view.pipeline is None or self._reading:
            self._read_at = -inf
        self._view.stop_background()

    def _is_about_a_port(self) -> bool:
        state = self._view.state
        return isinstance(state, Showing) and state.reading.is_requested

    def _listed(self, port_id: UUID) -> PortPipeline | None:
        """Return the pipeline that the list has a port in."""
        view = self._view
        for listed in view.listing.ports if view.listing else ():
            if listed.id == port_id:
                return PortPipeline(port_id, listed.pipeline, view.listing_of)
        if view.listed and view.listed.id == port_id:
            return PortPipeline(port_id, view.listed.pipeline, view.listed_in)
        return None

    def _is_newer(self, why: WhyPending | None) -> bool:
        """Return whether the pipeline was read after the list."""
        listing = self._view.listing
        listed_at = listing.at if listing else None
        was_read = why is not None and isinstance(why.pipeline, PipelineDetails)
        return was_read and not (listed_at and why and why.pipeline_at < listed_at)

    async def _read(self, *, with_ports: bool) -> None:
        self._reading = mine = object()
        try:
            state, access = self._view.state, self._view.access
            if not (isinstance(state, Showing) and isinstance(access, Access)):
                return
            port_id = state.reading.port_id
            if self._shown(port_id) is None:
                await self._recent.loaded()
                if self._is_about_a_port():
                    self.recall(port_id)
            if state.reading.port.is_pending:
                await self._read_why(access.service, port_id)
            if with_ports:
                await self._find_ports(access.service, port_id)
        finally:
            if self._reading is mine:  # else another one has begun
                self._reading = None

    def _shown(self, port_id: UUID) -> PortPipeline | None:
        """Return what is shown about the pipeline, if the port is still the one on screen."""
        state, now = self._view.state, self._view.pipeline
        is_on_screen = isinstance(state, Showing) and state.reading.port_id == port_id
        return now if is_on_screen and now and now.port_id == port_id else None

    async def _read_why(self, service: Lists, port_id: UUID) -> None:
        before = self._shown(port_id)
        if before is None or before.pipeline.id is None:
            return
        self._read_at = self._clock.seconds()
        project = service.project_id or before.project_id
        whys = read_why_pending(service, self._clock, before.pipeline.id, project, before.why)
        why = None
        async with aclosing(whys):  # type: ignore[type-var]
            async for why in whys:
                if before.why is None:  # else what is there stays until all is read again
                    self._take(why, port_id)
        if why and before.why:
            self._take(why, port_id)

    def _take(self, why: WhyPending, port_id: UUID) -> None:
        now = self._shown(port_id)
        if now is None:
            return
        pipeline = now.pipeline
        if isinstance(why.pipeline, PipelineDetails):
            pipeline = why.pipeline.pipeline
        self._view.pipeline = now._replace(pipeline=pipeline, why=why)
        if pipeline.name != now.pipeline.name:
            self._recent.note(self._view.state)

    async def _find_ports(self, service: Lists, port_id: UUID) -> None:
        """Show the ports of the pipeline, from the list if it has them, or else by one call."""
        view, now = self._view, self._shown(port_id)
        if now is None or now.pipeline.id is None or not view.is_roomy:
            return
        state, listing, listed = view.state, view.listing, None
        if listing and isinstance(state, Showing):
            listed = ports_in(listing, now.pipeline.id, state.reading.port)
        if listed and not (now.ports and now.ports.at >= listed.at):
            view.pipeline = now._replace(ports=listed)
            return
        try:
            found = await read_pipeline_ports(service, self._clock, now.pipeline)
        except ServiceError:
            return  # the port is shown without its neighbours, which are in the list
        if now := self._shown(port_id):
            view.pipeline = now._replace(ports=found)
