"""Put together what a plain command needs, and run it."""

import asyncio
import gc
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from portui.commands.command import Command, CommandError, Dependencies, ExitStatus
from portui.commands.console import Console, OutputError
from portui.commands.interruption import Interruption
from portui.launch.service import connect_to, make_probe
from portui.launch.settings import UsageError, crash_folder, resolve_settings, storage_folder
from portui.settings import Settings
from portui.threads import ImpatientLoop
from portui.tui.terminal.encoding import fit_to_terminal

if TYPE_CHECKING:
    from portui.journal import Storage

_ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SELDOM: Final = 100_000  # objects, after which garbage is collected; most commands make fewer


def run_command(command: Command, options: Namespace) -> int:
    """Run a command and return its exit status, or 128 and the signal that ended it."""
    gc.set_threshold(_SELDOM)
    for stream in (sys.stdout, sys.stderr):
        fit_to_terminal(stream)
    console, interruption = Console.of_process(), Interruption()
    try:
        with ExitStack() as stack, asyncio.Runner(loop_factory=ImpatientLoop) as runner:
            run = _Run(command, options, console, interruption, stack)
            return runner.run(_interruptible(run, interruption))
    except OutputError as error:
        return interruption.status or _end_output(console, error)
    except Exception as error:  # noqa: BLE001 - the report must not show values, as tracebacks do
        return _report(console, error)
    finally:
        console.clear()


class _Run:
    """A run of a command with its options."""

    def __init__(
        self,
        command: Command,
        options: Namespace,
        console: Console,
        interruption: Interruption,
        stack: ExitStack,
    ) -> None:
        self._command = command
        self._options = options
        self._console = console
        self._interruption = interruption
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

        with suppress(OutputError):  # the failure counts for more
            print_failure(self._console, failure, self._options, self._service_options)
        return failure.status

    def _compose(self, settings: Settings | None = None) -> Dependencies:
        settings = settings or resolve_settings(self._options)
        self._service_options = settings.options
        from portui.clock import Clock
        from portui.credentials import KeyringStore

        clock = Clock()
        return Dependencies(
            settings=settings,
            connect=connect_to(settings, early=False),
            store=KeyringStore(settings.origin.name),
            open_storage=lambda: self._storage(settings, clock.now),
            clock=clock,
            console=self._console,
            interruption=self._interruption,
            open_probe=lambda: make_probe(settings),
        )

    def _storage(self, settings: Settings, now: Callable[[], datetime]) -> "Storage":
        from portui.journal import Storage

        folder = self._stack.enter_context(storage_folder(settings))
        name, profile = settings.origin.name, settings.profile.name
        storage = Storage.under(folder, name, now, profile)
        self._stack.callback(storage.run.end)
        return storage


async def _interruptible(run: _Run, interruption: Interruption) -> int:
    """Run a command, which signals can end, and return its exit status.

    A command that fails after a signal keeps its own status, which says more.
    """
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(run.status())
    interruption.begin(task.cancel)
    ending = [n for n in _ENDING if signal.getsignal(n) is not signal.SIG_IGN]  # as nohup does
    for number in ending:
        loop.add_signal_handler(number, interruption.receive, number)
    try:
        status = await task
    except asyncio.CancelledError:
        return interruption.status or ExitStatus.FAILED
    finally:
        for number in ending:  # it ends anyway; a signal would only replace its status
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_IGN)
    return status or interruption.status or ExitStatus.DONE


def _end_output(console: Console, error: OutputError) -> int:
    """End because the data can't be written. A reader that closed the pipe isn't a failure."""
    if console.out:  # otherwise the interpreter would try to write the rest again
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, console.out.fileno())
    if not error.reason:
        return ExitStatus.DONE
    console.say(f"portui: Can't write the output: {error.reason}")
    return ExitStatus.FAILED


def _report(console: Console, error: Exception) -> int:
    """Write a crash report, and say so."""
    from portui.crash import report_crash

    console.say(report_crash(error, crash_folder(), datetime.now(UTC)))
    return ExitStatus.FAILED
