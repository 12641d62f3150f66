"""Testing a port's endpoint: only when asked, naming the target first, and blocking nothing."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from uuid import UUID

import pytest

from portui.operations.reach import Address
from portui.port.model import Field
from tests.support.app import Bench, no_such_name
from tests.support.hostile_text import WORST, dangers
from tests.support.listening import LOOPBACK, listening, number_of, received
from tests.support.ports import PORT, PORT_ID
from tests.support.screen import screen_text, until

pytestmark = pytest.mark.anyio

OTHER = UUID("00000000-0000-4000-8000-000000000001")
TESTING = "Testing forward.demo.example:24224… Esc cancels"
UNKNOWN = "✗ forward.demo.example:24224 doesn't resolve: no such host name"


@dataclass
class HeldResolver:
    """A resolver that answers once it's released, and notes what was on screen when asked."""

    look: Callable[[], str] = lambda: ""
    """Returns what is on screen; called in the resolver's thread."""
    asked: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def __call__(self, host: str, number: int) -> tuple[Address, ...]:
        self.asked.append(f"{host}:{number}")
        self.seen.append(self.look())
        self.released.wait()
        return no_such_name(host, number)


@pytest.fixture
def held(bench: Bench) -> Iterator[HeldResolver]:
    """Give the app a resolver that answers once it's released."""
    bench.resolve = held = HeldResolver()
    yield held
    held.released.set()


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 40)])
async def test_the_target_is_on_screen_before_it_is_resolved(
    bench: Bench, held: HeldResolver, size: tuple[int, int]
) -> None:
    async with bench.shown(size) as pilot:
        context = copy_context()  # has the app, for the resolver's thread
        held.look = lambda: context.run(screen_text, pilot.app)
        await bench.type(pilot, "t")
        await until(pilot, lambda: bool(held.seen))
        assert held.asked == ["forward.demo.example:24224"]
        assert TESTING in held.seen[0]
        held.released.set()
        await until(pilot, "doesn't resolve: no such host")
        assert TESTING not in screen_text(pilot.app)


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_a_connection_is_opened_and_closed_and_nothing_is_sent(
    bench: Bench, size: tuple[int, int]
) -> None:
    with listening() as server:
        address = Address(socket.AF_INET, (LOOPBACK, number_of(server)))
        bench.resolve = lambda _, __: (address,)
        async with bench.shown(size) as pilot:
            await bench.type(pilot, "t")
            await until(pilot, "127.0.0.1 in 0 ms; connected")
            assert "this machine" in screen_text(pilot.app)
        assert received(server) == b""


async def test_nothing_is_resolved_unless_asked(bench: Bench, held: HeldResolver) -> None:
    async with bench.shown() as pilot:
        await bench.type(pilot, "r", "j", "c", "k")
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"24225", "enter", "enter")
        await until(pilot, "Saved and confirmed")
        assert held.asked == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"endpoint": ""}, "Nothing to test: Endpoint is pending (not assigned yet)"),
        ({"protocol": "udp"}, "Can't test UDP: it has no connections"),
        ({"endpoint": "forward.example"}, "Can't test forward.example: no port number"),
        ({"endpoint": WORST}, "not host:port"),
    ],
)
async def test_an_endpoint_that_cannot_be_tested_says_why_and_is_not_resolved(
    bench: Bench, held: HeldResolver, change: dict[str, str], said: str
) -> None:
    bench.service.ports = {PORT_ID: replace(PORT, **change)}  # type: ignore[arg-type]
    async with bench.shown() as pilot:
        await bench.type(pilot, "t")
        await until(pilot, said)
        assert held.asked == []
        assert [d for row in screen_text(pilot.app).split("\n") for d in dangers(row)] == []


async def test_escape_cancels_a_test_and_its_result_never_comes(
    bench: Bench, held: HeldResolver
) -> None:
    async with bench.shown() as pilot:
        await bench.type(pilot, "t")
        await until(pilot, lambda: bool(held.asked))
        await bench.type(pilot, "escape")
        await until(pilot, "Test cancelled")
        assert "Testing" not in screen_text(pilot.app)
        held.released.set()
        await bench.type(pilot, "j")
        assert "resolve" not in screen_text(pilot.app)
        await bench.type(pilot, "t")
        await until(pilot, UNKNOWN)


async def test_keys_work_while_a_test_is_under_way_and_a_second_one_waits(
    bench: Bench, held: HeldResolver
) -> None:
    async with bench.shown() as pilot:
        await bench.type(pilot, "t", "j")
        await until(pilot, " ▸ Protocol")
        await bench.type(pilot, "t")
        await until(pilot, "Still testing forward.demo.example:24224; Esc cancels")
        assert len(held.asked) == 1
        await bench.type(pilot, "r")
        await until(pilot, lambda: len(bench.service.made("GET")) == 2)
        assert TESTING in screen_text(pilot.app)
        held.released.set()
        await until(pilot, UNKNOWN)


async def test_quitting_never_waits_for_a_test(bench: Bench, held: HeldResolver) -> None:
    async with bench.shown() as pilot:
        await bench.type(pilot, "t")
        await until(pilot, lambda: bool(held.asked))
        await bench.type(pilot, "q")
    assert pilot.app.return_code == 0
    assert not held.released.is_set()


async def test_a_result_stands_until_the_port_is_refreshed(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.type(pilot, "t")
        await until(pilot, UNKNOWN)
        bench.seconds += 100
        await bench.type(pilot, "j", "c", "escape")
        assert UNKNOWN in screen_text(pilot.app)
        await bench.type(pilot, "r")
        await until(pilot, lambda: UNKNOWN not in screen_text(pilot.app))


async def test_a_result_stands_below_a_notice(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"24225", "enter", "enter")
        await until(pilot, "Saved and confirmed")
        await bench.type(pilot, "t")
        await until(pilot, UNKNOWN)
        assert "Saved and confirmed" in screen_text(pilot.app)


async def test_a_result_goes_with_the_endpoint_that_it_was_about(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.type(pilot, "t")
        await until(pilot, UNKNOWN)
        await bench.type(pilot, "g", *["j"] * list(Field).index(Field.ENDPOINT))
        await bench.open_dialog(pilot, "enter", "Save")
        await bench.type(pilot, *"other.example:1", "enter", "enter")
        await until(pilot, "Saved and confirmed")
        assert "resolve" not in screen_text(pilot.app)


async def test_a_result_never_stands_beside_another_port(bench: Bench, held: HeldResolver) -> None:
    bench.service.ports[OTHER] = replace(PORT, id=OTHER)
    async with bench.shown() as pilot:
        await bench.type(pilot, "t")
        await until(pilot, lambda: bool(held.asked))
        await bench.type(pilot, "slash", *str(OTHER), "enter")
        await until(pilot, lambda: OTHER in [port_id for _, port_id, _ in bench.service.calls])
        held.released.set()
        await bench.type(pilot, "j", "j")
        await until(pilot, " ▸ Kind")
        assert "resolve" not in screen_text(pilot.app)


async def test_without_a_port_the_key_says_so(bench: Bench) -> None:
    async with bench.run() as pilot:
        await bench.type(pilot, "escape", "t")
        await until(pilot, "No port is shown")


async def test_a_deleted_port_has_no_endpoint_to_test(bench: Bench, held: HeldResolver) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "d", "Delete this port?")
        await bench.type(pilot, "y")
        await until(pilot, "Confirmed. Its last values")
        await bench.type(pilot, "t")
        await until(pilot, "This port was deleted")
        assert held.asked == []


async def test_the_palette_offers_the_test(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.type(pilot, "ctrl+p", *"test")
        await until(pilot, "▸ Test ")
        await bench.type(pilot, "enter")
        await until(pilot, UNKNOWN)
