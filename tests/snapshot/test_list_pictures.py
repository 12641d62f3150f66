"""The list of all ports, at every size. Look at a snapshot before you accept it."""

import asyncio

import pytest
from textual.pilot import Pilot

from portui.api.errors import ConnectError, Peer
from portui.port.pages import PipelinePorts
from portui.tui.dependencies import AppResult
from tests.snapshot.test_screens import SnapCompare, Steps
from tests.support.app import Bench, FakeService
from tests.support.pending import service_with_pending_port
from tests.support.port_lists import EDGE, PROJECT, few, listed, service_ports
from tests.support.recent import leave_many
from tests.support.screen import still, until

SIZES = [(80, 24), (120, 40), (40, 12), (200, 50)]
SOME_SIZES = {
    "whole": SIZES,
    "why-pending": SIZES,
    "help": SIZES[:2],
    "ports-beside": [(120, 40), (200, 50), (120, 24)],
}
"""The sizes of scenarios that don't have the usual three."""


def one_of_forty() -> tuple[PipelinePorts, ...]:
    """Return a pipeline with forty ports."""
    return (
        PipelinePorts(
            EDGE,
            tuple(
                listed(
                    100 + n,
                    EDGE,
                    24_000 + n,
                    plugin_id=f"forward.{n}",
                    endpoint=f"edge-{n}.elb.eu-central-1.example:{24_000 + n}" if n % 7 else "",
                )
                for n in range(40)
            ),
        ),
    )


def bench_for(name: str) -> Bench:
    """Return the collaborators for a scenario."""
    if name == "why-pending":
        return Bench(service=service_with_pending_port(Bench.now()))
    ports = one_of_forty() if name == "ports-beside" else few()
    service = FakeService(ports=service_ports(ports), pipelines=ports, projects=(PROJECT,))
    if name == "ports-beside":
        leave_many(bench := Bench(service=service), 9)
        return bench
    if name in ("arriving", "stopped"):
        service.page, service.list_hold = 1, asyncio.Semaphore(2).acquire
    if name == "no-project":
        service.token_project, service.projects = None, ()
    return Bench(service=service)


async def _opened(pilot: Pilot[AppResult], text: str = "7 ports") -> None:
    await pilot.press("escape", "p")
    await until(pilot, text)


async def whole(_: Bench, pilot: Pilot[AppResult]) -> None:
    await _opened(pilot)
    await pilot.press("enter", "j", "j")


async def filtered(_: Bench, pilot: Pilot[AppResult]) -> None:
    await _opened(pilot)
    await pilot.press(*"24224 syslog")
    await until(pilot, "2 of 7")


async def nothing_found(_: Bench, pilot: Pilot[AppResult]) -> None:
    await _opened(pilot)
    await pilot.press(*"nothing")
    await until(pilot, "No port matches")


async def arriving(_: Bench, pilot: Pilot[AppResult]) -> None:
    await _opened(pilot, "5 ports so far")


async def stopped(_: Bench, pilot: Pilot[AppResult]) -> None:
    await _opened(pilot, "5 ports so far")
    await pilot.press("escape")
    await until(pilot, "Stopped")


async def failed_again(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await _opened(pilot)
    bench.service.list_failures = [ConnectError(ConnectError.Why.REFUSED, Peer("cloud.example"))]
    await pilot.press("enter", "r")
    await until(pilot, "Can't connect")


async def no_project(_: Bench, pilot: Pilot[AppResult]) -> None:
    await _opened(pilot, "No projects")


async def helped(_: Bench, pilot: Pilot[AppResult]) -> None:
    await _opened(pilot)
    await pilot.press("enter", "question_mark")
    await until(pilot, "Sort by the next column")


async def opened_port(_: Bench, pilot: Pilot[AppResult]) -> None:
    await whole(_, pilot)
    await pilot.press("enter")
    await until(pilot, "24224")


async def why_pending(_: Bench, pilot: Pilot[AppResult]) -> None:
    await _opened(pilot)
    await pilot.press(*"5170", "enter")
    await until(pilot, "Enter Open")
    await pilot.press("enter")
    await until(pilot, "Pipeline STARTING")
    if pilot.app.size.height > 12:
        await until(pilot, "is running")


async def ports_beside(_: Bench, pilot: Pilot[AppResult]) -> None:
    await _opened(pilot, "40 ports")
    await pilot.press(*"24017", "enter")
    await until(pilot, "Enter Open")
    await pilot.press("enter")
    await until(pilot, "Ports of edge-forward")


SCENARIOS: dict[str, Steps] = {
    "whole": whole,
    "filtered": filtered,
    "nothing-found": nothing_found,
    "arriving": arriving,
    "stopped": stopped,
    "failed-again": failed_again,
    "no-project": no_project,
    "help": helped,
    "opened-port": opened_port,
    "why-pending": why_pending,
    "ports-beside": ports_beside,
}


@pytest.mark.parametrize(
    ("name", "size"),
    [
        pytest.param(name, size, id="{}-{}x{}".format(name, *size))
        for name in SCENARIOS
        for size in (*SIZES, (120, 24))
        if size in SOME_SIZES.get(name, SIZES[:3])
    ],
)
def test_list(snap_compare: SnapCompare, name: str, size: tuple[int, int]) -> None:
    bench = bench_for(name)

    async def steps(pilot: Pilot[AppResult]) -> None:
        await SCENARIOS[name](bench, pilot)
        await still(pilot)

    assert snap_compare(bench.app(), terminal_size=size, run_before=steps)
