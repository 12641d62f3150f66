"""The service's calls, as the provider's published specifications document them."""

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from portui.api import wire
from portui.api.errors import (
    ReadOnlyError,
    RefusedError,
    ServiceError,
    UnavailableError,
    UnexpectedReplyError,
)
from portui.api.exchange import Exchange, Response, date_in
from portui.port.model import Port
from portui.threads import in_daemon_thread

if TYPE_CHECKING:  # as what reads lists, not needed for reading a port
    from portui.api.probed import Permissions
    from portui.port.editing import Change, NewPort
    from portui.port.listed import Pipeline, Project
    from portui.port.pages import PipelinePage, PortPage
    from portui.port.pipeline import CoreInstances, PipelineDetails

T = TypeVar("T")

_LARGE: Final = 128 * 1024  # bytes of JSON; decoding more could delay key presses
_LARGE_LIST: Final = 16 * 1024  # bytes; a list's entries take longer to interpret than to decode
_MOST_PROJECTS: Final = 100  # at a time; more are found by name
_CREATED: Final = 201
_NOT_REFUSALS: Final = frozenset({408, 429})  # sent by gateways, about this attempt only


class CloudClient:
    """The service's calls for ports and lists. Each may raise a `ServiceError`; none is retried."""

    def __init__(self, exchange: Exchange, *, read_only: bool) -> None:
        self._exchange = exchange
        self._read_only = read_only
        self._one_list_at_a_time = asyncio.Lock()

    @property
    def project_id(self) -> UUID | None:
        """The project that the token names, as a project token does; a user token names none."""
        return self._exchange.project_id

    async def connect_early(self) -> None:
        """Open a connection for the first call to use. Failures are ignored."""
        await self._exchange.connect_early()

    async def get_port(self, port_id: UUID) -> Port:
        """Return the port in the service's reply, which may not be the requested one."""
        answer = await self._exchange.send("GET", _path(port_id))
        if answer.status != 200:
            raise await _failure(answer)
        found = await _read(answer, wire.port_from)
        return _expected(found, answer.status, UnexpectedReplyError.Why.NOT_A_PORT)

    async def update_port(self, port_id: UUID, change: "Change") -> None:
        """Send a change. On return it is acknowledged, but not confirmed by a read."""
        self._check_writable()
        answer = await self._exchange.send("PATCH", _path(port_id), wire.body_of(change))
        await _check_acknowledged(answer)

    async def delete_port(self, port_id: UUID) -> None:
        """Delete a port. On return the deletion is acknowledged, but not confirmed by a read."""
        self._check_writable()
        await _check_acknowledged(await self._exchange.send("DELETE", _path(port_id)))

    async def create_port(self, pipeline_id: UUID, new: "NewPort") -> UUID:
        """Create a port in a pipeline and return its ID, which no read has confirmed yet."""
        self._check_writable()
        path = f"/v1/aggregator_pipelines/{pipeline_id}/ports"
        answer = await self._exchange.send("POST", path, wire.body_of(new))
        if answer.status != _CREATED:
            raise await _failure(answer)
        found = await _read(answer, wire.created_id_from)
        return _expected(found, answer.status, UnexpectedReplyError.Why.NOT_A_PORT)

    async def list_pipelines(
        self, project_id: UUID, last: int, before: str | None = None, *, with_ports: bool = True
    ) -> "PipelinePage":
        """Return up to `last` pipelines of a project, newest first, from a cursor on."""
        query = {"last": last} | ({"include": "ports"} if with_ports else {}) | _before(before)
        path = f"/v1/projects/{project_id}/pipelines?{urlencode(query)}"
        return await self._list(path, _pipeline_page)

    async def list_ports(
        self, pipeline: "Pipeline", last: int, before: str | None = None
    ) -> "PortPage":
        """Return up to `last` ports of a pipeline, newest first, from a cursor on."""
        from portui.api import wire_lists

        query = urlencode({"last": last} | _before(before))
        path = f"/v1/aggregator_pipelines/{pipeline.id}/ports?{query}"

        def interpret(value: object, answer: Response) -> "PortPage | None":
            redact, size = answer.redact, len(answer.body)
            cursor = wire_lists.cursor_in_link(answer.headers.get("Link", ""), redact)
            return wire_lists.port_page_from(value, pipeline, redact, size, cursor)

        return await self._list(path, interpret)

    async def search_pipelines(self, project_id: UUID, term: str = "") -> "tuple[Pipeline, ...]":
        """Return the IDs and names of a project's pipelines, which may only contain the term."""
        from portui.api import wire_lists

        query = {"project_id": str(project_id), "resource": "pipeline"}
        query |= {"term": term} if term else {}
        return await self._list(
            f"/v2/search?{urlencode(query)}",
            lambda value, answer: wire_lists.pipelines_from(value, answer.redact),
        )

    async def list_projects(self, name: str | None = None) -> "tuple[Project, ...]":
        """Return up to 100 projects, those with a name if one is given. Needs a user token."""
        from portui.api import wire_lists

        query = {"last": _MOST_PROJECTS} | ({} if name is None else {"name": name})
        return await self._list(
            f"/v1/projects?{urlencode(query)}",
            lambda value, answer: wire_lists.projects_from(value, answer.redact),
        )

    async def get_project(self, project_id: UUID) -> "Project":
        """Return a project, for its name. No list waits for this."""
        from portui.api import wire_lists

        return await self._found(
            f"/v1/projects/{project_id}",
            lambda value, answer: wire_lists.project_from(value, answer.redact),
        )

    async def get_pipeline(self, pipeline_id: UUID) -> "PipelineDetails":
        """Return a pipeline, which may not be the requested one. Its configuration is dropped."""
        from portui.api import wire_pipeline

        return await self._list(
            f"/v1/aggregator_pipelines/{pipeline_id}",
            lambda value, answer: wire_pipeline.details_from(value, answer.redact),
            UnexpectedReplyError.Why.NOT_A_PIPELINE,
        )

    async def list_core_instances(self, project_id: UUID, last: int) -> "CoreInstances":
        """Return up to `last` core instances of a project, newest first."""
        from portui.api import wire_pipeline

        return await self._list(
            f"/v1/projects/{project_id}/core_instances?{urlencode({'last': last})}",
            lambda value, answer: wire_pipeline.core_instances_from(value, answer.redact),
        )

    async def list_instance_pipelines(
        self, instance_id: UUID, name: str, last: int
    ) -> "PipelinePage":
        """Return up to `last` pipelines of a core instance whose names may contain a name."""
        query = urlencode({"last": last, "name": name})
        path = f"/v1/core_instances/{instance_id}/pipelines?{query}"
        return await self._list(path, _pipeline_page)

    async def get_permissions(self, token_id: UUID) -> "Permissions":
        """Return the name and permissions of a project token, which may not read itself."""
        from portui.api import wire_lists

        return await self._list(
            f"/v1/project_tokens/{token_id}",
            lambda value, answer: wire_lists.permissions_from(value, answer.redact),
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._exchange.aclose()

    async def _list(
        self,
        path: str,
        interpret: Callable[[object, Response], T | None],
        otherwise: UnexpectedReplyError.Why = UnexpectedReplyError.Why.NOT_A_LIST,
    ) -> T:
        """Make a call that returns a list, or another long reply. Only one is under way at a time.

        `interpret` gets the decoded body, in a thread if it is long, and returns `None` if it is
        of another shape, which `otherwise` names.
        """
        async with self._one_list_at_a_time:
            return await self._found(path, interpret, otherwise)

    async def _found(
        self,
        path: str,
        interpret: Callable[[object, Response], T | None],
        otherwise: UnexpectedReplyError.Why = UnexpectedReplyError.Why.NOT_A_LIST,
    ) -> T:
        """Make a call, and return what is found in its reply, as `_list` does."""
        answer = await self._exchange.send("GET", path)
        if answer.status != 200:
            raise await _failure(answer)
        found = await _decoded(answer, lambda value: interpret(value, answer), _LARGE_LIST)
        return _expected(found, answer.status, otherwise)

    def _check_writable(self) -> None:
        if self._read_only:
            raise ReadOnlyError


def _before(cursor: str | None) -> dict[str, str]:
    return {} if cursor is None else {"before": cursor}


def _path(port_id: UUID) -> str:
    return f"/v1/pipeline_ports/{port_id}"


def _pipeline_page(value: object, answer: Response) -> "PipelinePage | None":
    from portui.api import wire_lists

    return wire_lists.pipeline_page_from(value, answer.redact, len(answer.body))


async def _check_acknowledged(answer: Response) -> None:
    if answer.status != 204:
        raise await _failure(answer)


async def _read(answer: Response, interpret: Callable[[object], T]) -> T | ValueError:
    """Decode and interpret a response's JSON. Returns the `ValueError` if it can't be decoded."""
    return await _decoded(
        answer, lambda value: interpret(wire.redacted(value, answer.redact)), _LARGE
    )


async def _decoded(
    answer: Response, interpret: Callable[[object], T], large: int
) -> T | ValueError:
    """Do as `_read`, in a thread if the body is `large`, but leave redacting to `interpret`."""

    def read() -> T | ValueError:
        try:
            return interpret(wire.decode(answer.body))
        except ValueError as error:
            return error

    if len(answer.body) <= large:
        return read()
    outcome = await in_daemon_thread(read)
    if isinstance(outcome, Exception) and not isinstance(outcome, ValueError):
        raise outcome
    return outcome


def _expected(found: T | ValueError | None, status: int, otherwise: UnexpectedReplyError.Why) -> T:
    """Return what was found in a reply. Raises `UnexpectedReplyError` if it isn't there."""
    if found is None:
        raise UnexpectedReplyError(status, otherwise)
    if isinstance(found, ValueError):
        raise UnexpectedReplyError(status, UnexpectedReplyError.Why.NOT_JSON)
    return found


async def _failure(answer: Response) -> ServiceError:
    """Return the error for an unsuccessful response."""
    status = answer.status
    if not 400 <= status < 600:
        return UnexpectedReplyError(status, UnexpectedReplyError.Why.UNEXPECTED_STATUS)
    found = await _read(answer, wire.error_from)
    error = None if isinstance(found, ValueError) else found
    if status >= 500 or status in _NOT_REFUSALS:
        return UnavailableError(status, error.error if error else None, _retry_after(answer))
    if error is None:
        return UnexpectedReplyError(status, UnexpectedReplyError.Why.NO_ERROR_BODY)
    return RefusedError(status, error.error, error.detail, error.quota_limit, error.quota_remaining)


def _retry_after(answer: Response) -> float | None:
    """Return the seconds until the Retry-After time, from either form of the header, or `None`."""
    value = answer.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:12])
    moment = date_in(value)
    return None if moment is None else max(0.0, moment.timestamp() - time.time())
