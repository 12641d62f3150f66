"""Sample data: a handful of varied ports, and a pipeline with hundreds of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid5

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

LARGE_PIPELINE_ID = UUID("123e4567-e89b-12d3-a456-4266141740f0")
"""Has `LARGE_PIPELINE_PORTS` ports, the same at every start."""
INPUTS_PIPELINE_ID = UUID("123e4567-e89b-12d3-a456-4266141740f1")
"""Has the forward, pending, syslog and http ports."""
HEALTH_CHECK_PIPELINE_ID = UUID("123e4567-e89b-12d3-a456-4266141740f2")
"""Has the health check port."""
PIPELINE_IDS = frozenset({LARGE_PIPELINE_ID, INPUTS_PIPELINE_ID, HEALTH_CHECK_PIPELINE_ID})

LARGE_PIPELINE_PORTS = 300

_JANUARY_2025 = int(datetime(2025, 1, 15, 4, 36, tzinfo=UTC).timestamp()) * 1_000_000_000


def sample_ports(now: int) -> Iterator[DemoPort]:
    """Yield all sample ports. The pending one is created at `now`, in nanoseconds since 1970."""
    yield from _inputs(now)
    yield _health_check()
    for number in range(LARGE_PIPELINE_PORTS):
        yield _one_of_many(number)


def _inputs(now: int) -> Iterator[DemoPort]:
    forward = Plugin("forward.0", "forward", "myforwardinput")
    yield _input(FORWARD_PORT_ID, forward, 24224, _JANUARY_2025)
    traces = Plugin("opentelemetry.0", "opentelemetry", "traces")
    yield replace(_input(PENDING_PORT_ID, traces, 4318, now), endpoint="", pending_since=now)
    syslog = Plugin("syslog.0", "syslog", None)
    yield replace(
        _input(SYSLOG_PORT_ID, syslog, 5140, _JANUARY_2025 + 3_600_482_915_307),
        protocol="udp",
        kind="ClusterIP",
        endpoint="syslog.demo.svc.cluster.local:5140",
    )
    http = Plugin("http.0", "http", "webhooks")
    yield _input(HTTP_PORT_ID, http, 8080, _JANUARY_2025 + 7_200_120_034_551)


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
        created=_JANUARY_2025,
        updated=_JANUARY_2025,
    )


def _one_of_many(number: int) -> DemoPort:
    created = _JANUARY_2025 + number * 60_001_234_567
    protocol, kind, plugin = (
        ("tcp", "LoadBalancer", "forward"),
        ("udp", "ClusterIP", "syslog"),
        ("tcp", "NodePort", "tcp"),
    )[number % 3]
    return DemoPort(
        id=uuid5(LARGE_PIPELINE_ID, str(number)),
        pipeline_id=LARGE_PIPELINE_ID,
        protocol=protocol,
        kind=kind,
        frontend_port=30_000 + number,
        backend_port=10_000 + number,
        endpoint=f"{plugin}-{number}.demo.example:{30_000 + number}",
        plugin=Plugin(f"{plugin}.{number}", plugin, f"{plugin}{number}"),
        created=created,
        updated=created,
    )
