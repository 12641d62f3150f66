"""The ports that were looked up last, one file per origin."""

import json
import os
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias
from uuid import UUID

from portui.journal.entries import moment_from, text_from
from portui.journal.files import locked, make_folder, raising_journal_error, replace_file

MOST: Final = 50  # ports
_LONGEST: Final = 1024 * 1024  # bytes; portui's own files are some 20 kB at most
_MALFORMED: Final = (KeyError, TypeError, ValueError, AttributeError)


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


class RecentFile:
    """One origin's recent ports on disk. All methods block."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> RecentPorts:
        """Return the recent ports; whatever is unreadable or malformed is left out."""
        try:
            records = json.loads(_content(self._path))["ports"]
            return _ports_from(records)
        except (OSError, RecursionError, *_MALFORMED):
            return ()

    def update(self, change: Callable[[RecentPorts], RecentPorts]) -> RecentPorts:
        """Apply a change to what all runs have stored; return the result. Raises `JournalError`."""
        with raising_journal_error(self._path):
            make_folder(self._path.parent)
            with locked(self._path):
                before = self.load()
                after = change(before)
                if after != before:
                    content = {"ports": [_record(port) for port in after]}
                    replace_file(self._path, json.dumps(content, indent=1).encode())
        return after


def _content(path: Path) -> bytes:
    """Return a regular file's bytes. A pipe or a device isn't read, which could take forever."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(file, "rb") as reading:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise ValueError(path)
        return reading.read(_LONGEST)


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
        with suppress(*_MALFORMED):
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
