"""A pending port whose pipeline is starting, on a core instance that runs."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from portui.port.pipeline import CoreInstance, PipelineDetails, PipelineEvent
from tests.support.app import FakeService
from tests.support.port_lists import EDGE, PROJECT, few, service_ports

CORE: Final = CoreInstance(UUID(int=0xC0), "plant-core", "running")


def service_with_pending_port(now: datetime) -> FakeService:
    """Return a service with seven ports, of which the one with 5170 is pending at a time."""
    ports = few()
    service = FakeService(
        ports=service_ports(ports), pipelines=ports, projects=(PROJECT,), instances=(CORE,)
    )
    event = PipelineEvent(now - timedelta(seconds=20), "k8s:pod", "Pulling", "Pulling image")
    status, since = replace(EDGE, status="STARTING"), now - timedelta(seconds=90)
    service.details[EDGE.id] = PipelineDetails(status, "deployment", since, event)
    return service
