"""New ports: their forms, the numbers that are known to be taken, and their lines on the screen."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from portui.journal import Creation, CreationEntry, Outcome, Result
from portui.port.editing import (
    BLANK,
    Form,
    Mistake,
    Mistakes,
    NewPort,
    form_like,
    new_port,
)
from portui.port.known import KnownPorts
from portui.port.listed import Pipeline
from portui.port.model import EDITABLE, Field, Port, Unreadable
from portui.tui.draft import draft_like
from portui.tui.screens.create import new_port_lines
from portui.tui.screens.history_lines import details_of, port_in, port_of, row_of
from portui.tui.widgets.lines import Line
from tests.support.hostile_text import any_text, dangers, hostile_text
from tests.support.listed import listed, pipeline
from tests.support.ports import PORT, any_port

MOMENT: Final = datetime(2026, 11, 24, 14, 3, 7, tzinfo=UTC)
EDGE: Final = pipeline("edge-forward")
OTHER: Final = pipeline("syslog", 1)
FILLED: Final[Form] = {
    Field.PROTOCOL: "udp",
    Field.FRONTEND_PORT: " 24300 ",
    Field.BACKEND_PORT: "1",
    Field.ENDPOINT: "\ta.example:1 ",
}


# --- forms ---


def test_a_form_becomes_a_port_without_the_spaces_around_it() -> None:
    assert new_port(FILLED) == NewPort("udp", 24300, 1, "a.example:1")


def test_a_blank_form_lacks_its_two_numbers_alone() -> None:
    assert new_port(BLANK) == Mistakes(
        (
            (Field.FRONTEND_PORT, Mistake.NOT_A_PORT_NUMBER),
            (Field.BACKEND_PORT, Mistake.NOT_A_PORT_NUMBER),
        )
    )
    numbers = {Field.FRONTEND_PORT: "1", Field.BACKEND_PORT: "2"}
    assert new_port({**BLANK, **numbers}) == NewPort("tcp", 1, 2)


@given(st.fixed_dictionaries(dict.fromkeys(EDITABLE, any_text)))
def test_any_texts_are_a_port_or_mistakes(form: Form) -> None:
    parsed = new_port(form)
    if isinstance(parsed, NewPort):
        assert parsed.protocol in ("tcp", "udp")
        assert 1 <= parsed.frontend_port <= 65_535
        assert dangers(parsed.endpoint) == []


@given(any_port)
def test_a_port_like_a_former_one_has_its_values_as_far_as_they_can_be_typed(port: Port) -> None:
    form = form_like(port)
    parsed = new_port(form)
    if isinstance(parsed, NewPort):
        assert parsed.endpoint == ""
        assert port.frontend_port == parsed.frontend_port
        assert port.backend_port == parsed.backend_port
    draft = draft_like(port, EDGE)
    assert not draft.changed
    ready = not isinstance(parsed, Mistakes)
    assert (draft.focus is None) is ready


def test_a_protocol_that_cannot_be_typed_starts_as_tcp() -> None:
    assert form_like(replace(PORT, protocol="sctp"))[Field.PROTOCOL] == "tcp"
    assert form_like(replace(PORT, frontend_port=Unreadable("x")))[Field.FRONTEND_PORT] == ""


# --- numbers that are taken ---


@pytest.mark.parametrize(
    ("protocol", "number", "holder"),
    [("tcp", 1, 0), ("udp", 1, 1), ("tcp", 2, None), ("tcp", 3, 2), (Unreadable(None), 1, None)],
)
def test_a_number_is_taken_per_protocol_in_any_pipeline(
    protocol: str | Unreadable, number: int, holder: int | None
) -> None:
    ports = (
        listed(1, EDGE, protocol="tcp", frontend_port=1),
        listed(2, EDGE, protocol="udp", frontend_port=1),
        listed(3, OTHER, protocol="tcp", frontend_port=3),
    )
    known = KnownPorts(ports, MOMENT)
    found = known.holder(protocol, number)
    assert found == (None if holder is None else ports[holder])
    if found:
        assert known.holder(protocol, number, other_than=found.id) is None
        assert known.without(found.id).holder(protocol, number) is None
        assert known.pipeline_of(found.id) == found.pipeline
    assert known.pipeline_of(UUID(int=9)) is None


# --- lines ---

_new: Final = st.builds(
    NewPort, hostile_text, st.integers(1, 65_535), st.integers(1, 65_535), hostile_text
)
_entries: Final = st.builds(
    CreationEntry,
    st.just("e"),
    st.just("r"),
    st.just(MOMENT),
    st.builds(Creation, hostile_text, st.just(UUID(int=1)), st.none() | hostile_text, _new),
    st.none() | st.uuids(),
    st.none()
    | st.builds(
        Outcome,
        st.sampled_from(Result),
        st.sampled_from(["r", "later"]),
        st.just(MOMENT),
        st.none() | any_port,
    ),
)


def check(lines: tuple[Line, ...], width: int) -> None:
    for line in lines:
        text = "".join(text for text, _ in line)
        assert dangers(text) == []
        assert cell_len(text) <= width


@given(_new, st.integers(20, 200), st.booleans())
def test_the_lines_of_a_new_port_fit_and_are_safe(new: NewPort, width: int, short: bool) -> None:  # noqa: FBT001
    lines = new_port_lines(new, width, short=short)
    check(lines, width)
    assert len(lines) <= (2 if short else 4)


@example(
    entry=CreationEntry(
        "e",
        "r",
        MOMENT,
        Creation("plant", UUID(int=1), "edge", NewPort("tcp", 1, 2)),
        outcome=Outcome(Result.DIFFERENT_VALUES, "r", MOMENT, None),
    ),
    width=40,
    short=True,
)
@given(_entries, st.integers(40, 200), st.booleans())
def test_the_lines_of_the_history_fit_and_are_safe(
    entry: CreationEntry,
    width: int,
    short: bool,  # noqa: FBT001
) -> None:
    check(row_of(entry, width, current=True, port=True), width)
    check(details_of(entry, width, short=short), width)


def test_an_entry_knows_its_port_once_it_was_read() -> None:
    creation = Creation("plant", UUID(int=1), "edge", NewPort("tcp", 1, 2))
    entry = CreationEntry("e", "r", MOMENT, creation)
    assert (port_of(entry), port_in(entry)) == (None, None)
    read = replace(entry, outcome=Outcome(Result.CREATED, "r", MOMENT, PORT))
    assert (port_of(read), port_in(read)) == (PORT.id, PORT)
    assert entry.creation.pipeline == Pipeline(UUID(int=1), "edge")
