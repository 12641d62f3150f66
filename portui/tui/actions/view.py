"""The parts of the main screen and the app that actions use."""

from collections.abc import Awaitable, Coroutine
from typing import Any, Protocol, TypeVar
from uuid import UUID

from portui.journal import RecentPort
from portui.operations.listing import Listing
from portui.port.known import KnownPorts
from portui.port.listed import ListedPort, Pipeline, Project
from portui.tui.screens.dialog import Dialog
from portui.tui.state import AccessState, EndpointTest, History, PortPipeline, Showing, State

T = TypeVar("T")


class View(Protocol):
    """The part of the main screen that actions use."""

    state: State
    access: AccessState
    endpoint_test: EndpointTest | None
    recent: tuple[RecentPort, ...]
    history: History | None
    project: Project | None
    listed: ListedPort | None
    """The port as listed, if it was opened from the list."""
    listed_in: UUID | None
    """The project in which it was listed."""
    listing: Listing | None
    """The list of ports, if it was read to its end."""
    listing_of: UUID | None
    """The project that it is of."""
    pipeline: PortPipeline | None

    @property
    def is_roomy(self) -> bool:
        """Whether there's room beside the port."""

    known_ports: KnownPorts | None
    """What the list last said about ports."""

    @property
    def is_acting(self) -> bool:
        """Whether an action that a key started is still under way."""

    @property
    def is_covered(self) -> bool:
        """Whether a dialog is open."""

    def say(self, words: str, seconds: float = ...) -> None:
        """Show a hint for some seconds; an empty string clears it."""

    def in_background(self, work: Coroutine[Any, Any, None]) -> None:
        """Start background work, which no key waits for, in place of any under way."""

    def stop_background(self) -> None:
        """Cancel the background work."""

    def pipeline_of(self, port_id: UUID) -> Pipeline | None:
        """Return a port's pipeline, if the list knows it."""

    def show_created(self, listed: ListedPort, showing: Showing) -> None:
        """Show a port that was just created in a pipeline."""

    def find(self, words: str) -> None:
        """Open the list of ports, read again and filtered by words."""

    async def painted(self) -> None:
        """Wait until a notice that was set is on the screen."""

    def ask(self, dialog: Dialog[T]) -> Awaitable[T]:
        """Open a dialog and wait for its answer. Call this only from a worker."""


class AppView(Protocol):
    """The part of the app that actions use."""

    farewell: list[str]
    """Lines to print in the shell once the app has ended."""

    def warn(self, words: str) -> None:
        """Show a warning in place of any hint, until the app ends."""

    def copy_to_clipboard(self, text: str) -> None:
        """Send text to the terminal's clipboard."""

    def bell(self) -> None:
        """Ring the terminal's bell."""

    def end(self, code: int) -> None:
        """End the app with an exit code."""
