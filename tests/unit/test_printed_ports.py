"""Ports as the plain commands print them: tables that fit, and data that reads back the same."""

import io
import json
import os
from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from portui.commands.as_yaml import as_yaml
from portui.commands.console import Console
from portui.commands.listed import Column, Rows, rows_for
from portui.commands.output import as_data, print_port
from portui.port.cells import cells
from portui.port.export import port_json
from portui.port.listed import ListedPort
from portui.port.model import Unreadable
from tests.support.hostile_text import dangers, hostile_text, times
from tests.support.listed import any_listed
from tests.support.port_lists import few
from tests.support.ports import PORT, any_port, reading_of

PORTS = tuple(listed for entry in few() for listed in entry.ports or ())
WIDTHS = [40, 59, 60, 79, 80, 96, 112, 150, 300]


def text_of(rows: Rows, *pages: list[ListedPort]) -> str:
    """Return what is printed for some pages."""
    pieces = [*(rows.more(page) for page in pages), rows.end()]
    return "".join(f"{piece}\n" for piece in pieces if piece)


def read_yaml(text: str) -> Any:  # noqa: ANN401
    """Read YAML as PyYAML does, with the reader in C, if there is one, since that is quick."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(text, loader)


def as_read(text: str) -> Any:  # noqa: ANN401
    """Read JSON, with `?` for lone surrogates, which YAML can't have and portui doesn't accept."""
    return json.loads(json.dumps(json.loads(text), ensure_ascii=False).encode(errors="replace"))


def printed(port: Any, form: str) -> str:  # noqa: ANN401
    out = io.StringIO()
    print_port(Console(out, None, None), reading_of(port), form)
    return out.getvalue()


class Terminal(io.StringIO):
    """What is written to a terminal."""

    def isatty(self) -> bool:
        return True


def test_progress_is_not_shown_among_the_lines_of_the_one_who_reads_the_pipe(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    read, write = os.pipe()
    terminal = Terminal()
    with os.fdopen(write, "w") as out, os.fdopen(read):
        console = Console(out, terminal, None)
        console.show_progress("Reading…")
        console.print("a port")
        console.show_progress("Reading… 1 port so far")
        console.say("done")
    assert terminal.getvalue() == "\r\x1b[KReading…\r\x1b[Kdone\n"


# --- tables ---


@pytest.mark.parametrize("width", WIDTHS)
def test_a_table_fits_its_terminal_and_never_cuts_a_number_or_an_id(width: int) -> None:
    lines = text_of(rows_for("table", width), list(PORTS)).splitlines()
    assert max(map(cells, lines)) <= width
    for listed, line in zip(PORTS, lines[1:], strict=True):
        assert f" {listed.port.frontend_port}" in line
        assert line.startswith(f"{listed.id}  ") is (width >= Column.ID.shown_from)


def test_columns_stand_below_their_names_whatever_comes_later() -> None:
    text = text_of(rows_for("table", 100), list(PORTS[:2]), list(PORTS[2:]))
    heading, *lines = text.splitlines()
    assert heading.split() == ["ID", "Pipeline", "Frontend", "Backend", "Endpoint"]
    assert {line.index(" tcp ") for line in lines if " tcp " in line} == {
        heading.index("Frontend") - 1
    }


def test_a_long_name_is_cut_in_its_middle() -> None:
    assert "kuberne…nkfurt" in text_of(rows_for("table", 80), list(PORTS))


def test_a_table_for_a_pipe_has_all_columns_and_whole_texts() -> None:
    text = text_of(rows_for("table", None), list(PORTS))
    assert text.split("\n")[0].split() == [column.title for column in Column]
    assert "kubernetes-audit-events-of-the-production-cluster-in-frankfurt" in text


def test_a_port_without_an_endpoint_is_pending() -> None:
    pending = text_of(rows_for("table", 80), [PORTS[2]]).splitlines()[1]
    assert pending.endswith("  pending")


def test_an_empty_table_has_no_heading() -> None:
    assert text_of(rows_for("table", 80), []) == ""


@times(25)
@given(st.lists(any_listed, max_size=3), st.none() | st.sampled_from(WIDTHS))
def test_a_table_is_safe_for_the_terminal_with_any_values(
    ports: list[ListedPort], width: int | None
) -> None:
    lines = text_of(rows_for("table", width), ports).splitlines()
    assert len(lines) == (len(ports) + 1 if ports else 0)
    assert [dangers(line) for line in lines if dangers(line)] == []


@times(25)
@given(any_port)
def test_a_single_port_is_safe_for_the_terminal_with_any_values(port: Any) -> None:  # noqa: ANN401
    lines = printed(port, "table").splitlines()
    assert [dangers(line) for line in lines if dangers(line)] == []


def test_a_single_port_has_the_labels_of_the_app_and_its_unknown_fields() -> None:
    text = printed(replace(PORT, unknown=(("tlsMode", '"strict"'),)), "table")
    assert text.startswith("ID             123e4567-e89b-12d3-a456-426614174000\n")
    assert "\nFrontend port  24224\n" in text
    assert text.endswith('\ntlsMode        "strict"\n')


# --- data ---


@times(25)
@given(any_port)
def test_yaml_and_json_have_the_same_values_in_the_same_order(port: Any) -> None:  # noqa: ANN401
    from_json, from_yaml = as_read(port_json(port)), read_yaml(printed(port, "yaml"))
    assert from_yaml == from_json
    assert list(from_yaml) == list(from_json)
    assert printed(port, "json") == port_json(port) + "\n"


def test_data_has_the_service_s_field_names_unknown_ones_last() -> None:
    unknown = (("zone", '{"b": [1, null]}'), ("alpha", "1.5"))
    fields = json.loads(printed(replace(PORT, kind=Unreadable(None), unknown=unknown), "json"))
    assert list(fields) == [
        "id", "protocol", "frontendPort", "backendPort", "endpoint", "pluginID", "pluginName",
        "pluginAlias", "createdAt", "updatedAt", "zone", "alpha",
    ]  # fmt: skip
    assert fields["zone"] == {"b": [1, None]}
    assert fields["createdAt"] == "2025-01-15T04:36:00Z"


@times(25)
@given(st.lists(st.lists(any_listed, max_size=3), max_size=4), st.sampled_from(["json", "yaml"]))
def test_a_list_is_one_array_however_its_pages_come(
    pages: list[list[ListedPort]], form: str
) -> None:
    text = text_of(rows_for(form, None), *pages)
    read = as_read(text) if form == "json" else read_yaml(text)
    ports = [listed for page in pages for listed in page]
    assert [each["id"] for each in read] == [str(listed.id) for listed in ports]
    names = [listed.pipeline.name for listed in ports]
    assert [each["pipelineName"] for each in read] == as_read(json.dumps(names))
    ids = [listed.pipeline.id and str(listed.pipeline.id) for listed in ports]
    assert [each["pipelineID"] for each in read] == ids
    assert text.isascii()


def test_each_port_of_a_json_list_has_a_line() -> None:
    lines = text_of(rows_for("json", None), list(PORTS[:3]), [], list(PORTS[3:])).splitlines()
    assert (lines[0], lines[-1]) == ("[", "]")
    assert [json.loads(line.rstrip(","))["id"] for line in lines[1:-1]] == [
        str(listed.id) for listed in PORTS
    ]


# --- YAML ---

MISLEADING = [
    "true", "False", "yes", "NO", "on", "Off", "y", "n", "null", "~", "", " ", "24224", "0x1F",
    "0o17", "017", "1e3", "1_000", ".5", ".inf", "-.INF", ".nan", "12:30:45", "2025-01-15",
    "2025-01-15T04:36:00Z", "- a", "a: b", "#a", "!a", "&a", "*a", "@a", "`a", "%a", "|", ">",
    "'", '"', "[", "{", "?", "<<", "=", "a\nb", "a\tb", "\x1b[31m", "\u202e", "é", "🚀", "a ",
]  # fmt: skip


@pytest.mark.parametrize("text", MISLEADING)
def test_a_text_that_looks_like_something_else_stays_a_text_in_any_yaml(text: str) -> None:
    written = as_yaml({text: text})
    assert read_yaml(written) == {text: text}
    assert written.isascii()
    assert dangers(written.replace("\n", "")) == []
    assert written.startswith(('"', "? "))  # no version reads a quoted text as anything else


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | hostile_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(hostile_text, inner, max_size=3),
    max_leaves=4,
)


@times(25)
@given(json_values)
def test_any_json_value_reads_back_from_yaml(value: Any) -> None:  # noqa: ANN401
    assert read_yaml(as_yaml(value)) == as_read(json.dumps(value))


def test_words_and_numbers_need_no_quotes_in_yaml() -> None:
    assert as_yaml({"kind": "NodePort", "frontendPort": 24224, "alias": None}) == (
        "kind: NodePort\nfrontendPort: 24224\nalias: null"
    )
    assert as_data({"next": "b c"}, "yaml") == 'next: "b c"'
