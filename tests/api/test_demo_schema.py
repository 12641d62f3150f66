"""The demo service, served over a socket, checked against an OpenAPI description of its calls.

The description is the demo's own, or the published one that PORTUI_SPECIFICATION names. Every
example starts with fresh sample data, so its responses are the same each time.
"""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

import pytest
import requests
import schemathesis
import uvicorn
from hypothesis import HealthCheck, assume, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core import NotSet
from schemathesis.core.errors import InvalidSchema
from schemathesis.core.result import Ok, Result
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.types import Receive, Scope, Send

import portui.demo
from portui.demo import create_app
from portui.demo.pipelines import CORE_INSTANCE_ID, PROJECT_ID
from portui.demo.sample import FORWARD_PORT_ID, INPUTS_PIPELINE_ID, PENDING_PORT_ID
from tests.support.examples import examples

OWN = Path(portui.demo.__file__).with_name("openapi.yml")
PUBLISHED = os.environ.get("PORTUI_SPECIFICATION")
SCHEMA = schemathesis.openapi.from_path(PUBLISHED or OWN)
TOKEN = {"X-Project-Token": "eyJ9.c2ln"}
USER_TOKEN = {"Authorization": "Bearer a.b.c"}
NOWHERE = UUID("00000000-0000-4000-8000-000000000000")
NEW_PORT = {"protocol": "udp", "frontendPort": 9000, "backendPort": 9000, "endpoint": ""}

Case: TypeAlias = schemathesis.Case[Any]
Body: TypeAlias = dict[str, Any] | list[Any] | NotSet
Operation: TypeAlias = schemathesis.APIOperation[Any, Any, Any, Any]

NO_BODY = NotSet()
POSITIVE = schemathesis.GenerationMode.POSITIVE
NEGATIVE = schemathesis.GenerationMode.NEGATIVE

bounded = settings(
    max_examples=examples(60),
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def error_body_on_every_refusal(
    _context: schemathesis.CheckContext, response: schemathesis.Response, _case: Case
) -> None:
    if 400 <= response.status_code < 500:
        assert response.headers["content-type"] == ["application/json"]
        body = response.json()
        assert isinstance(body, dict)
        assert isinstance(body["error"], str)
        assert body["error"]


CHECKS: list[schemathesis.CheckFunction] = [
    not_a_server_error,
    response_schema_conformance,
    content_type_conformance,
    error_body_on_every_refusal,
]
if not PUBLISHED:  # the published one declares no error statuses
    CHECKS.append(status_code_conformance)


class Served:
    """A demo at one address that can start over with fresh sample data."""

    address = ""

    def __init__(self) -> None:
        self._session = requests.Session()
        self.start_over()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def start_over(self) -> None:
        self._app = create_app(latency=lambda: 0)

    def answer(self, case: Case, headers: dict[str, str] = TOKEN) -> int:
        """Make a call, check the response, and return its status."""
        return case.call_and_validate(
            self.address, self._session, headers, CHECKS, timeout=60
        ).status_code

    def close(self) -> None:
        self._session.close()


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    demo = Served()
    # Let uvicorn bind: a socket passed to it wouldn't get TCP_NODELAY.
    server = uvicorn.Server(
        uvicorn.Config(demo, port=0, lifespan="off", log_level="critical", timeout_keep_alive=60)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    _wait_until_started(server)
    demo.address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield demo
    demo.close()
    server.should_exit = True
    thread.join(timeout=60)


def _wait_until_started(server: uvicorn.Server) -> None:
    deadline = time.monotonic() + 60
    while not server.started:
        assert time.monotonic() < deadline, "uvicorn did not start"
        time.sleep(0.01)


def operation(name: str) -> Operation:
    return SCHEMA.find_operation_by_id(name)


def _operation_id(found: Result[Operation, InvalidSchema]) -> str:
    assert isinstance(found, Ok)
    return str(found.ok().definition.raw["operationId"])


OPERATIONS = sorted(map(_operation_id, SCHEMA.get_all_operations()))
LISTS = (
    "projects",
    "project",
    "projectPipelinesV2",
    "coreInstances",
    "pipelinesV2",
    "pipeline",
    "search",
)
"""The operations that only some descriptions have."""
DESCRIBED_LISTS = [name for name in LISTS if name in OPERATIONS]
KNOWN = {
    "projectID": str(PROJECT_ID),
    "coreInstanceID": str(CORE_INSTANCE_ID),
    "pipelineID": str(INPUTS_PIPELINE_ID),
}


def shown_again(served: Served) -> None:
    """Check that reads of the port and the pipeline still conform to the specification."""
    port = operation("pipelinePort").Case(path_parameters={"portID": str(FORWARD_PORT_ID)})
    assert served.answer(port) in {200, 404}
    pipeline = {"pipelineID": str(INPUTS_PIPELINE_ID)}
    assert served.answer(operation("pipelinePorts").Case(path_parameters=pipeline)) == 200


@pytest.mark.parametrize("mode", [POSITIVE, NEGATIVE], ids=["valid", "invalid"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_any_request_gets_a_response_that_conforms_to_the_specification(
    served: Served, name: str, mode: schemathesis.GenerationMode
) -> None:
    @bounded
    @given(case=operation(name).as_strategy(mode))
    def ask(case: Case) -> None:
        # Uvicorn interprets this header, and would respond in place of the demo.
        assume(not any(header.lower() == "transfer-encoding" for header in case.headers or ()))
        served.start_over()
        served.answer(case)

    ask()


@pytest.mark.parametrize(
    ("name", "mode", "expected"),
    [
        ("pipelinePort", POSITIVE, {200}),
        ("updatePipelinePort", POSITIVE, {204, 422}),
        ("updatePipelinePort", NEGATIVE, {400, 422}),
        ("deletePipelinePort", POSITIVE, {204}),
        ("pipelinePorts", POSITIVE, {200}),
        ("pipelinePorts", NEGATIVE, {422}),
        ("createPipelinePort", POSITIVE, {422}),
        ("createPipelinePort", NEGATIVE, {400, 422}),
    ],
)
def test_known_ports_and_pipelines_survive_any_request(
    served: Served, name: str, mode: schemathesis.GenerationMode, expected: set[int]
) -> None:
    known = {"portID": str(FORWARD_PORT_ID), "pipelineID": str(INPUTS_PIPELINE_ID)}
    parameter = "pipelineID" if name in {"pipelinePorts", "createPipelinePort"} else "portID"
    statuses = set()

    @bounded
    @given(case=operation(name).as_strategy(mode))
    def ask(case: Case) -> None:
        served.start_over()
        case.path_parameters = {parameter: known[parameter]}
        statuses.add(served.answer(case))
        shown_again(served)

    ask()
    assert statuses >= expected


@pytest.mark.parametrize("mode", [POSITIVE, NEGATIVE], ids=["valid", "invalid"])
@pytest.mark.parametrize("name", DESCRIBED_LISTS)
def test_lists_of_what_is_known_survive_any_request(
    served: Served, name: str, mode: schemathesis.GenerationMode
) -> None:
    statuses = set()
    served.start_over()

    @bounded
    @given(case=operation(name).as_strategy(mode))
    def ask(case: Case) -> None:
        case.path_parameters = {key: KNOWN[key] for key in case.path_parameters or {}}
        if name == "search":
            case.query = {**case.query, "project_id": KNOWN["projectID"]}
        statuses.add(served.answer(case, USER_TOKEN))

    ask()
    if mode is POSITIVE or name == "project":  # which has no parameters that could be wrong
        assert 200 in statuses
    else:
        assert statuses & {405, 422}


@pytest.mark.parametrize("name", DESCRIBED_LISTS)
def test_every_list_conforms_to_the_specification(served: Served, name: str) -> None:
    served.start_over()
    query = {"project_id": KNOWN["projectID"], "resource": "pipeline", "include": ["ports"]}
    parameters = {p.name for p in operation(name).query}
    case = operation(name).Case(
        path_parameters={key: KNOWN[key] for key in KNOWN if key in operation(name).path},
        query={key: query[key] for key in query if key in parameters},
    )
    assert served.answer(case, USER_TOKEN) == 200
    assert served.answer(case) == (403 if name == "projects" else 200)
    assert served.answer(case, headers={}) == 401


@pytest.mark.parametrize(
    ("name", "subject", "body", "expected"),
    [
        ("pipelinePort", FORWARD_PORT_ID, NO_BODY, 200),
        ("pipelinePort", PENDING_PORT_ID, NO_BODY, 200),
        ("pipelinePort", NOWHERE, NO_BODY, 404),
        ("updatePipelinePort", FORWARD_PORT_ID, {}, 204),
        ("updatePipelinePort", FORWARD_PORT_ID, {"frontendPort": 24225, "kind": None}, 204),
        ("updatePipelinePort", FORWARD_PORT_ID, {"frontendPort": 8080}, 409),
        ("updatePipelinePort", FORWARD_PORT_ID, {"protocol": "sctp"}, 422),
        ("updatePipelinePort", FORWARD_PORT_ID, [], 400),
        ("deletePipelinePort", FORWARD_PORT_ID, NO_BODY, 204),
        ("deletePipelinePort", NOWHERE, NO_BODY, 404),
        ("createPipelinePort", INPUTS_PIPELINE_ID, NEW_PORT, 201),
        ("createPipelinePort", INPUTS_PIPELINE_ID, NEW_PORT | {"frontendPort": 5140}, 409),
        ("createPipelinePort", NOWHERE, NEW_PORT, 404),
        ("pipelinePorts", INPUTS_PIPELINE_ID, NO_BODY, 200),
    ],
)
def test_every_kind_of_response_conforms_to_the_specification(
    served: Served, name: str, subject: UUID, body: Body, expected: int
) -> None:
    served.start_over()
    case = operation(name).Case(
        path_parameters={"portID": str(subject), "pipelineID": str(subject)},
        body=body,
        media_type="application/json",
    )
    assert served.answer(case) == expected
    shown_again(served)
    assert served.answer(case, headers={}) == 401
