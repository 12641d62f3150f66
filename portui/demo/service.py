"""The demo's HTTP side: routes, tokens and refusals.

A request first waits for the latency and its body. It is then carried out without another await,
so a cancelled request either took effect completely or not at all.
"""

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TypeAlias
from urllib.parse import urlencode
from uuid import UUID

from starlette.applications import Starlette
from starlette.datastructures import Headers, QueryParams
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from portui.demo.other_pipelines import OtherPipelines
from portui.demo.queries import read_id, read_last
from portui.demo.refusal import RefusedError
from portui.demo.sample import sample_ports
from portui.demo.state import Clock, CoreInstance, Page
from portui.demo.wire import created_body, port_body, read_changes, read_wanted

Latency: TypeAlias = Callable[[], float]
Call: TypeAlias = Callable[[UUID, QueryParams, bytes], Response]
"""A call on a port or pipeline, given its ID, the query and the body. It never awaits."""

LARGEST_BODY = 1024 * 1024

_NO_ID = UUID(int=0)
"""The subject of calls that aren't about a single port, pipeline or project."""


def real_latency() -> float:
    """Return a latency similar to the real service's, in seconds."""
    return random.uniform(0.025, 0.090)  # noqa: S311 - a latency may be predictable


def create_app(*, latency: Latency = real_latency, clock: Clock = time.time_ns) -> Starlette:
    """Return a demo with fresh sample data of its own.

    `latency` returns the seconds to wait before each response, `clock` the nanoseconds since 1970.
    """
    calls = _Calls(CoreInstance(sample_ports(clock()), clock, OtherPipelines()))
    app = Starlette(
        routes=calls.routes(),
        middleware=[Middleware(_WaitFirst, latency=latency)],
        exception_handlers={HTTPException: _no_such_call},
    )
    app.router.redirect_slashes = False
    app.router.default = calls.other_calls
    return app


class _WaitFirst:
    """Middleware that waits for the latency before it passes a request on."""

    def __init__(self, app: ASGIApp, latency: Latency) -> None:
        self._app = app
        self._latency = latency

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await asyncio.sleep(self._latency())
        await self._app(scope, receive, send)


class _Calls:
    """All calls, on the ports of one core instance."""

    def __init__(self, core: CoreInstance) -> None:
        self._core = core

    def routes(self) -> list[Route]:
        port_calls = {"GET": self.show_port, "PATCH": self.change_port, "DELETE": self.delete_port}
        pipeline_calls = {"GET": self.list_ports, "POST": self.create_port}
        return [
            _route("/v1/pipeline_ports/{id}", "invalid pipeline port ID", port_calls),
            _route("/v1/aggregator_pipelines/{id}/ports", "invalid pipeline ID", pipeline_calls),
        ]

    async def other_calls(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that is not about ports. What it takes is made at the first of them."""
        await self._other_router(scope, receive, send)

    @cached_property
    def _other_router(self) -> Router:
        return Router(self._list_routes(), redirect_slashes=False)

    def _list_routes(self) -> list[Route]:
        from portui.demo.lists import Lists

        lists = Lists(self._core)
        project, pipeline, core = (
            f"invalid {what} ID" for what in ("project", "pipeline", "core instance")
        )
        calls: list[tuple[str, str, Call]] = [
            ("/v1/projects/{id}", project, lists.show_project),
            ("/v1/projects/{id}/pipelines", project, lists.list_project_pipelines),
            ("/v1/projects/{id}/core_instances", project, lists.list_core_instances),
            ("/v1/core_instances/{id}/pipelines", core, lists.list_core_instance_pipelines),
            ("/v1/aggregator_pipelines/{id}", pipeline, lists.show_pipeline),
            ("/v2/search", project, lists.search),
        ]
        return [
            _route("/v1/projects", project, {"GET": lists.list_projects}, user_token_only=True),
            *(_route(path, invalid_id, {"GET": call}) for path, invalid_id, call in calls),
        ]

    def show_port(self, port_id: UUID, _query: QueryParams, _body: bytes) -> Response:
        return JSONResponse(port_body(self._core.port(port_id)))

    def change_port(self, port_id: UUID, _query: QueryParams, body: bytes) -> Response:
        self._core.change(port_id, read_changes(body))
        return Response(status_code=204)

    def delete_port(self, port_id: UUID, _query: QueryParams, _body: bytes) -> Response:
        self._core.delete(port_id)
        return Response(status_code=204)

    def create_port(self, pipeline_id: UUID, _query: QueryParams, body: bytes) -> Response:
        port = self._core.create(pipeline_id, read_wanted(body))
        return JSONResponse(created_body(port), status_code=201)

    def list_ports(self, pipeline_id: UUID, query: QueryParams, _body: bytes) -> Response:
        last = read_last(query.get("last"))
        page = self._core.page(pipeline_id, last, query.get("before"))
        from portui.demo.lists import ports_response

        return ports_response(page.ports, _next_link(pipeline_id, page, last))


def _route(
    path: str, invalid_id: str, calls: Mapping[str, Call], *, user_token_only: bool = False
) -> Route:
    """Return one route for all calls on a path.

    Starlette's 405 response lists only the methods of a single route.
    """

    async def carry_out(request: Request) -> Response:
        _require_token(request.headers, user_token_only=user_token_only)
        body = await _read_body(request)
        call = calls["GET" if request.method == "HEAD" else request.method]
        text = request.path_params.get("id")
        subject = _NO_ID if text is None else read_id(text, invalid_id)
        return call(subject, request.query_params, body)

    async def answer(request: Request) -> Response:
        try:
            return await carry_out(request)
        except RefusedError as refused:
            return _refusal(refused)

    return Route(path, answer, methods=[*calls])


def _require_token(headers: Headers, *, user_token_only: bool) -> None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    if not bearer and not headers.get("x-project-token", "").strip():
        raise RefusedError(401, "invalid token")
    if user_token_only and not bearer:
        raise RefusedError(403, "permission denied")


async def _read_body(request: Request) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                raise RefusedError(413, "request body too large")
    except ClientDisconnect:  # nobody reads the response, but half a body must not take effect
        raise RefusedError(400, "incomplete request body") from None
    return bytes(body)


def _next_link(pipeline_id: UUID, page: Page, last: int | None) -> dict[str, str]:
    if page.next_cursor is None:
        return {}
    query = urlencode({"before": page.next_cursor, "last": last})
    return {"Link": f'</v1/aggregator_pipelines/{pipeline_id}/ports?{query}>; rel="next"'}


def _refusal(refused: RefusedError) -> Response:
    body = {"error": refused.message}
    if refused.detail is not None:
        body["detail"] = refused.detail
    return JSONResponse(body, status_code=refused.status)


async def _no_such_call(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type only
    body = {"error": error.detail.lower()}
    return JSONResponse(body, status_code=error.status_code, headers=error.headers)
