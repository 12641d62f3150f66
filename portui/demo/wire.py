"""Parsing of request bodies, and JSON bodies for responses.

Request bodies are untrusted. The values parsed from them here can always be encoded again.
"""

import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NoReturn, TypeAlias

from portui.demo.refusal import RefusedError
from portui.demo.state import Changes, DemoPort, Wanted

Fields: TypeAlias = Mapping[str, object]

PROTOCOLS = frozenset({"tcp", "udp"})
KINDS = frozenset({"LoadBalancer", "ClusterIP", "NodePort"})
LONGEST_ENDPOINT = 1_024

# Control characters, and surrogates: JSON can escape a lone one, but UTF-8 can't encode it.
_UNFIT_FOR_ENDPOINTS = frozenset({"Cc", "Cs"})


def read_fields(body: bytes) -> Fields:
    """Return the JSON object in a body. Raises `RefusedError` (400) for anything else."""
    try:
        fields = json.loads(body.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):  # ValueError: not UTF-8, not JSON, or too many digits
        raise RefusedError(400, "malformed JSON") from None
    if not isinstance(fields, dict):
        raise RefusedError(400, "malformed JSON", "the body is not an object")
    return fields


def read_changes(body: bytes) -> Changes:
    """Return the new values in a PATCH body. Raises `RefusedError`."""
    fields = read_fields(body)
    return Changes(
        protocol=_protocol(fields),
        frontend_port=_number(fields, "frontendPort"),
        backend_port=_number(fields, "backendPort"),
        endpoint=_endpoint(fields),
        kind=_kind(fields),
    )


def read_wanted(body: bytes) -> Wanted:
    """Return the values in a POST body. Raises `RefusedError`.

    A missing field counts as Go's zero value, which is valid only for the endpoint. A missing kind
    means `LoadBalancer`.
    """
    asked = read_changes(body)
    if asked.protocol is None:
        raise RefusedError(422, "invalid pipeline port protocol")
    if asked.frontend_port is None or asked.backend_port is None:
        raise RefusedError(422, "invalid pipeline port number")
    return Wanted(
        protocol=asked.protocol,
        frontend_port=asked.frontend_port,
        backend_port=asked.backend_port,
        endpoint=asked.endpoint or "",
        kind=asked.kind or "LoadBalancer",
    )


def port_body(port: DemoPort) -> dict[str, object]:
    """Return a port as the specification's PipelinePort."""
    return {
        "id": str(port.id),
        "protocol": port.protocol,
        "kind": port.kind,
        "frontendPort": port.frontend_port,
        "backendPort": port.backend_port,
        "endpoint": port.endpoint,
        **_plugin_body(port),
        "createdAt": rfc3339(port.created),
        "updatedAt": rfc3339(port.updated),
    }


def created_body(port: DemoPort) -> dict[str, object]:
    """Return a new port as the specification's CreatedPipelinePort."""
    return {
        "id": str(port.id),
        "kind": port.kind,
        **_plugin_body(port),
        "createdAt": rfc3339(port.created),
    }


def rfc3339(nanoseconds: int) -> str:
    """Format a time as Go does: up to nine fractional digits, without trailing zeros."""
    seconds, fraction = divmod(nanoseconds, 1_000_000_000)
    whole = datetime.fromtimestamp(seconds, UTC).isoformat()[:19]
    return f"{whole}.{fraction:09}".rstrip("0").rstrip(".") + "Z"


def _plugin_body(port: DemoPort) -> dict[str, object]:
    plugin = port.plugin
    return {
        "pluginID": plugin and plugin.id,
        "pluginName": plugin and plugin.name,
        "pluginAlias": plugin and plugin.alias,
    }


def _protocol(fields: Fields) -> str | None:
    value = fields.get("protocol")
    if value is None or (isinstance(value, str) and value in PROTOCOLS):
        return value
    raise RefusedError(422, "invalid pipeline port protocol")


def _number(fields: Fields, name: str) -> int | None:
    value = fields.get(name)
    if value is None or (type(value) is int and 1 <= value <= 65_535):
        return value
    raise RefusedError(422, "invalid pipeline port number")


def _endpoint(fields: Fields) -> str | None:
    value = fields.get("endpoint")
    if value is None or (isinstance(value, str) and _fit_for_endpoint(value)):
        return value
    raise RefusedError(422, "invalid pipeline port endpoint")


def _fit_for_endpoint(text: str) -> bool:
    return len(text) <= LONGEST_ENDPOINT and all(
        unicodedata.category(character) not in _UNFIT_FOR_ENDPOINTS for character in text
    )


def _kind(fields: Fields) -> str | None:
    value = fields.get("kind")
    if value is None or (isinstance(value, str) and value in KINDS):
        return value
    raise RefusedError(422, "invalid pipeline port type")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
