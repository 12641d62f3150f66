"""Links, cursors and lists in the service's JSON, without a network."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.api import wire, wire_lists
from portui.port.listed import Pipeline, Project
from portui.port.model import Field
from tests.support.hostile_text import hostile_text
from tests.support.listed import PROJECT_ID

PIPELINE = Pipeline(PROJECT_ID, "edge", "STARTED")
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | hostile_text,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["items", "endCursor", "id", "name", "ports", "status", "count"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


def unchanged(text: str) -> str:
    return text


@pytest.mark.parametrize(
    ("header", "cursor"),
    [
        ("", None),
        ('</v1/x/ports?before=a&last=2>; rel="next"', "a"),
        ("<https://elsewhere.test/?last=2&before=a%2Fb>; rel=next", "a/b"),
        ('</p?before=x>; rel="prev", </p?before=y>; title="t"; rel="last next"', "y"),
        ('</p?before=x>; rel="prev"', None),
        ('</p?before=x>; rel="nextish"', None),
        ('</p?last=2>; rel="next"', ""),
        ('<http://[/?before=x>; rel="next"', ""),
        (f'</p?before={"c" * 5_000}>; rel="next"', ""),
        ('</p?before=secret>; rel="next"', ""),
        ("<" * 50_000, None),
    ],
)
def test_a_link_gives_the_cursor_of_the_next_page_and_nothing_else(
    header: str, cursor: str | None
) -> None:
    def redact(text: str) -> str:
        return text.replace("secret", "(hidden)")

    assert wire_lists.cursor_in_link(header, redact) == cursor


@given(hostile_text)
def test_no_link_header_breaks_the_client(header: str) -> None:
    cursor = wire_lists.cursor_in_link(header, unchanged)
    assert cursor is None or len(cursor) <= wire_lists.LONGEST_CURSOR


@given(json_values)
def test_any_json_is_a_page_or_none(value: object) -> None:
    page = wire_lists.pipeline_page_from(value, unchanged, 1)
    assert page is None or page.unreadable >= 0
    ports = wire_lists.port_page_from(value, PIPELINE, unchanged, 1, None)
    assert ports is None or ports.returned == len(ports.ports) + ports.unreadable
    wire_lists.pipelines_from(value, unchanged)
    wire_lists.projects_from(value, unchanged)


def test_the_token_is_hidden_in_all_that_is_kept() -> None:
    entry = {
        "id": str(PROJECT_ID),
        "name": "a secret",
        "status": {"status": "secret"},
        "ports": [{"id": str(PROJECT_ID), "endpoint": "secret:1", "secret": {"x": ["secret"]}}],
    }
    page = wire_lists.pipeline_page_from(
        {"items": [entry]}, lambda text: text.replace("secret", "…"), 1
    )
    assert page is not None
    assert "secret" not in repr(page)
    assert page.pipelines[0].pipeline.name == "a …"


def test_projects_without_an_id_are_left_out() -> None:
    found = wire_lists.projects_from(
        [None, {"name": "x"}, {"id": str(PROJECT_ID)}, {"id": str(PROJECT_ID), "name": "demo"}],
        unchanged,
    )
    assert found == (Project(PROJECT_ID), Project(PROJECT_ID, "demo"))


@given(
    st.fixed_dictionaries({f.json_name: hostile_text | st.integers() | st.none() for f in Field})
)
def test_a_port_is_read_the_same_whether_or_not_all_its_fields_are_documented(
    fields: dict[str, object],
) -> None:
    quick = wire.port_from(fields)
    slow = wire.port_from(fields | {"more": 1})
    assert quick is not None
    assert slow is not None
    assert [quick[field] for field in Field] == [slow[field] for field in Field]


@pytest.mark.parametrize(
    "fields",
    [
        {"endpoint": "a secret"},
        {"secret": 1},
        {"endpoint": None, "deep": {"secret": ["secret"]}},
        {"frontendPort": 8080, "kind": "secretsecret"},
    ],
)
def test_the_token_is_hidden_in_flat_and_in_nested_ports(fields: dict[str, object]) -> None:
    entry = {"id": str(PROJECT_ID)} | fields
    found = wire_lists.ports_from([entry], PIPELINE, lambda text: text.replace("secret", "…"))
    assert found is not None
    assert len(found[0]) == 1
    assert "secret" not in repr(found)
    assert "secret" not in found[0][0].text
