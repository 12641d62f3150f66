"""The pipeline `plenty` and its 10,000 ports, made only when a call needs them."""

from functools import cache
from uuid import UUID

from portui.demo.other_pipelines import OtherPipelines
from portui.demo.sample import JANUARY_2025
from portui.demo.state import DemoPort, Plugin

PLENTY_PIPELINE_ID = OtherPipelines.plenty
PLENTY_NUMBERS = range(30_001, 40_001)
"""The frontend ports, all tcp. The backend ports are the same."""

_FIRST_ID = UUID("123e4567-e89b-12d3-a456-430000000000").int
_MINUTE = 60_001_234_567  # nanoseconds


def plenty_port_id(number: int) -> UUID:
    """Return the ID of the port with a frontend port number."""
    return UUID(int=_FIRST_ID + number)


def is_in_plenty(port_id: UUID) -> bool:
    """Return whether a port of `plenty` has this ID."""
    return port_id.int - _FIRST_ID in PLENTY_NUMBERS


@cache
def plenty_ports() -> tuple[DemoPort, ...]:
    """Return all ports of `plenty`, the oldest first. This takes a twentieth of a second."""
    kinds = ("LoadBalancer", "NodePort", "ClusterIP")
    plugin = Plugin("tcp.0", "tcp", None)
    return tuple(
        DemoPort(
            plenty_port_id(number),
            PLENTY_PIPELINE_ID,
            "tcp",
            kinds[number % 3],
            number,
            number,
            f"plenty.demo.example:{number}",
            plugin,
            created := JANUARY_2025 + (number - PLENTY_NUMBERS.start) * _MINUTE,
            created,
        )
        for number in PLENTY_NUMBERS
    )
