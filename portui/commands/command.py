"""What a plain command is, what it is given, and how it ends.

Every command's module imports this one, also for `--help`, so there are no dataclasses: they would
take as long to import as all the rest.
"""

from argparse import ArgumentParser, Namespace
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from portui.api.probed import Probe
    from portui.clock import Clock
    from portui.commands.console import Console
    from portui.commands.interruption import Interruption
    from portui.credentials import Keyring
    from portui.explain.explanation import Explanation
    from portui.journal import Storage
    from portui.operations.service import Service
    from portui.port.listed import Pipeline, Project
    from portui.settings import Settings, Token


class ExitStatus(IntEnum):
    """How a command ends. The numbers are promised to scripts."""

    DONE = 0
    FAILED = 1
    WRONG_USAGE = 2
    NO_SUCH_PORT = 3
    NO_TOKEN = 4
    """The token is missing, or the service rejects it."""
    REFUSED = 5
    """The service refused, or someone else has changed the port."""
    UNKNOWN = 6
    """The outcome is unknown, or what was waited for was not seen."""


class CommandError(Exception):
    """A command failed, or can't be run like this."""

    def __init__(
        self,
        status: ExitStatus,
        explanation: "Explanation",
        choices: "tuple[Pipeline | Project, ...]" = (),
        *,
        has_output: bool = False,
    ) -> None:
        """Create an error. `choices` are the candidates, if a name or ID matches several.

        `has_output` says that data has been printed, so the error must not be printed as data too.
        """
        super().__init__(status)
        self.status = status
        self.explanation = explanation
        self.choices = choices
        self.has_output = has_output


class Dependencies:
    """What a command depends on."""

    def __init__(
        self,
        *,
        settings: "Settings",
        connect: "Callable[[Token], Awaitable[Service]]",
        store: "Keyring",
        open_storage: "Callable[[], Storage]",
        open_probe: "Callable[[], Probe]",
        clock: "Clock",
        console: "Console",
        interruption: "Interruption",
    ) -> None:
        """Create the dependencies. `connect` connects to the service with a token."""
        self.settings = settings
        self.connect = connect
        self.store = store
        self.clock = clock
        self.console = console
        self.interruption = interruption
        self._open_storage = open_storage
        self._open_probe = open_probe

    @cached_property
    def storage(self) -> "Storage":
        """What portui keeps between runs. It is opened at its first use: reading needs none."""
        return self._open_storage()

    @cached_property
    def probe(self) -> "Probe":
        """The probe of the service. Making it imports httpx."""
        return self._open_probe()


class Compose(Protocol):
    """Puts together what a command depends on."""

    def __call__(self, settings: "Settings | None" = None) -> Dependencies:
        """Resolve the settings, unless they are given, and put together the rest.

        Raises `UsageError` for wrong settings.
        """


class Command(Protocol):
    """A plain command's module."""

    DESCRIPTION: str

    def add_arguments(self, parser: ArgumentParser) -> None: ...

    async def run(self, options: Namespace, compose: Compose) -> ExitStatus:
        """Run the command. Raises `CommandError`."""
