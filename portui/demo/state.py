"""The ports of one core instance, and the operations on them.

Nothing here awaits, so each call is atomic. Times are nanoseconds since 1970, since the service's
own times have nanosecond precision.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar
from uuid import UUID, uuid4

from portui.demo.refusal import RefusedError

if TYPE_CHECKING:  # a Protocol takes half a millisecond to define
    from portui.demo.other_pipelines import OtherPipelines

    class _Aged(Protocol):
        """What is listed newest first."""

        @property
        def age_key(self) -> tuple[int, str]: ...


Clock: TypeAlias = Callable[[], int]

ASSIGNING = 8_000_000_000
"""How long a port is pending before it gets its endpoint, in nanoseconds."""

NEVER = 2**63
"""When a port whose pipeline doesn't run is assigned an endpoint."""

_CURSOR = re.compile(r"(?P<created>[0-9]{1,20})_(?P<id>[0-9a-f]{32})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Plugin:
    """The Fluent Bit plugin instance that opened a port."""

    id: str
    name: str
    alias: str | None


@dataclass(frozen=True, slots=True)
class DemoPort:
    """A port as the demo stores it. An empty endpoint has been pending since `pending_since`."""

    id: UUID
    pipeline_id: UUID
    protocol: str
    kind: str
    frontend_port: int
    backend_port: int
    endpoint: str
    plugin: Plugin | None
    created: int
    updated: int
    pending_since: int = 0

    def at(self, now: int) -> "DemoPort":
        """Return the port as of a time: one that was pending long enough has its endpoint."""
        assigned = self.pending_since + ASSIGNING
        if self.endpoint or now < assigned:
            return self
        host = self.plugin.name if self.plugin else f"port-{self.id.hex[:8]}"
        endpoint = f"{host}.demo.example:{self.frontend_port}"
        return replace(self, endpoint=endpoint, updated=max(self.updated, assigned))

    @property
    def age_key(self) -> tuple[int, str]:
        """Sort key for oldest first. It never changes, so a cursor can contain it."""
        return self.created, self.id.hex


@dataclass(frozen=True, slots=True)
class Changes:
    """The new values in a PATCH. `None` leaves a value unchanged."""

    protocol: str | None
    frontend_port: int | None
    backend_port: int | None
    endpoint: str | None
    kind: str | None

    def applied_to(self, port: DemoPort, now: int) -> DemoPort:
        """Return the port with the changes. Emptying the endpoint makes it pending again."""
        return replace(
            port,
            protocol=port.protocol if self.protocol is None else self.protocol,
            frontend_port=self.frontend_port or port.frontend_port,
            backend_port=self.backend_port or port.backend_port,
            endpoint=port.endpoint if self.endpoint is None else self.endpoint,
            kind=port.kind if self.kind is None else self.kind,
            updated=now,
            pending_since=now if self.endpoint == "" else port.pending_since,
        )


NO_CHANGES = Changes(None, None, None, None, None)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The values in a POST."""

    protocol: str
    frontend_port: int
    backend_port: int
    endpoint: str
    kind: str


@dataclass(frozen=True, slots=True)
class Page:
    """Ports of a pipeline, newest first. `next_cursor` is `None` if there are no older ones."""

    ports: tuple[DemoPort, ...]
    next_cursor: str | None


class CoreInstance:
    """Pipelines and their ports, and the rules for port numbers.

    A frontend port number is unique per protocol across all pipelines, a backend port number per
    protocol within one pipeline. Methods raise `RefusedError` for what the service would refuse.
    """

    def __init__(self, ports: Iterable[DemoPort], clock: Clock, others: "OtherPipelines") -> None:
        self._ports = {port.id: port for port in ports}
        self._pipelines = {port.pipeline_id for port in self._ports.values()}
        self._clock = clock
        self._others = others
        self._has_others = self._has_plenty = False

    def port(self, port_id: UUID) -> DemoPort:
        """Return the current state of a port."""
        return self._port_at(port_id, self._clock())

    def change(self, port_id: UUID, changes: Changes) -> None:
        """Change a port. Without changes, its update time stays the same too."""
        now = self._clock()
        port = self._port_at(port_id, now)
        if changes != NO_CHANGES:
            self._keep(changes.applied_to(port, now))

    def delete(self, port_id: UUID) -> None:
        """Delete a port and free its numbers."""
        self._port_at(port_id, self._clock())
        del self._ports[port_id]

    def create(self, pipeline_id: UUID, wanted: Wanted) -> DemoPort:
        """Add a port to a pipeline and return it. Without an endpoint, it is pending."""
        self._require_pipeline(pipeline_id)
        now = self._clock()
        port = DemoPort(
            id=uuid4(),
            pipeline_id=pipeline_id,
            protocol=wanted.protocol,
            kind=wanted.kind,
            frontend_port=wanted.frontend_port,
            backend_port=wanted.backend_port,
            endpoint=wanted.endpoint,
            plugin=None,
            created=now,
            updated=now,
            pending_since=now,
        )
        self._keep(port)
        return port

    def page(self, pipeline_id: UUID, last: int | None, before: str | None) -> Page:
        """Return the newest `last` ports of a pipeline that are older than a cursor.

        A `last` of `None` means all, a `before` of `None` starts with the newest.
        """
        self._require_pipeline(pipeline_id)
        ports = self.ports_of([pipeline_id])[pipeline_id]
        shown, cursor = page_of(ports, last, before)
        return Page(shown, cursor)

    def ports_of(self, pipelines: Iterable[UUID]) -> dict[UUID, list[DemoPort]]:
        """Return the current ports of some pipelines."""
        ports: dict[UUID, list[DemoPort]] = {pipeline_id: [] for pipeline_id in pipelines}
        self._make_others()
        if self._others.plenty in ports:
            self._make_plenty()
        now = self._clock()
        for port in self._ports.values():
            if port.pipeline_id in ports:
                ports[port.pipeline_id].append(port.at(now))
        return ports

    def last_changes(self) -> dict[UUID, int]:
        """Return when a port of each pipeline was last made pending, where one was."""
        changes: dict[UUID, int] = {}
        for port in self._ports.values():
            if 0 < port.pending_since < NEVER:
                last = changes.get(port.pipeline_id, 0)
                changes[port.pipeline_id] = max(last, port.pending_since)
        return changes

    def _make_others(self) -> None:
        if not self._has_others:
            self._has_others = True
            self._pipelines.update(self._others.ids())
            self._ports |= {port.id: port for port in self._others.ports()}

    def _make_plenty(self) -> None:
        if not self._has_plenty:
            self._has_plenty = True
            self._ports |= {port.id: port for port in self._others.plenty_ports()}

    def _port_at(self, port_id: UUID, now: int) -> DemoPort:
        if port_id not in self._ports:
            self._make_others()
            if self._others.is_in_plenty(port_id):
                self._make_plenty()
        port = self._ports.get(port_id)
        if port is None:
            raise RefusedError(404, "pipeline port not found")
        return port.at(now)

    def _require_pipeline(self, pipeline_id: UUID) -> None:
        if pipeline_id not in self._pipelines:
            self._make_others()
        if pipeline_id not in self._pipelines:
            raise RefusedError(404, "pipeline not found")

    def _keep(self, port: DemoPort) -> None:
        self._make_others()
        if port.pipeline_id == self._others.plenty or self._others.is_used_in_plenty(
            port.protocol, port.frontend_port
        ):
            self._make_plenty()
        for other in self._ports.values():
            if port.protocol == other.protocol and port.id != other.id:
                _require_distinct(port, other)
        self._ports[port.id] = port


def _require_distinct(port: DemoPort, other: DemoPort) -> None:
    if port.frontend_port == other.frontend_port:
        raise _in_use(port.protocol, port.frontend_port)
    if port.pipeline_id == other.pipeline_id and port.backend_port == other.backend_port:
        raise _in_use(port.protocol, port.backend_port)


def _in_use(protocol: str, number: int) -> RefusedError:
    detail = f"protocol {protocol}, port {number}"
    return RefusedError(409, "pipeline port already in use", detail)


Entry = TypeVar("Entry", bound="_Aged")


def page_of(
    entries: Iterable[Entry], last: int | None, before: str | None
) -> tuple[tuple[Entry, ...], str | None]:
    """Return the newest `last` entries that are older than a cursor, and the next page's cursor.

    A `last` of `None` means all, a `before` of `None` starts with the newest. There is no cursor
    if there are no older ones.
    """
    older = None if before is None else _read_cursor(before)
    newest_first = sorted(entries, key=lambda entry: entry.age_key, reverse=True)
    left = [entry for entry in newest_first if older is None or entry.age_key < older]
    shown = tuple(left if last is None else left[:last])
    more = shown and len(shown) < len(left)
    return shown, "{}_{}".format(*shown[-1].age_key) if more else None


def _read_cursor(text: str) -> tuple[int, str]:
    match = _CURSOR.fullmatch(text)
    if match is None:
        raise RefusedError(422, "invalid cursor")
    return int(match["created"]), match["id"]
