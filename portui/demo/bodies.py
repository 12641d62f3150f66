"""JSON bodies of projects, core instances and pipelines, as the specification has them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from uuid import UUID, uuid5

from portui.demo.pipelines import (
    CORE_INSTANCE_ID,
    CORE_INSTANCE_NAME,
    PROJECT_ID,
    PROJECT_NAME,
    DemoPipeline,
)
from portui.demo.sample import JANUARY_2025
from portui.demo.state import DemoPort
from portui.demo.wire import port_body, rfc3339

_SLICE = 100  # ports that are encoded at a time
_CONFIG = """\
pipeline:
  inputs:
    - name: {input}
      tag: {name}
  filters:
    - name: record_modifier
      match: '*'
      record: pipeline {name}
  outputs:
    - name: http
      match: '*'
      host: ingest.demo.example
      port: 443
      tls: on
      retry_limit: no_limits
"""


def project_body() -> dict[str, object]:
    """Return the project as the specification's Project."""
    return {
        "id": str(PROJECT_ID),
        "name": PROJECT_NAME,
        "v3Enabled": False,
        "membersCount": 1,
        "agentsCount": 0,
        "aggregatorsCount": 0,  # the specification's maximum
        "createdAt": rfc3339(JANUARY_2025),
    }


def core_instance_body(pipelines: int) -> dict[str, object]:
    """Return the core instance as the specification's CoreInstance."""
    return {
        "id": str(CORE_INSTANCE_ID),
        "name": CORE_INSTANCE_NAME,
        "version": "v2.9.0",
        "status": "running",
        "metadata": {"k8s.namespace": "calyptia", "k8s.cluster_name": "plant"},
        "pipelinesCount": pipelines,
        "tags": ["plant"],
        "environmentName": "default",
        "skipServiceCreation": False,
        "createdAt": rfc3339(JANUARY_2025),
        "updatedAt": rfc3339(JANUARY_2025),
    }


def search_body(results: Iterable[tuple[UUID, str]]) -> list[dict[str, str]]:
    """Return IDs and names as the specification's SearchResults, by name."""
    ordered = sorted(results, key=lambda result: result[1])
    return [{"id": str(found), "name": name} for found, name in ordered]


def pipeline_body(
    pipeline: DemoPipeline, config_format: str = "yaml", changed: int | None = None
) -> dict[str, object]:
    """Return a pipeline as the specification's Pipeline, without ports, files and secrets.

    `changed` is when its ports were last changed, which its latest event reports.
    """
    created = rfc3339(pipeline.created)
    config = _CONFIG.format(name=pipeline.name, input=pipeline.name.partition("-")[0])
    return {
        "id": str(pipeline.id),
        "name": pipeline.name,
        "kind": pipeline.kind,
        "config": {
            "id": _related(pipeline, "config"),
            "rawConfig": config,
            "configFormat": config_format,
            "createdAt": created,
        },
        "configSections": [],
        "status": _status_body(pipeline, config, changed),
        "resourceProfile": _resource_profile(pipeline),
        "deploymentStrategy": "rollingupdate",
        "tracingEnabled": False,
        "waitForChecksBeforeDeploying": False,
        "image": None,
        "replicasCount": 1,
        "replicasCountPrev": 1,
        "checksTotal": 0,
        "checksOK": 0,
        "checksRunning": 0,
        "tags": list(pipeline.tags) or None,
        "metadata": None,
        "labels": None,
        "portKind": "LoadBalancer",
        **_scaling(),
        "createdAt": created,
        "updatedAt": created,
    }


def _status_body(pipeline: DemoPipeline, config: str, changed: int | None) -> dict[str, object]:
    created = rfc3339(pipeline.created)
    events = []
    if pipeline.status in _EVENTS:
        reason, message = _EVENTS[pipeline.status]
        event = {"source": "k8s:pod", "reason": reason, "message": message}
        events.append(event | {"loggedAt": created})
    if changed is not None:
        message = f"Scaled up replica set {pipeline.name}-6c5d9f7b48 to 1"
        event = {"source": "k8s:deployment", "reason": "ScalingReplicaSet", "message": message}
        events.append(event | {"loggedAt": rfc3339(changed)})
    return {
        "id": _related(pipeline, "status"),
        "config": {
            "id": _related(pipeline, "config"),
            "rawConfig": config,
            "createdAt": created,
        },
        "status": pipeline.status,
        "events": events or None,
        "createdAt": created,
    }


_EVENTS = {
    "FAILED": ("BackOff", "Back-off restarting failed container fluent-bit"),
    "CHECKS_FAILED": ("Unhealthy", "output http.0: no upstream connections available"),
    "STARTING": ("Pulling", "Pulling image"),
    "SCALING": ("SuccessfulCreate", "Scaled up replica set to 2"),
}
"""The reason and message of the event that goes with a status."""


def _resource_profile(pipeline: DemoPipeline) -> dict[str, object]:
    created = rfc3339(pipeline.created)
    return {
        "id": _related(pipeline, "profile"),
        "name": "best-effort-low-resource",
        "storageMaxChunksUp": 128,
        "storageSyncFull": False,
        "storageBacklogMemLimit": "5Mi",
        "storageVolumeSize": "1Gi",
        "storageMaxChunksPause": False,
        "cpuBufferWorkers": 1,
        "cpuLimit": "500m",
        "cpuRequest": "100m",
        "memoryLimit": "256Mi",
        "memoryRequest": "128Mi",
        "createdAt": created,
        "updatedAt": created,
    }


def _scaling() -> dict[str, object]:
    numbers = (
        "minReplicas",
        "maxReplicas",
        "scaleUpValue",
        "scaleUpPeriodSeconds",
        "scaleDownValue",
        "scaleDownPeriodSeconds",
        "utilizationCPUAverage",
        "utilizationMemoryAverage",
    )
    return dict.fromkeys(numbers, 0) | dict.fromkeys(("scaleUpType", "scaleDownType"), "Unknown")


def _related(pipeline: DemoPipeline, what: str) -> str:
    return str(uuid5(pipeline.id, what))


def ports_json(ports: Sequence[DemoPort]) -> Iterator[str]:
    """Yield the JSON list of some ports, in pieces that take a millisecond or so each."""
    left = iter(ports)
    yield "["
    separator = ""
    while piece := list(islice(left, _SLICE)):
        yield separator + _json([port_body(port) for port in piece])[1:-1]
        separator = ","
    yield "]"


def pipelines_json(
    pipelines: Sequence[dict[str, object]],
    ports: dict[UUID, list[DemoPort]] | None,
    cursor: str | None,
    count: int,
) -> Iterator[str]:
    """Yield a page of pipelines as the specification's Pipelines, in pieces."""
    yield '{"items":['
    for index, body in enumerate(pipelines):
        start = ("," if index else "") + _json(body)
        if ports is None:
            yield start
        else:
            yield f'{start[:-1]},"ports":'
            yield from ports_json(ports[UUID(str(body["id"]))])
            yield "}"
    yield f'],"endCursor":{_json(cursor)},"count":{count}}}'


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
