"""The calls around a port: projects, their core instances and pipelines, and the search.

As every call of the demo, each is carried out without awaiting. A long list is then encoded piece
by piece, so that it doesn't hold up the app that the demo runs in.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from uuid import UUID

from starlette.datastructures import QueryParams
from starlette.responses import JSONResponse, Response, StreamingResponse

from portui.demo.bodies import (
    core_instance_body,
    pipeline_body,
    pipelines_json,
    ports_json,
    project_body,
    search_body,
)
from portui.demo.pipelines import (
    CORE_INSTANCE_ID,
    CORE_INSTANCE_NAME,
    PROJECT_ID,
    PROJECT_NAME,
    DemoPipeline,
    sample_pipelines,
)
from portui.demo.queries import read_id, read_last
from portui.demo.refusal import RefusedError
from portui.demo.state import CoreInstance, DemoPort, page_of

_BOOLEANS = {
    text: value
    for value, texts in ((True, "1 t T true TRUE True"), (False, "0 f F false FALSE False"))
    for text in texts.split()
}
_KINDS = frozenset({"deployment", "daemonSet", "statefulSet"})
_FORMATS = frozenset({"classic", "json", "yaml"})
_INCLUDES = frozenset({"ports", "files", "secrets"})
_RESOURCES = frozenset(
    {
        "agent", "cluster_object", "config_section", "core_instance", "environment", "fleet",
        "member", "pipeline", "pipeline_secret", "resource_profile", "trace_session",
    }
)  # fmt: skip


class Lists:
    """The calls on the project and its pipelines. None awaits; each may raise `RefusedError`."""

    def __init__(self, core: CoreInstance) -> None:
        self._core = core
        self._pipelines = {pipeline.id: pipeline for pipeline in sample_pipelines()}

    def list_projects(self, _id: UUID, query: QueryParams, _body: bytes) -> Response:
        """List the project, if its name contains what is asked for."""
        read_last(query.get("last"))
        return JSONResponse([project_body()] if query.get("name", "") in PROJECT_NAME else [])

    def show_project(self, project_id: UUID, _query: QueryParams, _body: bytes) -> Response:
        _require(project_id, PROJECT_ID, "project")
        return JSONResponse(project_body())

    def list_core_instances(self, project_id: UUID, query: QueryParams, _body: bytes) -> Response:
        """List the core instance, if its name and tags are those asked for."""
        _require(project_id, PROJECT_ID, "project")
        read_last(query.get("last"))
        _boolean(query, "exclude_internal")
        shown = query.get("name", "") in CORE_INSTANCE_NAME and _has_tags(query, ("plant",))
        body = core_instance_body(len(self._pipelines))
        return JSONResponse(
            {"items": [body] if shown else [], "endCursor": None, "count": int(shown)}
        )

    def list_project_pipelines(
        self, project_id: UUID, query: QueryParams, _body: bytes
    ) -> Response:
        _require(project_id, PROJECT_ID, "project")
        return self._list_pipelines(query)

    def list_core_instance_pipelines(
        self, core_instance_id: UUID, query: QueryParams, _body: bytes
    ) -> Response:
        _require(core_instance_id, CORE_INSTANCE_ID, "core instance")
        return self._list_pipelines(query)

    def show_pipeline(self, pipeline_id: UUID, query: QueryParams, _body: bytes) -> Response:
        if pipeline_id not in self._pipelines:
            raise RefusedError(404, "pipeline not found")
        config_format = _one_of(query, "config_format", _FORMATS) or "yaml"
        changed = self._core.last_changes().get(pipeline_id)
        return JSONResponse(pipeline_body(self._pipelines[pipeline_id], config_format, changed))

    def search(self, _id: UUID, query: QueryParams, _body: bytes) -> Response:
        """Return what is found by a part of its name, or by its exact name."""
        project_id, term = query.get("project_id", ""), query.get("term", "")
        _require(read_id(project_id, "invalid project ID"), PROJECT_ID, "project")
        resource, is_exact = _one_of(query, "resource", _RESOURCES), _boolean(query, "exact")
        found = {
            "pipeline": [(each.id, each.name) for each in self._pipelines.values()],
            "core_instance": [(CORE_INSTANCE_ID, CORE_INSTANCE_NAME)],
        }.get(resource or "", [])
        matching = [(i, name) for i, name in found if (term == name if is_exact else term in name)]
        return JSONResponse(search_body(matching))

    def _list_pipelines(self, query: QueryParams) -> Response:
        config_format = _one_of(query, "config_format", _FORMATS) or "yaml"
        includes = _includes(query)
        last = read_last(query.get("last"))
        wanted = self._wanted(query)
        shown, cursor = page_of(wanted, last, query.get("before"))
        changes = self._core.last_changes()
        bodies = [pipeline_body(each, config_format, changes.get(each.id)) for each in shown]
        for body in bodies:
            body |= {name: [] for name in ("files", "secrets") if name in includes}
        ids = [pipeline.id for pipeline in shown]
        ports = self._core.ports_of(ids) if "ports" in includes else None
        return _stream(pipelines_json(bodies, ports, cursor, len(wanted)))

    def _wanted(self, query: QueryParams) -> list[DemoPipeline]:
        """Return the pipelines that a query's filters leave."""
        kind, name = _one_of(query, "kind", _KINDS), query.get("name", "")
        excludes_internal = _boolean(query, "exclude_internal")
        return [
            pipeline
            for pipeline in self._pipelines.values()
            if name in pipeline.name
            and (kind is None or pipeline.kind == kind)
            and not (excludes_internal and pipeline.internal)
            and _has_tags(query, pipeline.tags)
        ]


def ports_response(ports: Sequence[DemoPort], headers: Mapping[str, str]) -> Response:
    """Return a response with a list of ports."""
    return _stream(ports_json(ports), headers)


def _stream(pieces: Iterator[str], headers: Mapping[str, str] | None = None) -> Response:
    async def encoded() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece.encode()
            await asyncio.sleep(0)

    return StreamingResponse(encoded(), media_type="application/json", headers=headers)


def _require(given: UUID, known: UUID, what: str) -> None:
    if given != known:
        raise RefusedError(404, f"{what} not found")


def _boolean(query: QueryParams, name: str) -> bool:
    """Parse a boolean as Go does."""
    text = query.get(name)
    if text is not None and text not in _BOOLEANS:
        raise RefusedError(422, f"invalid {name}")
    return _BOOLEANS[text] if text else False


def _one_of(query: QueryParams, name: str, known: frozenset[str]) -> str | None:
    text = query.get(name)
    if text is not None and text not in known:
        raise RefusedError(422, f"invalid {name}")
    return text


def _includes(query: QueryParams) -> frozenset[str]:
    """Parse what a pipeline is to include: a repeated parameter, or one with commas."""
    found = frozenset(name for text in query.getlist("include") for name in text.split(","))
    if not found <= _INCLUDES:
        raise RefusedError(422, "invalid include")
    return found


def _has_tags(query: QueryParams, tags: Sequence[str]) -> bool:
    wanted = query.get("tags_query", "").split(" AND ")
    return all(tag.strip() in tags for tag in wanted if tag.strip())
