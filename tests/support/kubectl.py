"""What `kubectl get pipeline` prints, as YAML and JSON, with many UUIDs that are no port's."""

import json
from typing import Any
from uuid import UUID

_PIPELINE = "0d6c1d4b-7b9f-4f3a-9f0e-5a1f9a3f7a10"
_UID = "7f0c8e0a-3d53-4b43-8a3a-0a2a7d1f5a11"
_APPLIED = "11111111-2222-4333-8444-555555555555"
_FILE = "99999999-2222-4333-8444-555555555555"


def _resource(port_ids: tuple[UUID, ...], config: str) -> dict[str, Any]:
    applied = {"spec": {"ports": [{"cloudResourceID": _APPLIED}]}} if port_ids else {}
    return {
        "apiVersion": "core.calyptia.com/v1",
        "kind": "Pipeline",
        "metadata": {
            "annotations": {
                "kubectl.kubernetes.io/last-applied-configuration": json.dumps(applied)
            },
            "labels": {"calyptia_pipeline_id": _PIPELINE},
            "name": "edge-forward",
            "uid": _UID,
        },
        "spec": {
            "id": _PIPELINE,
            "fluentbit": {"config": f"/v1/pipeline_ports/{_FILE} {config}"},
            "ports": [
                {"backendPort": 24224, "cloudResourceID": str(port_id), "protocol": "tcp"}
                for port_id in port_ids
            ],
        },
    }


def pipeline_json(*port_ids: UUID, config: str = "", indent: int | None = 4) -> str:
    """Return a pipeline with some ports as `-o json` prints it."""
    return json.dumps(_resource(port_ids, config), indent=indent)


def pipeline_yaml(*port_ids: UUID, config: str = "") -> str:
    """Return a pipeline with some ports as `-o yaml` prints it."""
    applied = json.dumps(_resource(port_ids, config)["metadata"]["annotations"], indent=None)
    ports = "".join(
        f"  - backendPort: 24224\n    cloudResourceID: {port_id}\n    protocol: tcp\n"
        for port_id in port_ids
    )
    written = json.loads(applied)["kubectl.kubernetes.io/last-applied-configuration"]
    return f"""\
apiVersion: core.calyptia.com/v1
kind: Pipeline
metadata:
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {written}
  labels:
    calyptia_pipeline_id: {_PIPELINE}
  name: edge-forward
  uid: {_UID}
spec:
  id: {_PIPELINE}
  fluentbit:
    config: |-
      /v1/pipeline_ports/{_FILE} {config}
  ports:
{ports}"""
