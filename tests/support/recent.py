"""Ports that an earlier run looked up."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

from portui.journal import RecentPort, Storage
from portui.journal.recent import with_port
from tests.support.app import Bench
from tests.support.ports import PORT

SYSLOG: Final = UUID("6a1f0c52-0000-4000-8000-000000000001")
BEATS: Final = UUID("8b2e1d63-0000-4000-8000-000000000002")
GONE: Final = UUID("9c3f2e74-0000-4000-8000-000000000003")

_PORTS: Final = (
    (GONE, "tcp 8081 → 8080", "", timedelta(days=40)),
    (BEATS, "tcp 5044 → 5044", "beats.1", timedelta(hours=30)),
    (SYSLOG, "udp 5140 → 24224", "syslog.0", timedelta(minutes=59)),
)


def leave_recent(bench: Bench) -> None:
    """Leave three recent ports, of which the service has lost the last; syslog is the first."""
    file = Storage.under(bench.folder, bench.settings.origin.name, bench.now).recent
    for port_id, summary, plugin, ago in _PORTS:
        port = RecentPort(port_id, summary, plugin, bench.now() - ago)
        file.update(partial(with_port, port=port))
    bench.service.ports[SYSLOG] = replace(
        PORT, id=SYSLOG, protocol="udp", frontend_port=5140, plugin_id="syslog.0"
    )
    bench.service.ports[BEATS] = replace(
        PORT, id=BEATS, frontend_port=5044, backend_port=5044, plugin_id="beats.1"
    )


def leave_many(bench: Bench, number: int) -> list[UUID]:
    """Leave a number of recent ports; return their IDs, the latest first."""
    file = Storage.under(bench.folder, bench.settings.origin.name, bench.now).recent
    ids = [UUID(int=(0xABC00000 + n) << 96) for n in range(number)]
    for n, port_id in enumerate(ids):
        bench.service.ports[port_id] = replace(PORT, id=port_id, frontend_port=1000 + n)
        port = RecentPort(port_id, f"tcp {1000 + n} → 24224", "", bench.now())
        file.update(partial(with_port, port=port))
    return ids[::-1]
