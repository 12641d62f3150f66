"""The service's lists in JSON, read leniently: what is readable is kept, the rest is counted.

A pipeline comes with its whole configuration, of which nothing is kept.
"""

import re
from collections.abc import Callable
from types import NoneType
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from portui.api import wire
from portui.api.probed import Permissions
from portui.port.listed import ListedPort, Pipeline, Project
from portui.port.pages import PipelinePage, PipelinePorts, PortPage

Redact: TypeAlias = Callable[[str], str]
"""Replaces the token, which the service may echo."""

LONGEST_CURSOR: Final = 4_096  # characters; many servers accept 8 kB for a request's first line
_UNUSABLE: Final = ""  # a cursor, as `PortPage.cursor` has it
_LONGEST_NAME: Final = 1_024  # characters; names are DNS labels
_LINK: Final = re.compile(r"<([^<>]*)>([^<]*)")
_NEXT: Final = re.compile(
    r";\s*rel\s*=\s*(?:\"(?:[^\"]*\s)?next(?:\s[^\"]*)?\"|next\b)", re.IGNORECASE
)


def ports_from(
    value: object, pipeline: Pipeline, redact: Redact
) -> tuple[tuple[ListedPort, ...], int] | None:
    """Return the ports in a decoded list, and how many entries aren't any.

    Null is an empty list, as Go writes it. Returns `None` for anything else.
    """
    if value is None:
        return (), 0
    if not isinstance(value, list):
        return None
    ports = tuple(filter(None, (_listed_port(each, pipeline, redact) for each in value)))
    return ports, len(value) - len(ports)


def port_page_from(
    value: object, pipeline: Pipeline, redact: Redact, size: int, cursor: str | None
) -> PortPage | None:
    """Return the page of ports in a decoded body, or `None` if that isn't a list."""
    found = ports_from(value, pipeline, redact)
    if found is None:
        return None
    ports, unreadable = found
    return PortPage(ports, cursor, len(ports) + unreadable, unreadable, size)


def pipeline_page_from(value: object, redact: Redact, size: int) -> PipelinePage | None:
    """Return the page of pipelines in a decoded body, or `None` if that isn't one."""
    if not isinstance(value, dict) or (entries := items_in(value)) is None:
        return None
    pipelines, unreadable = [], 0
    for entry in entries:
        if not isinstance(entry, dict):
            unreadable += 1
            continue
        pipeline = pipeline_from(entry, redact)
        ports, missed = None, 0
        if entry.get("ports") is not None:
            ports, missed = ports_from(entry["ports"], pipeline, redact) or (None, 1)
        unreadable += missed + (pipeline.id is None)
        pipelines.append(PipelinePorts(pipeline, ports))
    cursor, count = cursor_from(value.get("endCursor"), redact), value.get("count")
    readable_count = count if type(count) is int and count >= 0 else None
    return PipelinePage(tuple(pipelines), cursor, unreadable, size, readable_count)


def items_in(page: dict[str, Any]) -> list[Any] | None:
    """Return the entries of a decoded page, or `None` if it isn't one. Null is an empty list."""
    if "items" in page and page["items"] is None:
        return []
    items = page.get("items")
    return items if isinstance(items, list) else None


def pipelines_from(value: object, redact: Redact) -> tuple[Pipeline, ...] | None:
    """Return the pipelines with an ID in a search's decoded result; `None` if it isn't a list."""
    if value is None:
        return ()
    if not isinstance(value, list):
        return None
    pipelines = (pipeline_from(each, redact) for each in value if isinstance(each, dict))
    return tuple(pipeline for pipeline in pipelines if pipeline.id)


def projects_from(value: object, redact: Redact) -> tuple[Project, ...] | None:
    """Return the projects with an ID in a decoded list, or `None` if it isn't a list."""
    if value is None:
        return ()
    if not isinstance(value, list):
        return None
    return tuple(filter(None, (project_from(each, redact) for each in value)))


def project_from(value: object, redact: Redact) -> Project | None:
    """Return the project in a decoded body, or `None` if it has no ID."""
    if not isinstance(value, dict) or (project_id := wire.uuid_from(value.get("id"))) is None:
        return None
    return Project(project_id, name_from(value.get("name"), redact))


def permissions_from(value: object, redact: Redact) -> Permissions | None:
    """Return a project token's name and permissions, or `None` if it has no list of them."""
    if not isinstance(value, dict) or not isinstance(value.get("permissions"), list):
        return None
    listed = (redact(each) for each in value["permissions"] if isinstance(each, str))
    return Permissions(name_from(value.get("name"), redact), tuple(listed))


def cursor_in_link(header: str, redact: Redact) -> str | None:
    """Return the `before` of the next page in a Link header, or `None` if it has no next page.

    Only that parameter counts: a link's host and path are never followed.
    """
    for target, parameters in _LINK.findall(header):
        if _NEXT.search(parameters):
            try:
                query = parse_qs(urlsplit(target.strip()).query, max_num_fields=20)
            except ValueError:
                return _UNUSABLE
            return cursor_from(query.get("before", [_UNUSABLE])[0], redact) or _UNUSABLE
    return None


def _listed_port(value: object, pipeline: Pipeline, redact: Redact) -> ListedPort | None:
    port = wire.port_from(value if _is_free(value, redact) else wire.redacted(value, redact))
    return ListedPort(port.id, port, pipeline) if port and isinstance(port.id, UUID) else None


def _is_free(value: object, redact: Redact) -> bool:
    """Return whether a flat object is certainly free of the token: a quick look at all its texts.

    No token contains a line break.
    """
    if not isinstance(value, dict) or not _FLAT.issuperset(map(type, value.values())):
        return False
    texts = "\n".join((*value, *map(str, value.values())))
    return redact(texts) == texts


_FLAT: Final = frozenset({str, int, NoneType})


def pipeline_from(entry: dict[str, Any], redact: Redact) -> Pipeline:
    """Return the pipeline in a decoded object, whatever is missing."""
    status = entry.get("status")
    return Pipeline(
        wire.uuid_from(entry.get("id")),
        name_from(entry.get("name"), redact),
        name_from(status.get("status"), redact) if isinstance(status, dict) else None,
    )


def name_from(value: object, redact: Redact) -> str | None:
    """Return a decoded text that isn't empty, of a bounded length, or `None`."""
    return redact(value)[:_LONGEST_NAME] if isinstance(value, str) and value else None


def cursor_from(value: object, redact: Redact) -> str | None:
    """Return a cursor: empty if it can't be used, `None` if there is none."""
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > LONGEST_CURSOR:
        return _UNUSABLE
    return value if redact(value) == value else _UNUSABLE
