"""Named faults of a page of pipelines, or of one of ports, and what they do to the list."""

from typing import Any, Final

from tests.support.faulty_service import TOKEN
from tests.support.misbehaviour import Fault, Fields, alters, edits

LONG_CURSOR: Final = "c" * 100_000


def cursor(name: str, value: object) -> Fault:
    """Return a fault that replaces the cursor of a page of pipelines."""
    return edits(f"has {name} for a cursor", lambda page: page | {"endCursor": value})


def items(name: str, edit: Any) -> Fault:  # noqa: ANN401 - a function on JSON
    """Return a fault that edits the items of a page of pipelines."""
    return edits(f"has {name}", lambda page: page | {"items": edit(page["items"])})


def ports(name: str, edit: Any) -> Fault:  # noqa: ANN401 - a function on JSON
    """Return a fault that edits the ports of each pipeline of a page."""
    return items(name, lambda found: [each | {"ports": edit(each["ports"])} for each in found])


def without(fields: Fields, *names: str) -> Fields:
    """Return an object without some of its fields."""
    return {name: value for name, value in fields.items() if name not in names}


UNUSABLE_CURSORS: Final = (
    cursor("a number", 7),
    cursor("an object", {"before": "x"}),
    cursor("a list", ["x"]),
    cursor("true", True),  # noqa: FBT003 - a JSON value
    cursor("100 kB", LONG_CURSOR),
    cursor("the token", f"x{TOKEN}"),
)
NO_CURSORS: Final = (
    cursor("null", None),
    cursor("nothing", ""),
    edits("has no cursor", lambda page: without(page, "endCursor")),
)
WRONG_SHAPES: Final = (
    edits("is a bare list", lambda page: page["items"]),
    edits("has no items", lambda page: without(page, "items")),
    items("an object for items", lambda found: {"0": found[0]}),
    items("a text for items", lambda _: "none"),
    alters("is null", lambda _: b"null"),
    alters("is a text", lambda _: b'"pipelines"'),
)
NO_ITEMS: Final = (
    items("null for items", lambda _: None),
    items("no items", lambda _: []),
)
ODD_ITEMS: Final = (
    (items("null among its items", lambda found: [None, *found, None]), 2),
    (items("other types among its items", lambda found: [7, "x", [], *found, True]), 4),
    (items("pipelines without ids", lambda found: [without(each, "id") for each in found]), 5),
    (items("odd ids", lambda found: [each | {"id": "../x"} for each in found]), 5),
    (ports("null among ports", lambda found: [None, *found]), 5),
    (ports("an empty object among ports", lambda found: [{}, *found]), 5),
    (ports("ports for ports", lambda found: [*found, found]), 5),
    (items("ports that are no list", lambda found: [*found, {"id": None, "ports": {}}]), 2),
)
"""Faults after which all real ports of a page are still there, and how many entries are not."""
HARMLESS: Final = (
    items("doubles", lambda found: [*found, *found]),
    ports("doubled ports", lambda found: [*found, *found]),
    items("more fields", lambda found: [each | {"new": {"deep": [1]}} for each in found]),
    items("odd names", lambda found: [each | {"name": ["\x1b[31m"]} for each in found]),
    items(
        "a status that is a text", lambda found: [each | {"status": "STARTED"} for each in found]
    ),
    items("no status", lambda found: [without(each, "status") for each in found]),
    ports(
        "wrong types in its ports",
        lambda found: [{name: [{}] for name in each} | {"id": each["id"]} for each in found],
    ),
    edits("has a count that is a text", lambda page: page | {"count": "many"}),
    edits("has a huge count", lambda page: page | {"count": 10**30}),
)
