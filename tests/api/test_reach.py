"""Testing endpoints over real sockets on the loopback."""

import asyncio
import socket
import threading

import pytest

from portui.clock import Clock
from portui.operations import reach as module
from portui.operations.reach import (
    MOST_TRIED,
    Address,
    Failure,
    NotResolved,
    Resolve,
    Tried,
    reach,
)
from portui.port.endpoint import Locality, Target
from tests.support.listening import LOOPBACK, closed, listening, number_of, received, silent

pytestmark = pytest.mark.anyio

NAME = "forward.demo.example"


def _resolver(*addresses: tuple[str, int]) -> Resolve:
    return lambda _, __: tuple(Address(socket.AF_INET, each) for each in addresses)


async def _tried(target: Target, *addresses: tuple[str, int]) -> Tried:
    outcome = await reach(target, Clock(), *([_resolver(*addresses)] if addresses else []))
    assert isinstance(outcome, Tried)
    return outcome


async def test_a_literal_address_connects_without_resolving_and_nothing_is_sent() -> None:
    with listening() as server:
        tried = await _tried(Target(LOOPBACK, number_of(server)))
        assert received(server) == b""
    assert tried.resolved is None
    assert [(each.address, each.failure) for each in tried.attempts] == [(LOOPBACK, None)]
    assert tried.attempts[0].locality is Locality.LOOPBACK


async def test_the_systems_resolver_knows_this_machine() -> None:
    with listening() as server:
        tried = await _tried(Target("localhost", number_of(server)))
        assert received(server) == b""
    assert tried.resolved
    assert LOOPBACK in tried.resolved.addresses
    assert tried.attempts[-1].failure is None


async def test_a_port_that_nobody_listens_on_refuses() -> None:
    tried = await _tried(Target(NAME, 24224), (LOOPBACK, closed()))
    assert tried.resolved
    assert tried.resolved.addresses == (LOOPBACK,)
    assert [each.failure for each in tried.attempts] == [Failure.REFUSED]


async def test_addresses_are_tried_in_order_until_one_connects() -> None:
    with listening() as server:
        number = number_of(server)
        hosts = ("127.0.0.2", LOOPBACK, "127.0.0.3")
        tried = await _tried(Target(NAME, 24224), *((host, number) for host in hosts))
    assert [(each.address, each.failure) for each in tried.attempts] == [
        ("127.0.0.2", Failure.REFUSED),
        (LOOPBACK, None),
    ]


async def test_a_silent_address_leaves_time_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DEADLINE", 1.0)
    with silent() as number, listening() as server:
        open_ = (LOOPBACK, number_of(server))
        tried = await _tried(Target(NAME, 24224), (LOOPBACK, number), open_)
    assert [each.failure for each in tried.attempts] == [Failure.TIMED_OUT, None]


async def test_no_more_than_a_few_of_many_addresses_are_tried() -> None:
    number = closed()
    tried = await _tried(Target(NAME, 1), *[(f"127.0.0.{n}", number) for n in range(1, 100)])
    assert tried.resolved
    assert len(tried.resolved.addresses) == 99
    assert len(tried.attempts) == MOST_TRIED


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (socket.gaierror(socket.EAI_NONAME, ""), Failure.NAME_UNKNOWN),
        (socket.gaierror(socket.EAI_AGAIN, ""), Failure.NAME_SERVICE_FAILED),
        (UnicodeError("label empty or too long"), Failure.OTHER),
    ],
)
async def test_a_name_without_an_address_says_why(error: Exception, failure: Failure) -> None:
    def fail(_: str, __: int) -> tuple[Address, ...]:
        raise error

    outcome = await reach(Target(NAME, 24224), Clock(), fail)
    assert isinstance(outcome, NotResolved)
    assert outcome.failure is failure


async def test_a_resolver_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DEADLINE", 0.05)
    released = threading.Event()

    def hang(_: str, __: int) -> tuple[Address, ...]:
        released.wait()
        return ()

    outcome = await reach(Target(NAME, 24224), Clock(), hang)
    released.set()
    assert isinstance(outcome, NotResolved)
    assert outcome.failure is Failure.TIMED_OUT


async def test_a_test_can_be_cancelled_while_a_connection_hangs() -> None:
    with silent() as number:
        task = asyncio.create_task(reach(Target(LOOPBACK, number), Clock()))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_a_proxy_in_the_environment_is_never_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as proxy, listening() as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://{LOOPBACK}:{number_of(proxy)}")
        tried = await _tried(Target(NAME, 24224), (LOOPBACK, number_of(server)))
        assert tried.attempts[0].failure is None
        proxy.settimeout(0)
        with pytest.raises(BlockingIOError):
            proxy.accept()


async def test_an_address_of_this_machine_is_known_by_asking_the_system(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "locality", lambda _: None)  # or loopback would be known by sight
    tried = await _tried(Target(NAME, 24224), (LOOPBACK, closed()))
    assert tried.attempts[0].locality is Locality.OWN


async def test_a_connection_of_a_port_to_itself_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    number = closed()

    class Bound(socket.socket):
        def __init__(self, family: int, type_: int) -> None:
            super().__init__(family, type_)
            if type_ == socket.SOCK_STREAM:
                self.bind((LOOPBACK, number))

    monkeypatch.setattr(socket, "socket", Bound)
    attempt = await module._try(
        Address(socket.AF_INET, (LOOPBACK, number)),
        asyncio.get_running_loop().time() + 30,
        Clock(),
    )
    assert attempt.failure is Failure.REFUSED


async def test_an_unusable_address_is_not_reachable() -> None:
    outcome = await reach(
        Target("fe80::1", 1), Clock(), lambda _, __: (Address(99, ("fe80::1", 1)),)
    )
    assert isinstance(outcome, Tried)
    assert outcome.attempts[0].failure is Failure.UNREACHABLE
    assert outcome.attempts[0].locality is Locality.LINK_LOCAL
