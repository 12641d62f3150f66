"""The demo service, in process: its calls, refusals and rules."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from portui.demo import create_app
from portui.demo.pipelines import PROJECT_ID, sample_pipelines
from portui.demo.plenty import PLENTY_NUMBERS, PLENTY_PIPELINE_ID, plenty_port_id, plenty_ports
from portui.demo.sample import (
    FORWARD_PORT_ID,
    HEALTH_CHECK_PORT_ID,
    HTTP_PORT_ID,
    INPUTS_PIPELINE_ID,
    PENDING_PORT_ID,
    SYSLOG_PORT_ID,
)

pytestmark = pytest.mark.anyio

NOWHERE = UUID("00000000-0000-4000-8000-000000000000")
FORWARD = f"/v1/pipeline_ports/{FORWARD_PORT_ID}"
PENDING = f"/v1/pipeline_ports/{PENDING_PORT_ID}"
PLENTY = f"/v1/aggregator_pipelines/{PLENTY_PIPELINE_ID}/ports"
INPUTS = f"/v1/aggregator_pipelines/{INPUTS_PIPELINE_ID}/ports"
NEW_PORT = {"protocol": "tcp", "frontendPort": 9000, "backendPort": 9001, "endpoint": ""}


@dataclass
class Clock:
    """A clock that moves only when advanced."""

    now: int = 1_770_000_000_123_456_789

    def __call__(self) -> int:
        return self.now

    def advance(self, seconds: int) -> None:
        self.now += seconds * 1_000_000_000


@dataclass
class Demo:
    """A fresh demo without latency, and a client of it."""

    clock: Clock = field(default_factory=Clock)
    http: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        transport = httpx.ASGITransport(create_app(latency=lambda: 0, clock=self.clock))
        self.http = httpx.AsyncClient(
            transport=transport, base_url="https://demo.test", headers={"X-Project-Token": "a.b"}
        )

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(path)

    async def patch(self, path: str, **fields: object) -> httpx.Response:
        return await self.http.patch(path, content=json.dumps(fields))

    async def port(self, path: str) -> dict[str, object]:
        answer = await self.http.get(path)
        assert answer.status_code == 200
        port: dict[str, object] = answer.json()
        return port


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    demo = Demo()
    async with demo.http:
        yield demo


def assert_refused(
    answer: httpx.Response, status: int, error: str, detail: str | None = None
) -> None:
    expected = {"error": error} | ({} if detail is None else {"detail": detail})
    assert (answer.status_code, answer.json()) == (status, expected)
    assert answer.headers["Content-Type"] == "application/json"


async def test_the_forward_port_is_as_documented(demo: Demo) -> None:
    assert await demo.port(FORWARD) == {
        "id": "123e4567-e89b-12d3-a456-426614174000",
        "protocol": "tcp",
        "kind": "LoadBalancer",
        "frontendPort": 24224,
        "backendPort": 24224,
        "endpoint": "forward.demo.example:24224",
        "pluginID": "forward.0",
        "pluginName": "forward",
        "pluginAlias": "myforwardinput",
        "createdAt": "2025-01-15T04:36:00Z",
        "updatedAt": "2025-01-15T04:36:00Z",
    }


@pytest.mark.parametrize(
    ("port_id", "expected"),
    [
        (HEALTH_CHECK_PORT_ID, {"kind": "NodePort", "protocol": "tcp", "frontendPort": 2020}),
        (HEALTH_CHECK_PORT_ID, {"pluginID": None, "pluginName": None, "pluginAlias": None}),
        (SYSLOG_PORT_ID, {"kind": "ClusterIP", "protocol": "udp", "frontendPort": 5140}),
        (HTTP_PORT_ID, {"protocol": "tcp", "frontendPort": 8080, "pluginName": "http"}),
    ],
)
async def test_the_other_sample_ports_differ_in_kind_protocol_and_plugin(
    demo: Demo, port_id: UUID, expected: dict[str, object]
) -> None:
    port = await demo.port(f"/v1/pipeline_ports/{port_id}")
    assert port.items() >= expected.items()


async def test_a_port_is_found_by_its_uppercase_id(demo: Demo) -> None:
    port = await demo.port(FORWARD.replace(str(FORWARD_PORT_ID), str(FORWARD_PORT_ID).upper()))
    assert port["id"] == str(FORWARD_PORT_ID)


async def test_the_pending_port_gets_its_endpoint_after_some_seconds(demo: Demo) -> None:
    before = await demo.port(PENDING)
    demo.clock.advance(7)
    assert (await demo.port(PENDING))["endpoint"] == ""
    demo.clock.advance(1)
    after = await demo.port(PENDING)
    assert after["endpoint"] == "opentelemetry.demo.example:4318"
    assert after["updatedAt"] != before["updatedAt"]


async def test_the_port_of_the_pipeline_that_failed_stays_pending(demo: Demo) -> None:
    failed = next(each for each in sample_pipelines() if each.status == "FAILED")
    for _ in range(2):
        (port,) = (await demo.get(f"/v1/aggregator_pipelines/{failed.id}/ports")).json()
        assert port["endpoint"] == ""
        demo.clock.advance(100_000)
    await demo.patch(f"/v1/pipeline_ports/{port['id']}", endpoint="by.hand.example:9881")
    assert (await demo.port(f"/v1/pipeline_ports/{port['id']}"))["endpoint"] != ""


async def test_a_port_that_becomes_pending_makes_its_pipeline_log_an_event(demo: Demo) -> None:
    path = f"/v1/aggregator_pipelines/{INPUTS_PIPELINE_ID}"
    before = (await demo.get(path)).json()["status"]["events"]
    demo.clock.advance(60)
    await demo.patch(FORWARD, endpoint="")
    after = (await demo.get(path)).json()["status"]["events"]
    assert [event["reason"] for event in (*before, *after)] == ["ScalingReplicaSet"] * 2
    assert before[0]["loggedAt"] < after[0]["loggedAt"]


async def test_a_patch_changes_only_its_fields_and_the_update_time(demo: Demo) -> None:
    before = await demo.port(FORWARD)
    answer = await demo.patch(FORWARD, frontendPort=24225, endpoint="elsewhere:1", kind="NodePort")
    assert (answer.status_code, answer.content) == (204, b"")
    assert await demo.port(FORWARD) == before | {
        "frontendPort": 24225,
        "endpoint": "elsewhere:1",
        "kind": "NodePort",
        "updatedAt": "2026-02-02T02:40:00.123456789Z",
    }


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"unknown": "field", "createdAt": 1},
        dict.fromkeys(["protocol", "frontendPort", "backendPort", "endpoint", "kind"]),
    ],
)
async def test_null_absent_and_unknown_fields_change_nothing(
    demo: Demo, body: dict[str, object]
) -> None:
    before = await demo.port(FORWARD)
    assert (await demo.patch(FORWARD, **body)).status_code == 204
    assert await demo.port(FORWARD) == before


async def test_an_emptied_endpoint_is_pending_again(demo: Demo) -> None:
    await demo.patch(FORWARD, endpoint="", frontendPort=24230)
    assert (await demo.port(FORWARD))["endpoint"] == ""
    demo.clock.advance(8)
    assert (await demo.port(FORWARD))["endpoint"] == "forward.demo.example:24230"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"protocol": "sctp"}, "invalid pipeline port protocol"),
        ({"protocol": ""}, "invalid pipeline port protocol"),
        ({"protocol": ["tcp"]}, "invalid pipeline port protocol"),
        ({"frontendPort": 0}, "invalid pipeline port number"),
        ({"frontendPort": 65_536}, "invalid pipeline port number"),
        ({"frontendPort": -1}, "invalid pipeline port number"),
        ({"frontendPort": 10**400}, "invalid pipeline port number"),
        ({"frontendPort": True}, "invalid pipeline port number"),
        ({"backendPort": 80.0}, "invalid pipeline port number"),
        ({"backendPort": "80"}, "invalid pipeline port number"),
        ({"endpoint": 1}, "invalid pipeline port endpoint"),
        ({"endpoint": "a\nb"}, "invalid pipeline port endpoint"),
        ({"endpoint": "\x9b31m"}, "invalid pipeline port endpoint"),
        ({"endpoint": "\ud800"}, "invalid pipeline port endpoint"),
        ({"endpoint": "x" * 1_025}, "invalid pipeline port endpoint"),
        ({"kind": "Ingress"}, "invalid pipeline port type"),
        ({"kind": {}}, "invalid pipeline port type"),
    ],
)
async def test_an_invalid_value_is_refused_and_nothing_changes(
    demo: Demo, fields: dict[str, object], error: str
) -> None:
    before = await demo.port(FORWARD)
    assert_refused(await demo.patch(FORWARD, **({"backendPort": 1} | fields)), 422, error)
    assert await demo.port(FORWARD) == before


@pytest.mark.parametrize("endpoint", ["x" * 1_024, "[::1]:80", "ünïcode.example:1", "[@click=x]"])
async def test_any_other_line_of_text_is_a_valid_endpoint(demo: Demo, endpoint: str) -> None:
    assert (await demo.patch(FORWARD, endpoint=endpoint)).status_code == 204
    assert (await demo.port(FORWARD))["endpoint"] == endpoint


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"endpoint": "\xff"}',
        b"\xef\xbb\xbf{}",
        b'{"frontendPort": NaN}',
        b'{"frontendPort": ' + b"9" * 5_000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"null",
        b"[]",
        b'"text"',
    ],
)
async def test_a_body_that_is_not_a_json_object_is_malformed(demo: Demo, body: bytes) -> None:
    for answer in [
        await demo.http.patch(FORWARD, content=body),
        await demo.http.post(PLENTY, content=body),
    ]:
        assert answer.status_code == 400
        assert answer.json()["error"] == "malformed JSON"


async def test_the_last_of_duplicate_keys_wins(demo: Demo) -> None:
    body = b'{"frontendPort": "x", "frontendPort": 24226}'
    assert (await demo.http.patch(FORWARD, content=body)).status_code == 204
    assert (await demo.port(FORWARD))["frontendPort"] == 24226


async def test_a_body_over_one_mebibyte_is_too_large(demo: Demo) -> None:
    fits, too_large = b"{}".ljust(1024 * 1024), b"{}".ljust(1024 * 1024 + 1)
    assert (await demo.http.patch(FORWARD, content=fits)).status_code == 204
    answer = await demo.http.patch(FORWARD, content=too_large)
    assert_refused(answer, 413, "request body too large")


async def test_a_frontend_port_is_unique_per_protocol_across_pipelines(demo: Demo) -> None:
    in_use = "pipeline port already in use"
    answer = await demo.patch(FORWARD, frontendPort=8080)
    assert_refused(answer, 409, in_use, "protocol tcp, port 8080")
    answer = await demo.patch(FORWARD, frontendPort=2020)
    assert_refused(answer, 409, in_use, "protocol tcp, port 2020")
    assert (await demo.patch(FORWARD, frontendPort=5140)).status_code == 204
    assert_refused(
        await demo.patch(FORWARD, protocol="udp"), 409, in_use, "protocol udp, port 5140"
    )


async def test_a_backend_port_is_unique_per_protocol_within_its_pipeline(demo: Demo) -> None:
    answer = await demo.patch(FORWARD, backendPort=8080)
    assert_refused(answer, 409, "pipeline port already in use", "protocol tcp, port 8080")
    assert (await demo.patch(FORWARD, backendPort=2020)).status_code == 204


async def test_a_deleted_port_is_not_found_and_its_number_is_free(demo: Demo) -> None:
    deleted = f"/v1/pipeline_ports/{HTTP_PORT_ID}"
    answer = await demo.http.delete(deleted)
    assert (answer.status_code, answer.content) == (204, b"")
    assert_refused(await demo.http.delete(deleted), 404, "pipeline port not found")
    assert_refused(await demo.get(deleted), 404, "pipeline port not found")
    assert_refused(await demo.patch(deleted), 404, "pipeline port not found")
    assert (await demo.patch(FORWARD, frontendPort=8080)).status_code == 204


async def test_a_created_port_is_pending_until_it_has_an_endpoint(demo: Demo) -> None:
    answer = await demo.http.post(PLENTY, json=NEW_PORT)
    assert answer.status_code == 201
    created = answer.json()
    assert created == {
        "id": created["id"],
        "kind": "LoadBalancer",
        "pluginID": None,
        "pluginName": None,
        "pluginAlias": None,
        "createdAt": "2026-02-02T02:40:00.123456789Z",
    }
    path = f"/v1/pipeline_ports/{created['id']}"
    assert (await demo.port(path)).items() >= NEW_PORT.items()
    demo.clock.advance(8)
    assert str((await demo.port(path))["endpoint"]).endswith(".demo.example:9000")


async def test_a_created_port_keeps_the_endpoint_and_kind_it_was_given(demo: Demo) -> None:
    wanted = NEW_PORT | {"endpoint": "given:1", "kind": "ClusterIP"}
    created = (await demo.http.post(PLENTY, json=wanted)).json()
    port = await demo.port(f"/v1/pipeline_ports/{created['id']}")
    assert port.items() >= wanted.items()


@pytest.mark.parametrize(
    ("missing", "error"),
    [
        ("protocol", "invalid pipeline port protocol"),
        ("frontendPort", "invalid pipeline port number"),
        ("backendPort", "invalid pipeline port number"),
    ],
)
async def test_a_new_port_needs_a_protocol_and_both_numbers(
    demo: Demo, missing: str, error: str
) -> None:
    without = {name: value for name, value in NEW_PORT.items() if name != missing}
    assert_refused(await demo.http.post(PLENTY, json=without), 422, error)
    assert_refused(await demo.http.post(PLENTY, json=NEW_PORT | {missing: None}), 422, error)


async def test_a_new_port_cannot_take_a_number_in_use(demo: Demo) -> None:
    answer = await demo.http.post(PLENTY, json=NEW_PORT | {"frontendPort": 24224})
    assert_refused(answer, 409, "pipeline port already in use", "protocol tcp, port 24224")


async def test_plenty_lists_all_its_ports_newest_first(demo: Demo) -> None:
    answer = await demo.get(PLENTY)
    created = [datetime.fromisoformat(port["createdAt"]) for port in answer.json()]
    assert len(created) == len(PLENTY_NUMBERS)
    assert created == sorted(created, reverse=True)
    assert "Link" not in answer.headers


async def test_the_sample_data_is_the_same_in_every_demo(demo: Demo) -> None:
    assert (await demo.get(PLENTY)).json() == (await Demo().get(PLENTY)).json()


async def test_following_links_lists_every_port_once(demo: Demo) -> None:
    answer = await demo.get(f"{PLENTY}?last=3000")
    sizes, seen = [len(answer.json())], [port["id"] for port in answer.json()]
    while "next" in answer.links:
        assert answer.links["next"]["url"].startswith(f"{PLENTY}?before=")
        answer = await demo.get(answer.links["next"]["url"])
        sizes.append(len(answer.json()))
        seen += [port["id"] for port in answer.json()]
    assert sizes == [3000, 3000, 3000, 1000]
    assert len(set(seen)) == len(PLENTY_NUMBERS)


async def test_a_link_works_after_the_port_it_starts_at_is_deleted(demo: Demo) -> None:
    expected = [port["id"] for port in (await demo.get(f"{PLENTY}?last=4")).json()]
    answer = await demo.get(f"{PLENTY}?last=2")
    await demo.http.delete(f"/v1/pipeline_ports/{expected[1]}")
    following = (await demo.get(answer.links["next"]["url"])).json()
    assert [port["id"] for port in following] == expected[2:]


@pytest.mark.parametrize(("last", "count"), [("0", 10_000), ("007", 7), ("9" * 5_000, 10_000)])
async def test_any_number_of_ports_can_be_requested(demo: Demo, last: str, count: int) -> None:
    assert len((await demo.get(f"{PLENTY}?last={last}")).json()) == count


@pytest.mark.parametrize("last", ["", "-1", "1.0", "1e3", "x", "%D9%A3", "%ff", "%00"])
async def test_a_last_that_is_not_a_natural_number_is_refused(demo: Demo, last: str) -> None:
    assert_refused(await demo.get(f"{PLENTY}?last={last}"), 422, "invalid last")


@pytest.mark.parametrize("cursor", ["", "x", "1", "1_", "%00", "%ff", "9" * 5_000])
async def test_a_malformed_cursor_is_refused(demo: Demo, cursor: str) -> None:
    assert_refused(await demo.get(f"{PLENTY}?before={cursor}"), 422, "invalid cursor")


async def test_an_empty_pipeline_lists_no_ports(demo: Demo) -> None:
    for port in (await demo.get(INPUTS)).json():
        await demo.http.delete(f"/v1/pipeline_ports/{port['id']}")
    assert (await demo.get(INPUTS)).json() == []


@pytest.mark.parametrize(
    "port_id",
    ["x", "%00", "%ff", "..%2e", f"{{{NOWHERE}}}", NOWHERE.hex, f"{NOWHERE}%0A", "٣" * 36],
)
async def test_an_id_that_is_not_a_canonical_uuid_is_refused(demo: Demo, port_id: str) -> None:
    answer = await demo.get(f"/v1/pipeline_ports/{port_id}")
    assert_refused(answer, 422, "invalid pipeline port ID")
    answer = await demo.get(f"/v1/aggregator_pipelines/{port_id}/ports")
    assert_refused(answer, 422, "invalid pipeline ID")


async def test_an_unknown_port_or_pipeline_is_not_found(demo: Demo) -> None:
    unknown_pipeline = f"/v1/aggregator_pipelines/{NOWHERE}/ports"
    answer = await demo.get(f"/v1/pipeline_ports/{NOWHERE}")
    assert_refused(answer, 404, "pipeline port not found")
    assert_refused(await demo.get(unknown_pipeline), 404, "pipeline not found")
    assert_refused(await demo.http.post(unknown_pipeline, json=NEW_PORT), 404, "pipeline not found")


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/pipeline_ports", f"{FORWARD}/", f"{FORWARD}/x", "//v1", "/%2e%2e"]
)
async def test_every_other_path_is_a_404_with_a_json_body(demo: Demo, path: str) -> None:
    assert_refused(await demo.get(path), 404, "not found")


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [
        (FORWARD, "PUT", {"GET", "HEAD", "PATCH", "DELETE"}),
        (FORWARD, "POST", {"GET", "HEAD", "PATCH", "DELETE"}),
        (PLENTY, "DELETE", {"GET", "HEAD", "POST"}),
        (PLENTY, "OPTIONS", {"GET", "HEAD", "POST"}),
    ],
)
async def test_a_wrong_method_is_refused_with_the_allowed_ones(
    demo: Demo, path: str, method: str, allowed: set[str]
) -> None:
    answer = await demo.http.request(method, path)
    assert_refused(answer, 405, "method not allowed")
    assert set(answer.headers["Allow"].split(", ")) == allowed


@pytest.mark.parametrize(
    "headers",
    [{"Authorization": "Bearer a.b.c"}, {"Authorization": "bearer x"}, {"X-Project-Token": "x"}],
)
async def test_any_token_is_accepted_in_either_header(demo: Demo, headers: dict[str, str]) -> None:
    demo.http.headers.pop("X-Project-Token")
    assert (await demo.http.get(FORWARD, headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer  "},
        {"Authorization": "Basic eDp5"},
        {"X-Project-Token": ""},
        {"X-Project-Token": " "},
    ],
)
async def test_a_call_without_a_token_is_refused_and_does_nothing(
    demo: Demo, headers: dict[str, str]
) -> None:
    token = demo.http.headers.pop("X-Project-Token")
    for method in ["GET", "PATCH", "DELETE"]:
        answer = await demo.http.request(method, FORWARD, headers=headers)
        assert_refused(answer, 401, "invalid token")
    demo.http.headers["X-Project-Token"] = token
    assert (await demo.get(FORWARD)).status_code == 200


async def test_latency_passes_before_the_port_is_read() -> None:
    clock = Clock()

    def assigned_meanwhile() -> float:
        clock.advance(8)
        return 0

    app = create_app(latency=assigned_meanwhile, clock=clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http:
        answer = await http.get(f"https://demo.test{PENDING}", headers={"X-Project-Token": "x"})
    assert answer.json()["endpoint"] != ""


async def test_an_incomplete_body_is_refused() -> None:
    app = create_app(latency=lambda: 0)
    sent: list[dict[str, object]] = []
    messages: list[dict[str, object]] = [
        {"type": "http.request", "body": b'{"frontendPort": 1}', "more_body": True},
        {"type": "http.disconnect"},
    ]
    scope = {
        "type": "http",
        "method": "PATCH",
        "path": FORWARD,
        "query_string": b"",
        "headers": [(b"x-project-token", b"x")],
    }

    async def receive() -> dict[str, object]:
        return messages.pop(0)

    async def send(message: object) -> None:
        assert isinstance(message, dict)
        sent.append(message)

    await app(scope, receive, send)
    assert sent[0]["status"] == 400
    body = sent[1]["body"]
    assert isinstance(body, bytes)
    assert json.loads(body) == {"error": "incomplete request body"}


# --- the project and its pipelines ---

PROJECT = f"/v1/projects/{PROJECT_ID}"


async def everything(demo: Demo, path: str) -> list[dict[str, Any]]:
    """Return the items of all pages of a list of pipelines."""
    items: list[dict[str, Any]] = []
    cursor = ""
    while True:
        body = (await demo.get(f"{path}{cursor}")).json()
        items += body["items"]
        if not body["endCursor"]:
            return items
        cursor = f"&before={body['endCursor']}"


async def test_the_project_has_some_thirty_pipelines_newest_first(demo: Demo) -> None:
    pipelines = await everything(demo, f"{PROJECT}/pipelines?last=7")
    names = [pipeline["name"] for pipeline in pipelines]
    assert len(names) == len(set(names)) == 30
    assert {"edge-forward", "plenty"} <= set(names)
    created = [pipeline["createdAt"] for pipeline in pipelines]
    assert created == sorted(created, reverse=True)
    assert not any("ports" in pipeline for pipeline in pipelines)
    statuses = {pipeline["status"]["status"] for pipeline in pipelines}
    assert statuses > {"STARTED", "CHECKS_FAILED", "FAILED"}


async def test_pipelines_include_the_ports_that_are_listed_and_read_one_by_one(demo: Demo) -> None:
    pipelines = await everything(demo, f"{PROJECT}/pipelines?last=10&include=ports")
    by_name = {pipeline["name"]: pipeline["ports"] for pipeline in pipelines}
    assert str(FORWARD_PORT_ID) in [port["id"] for port in by_name["edge-forward"]]
    assert [port["frontendPort"] for port in by_name["plenty"]] == list(PLENTY_NUMBERS)
    assert {port["protocol"] for port in by_name["plenty"]} == {"tcp"}
    numbers = [(p["protocol"], p["frontendPort"]) for ports in by_name.values() for p in ports]
    assert len(numbers) == len(set(numbers))
    for port in (by_name["plenty"][0], by_name["syslog-eu"][1]):
        assert await demo.port(f"/v1/pipeline_ports/{port['id']}") == port


async def test_a_changed_port_is_listed_as_it_is(demo: Demo) -> None:
    path = f"/v1/pipeline_ports/{plenty_port_id(30_001)}"
    assert (await demo.patch(path, frontendPort=40_001)).status_code == 204
    (port,) = (await demo.get(f"{PLENTY}?last=10000")).json()[-1:]
    assert port["frontendPort"] == 40_001
    assert_refused(
        await demo.patch(FORWARD, frontendPort=40_000),
        409,
        "pipeline port already in use",
        "protocol tcp, port 40000",
    )
    assert (await demo.patch(FORWARD, frontendPort=30_001)).status_code == 204


@pytest.mark.parametrize("number", [30_000, 40_001])
async def test_the_many_ports_have_the_documented_numbers_only(demo: Demo, number: int) -> None:
    answer = await demo.get(f"/v1/pipeline_ports/{plenty_port_id(number)}")
    assert_refused(answer, 404, "pipeline port not found")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("name=checkout", ["checkout-web-2", "checkout-web"]),
        ("kind=daemonSet", ["health-check-123e4567"]),
        ("kind=daemonSet&exclude_internal=true", []),
        ("tags_query=audit%20AND%20k8s", ["k8s-audit"]),
        ("last=2", ["edge-forward", "gelf-docker"]),
    ],
)
async def test_pipelines_are_filtered(demo: Demo, query: str, names: list[str]) -> None:
    answer = await demo.get(f"{PROJECT}/pipelines?{query}")
    assert [pipeline["name"] for pipeline in answer.json()["items"]] == names


@pytest.mark.parametrize(
    "query",
    ["last=-1", "before=x", "kind=x", "exclude_internal=x", "include=port", "config_format=xml"],
)
async def test_a_query_that_cannot_be_used_is_refused(demo: Demo, query: str) -> None:
    answer = await demo.get(f"{PROJECT}/pipelines?{query}")
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("invalid")


async def test_only_a_user_token_lists_projects(demo: Demo) -> None:
    assert_refused(await demo.get("/v1/projects"), 403, "permission denied")
    assert (await demo.get(PROJECT)).json()["name"] == "demo"
    del demo.http.headers["X-Project-Token"]
    demo.http.headers["Authorization"] = "Bearer a.b.c"
    assert [each["name"] for each in (await demo.get("/v1/projects?last=5")).json()] == ["demo"]
    assert (await demo.get("/v1/projects?name=other")).json() == []


async def test_names_are_searched_in_ascending_order(demo: Demo) -> None:
    search = f"/v2/search?project_id={PROJECT_ID}&resource=pipeline"
    found = (await demo.get(f"{search}&term=edge-")).json()
    assert [each["name"] for each in found] == [
        "edge-forward",
        "edge-forward-canary",
        "edge-forward-old",
    ]
    exact = (await demo.get(f"{search}&term=edge-forward&exact=true")).json()
    assert exact == [{"id": str(INPUTS_PIPELINE_ID), "name": "edge-forward"}]
    assert len((await demo.get(search)).json()) == 30


@pytest.mark.parametrize(
    ("path", "what"),
    [
        (f"/v1/projects/{NOWHERE}", "project"),
        (f"/v1/projects/{NOWHERE}/pipelines", "project"),
        (f"/v1/projects/{NOWHERE}/core_instances", "project"),
        (f"/v1/core_instances/{NOWHERE}/pipelines", "core instance"),
        (f"/v1/aggregator_pipelines/{NOWHERE}", "pipeline"),
        (f"/v2/search?project_id={NOWHERE}", "project"),
    ],
)
async def test_what_is_unknown_is_not_found(demo: Demo, path: str, what: str) -> None:
    assert_refused(await demo.get(path), 404, f"{what} not found")


def test_a_demo_starts_without_making_the_many_ports() -> None:
    plenty_ports.cache_clear()
    create_app()
    assert plenty_ports.cache_info().misses == 0
