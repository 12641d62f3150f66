"""Named faults of a pipeline and of a page of core instances, and what is left of them."""

from typing import Any, Final

from tests.support.list_faults import items, without
from tests.support.misbehaviour import Fault, Fields, alters, edits

NO_PIPELINES: Final = (
    alters("is null", lambda _: b"null"),
    alters("is a list", lambda body: b"[" + body + b"]"),
    alters("is a text", lambda _: b'"edge"'),
    edits("has no ID", lambda body: without(body, "id")),
    edits("has an odd ID", lambda body: body | {"id": "../x"}),
)
"""Replies that are no pipeline."""
NO_INSTANCES: Final = (
    edits("is a bare list", lambda page: page["items"]),
    edits("has no items", lambda page: without(page, "items")),
    items("an object for items", lambda found: {"0": found[0]}),
    alters("is null", lambda _: b"null"),
)
"""Replies that are no page of core instances."""


def status(name: str, edit: Any) -> Fault:  # noqa: ANN401 - a function on JSON
    """Return a fault that edits the status of a pipeline."""
    return edits(f"has {name}", lambda body: body | {"status": edit(body["status"])})


def events(name: str, edit: Any) -> Fault:  # noqa: ANN401 - a function on JSON
    """Return a fault that edits the events of a pipeline."""
    return status(name, lambda found: found | {"events": edit(found["events"])})


def _mixed_up(found: list[Fields]) -> list[object]:
    old = found[-1] | {"loggedAt": "2001-01-01T00:00:00Z", "message": "old"}
    return [None, 7, {}, old, *found, old, found[-1] | {"loggedAt": "tomorrow"}, [found[-1]]]


ODD_EVENTS: Final = (
    events("events of many kinds", _mixed_up),
    events("doubled events", lambda found: found * 2),
    events("events with more", lambda found: [each | {"count": 7} for each in found]),
)
"""Faults after which the latest event is the same."""
NO_EVENTS: Final = (
    events("null for events", lambda _: None),
    events("an object for events", lambda found: {"0": found[0]}),
    events("events without a time", lambda found: [without(e, "loggedAt") for e in found]),
    events("odd times", lambda found: [e | {"loggedAt": 1_736_915_760} for e in found]),
    events("texts for events", lambda _: ["Pulling image"]),
    status("a text for a status", lambda found: found["status"]),
    status("null for a status", lambda _: None),
    edits("has no status", lambda body: without(body, "status")),
)
"""Faults after which there is no event."""
