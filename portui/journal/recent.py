"""The ports that were looked up last, one file per origin."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias
from uuid import UUID

from portui.journal.entries import MALFORMED, moment_from, text_from
from portui.journal.json_file import JsonFile, uuid_or_none
from portui.port.listed import Pipeline

MOST: Final = 50  # ports
_LONGEST_NAME: Final = 80  # characters of a pipeline's name


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
    pipeline_id: UUID | None = None
    """The pipeline's ID; `None` if it isn't known."""

    def in_pipeline(self, pipeline: Pipeline) -> "RecentPort":
        """Return this port with its pipeline; a name that isn't known leaves the former one."""
        is_same = pipeline.id == self.pipeline_id
        name = (pipeline.name or "")[:_LONGEST_NAME] or (self.pipeline if is_same else "")
        return replace(self, pipeline=name, pipeline_id=pipeline.id)


RecentPorts: TypeAlias = tuple[RecentPort, ...]
"""Recent ports, the latest first; each port once."""


def with_port(ports: RecentPorts, port: RecentPort) -> RecentPorts:
    """Return recent ports with one more in front; a pipeline that was known stays known."""
    former = next((each for each in ports if each.port_id == port.port_id), None)
    if former and not (port.pipeline_id or port.pipeline):
        port = replace(port, pipeline=former.pipeline, pipeline_id=former.pipeline_id)
    others = (each for each in ports if each is not former)
    return (port, *others)[:MOST]


def with_deleted(ports: RecentPorts, port_id: UUID) -> RecentPorts:
    """Return recent ports with one marked as deleted, if it is among them."""
    return tuple(replace(p, deleted=True) if p.port_id == port_id else p for p in ports)


def with_pipelines(ports: RecentPorts, pipelines: Mapping[UUID, Pipeline]) -> RecentPorts:
    """Return recent ports with their pipelines, given those of some ports by their IDs."""
    return tuple(
        port.in_pipeline(pipelines[port.port_id]) if port.port_id in pipelines else port
        for port in ports
    )


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
        **({"pipeline_id": str(port.pipeline_id)} if port.pipeline_id else {}),
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
        pipeline_id=uuid_or_none(record.get("pipeline_id")),  # it can be looked up without
    )
