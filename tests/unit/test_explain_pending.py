"""What is said about a pending port: facts with their times, and no more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.api.errors import DeadlineError, RefusedError
from portui.explain.pending import explain_pending
from portui.operations.look_up import Reading
from portui.operations.why_pending import WhyPending
from portui.port.listed import Pipeline
from portui.port.pipeline import CoreInstance, PipelineDetails, PipelineEvent
from portui.tui.state import Showing
from portui.tui.widgets.pending_lines import pending_lines
from tests.support.hostile_text import dangers, hostile_text
from tests.support.ports import PORT, PORT_ID, moments

NOW: Final = datetime(2026, 11, 24, 14, 3, 7, tzinfo=UTC)
READ: Final = datetime(2026, 11, 24, 14, 3, 9, tzinfo=UTC)
PENDING: Final = replace(PORT, endpoint="")
EVENT: Final = PipelineEvent(NOW - timedelta(days=3), "k8s:pod", "BackOff", "Back-off restarting")
DETAILS: Final = PipelineDetails(
    Pipeline(UUID(int=1), "edge", "FAILED"), "deployment", NOW - timedelta(minutes=1), EVENT
)
CORE: Final = CoreInstance(UUID(int=2), "plant-core", "running")


def test_every_fact_has_its_time_and_the_one_that_tells_most_comes_first() -> None:
    why = WhyPending(DETAILS, READ, CORE, is_only_instance=True)
    assert explain_pending(PENDING, why, NOW) == (
        "Pipeline FAILED since 14:02:07 UTC · read 14:03:09 UTC",
        "Last event 2026-11-21 14:03 UTC, k8s:pod BackOff: Back-off restarting",
        "Core instance plant-core, the only one, is running",
    )


def test_of_an_unknown_pipeline_nothing_is_said() -> None:
    assert explain_pending(PENDING, None, NOW) == ()
    assert explain_pending(PENDING, WhyPending(None, READ), NOW) == ()


def test_a_cluster_ip_is_said_to_get_no_address_from_outside() -> None:
    said = "A ClusterIP gets no address from outside its cluster"
    assert explain_pending(replace(PENDING, kind="ClusterIP"), None, NOW) == (said,)


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (
            WhyPending(DeadlineError(30.0), READ),
            ("Pipeline not read: No complete reply within 30 s · read 14:03:09 UTC",),
        ),
        (
            WhyPending(PipelineDetails(Pipeline(None)), READ, RefusedError(403, "no")),
            ("Core instance not read: Not allowed: no · read 14:03:09 UTC",),
        ),
        (
            WhyPending(None, READ, CoreInstance(UUID(int=2), skips_services=True)),
            ("Core instance is of unknown status and creates no Services · read 14:03:09 UTC",),
        ),
        (
            WhyPending(PipelineDetails(Pipeline(None), event=PipelineEvent(NOW)), READ),
            ("Last event 14:03:07 UTC · read 14:03:09 UTC",),
        ),
        (
            WhyPending(PipelineDetails(Pipeline(None), error="no such section"), READ),
            ("Its configuration: no such section · read 14:03:09 UTC",),
        ),
    ],
)
def test_what_is_missing_is_left_out_or_said_in_short(
    why: WhyPending, said: tuple[str, ...]
) -> None:
    assert explain_pending(PENDING, why, NOW) == said


texts = st.none() | hostile_text
whys = st.builds(
    WhyPending,
    st.none()
    | st.builds(
        PipelineDetails,
        st.builds(Pipeline, st.none() | st.uuids(), texts, texts),
        texts,
        st.none() | moments,
        st.none() | st.builds(PipelineEvent, moments, texts, texts, texts),
        texts,
    ),
    moments,
    st.none() | st.builds(CoreInstance, st.uuids(), texts, texts, st.booleans()),
    st.booleans(),
)


@given(whys, st.integers(40, 130), st.booleans())
def test_hostile_texts_stay_in_few_lines_and_harmless(
    why: WhyPending,
    width: int,
    brief: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    showing = Showing(Reading(PORT_ID, PENDING, NOW, 0.0, 0.04))
    lines = pending_lines(showing, why, NOW, width, brief=brief)
    assert len(lines) <= (1 if brief else 5)
    for line in lines:
        text = "".join(piece for piece, _ in line)
        assert dangers(text) == []


def test_a_port_with_an_endpoint_needs_no_reasons() -> None:
    showing = Showing(Reading(PORT_ID, PORT, NOW, 0.0, 0.04))
    assert pending_lines(showing, WhyPending(DETAILS, READ), NOW, 80, brief=False) == ()
