"""Which recent ports to offer, without the widgets that show them: at the start there are none."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from portui.tui.state import State, port_on

if TYPE_CHECKING:  # not needed for the first paint
    from portui.journal import RecentPort

ROOMY: Final = 120  # columns, from which on there's room beside the port


def found_in(
    recent: tuple["RecentPort", ...], state: State, typed: str | None
) -> tuple["RecentPort", ...]:
    """Return the recent ports to offer, given what is typed into the ID's input."""
    return matching(recent, typed or "", port_on(state))


def matching(
    ports: Sequence["RecentPort"], typed: str, shown: UUID | None = None
) -> tuple["RecentPort", ...]:
    """Return the ports that contain each typed word, without the one on screen."""
    words = typed.lower().split()
    return tuple(
        port
        for port in ports
        if port.port_id != shown and all(word in _searched(port) for word in words)
    )


def _searched(port: "RecentPort") -> str:
    return f"{port.port_id} {port.summary} {port.plugin} {port.pipeline}".lower()
