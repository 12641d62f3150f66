"""Put together what a plain command needs, and run it."""

import asyncio
import os
import signal
import sys
from argparse import Namespace
from contextlib import ExitStack
from typing import Final

from portui.commands.command import Command, CommandError, Dependencies, ExitStatus
from portui.commands.console import Console
from portui.launch.service import connect_to
from portui.launch.settings import UsageError, resolve_settings, storage_folder
from portui.threads import ImpatientLoop
from portui.tui.terminal.encoding import fit_to_terminal

_ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_command(command: Command, options: Namespace) -> int:
    """Run a command and return its exit status, or 128 and the signal that ended it."""
    fit_to_terminal()
    console = Console.of_process()
    try:
        with ExitStack() as stack, asyncio.Runner(loop_factory=ImpatientLoop) as runner:
            return runner.run(_interruptible(_Run(command, options, console, stack)))
    except BrokenPipeError:
        _close_output()
        return ExitStatus.DONE


class _Run:
    """A run of a command with its options."""

    def __init__(
        self, command: Command, options: Namespace, console: Console, stack: ExitStack
    ) -> None:
        self._command = command
        self._options = options
        self._console = console
        self._stack = stack
        self._service_options: tuple[str, ...] = ()

    async def status(self) -> int:
        """Run it and return its exit status. What went wrong is printed."""
        from portui.explain.explanation import Explanation

        try:
            return await self._command.run(self._options, self._compose)
        except UsageError as error:
            failure = CommandError(ExitStatus.WRONG_USAGE, Explanation(str(error)))
        except CommandError as error:
            failure = error
        from portui.commands.failures import print_failure

        as_json = getattr(self._options, "output", "") == "json"
        print_failure(self._console, failure, as_json=as_json, options=self._service_options)
        return failure.status

    def _compose(self) -> Dependencies:
        settings = resolve_settings(self._options)
        self._service_options = settings.options
        folder = self._stack.enter_context(storage_folder(settings))
        from portui.clock import Clock
        from portui.credentials import KeyringStore
        from portui.journal import Storage

        clock = Clock()
        return Dependencies(
            settings=settings,
            connect=connect_to(settings, early=False),
            store=KeyringStore(settings.origin.name),
            storage=Storage.under(folder, settings.origin.name, clock.now, settings.profile.name),
            clock=clock,
            console=self._console,
        )


async def _interruptible(run: _Run) -> int:
    """Run a command; a signal cancels it, and gives the exit status."""
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(run.status())
    ended_by: list[signal.Signals] = []

    def end(number: signal.Signals) -> None:
        ended_by.append(number)
        task.cancel()

    for number in _ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup does
            loop.add_signal_handler(number, end, number)
    try:
        return await task
    except asyncio.CancelledError:
        return 128 + ended_by[0]


def _close_output() -> None:
    """Let the interpreter's last flush of a closed pipe go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
