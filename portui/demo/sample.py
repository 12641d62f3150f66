"""Sample data: a handful of varied ports in `edge-forward` and the health-check pipeline."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from portui.demo.state import DemoPort, Plugin

FORWARD_PORT_ID = UUID("123e4567-e89b-12d3-a456-426614174000")
"""tcp 24224, with an endpoint and all plugin fields."""
PENDING_PORT_ID = UUID("123e4567-e89b-12d3-a456-426614174001")
"""tcp 4318; created when the demo starts, and pending for a few seconds."""
HEALTH_CHECK_PORT_ID = UUID("123e4567-e89b-12d3-a456-426614174002")
"""tcp 2020; not opened by a plugin."""
SYSLOG_PORT_ID = UUID("123e4567-e89b-12d3-a456-426614174003")
"""udp 5140; its plugin has no alias."""
HTTP_PORT_ID = UUID("123e4567-e89b-12d3-a456-426614174004")
"""tcp 8080; the demo refuses to change another port to that number."""

INPUTS_PIPELINE_ID = UUID("123e4567-e89b-12d3-a456-4266141740f1")
"""`edge-forward`, which has the forward, pending, syslog and http ports."""
HEALTH_CHECK_PIPELINE_ID = UUID("123e4567-e89b-12d3-a456-4266141740f2")
"""Has the health check port."""

JANUARY_2025 = int(datetime(2025, 1, 15, 4, 36, tzinfo=UTC).timestamp()) * 1_000_000_000


def sample_ports(now: int) -> Iterator[DemoPort]:
    """Yield the ports with known IDs. The pending one is created at `now` (ns since 1970)."""
    yield from _inputs(now)
    yield _health_check()


def _inputs(now: int) -> Iterator[DemoPort]:
    forward = Plugin("forward.0", "forward", "myforwardinput")
    yield _input(FORWARD_PORT_ID, forward, 24224, JANUARY_2025)
    traces = Plugin("opentelemetry.0", "opentelemetry", "traces")
    yield replace(_input(PENDING_PORT_ID, traces, 4318, now), endpoint="", pending_since=now)
    syslog = Plugin("syslog.0", "syslog", None)
    yield replace(
        _input(SYSLOG_PORT_ID, syslog, 5140, JANUARY_2025 + 3_600_482_915_307),
        protocol="udp",
        kind="ClusterIP",
        endpoint="syslog.demo.svc.cluster.local:5140",
    )
    http = Plugin("http.0", "http", "webhooks")
    yield _input(HTTP_PORT_ID, http, 8080, JANUARY_2025 + 7_200_120_034_551)


def _input(port_id: UUID, plugin: Plugin, number: int, created: int) -> DemoPort:
    return DemoPort(
        id=port_id,
        pipeline_id=INPUTS_PIPELINE_ID,
        protocol="tcp",
        kind="LoadBalancer",
        frontend_port=number,
        backend_port=number,
        endpoint=f"{plugin.name}.demo.example:{number}",
        plugin=plugin,
        created=created,
        updated=created,
    )


def _health_check() -> DemoPort:
    return DemoPort(
        id=HEALTH_CHECK_PORT_ID,
        pipeline_id=HEALTH_CHECK_PIPELINE_ID,
        protocol="tcp",
        kind="NodePort",
        frontend_port=2020,
        backend_port=2020,
        endpoint="health-check.demo.example:2020",
        plugin=None,
        created=JANUARY_2025,
        updated=JANUARY_2025,
    )
