"""The demo's project: its core instance, some thirty pipelines of a plant, and their ports."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from portui.demo.plenty import PLENTY_PIPELINE_ID
from portui.demo.sample import HEALTH_CHECK_PIPELINE_ID, INPUTS_PIPELINE_ID, JANUARY_2025
from portui.demo.state import NEVER, DemoPort, Plugin

PROJECT_ID = UUID("123e4567-e89b-12d3-a456-4266141740d0")
PROJECT_NAME = "demo"
CORE_INSTANCE_ID = UUID("123e4567-e89b-12d3-a456-4266141740c0")
CORE_INSTANCE_NAME = "plant-core"

_FIRST_ID = UUID("123e4567-e89b-12d3-a456-426614175000").int
_HOUR = 3_600_000_000_000  # nanoseconds

_Port: TypeAlias = tuple[str, str, int, int, str]
"""Plugin, protocol, frontend port, backend port, and the initial of the kind."""
_WITHOUT_ENDPOINTS = "FAILED"
"""The status of pipelines whose ports stay pending."""
_KINDS = {"L": "LoadBalancer", "C": "ClusterIP", "N": "NodePort"}


@dataclass(frozen=True, slots=True)
class DemoPipeline:
    """A pipeline, without its ports. Times are nanoseconds since 1970."""

    id: UUID
    name: str
    status: str
    created: int
    kind: str = "deployment"
    tags: tuple[str, ...] = ()
    internal: bool = False
    """Whether the service itself made it, to check its core instance's health."""

    @property
    def age_key(self) -> tuple[int, str]:
        """Sort key for oldest first."""
        return self.created, self.id.hex


_OTHERS: tuple[tuple[str, str, str, tuple[_Port, ...]], ...] = (
    ("edge-forward-old", "CHECKS_FAILED", "edge", (("forward", "tcp", 24324, 24224, "C"),)),
    ("edge-forward-canary", "SCALING", "edge", (("forward", "tcp", 24424, 24224, "L"),)),
    (
        "syslog-eu",
        "STARTED",
        "eu",
        (("syslog", "udp", 5141, 5140, "N"), ("syslog", "tcp", 6514, 6514, "L")),
    ),
    (
        "syslog-us",
        "STARTED",
        "us",
        (("syslog", "udp", 5142, 5140, "N"), ("syslog", "tcp", 6515, 6514, "L")),
    ),
    ("syslog-apac", "STARTING", "apac", (("syslog", "udp", 5143, 5140, "N"),)),
    (
        "otel-traces",
        "STARTED",
        "otel",
        (("opentelemetry", "tcp", 4317, 4317, "L"), ("opentelemetry", "tcp", 4319, 4318, "L")),
    ),
    ("otel-metrics", "STARTED", "otel", (("opentelemetry", "tcp", 4327, 4317, "L"),)),
    ("otel-logs", "STARTED", "otel", (("opentelemetry", "tcp", 4337, 4317, "L"),)),
    (
        "splunk-hec",
        "STARTED",
        "splunk",
        (("splunk", "tcp", 8088, 8088, "L"), ("http", "tcp", 8089, 8089, "C")),
    ),
    ("elastic-bulk", "STARTED", "elastic", (("elasticsearch", "tcp", 9200, 9200, "L"),)),
    ("kafka-audit", "FAILED", "audit", (("http", "tcp", 9881, 9880, "C"),)),
    ("payments-api-logs", "STARTED", "payments", (("http", "tcp", 9882, 9880, "L"),)),
    ("payments-ledger", "STARTED", "payments", (("tcp", "tcp", 5170, 5170, "C"),)),
    ("checkout-web", "STARTED", "web", (("http", "tcp", 9883, 9880, "L"),)),
    ("checkout-web-2", "NEW", "web", ()),
    ("k8s-events", "STARTED", "k8s", ()),
    ("k8s-audit", "STARTED", "k8s audit", (("http", "tcp", 9443, 9443, "C"),)),
    (
        "netflow-core",
        "STARTED",
        "network",
        (("netflow", "udp", 2055, 2055, "N"), ("netflow", "udp", 9995, 9995, "N")),
    ),
    ("snmp-traps", "CHECKS_FAILED", "network", (("udp", "udp", 162, 1162, "N"),)),
    ("firewall-palo-alto", "STARTED", "network", (("syslog", "tcp", 5514, 5514, "L"),)),
    ("firewall-fortigate", "STARTED", "network", (("syslog", "tcp", 5515, 5514, "L"),)),
    ("statsd-app", "STARTED", "metrics", (("statsd", "udp", 8125, 8125, "C"),)),
    ("statsd-batch", "STARTED", "metrics", (("statsd", "udp", 8126, 8125, "C"),)),
    ("mqtt-sensors", "STARTED", "plant", (("mqtt", "tcp", 1883, 1883, "L"),)),
    ("opc-line-4", "CHECKS_OK", "plant", (("tcp", "tcp", 4840, 4840, "C"),)),
    (
        "prometheus-remote-write",
        "STARTED",
        "metrics",
        (("prometheus_remote_write", "tcp", 9090, 8080, "L"),),
    ),
    ("gelf-docker", "STARTED", "docker", (("udp", "udp", 12201, 12201, "N"),)),
)
"""Name, status, tags and ports of the other pipelines."""


def sample_pipelines() -> tuple[DemoPipeline, ...]:
    """Return all pipelines, the oldest first."""
    oldest = (
        DemoPipeline(PLENTY_PIPELINE_ID, "plenty", "STARTED", JANUARY_2025 - 2 * _HOUR),
        DemoPipeline(
            HEALTH_CHECK_PIPELINE_ID,
            f"health-check-{CORE_INSTANCE_ID.hex[:8]}",
            "STARTED",
            JANUARY_2025 - _HOUR,
            kind="daemonSet",
            internal=True,
        ),
    )
    others = (
        DemoPipeline(_id(index), name, status, _created(index), tags=tuple(tags.split()))
        for index, (name, status, tags, _) in enumerate(_OTHERS)
    )
    newest = JANUARY_2025 + len(_OTHERS) * 31 * _HOUR
    edge = DemoPipeline(INPUTS_PIPELINE_ID, "edge-forward", "STARTED", newest, tags=("edge",))
    return (*oldest, *others, edge)


def ports_of_other_pipelines() -> Iterator[DemoPort]:
    """Yield the ports of the pipelines other than those with ports of known IDs, and `plenty`."""
    serial = 0x100
    for index, (name, status, _, ports) in enumerate(_OTHERS):
        for order, (plugin, protocol, frontend, backend, kind) in enumerate(ports):
            created = _created(index) + order * 1_000_250_000
            pends = status == _WITHOUT_ENDPOINTS
            host = f"{name}.demo" if kind == "C" else f"{name}.demo.example"
            yield DemoPort(
                id=UUID(int=_FIRST_ID + serial),
                pipeline_id=_id(index),
                protocol=protocol,
                kind=_KINDS[kind],
                frontend_port=frontend,
                backend_port=backend,
                endpoint="" if pends else f"{host}:{frontend}",
                plugin=Plugin(f"{plugin}.{order}", plugin, None if order else name),
                created=created,
                updated=created,
                pending_since=NEVER if pends else 0,
            )
            serial += 1


def _id(index: int) -> UUID:
    return UUID(int=_FIRST_ID + index)


def _created(index: int) -> int:
    return JANUARY_2025 + index * 31 * _HOUR
