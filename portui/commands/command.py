"""What a plain command is, what it is given, and how it ends."""

from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from portui.clock import Clock
    from portui.commands.console import Console
    from portui.credentials import TokenStore
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


@dataclass(unsafe_hash=True)  # not frozen: the interpreter assigns `__traceback__`
class CommandError(Exception):
    """A command can't do what it was asked to."""

    status: ExitStatus
    explanation: "Explanation"
    choices: "tuple[Pipeline | Project, ...]" = ()
    """What to choose from, if what was asked for can mean several."""
    has_output: bool = False
    """Whether data has been printed, so that the error isn't to be printed as data too."""


@dataclass(frozen=True)
class Dependencies:
    """What a command depends on."""

    settings: "Settings"
    connect: "Callable[[Token], Awaitable[Service]]"
    """Connects to the service with a token."""
    store: "TokenStore"
    open_storage: "Callable[[], Storage]"
    clock: "Clock"
    console: "Console"

    @cached_property
    def storage(self) -> "Storage":
        """What portui keeps between runs. It is opened at its first use: reading needs none."""
        return self.open_storage()


Compose = Callable[[], Dependencies]
"""Resolves the settings and puts together the rest. Raises `UsageError` for wrong settings."""


class Command(Protocol):
    """A plain command's module."""

    DESCRIPTION: str

    def add_arguments(self, parser: ArgumentParser) -> None: ...

    async def run(self, options: Namespace, compose: Compose) -> ExitStatus:
        """Run the command. Raises `CommandError`."""
