"""Listed ports: a few in pipelines of realistic names, and thousands."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from uuid import UUID

from portui.port.listed import ListedPort, Pipeline, Project
from portui.port.model import Port
from portui.port.pages import PipelinePorts
from tests.support.ports import PORT, PORT_ID

PROJECT: Final = Project(UUID(int=0xACE), "acme")

_KINDS: Final = ("LoadBalancer", "ClusterIP", "NodePort")


def listed(
    number: int, pipeline: Pipeline, frontend: int, *, port_id: UUID | None = None, **values: object
) -> ListedPort:
    """Return a listed port, whose ID is made from a number unless it is given."""
    port = replace(
        PORT,
        id=port_id or UUID(int=number),
        kind=_KINDS[number % 3],
        frontend_port=frontend,
        endpoint=f"a{number}.elb.example:{frontend}",
    )
    port = replace(port, **values)  # type: ignore[arg-type]
    assert isinstance(port.id, UUID)
    return ListedPort(port.id, port, pipeline)


def pipeline(number: int, name: str, status: str = "STARTED") -> Pipeline:
    """Return a pipeline."""
    return Pipeline(UUID(int=0xF000 + number), name, status)


EDGE: Final = pipeline(1, "edge-forward")
SYSLOG: Final = pipeline(2, "syslog-eu", "CHECKS_FAILED")
LONG: Final = pipeline(3, "kubernetes-audit-events-of-the-production-cluster-in-frankfurt")


def few() -> tuple[PipelinePorts, ...]:
    """Return three pipelines with seven ports."""
    return (
        PipelinePorts(
            EDGE,
            (
                listed(1, EDGE, 24224, port_id=PORT_ID),
                listed(2, EDGE, 9880, protocol="tcp", plugin_id="http.1"),
                listed(3, EDGE, 5170, endpoint="", kind="ClusterIP"),
            ),
        ),
        PipelinePorts(
            SYSLOG,
            (
                listed(4, SYSLOG, 5140, protocol="udp", backend_port=24224, plugin_id="syslog.0"),
                listed(5, SYSLOG, 601, plugin_id=None),
            ),
        ),
        PipelinePorts(
            LONG,
            (
                listed(6, LONG, 30001, endpoint="x" * 80 + ".example:30001"),
                listed(7, LONG, 65535, protocol="tcp"),
            ),
        ),
    )


def service_ports(pipelines: tuple[PipelinePorts, ...]) -> dict[UUID, Port]:
    """Return the ports of pipelines by ID."""
    return {each.id: each.port for entry in pipelines for each in entry.ports or ()}


def many(pipelines: int, ports: int) -> tuple[PipelinePorts, ...]:
    """Return pipelines with a number of ports each."""
    return tuple(_many(pipelines, ports))


def _many(pipelines: int, ports: int) -> Iterator[PipelinePorts]:
    for number in range(pipelines):
        each = pipeline(number, f"pipeline-{number:04}")
        first = number * ports
        yield PipelinePorts(
            each,
            tuple(
                listed(first + index + 1, each, 1 + (first + index) % 65_535)
                for index in range(ports)
            ),
        )
