"""The service as portui's app uses it: its port calls and its lists."""

from typing import Protocol

from portui.operations.find_project import ProjectService
from portui.operations.look_up import PortService
from portui.operations.walk import ListService


class Lists(ListService, ProjectService, Protocol):
    """The service's lists, and the calls that find the project to list."""


class Service(PortService, Lists, Protocol):
    """All calls to the service. Each may raise a `ServiceError`; none retries."""
