"""What the service says about a pipeline and its core instance. All texts are untrusted."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portui.port.listed import Pipeline


@dataclass(frozen=True, slots=True)
class PipelineEvent:
    """Something that the cluster reported about a pipeline. A text that is missing is `None`."""

    at: datetime
    """When it was logged."""
    source: str | None = None
    """Such as `k8s:pod`."""
    reason: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class PipelineDetails:
    """A pipeline's status and latest event, without its configuration and its ports."""

    pipeline: Pipeline
    kind: str | None = None
    """The kind of its workload, such as `deployment`."""
    status_at: datetime | None = None
    """When it got its status; `None` if that is unknown."""
    event: PipelineEvent | None = None
    """The latest event with a readable time."""
    error: str | None = None
    """The service's error from generating the pipeline's configuration."""


@dataclass(frozen=True, slots=True)
class CoreInstance:
    """A core instance, which runs pipelines in a cluster."""

    id: UUID
    name: str | None = None
    status: str | None = None
    """As received: `running`, `waiting` or `unreachable`, by its last ping."""
    skips_services: bool = False
    """Whether it creates no Kubernetes Services, which give ports their endpoints."""


@dataclass(frozen=True, slots=True)
class CoreInstances:
    """Core instances of a project."""

    instances: tuple[CoreInstance, ...]
    is_complete: bool
    """Whether there are no others."""
