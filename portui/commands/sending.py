"""Send a change or a deletion, once: its progress, the signals meanwhile, and its outcome."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

from portui.api.errors import ReadOnlyError, ServiceError
from portui.commands.access import reader_of
from portui.commands.command import CommandError, Dependencies, ExitStatus
from portui.commands.failures import failed
from portui.explain.errors import NOTHING_SENT, explain_error, explain_other_port, explain_retrying
from portui.explain.explanation import Action, Explanation
from portui.explain.history import explain_ending, explain_unrecorded
from portui.explain.outcomes import explain_open_change, explain_phase
from portui.journal import Entry, Intent, Journal, JournalError, Result
from portui.operations.delete import AlreadyDeleted, Deleted, DeleteOutcome, Deleting
from portui.operations.look_up import Reader, Reading
from portui.operations.save import NothingToSave, Saved, SaveOutcome, Saving
from portui.operations.write import (
    Conflict,
    NoSuchPort,
    NotSent,
    Observer,
    Phase,
    Refused,
    Stopped,
    Writer,
)
from portui.port.model import Port

T = TypeVar("T")
Request = TypeVar("Request", Saving, Deleting)


@dataclass(frozen=True, slots=True)
class Target:
    """The port to change, as it was read before the operator is asked."""

    dependencies: Dependencies
    reader: Reader
    reading: Reading
    asks: bool
    """Whether to ask before anything is sent: somebody is there, and hasn't agreed in advance."""

    @classmethod
    async def read(cls, dependencies: Dependencies, port_id: UUID, *, asks: bool) -> "Target":
        """Read the port. Raises `CommandError` if that fails."""
        console = dependencies.console
        reader = await reader_of(dependencies)
        console.show_progress("Reading…")
        try:
            reading = await reader.look_up(
                port_id, lambda retrying: console.show_progress(explain_retrying(retrying))
            )
        except ServiceError as error:
            raise failed(error) from None
        if not reading.is_requested:
            raise CommandError(ExitStatus.FAILED, explain_other_port(reading))
        return cls(dependencies, reader, reading, asks)

    async def agree(self, question: str, done: str) -> None:
        """Ask whether to go on. Raises `CommandError` for a no; `done` is what isn't done then."""
        if self.asks and not await self.dependencies.console.confirm(question):
            raise CommandError(ExitStatus.FAILED, Explanation(f"Not {done}", NOTHING_SENT))

    async def send(
        self,
        operation: Callable[[Writer, Request, Observer], Awaitable[T]],
        request: Request,
        words: str,
        unrecorded: str,
    ) -> T:
        """Carry out an operation, and return its outcome.

        `words` describe it, and `unrecorded` is what to ask if it can't be recorded first. Raises
        `CommandError` if the operator doesn't wait for the outcome.
        """
        outcome = await self._carry_out(operation, request, words)
        match outcome:
            case Stopped(why=JournalError() as error) if self.asks:
                console = self.dependencies.console
                console.say(explain_unrecorded(error))
                if await console.confirm(unrecorded):
                    request = replace(request, unrecorded=True)
                    return await self._carry_out(operation, request, words)
        return outcome

    async def _carry_out(
        self,
        operation: Callable[[Writer, Request, Observer], Awaitable[T]],
        request: Request,
        words: str,
    ) -> T:
        console, interruption = self.dependencies.console, self.dependencies.interruption
        is_out = False

        def on_phase(phase: Phase, number: int) -> None:
            nonlocal is_out
            console.show_progress(explain_phase(phase, number))
            if phase is not Phase.CHECKING:
                is_out = True
                interruption.hold(lambda: console.say(explain_ending()))

        journal = _LeftOpenIfUnknown(self.dependencies.storage.journal)
        writer = Writer(self.reader, journal, self.dependencies.settings.profile.name)
        try:
            return await operation(writer, request, Observer(on_phase))
        except asyncio.CancelledError:
            if not is_out:
                raise
            check = self.dependencies.settings.command(self.reading.port_id)
            explained = Explanation(explain_open_change(words, check, sent=True))
            raise CommandError(ExitStatus.UNKNOWN, explained) from None
        finally:
            interruption.release()


@dataclass(frozen=True, slots=True)
class _LeftOpenIfUnknown:
    """A journal in which a change stays open if its outcome is unknown.

    portui then offers to check it at its next start, as it does after a run that was killed.
    """

    journal: Journal

    def record(self, intent: Intent) -> Entry:
        return self.journal.record(intent)

    def record_result(self, entry: Entry, result: Result, after: Port | None = None) -> Entry:
        if result is Result.UNKNOWN:
            return entry
        return self.journal.record_result(entry, result, after)


@contextmanager
def saying_if_not_sent(dependencies: Dependencies, words: str) -> Iterator[None]:
    """If the block is interrupted, say that nothing was sent; `words` are what would have been."""
    try:
        yield
    except asyncio.CancelledError:
        dependencies.console.say(explain_open_change(words, "", sent=False))
        raise


def check_writable(dependencies: Dependencies) -> None:
    """Raise `CommandError` if the settings don't allow changes."""
    if dependencies.settings.profile.read_only:
        reason = explain_error(ReadOnlyError())
        meaning = f"{reason.meaning} {NOTHING_SENT}"
        raise CommandError(ExitStatus.FAILED, replace(reason, meaning=meaning))


def finish(
    dependencies: Dependencies, outcome: SaveOutcome | DeleteOutcome, explained: Explanation
) -> None:
    """Say what became of a change. Raises `CommandError` unless that is what was asked for."""
    status = status_of(outcome)
    if isinstance(outcome, Refused):  # it would be refused again
        again = (Action.EDIT, Action.DELETE)
        explained = replace(explained, next=tuple(a for a in explained.next if a not in again))
    if status is not ExitStatus.DONE:
        raise CommandError(status, explained)
    dependencies.console.say(f"{explained.what}. {explained.meaning}".rstrip(".") + ".")


def status_of(outcome: SaveOutcome | DeleteOutcome) -> ExitStatus:
    """Return the exit status for an outcome.

    Whatever was sent and has no known end is `UNKNOWN`, even if the port was read: it may have got
    values that nobody asked for, or may still get those that were.
    """
    match outcome:
        case Saved() | NothingToSave() | Deleted():
            return ExitStatus.DONE
        case NoSuchPort() | AlreadyDeleted():
            return ExitStatus.NO_SUCH_PORT
        case Refused(error=error):
            return failed(error).status
        case NotSent(why=why):
            return failed(why).status
        case Stopped(why=Conflict()):
            return ExitStatus.REFUSED
        case Stopped():
            return ExitStatus.FAILED
        case _:
            return ExitStatus.UNKNOWN
