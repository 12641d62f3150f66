"""Creating a port, at every size. Look at a snapshot before you accept it."""

import pytest
from textual.pilot import Pilot

from portui.api.errors import ConnectionLostError
from portui.tui.dependencies import AppResult
from tests.pilot.test_creating_ports import (
    IN_USE,
    NO_CONNECTION,
    bench_with_list,
    open_form,
    send,
)
from tests.snapshot.test_screens import SnapCompare, Steps
from tests.support.app import Bench
from tests.support.screen import still, until

SIZES = [(80, 24), (40, 12), (120, 40)]


async def blank(_: Bench, pilot: Pilot[AppResult]) -> None:
    await open_form(pilot)


async def complete(_: Bench, pilot: Pilot[AppResult]) -> None:
    await open_form(pilot)
    await pilot.press(*"24300", "enter", *"24224", "enter")
    await until(pilot, "Create tcp 24300 → 24224")


async def taken(_: Bench, pilot: Pilot[AppResult]) -> None:
    await open_form(pilot)
    await pilot.press(*"24224", "enter", *"24224", "down", *"a.example:24224")
    await until(pilot, "is taken in")


async def wrong(_: Bench, pilot: Pilot[AppResult]) -> None:
    await open_form(pilot)
    await pilot.press(*"70000", "down", *"1 2")
    await until(pilot, "isn't a digit")


async def refused(bench: Bench, pilot: Pilot[AppResult]) -> None:
    bench.service.failures["POST"] = [IN_USE]
    await open_form(pilot)
    await send(bench, pilot)
    await until(pilot, "Not created")


async def not_sent(bench: Bench, pilot: Pilot[AppResult]) -> None:
    bench.service.failures["POST"] = [NO_CONNECTION]
    await open_form(pilot)
    await send(bench, pilot)
    await until(pilot, "Not created")


async def not_seen(bench: Bench, pilot: Pilot[AppResult]) -> None:
    bench.service.failures["POST"] = [ConnectionLostError()]
    await open_form(pilot)
    await send(bench, pilot)
    await until(pilot, "Not confirmed")


async def created(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await open_form(pilot)
    await send(bench, pilot)
    await until(pilot, "Created: ")
    if pilot.app.size.width >= 80:  # where there's room for why it is pending
        await until(pilot, "Pipeline not read")


async def history(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await created(bench, pilot)
    await pilot.press("f3")
    await until(pilot, "New port")


SCENARIOS: dict[str, Steps] = {
    "blank": blank,
    "complete": complete,
    "taken": taken,
    "wrong": wrong,
    "refused": refused,
    "not-sent": not_sent,
    "not-seen": not_seen,
    "created": created,
    "history": history,
}


@pytest.mark.parametrize(
    ("name", "size"),
    [
        pytest.param(name, size, id="{}-{}x{}".format(name, *size))
        for name in SCENARIOS
        for size in (SIZES if name == "complete" else SIZES[:2])
    ],
)
def test_creating(snap_compare: SnapCompare, name: str, size: tuple[int, int]) -> None:
    bench = bench_with_list()

    async def steps(pilot: Pilot[AppResult]) -> None:
        await SCENARIOS[name](bench, pilot)
        await bench.read_question(pilot)
        await still(pilot)

    assert snap_compare(bench.app(), terminal_size=size, run_before=steps)
