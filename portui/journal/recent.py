"""The ports that were looked up last, one file per origin."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias
from uuid import UUID

from portui.journal.entries import moment_from, text_from
from portui.journal.json_file import MALFORMED, JsonFile

MOST: Final = 50  # ports


@dataclass(frozen=True, slots=True)
class RecentPort:
    """A port that was looked up, and what it was called then. Its texts are untrusted."""

    port_id: UUID
    summary: str
    """Protocol and port numbers, as in the port's title."""
    plugin: str
    """The plugin's ID; empty if there is none."""
    at: datetime
    """When it was last read."""
    pipeline: str = ""
    """The pipeline's name; empty if it isn't known."""
    deleted: bool = False
    """Whether the service has since said that it doesn't exist."""


RecentPorts: TypeAlias = tuple[RecentPort, ...]
"""Recent ports, the latest first; each port once."""


def with_port(ports: RecentPorts, port: RecentPort) -> RecentPorts:
    """Return recent ports with one more in front; a pipeline that was known stays known."""
    former = next((each for each in ports if each.port_id == port.port_id), None)
    if former and not port.pipeline:
        port = replace(port, pipeline=former.pipeline)
    others = (each for each in ports if each is not former)
    return (port, *others)[:MOST]


def with_deleted(ports: RecentPorts, port_id: UUID) -> RecentPorts:
    """Return recent ports with one marked as deleted, if it is among them."""
    return tuple(replace(p, deleted=True) if p.port_id == port_id else p for p in ports)


class RecentFile(JsonFile[RecentPorts]):
    """One origin's recent ports on disk; of a malformed file, what is readable."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, (), lambda value: _ports_from(value["ports"]), _records)


def _records(ports: RecentPorts) -> dict[str, Any]:
    return {"ports": [_record(port) for port in ports]}


def _record(port: RecentPort) -> dict[str, Any]:
    return {
        "port": str(port.port_id),
        "summary": port.summary,
        "plugin": port.plugin,
        "at": port.at.isoformat(),
        **({"pipeline": port.pipeline} if port.pipeline else {}),
        **({"deleted": True} if port.deleted else {}),
    }


def _ports_from(records: Iterable[Any]) -> RecentPorts:
    ports: dict[UUID, RecentPort] = {}
    for record in records:
        with suppress(*MALFORMED):
            port = _port_from(record)
            ports.setdefault(port.port_id, port)
    return tuple(ports.values())[:MOST]


def _port_from(record: Any) -> RecentPort:  # noqa: ANN401 - JSON
    return RecentPort(
        port_id=UUID(text_from(record["port"])),
        summary=text_from(record["summary"]),
        plugin=text_from(record["plugin"]),
        at=moment_from(record["at"]),
        pipeline=text_from(record.get("pipeline", "")),
        deleted=record.get("deleted") is True,
    )
