"""What is known of the pipeline of the port on screen, and what the service says while it pends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Final
from uuid import UUID

import pytest
from textual.pilot import Pilot

from portui.api.errors import DeadlineError, RefusedError
from portui.journal import Storage
from portui.journal.recent import with_pipelines
from portui.port.listed import Pipeline
from portui.port.pipeline import CoreInstance, PipelineDetails, PipelineEvent
from portui.tui.dependencies import AppResult
from tests.pilot.test_creating_ports import send
from tests.support.app import Bench
from tests.support.hostile_text import dangers
from tests.support.pending import CORE, service_with_pending_port
from tests.support.port_lists import EDGE, PROJECT, SYSLOG
from tests.support.ports import PORT, PORT_ID
from tests.support.recent import SYSLOG as SYSLOG_PORT
from tests.support.recent import leave_recent
from tests.support.screen import screen_text, settled, until

pytestmark = pytest.mark.anyio

PENDING: Final = UUID(int=3)
"""The ID of the pending port of `EDGE`."""
WHY: Final = "Pipeline STARTING since 14:01:37 UTC · read 14:03:07 UTC"


@pytest.fixture
def bench() -> Bench:
    """Return the collaborators, with seven ports; the pipeline of the pending one is starting."""
    return Bench(service=service_with_pending_port(Bench.now()))


@asynccontextmanager
async def opened(
    bench: Bench, words: str = "5170", size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Pilot[AppResult]]:
    """Run the app, and open a port from the list."""
    async with bench.run(size=size, words=words) as pilot:
        await until(pilot, " of 7")
        await pilot.press("enter")
        await until(pilot, "Enter Open")
        await pilot.press("enter")
        await until(pilot, "Read 14:03:07 UTC")
        yield pilot


def reads_of_pipelines(bench: Bench) -> int:
    return bench.service.list_calls.count(f"pipeline {EDGE.id}")


def hold_lists(bench: Bench) -> asyncio.Event:
    """Make the next calls around ports wait for an event."""
    gate = asyncio.Event()
    bench.service.list_hold = gate.wait
    return gate


def leave_recent_in(bench: Bench, pipeline: Pipeline) -> None:
    """Leave recent ports, of which the syslog port is known to be in a pipeline."""
    leave_recent(bench)
    file = Storage.under(bench.folder, bench.settings.origin.name, bench.now).recent
    file.update(partial(with_pipelines, pipelines={SYSLOG_PORT: pipeline}))


async def look_up(pilot: Pilot[AppResult], port_id: UUID) -> None:
    await pilot.press("slash", *str(port_id), "enter")


# --- why a port is pending ---


async def test_a_pending_port_opened_from_the_list_says_what_the_service_says(
    bench: Bench,
) -> None:
    async with opened(bench) as pilot:
        await until(pilot, "Core instance plant-core, the only one, is running")
        text = screen_text(pilot.app)
    assert WHY in text
    assert "Last event 14:02:47 UTC, k8s:pod Pulling: Pulling image" in text
    assert "A ClusterIP gets no address from outside its cluster" in text
    assert " · edge-forward STARTING" in text  # in the title, newer than in the list
    assert bench.service.list_calls == [
        "pipelines",
        f"pipeline {EDGE.id}",
        f"core instances of {PROJECT.id}",
    ]


async def test_a_port_with_an_endpoint_costs_no_call(bench: Bench) -> None:
    async with opened(bench, "9880") as pilot:
        await settled(pilot)
        assert "Pipeline" not in screen_text(pilot.app)
    assert bench.service.list_calls == ["pipelines"]


async def test_a_pending_port_of_an_unknown_pipeline_claims_nothing(bench: Bench) -> None:
    async with bench.run(PENDING) as pilot:
        await until(pilot, "pending (not assigned yet)")
        await settled(pilot)
        text = screen_text(pilot.app)
    assert "edge-forward" not in text
    assert "Pipeline" not in text
    assert bench.service.list_calls == []


async def test_nothing_waits_for_it(bench: Bench) -> None:
    async with opened(bench) as pilot:
        await until(pilot, WHY)
        gate = hold_lists(bench)
        await pilot.press("r")
        await until(pilot, lambda: bench.service.lists_under_way == 1)
        await pilot.press("j", "j", "e")
        await until(pilot, "Save")
        gate.set()


async def test_what_is_there_stays_until_all_is_read_again(bench: Bench) -> None:
    async with opened(bench) as pilot:
        await until(pilot, "Core instance plant-core")
        bench.service.instances = (replace(CORE, status="unreachable"),)
        gate = hold_lists(bench)
        await pilot.press("r")
        await until(pilot, lambda: bench.service.lists_under_way == 1)
        assert "plant-core, the only one, is running" in screen_text(pilot.app)
        gate.set()
        await until(pilot, "plant-core, the only one, is unreachable")


async def test_a_read_that_the_form_cancelled_is_made_once_it_is_closed(bench: Bench) -> None:
    async with bench.run(words="5170") as pilot:
        await until(pilot, "1 of 7")
        gate = hold_lists(bench)
        await pilot.press("enter", "enter")
        await until(pilot, lambda: bench.service.lists_under_way == 1)
        await bench.open_dialog(pilot, "e", "Save")
        await until(pilot, lambda: bench.service.lists_under_way == 0)
        gate.set()
        await bench.type(pilot, "escape")
        await until(pilot, WHY)


async def test_reads_that_fail_are_said_in_short_and_r_reads_again(bench: Bench) -> None:
    async with bench.run(words="5170") as pilot:
        await until(pilot, "1 of 7")
        bench.service.list_failures = [DeadlineError(30.0)]
        await pilot.press("enter", "enter")
        await until(pilot, "Pipeline not read: No complete reply within 30 s")
        await pilot.press("r")
        await until(pilot, WHY)
        await until(pilot, "Core instance plant-core")


async def test_without_the_core_instance_the_rest_is_there(bench: Bench) -> None:
    async def only_instances_fail() -> None:
        if bench.service.list_calls[-1].startswith("core"):
            raise RefusedError(403, "permission denied")

    bench.service.list_hold = only_instances_fail
    async with opened(bench) as pilot:
        await until(pilot, "Core instance not read: Not allowed: permission denied")
        assert WHY in screen_text(pilot.app)


async def test_leaving_for_the_list_cancels_what_is_being_read(bench: Bench) -> None:
    async with opened(bench) as pilot:
        await until(pilot, "Core instance")
        gate = hold_lists(bench)
        await pilot.press("r")
        await until(pilot, lambda: bench.service.lists_under_way == 1)
        await pilot.press("escape")
        await until(pilot, lambda: bench.service.lists_under_way == 0)
        gate.set()


async def test_another_port_never_gets_the_first_ones_facts(bench: Bench) -> None:
    async with opened(bench, "edge") as pilot:
        await until(pilot, WHY)
        gate = hold_lists(bench)
        await pilot.press("r")
        await until(pilot, lambda: bench.service.lists_under_way == 1)
        await pilot.press("right_square_bracket")
        await until(pilot, "Frontend port  ✎ 9880")
        gate.set()
        await settled(pilot)
        assert "Pipeline" not in screen_text(pilot.app)
        assert bench.service.lists_under_way == 0


async def test_once_the_endpoint_is_assigned_the_reasons_are_gone(bench: Bench) -> None:
    async with opened(bench) as pilot:
        await until(pilot, WHY)
        pending = bench.service.ports[PENDING]
        bench.service.ports[PENDING] = replace(pending, endpoint="edge.example:5170")
        await pilot.press("r")
        await until(pilot, "✓ was pending")
        text = screen_text(pilot.app)
    assert "Pipeline STARTING" not in text
    assert "· edge-forward STARTING" in text


async def test_a_watch_reads_it_again_every_fifteen_seconds_while_it_pends(bench: Bench) -> None:
    bench.time_passes = False
    async with opened(bench) as pilot:
        await until(pilot, "Core instance")
        await pilot.press("w")
        await bench.pass_time(pilot, 11)
        assert reads_of_pipelines(bench) == 1
        await bench.pass_time(pilot, 6)
        await until(pilot, lambda: reads_of_pipelines(bench) == 2)
        pending = bench.service.ports[PENDING]
        bench.service.ports[PENDING] = replace(pending, endpoint="edge.example:5170")
        await bench.pass_time(pilot, 6)
        await until(pilot, "✓ was pending")
        calls = len(bench.service.list_calls)
        await bench.pass_time(pilot, 20)
        assert len(bench.service.list_calls) == calls


async def test_hostile_texts_of_a_pipeline_are_shown_as_what_they_are(bench: Bench) -> None:
    evil = "\x1b[31mred\u202e[@click=quit]x[/]\n\x07" * 20
    event = PipelineEvent(bench.now(), evil, evil, evil)
    details = PipelineDetails(replace(EDGE, name=evil, status=evil), evil, None, event, evil)
    assert EDGE.id
    bench.service.details = {EDGE.id: details}
    bench.service.instances = (CoreInstance(UUID(int=1), evil, evil, skips_services=True),)
    for size in ((80, 24), (40, 12), (120, 40)):
        async with opened(bench, size=size) as pilot:
            await until(pilot, "Pipeline \\x1b")
            await settled(pilot)
            assert dangers(screen_text(pilot.app).replace("\n", "")) == []


async def test_at_the_smallest_size_one_line_is_enough_and_a_notice_goes_before_it(
    bench: Bench,
) -> None:
    async with opened(bench, size=(40, 12)) as pilot:
        await until(pilot, "   Pipeline STARTING since 14:01:37 UTC\n")
        assert "Last event" not in screen_text(pilot.app)
        bench.service.failures["GET"] = [RefusedError(403, "no")]
        await pilot.press("r")
        await until(pilot, "Not allowed: no")
        assert "Pipeline STARTING" not in screen_text(pilot.app)


# --- the pipeline of a port ---


async def test_of_a_new_port_it_is_read_in_the_project_that_is_listed(bench: Bench) -> None:
    async def list_is_slow() -> None:
        if bench.service.list_calls[-1] == "pipelines":
            await asyncio.Event().wait()

    bench.service.token_project = None
    async with bench.run(words="5170") as pilot:
        await until(pilot, " of 7")
        await pilot.press("enter", "n")
        await until(pilot, "New port")
        bench.service.list_hold = list_is_slow
        await send(bench, pilot)
        await until(pilot, "Created: tcp 24300 → 24224")
        await until(pilot, lambda: f"core instances of {PROJECT.id}" in bench.service.list_calls)


async def test_a_new_port_is_told_about_at_once_like_one_that_was_read(bench: Bench) -> None:
    async with opened(bench, size=(120, 40)) as pilot:
        await until(pilot, WHY)
        await pilot.press("escape")
        await until(pilot, "1 of 7")
        await pilot.press("n")
        await until(pilot, "New port")
        await send(bench, pilot)
        await until(pilot, "Created: tcp 24300 → 24224")
        await until(pilot, WHY)
        await until(pilot, "Ports of edge-forward")
        await settled(pilot)
        assert reads_of_pipelines(bench) == 2


async def test_the_recent_ports_keep_the_pipeline_for_the_next_start(bench: Bench) -> None:
    async with opened(bench):
        pass
    bench.service.list_calls.clear()
    async with bench.run() as pilot:
        await until(pilot, "tcp 5170 → 24224  edge-forward")
        await look_up(pilot, PENDING)
        await until(pilot, "forward.0 · edge-forward")
        await until(pilot, WHY)  # the ID of the pipeline is known
    assert bench.service.list_calls[0] == f"pipeline {EDGE.id}"


async def test_reading_the_list_tells_the_pipelines_of_recent_ports(bench: Bench) -> None:
    async with bench.run(PORT_ID) as pilot:
        await until(pilot, "Read 14:03:07 UTC")
        assert "edge-forward" not in screen_text(pilot.app)
        await pilot.press("p")
        await until(pilot, "7 ports")
    async with bench.run() as pilot:
        await until(pilot, "tcp 24224 → 24224  edge-forwa…")


async def test_a_renamed_pipeline_has_its_new_name_in_the_recent_ports(bench: Bench) -> None:
    assert EDGE.id
    details = bench.service.details[EDGE.id]
    renamed = replace(details.pipeline, name="edge-2")
    bench.service.details = {EDGE.id: replace(details, pipeline=renamed)}
    async with opened(bench) as pilot:
        await until(pilot, "· edge-2 STARTING")
    async with bench.run() as pilot:
        await until(pilot, "tcp 5170 → 24224  edge-2")


# --- where there's room ---


async def test_the_ports_of_the_pipeline_stand_beside_the_port_without_another_call(
    bench: Bench,
) -> None:
    async with opened(bench, "9880", (120, 40)) as pilot:
        await until(pilot, "Ports of edge-forward as of 14:03:07 UTC")
        await until(pilot, " ● tcp 9880 → 24224")
        text = screen_text(pilot.app)
    assert "tcp 5170 → 24224   forward.0  pending" in text
    assert "tcp 5140" not in text.replace("udp", "")  # another pipeline's
    assert bench.service.list_calls == ["pipelines"]


async def test_without_the_list_one_call_reads_them_where_the_pipeline_is_known(
    bench: Bench,
) -> None:
    leave_recent_in(bench, SYSLOG)
    async with bench.run(SYSLOG_PORT, (120, 40)) as pilot:
        await until(pilot, "Ports of syslog-eu")
        await until(pilot, "udp 5140 → 24224")
        assert "syslog.0 · syslog-eu" in screen_text(pilot.app)
        await pilot.press("r")
        await until(pilot, lambda: len(bench.service.list_calls) == 2)
    assert bench.service.list_calls == [f"ports {SYSLOG.id}"] * 2


async def test_a_call_for_them_that_fails_leaves_the_port_as_it_is(bench: Bench) -> None:
    leave_recent_in(bench, SYSLOG)
    bench.service.list_failures = [RefusedError(403, "permission denied")]
    async with bench.run(SYSLOG_PORT, (200, 50)) as pilot:
        await until(pilot, lambda: len(bench.service.list_calls) == 1)
        await settled(pilot)
        text = screen_text(pilot.app)
    assert "Ports of" not in text
    assert "permission denied" not in text
    assert "· syslog-eu" in text


async def test_below_120_columns_they_are_not_asked_for(bench: Bench) -> None:
    leave_recent_in(bench, SYSLOG)
    async with bench.run(SYSLOG_PORT, (119, 40)) as pilot:
        await until(pilot, "· syslog-eu")
        await settled(pilot)
    assert bench.service.list_calls == []


async def test_a_pipeline_known_by_name_alone_is_named_and_no_more(bench: Bench) -> None:
    leave_recent_in(bench, Pipeline(None, "syslog-eu"))
    bench.service.ports[SYSLOG_PORT] = replace(PORT, id=SYSLOG_PORT, endpoint="")
    async with bench.run(SYSLOG_PORT, (120, 40)) as pilot:
        await until(pilot, "· syslog-eu")
        await settled(pilot)
    assert bench.service.list_calls == []
