"""The service as portui's app uses it: its port calls and its lists."""

from typing import Protocol

from portui.operations.find_project import ProjectService
from portui.operations.new_port import CreateService
from portui.operations.walk import ListService
from portui.operations.why_pending import PipelineService


class Lists(ListService, ProjectService, PipelineService, Protocol):
    """The service's lists, and the calls for a project, a pipeline and its core instance."""


class Service(CreateService, Lists, Protocol):
    """All calls to the service. Each may raise a `ServiceError`; none retries."""
