"""Send a change or a deletion, once: its progress, the signals meanwhile, and its outcome."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, TypeVar
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
Outcome = TypeVar("Outcome", covariant=True)  # noqa: PLC0105 - an outcome is an outcome
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
        `CommandError` if signals end it before its outcome is known.
        """
        settings = self.dependencies.settings
        journal = _LeftOpenIfUnknown(self.dependencies.storage.journal)
        writer = Writer(self.reader, journal, settings.profile.name)
        unknown = explain_open_change(words, settings.command(self.reading.port_id), sent=True)

        async def once(*, unrecorded: bool) -> T:
            return await to_its_end(
                self.dependencies,
                partial(operation, writer, replace(request, unrecorded=unrecorded)),
                explain_phase,
                unknown,
            )

        asked = unrecorded if self.asks else ""
        return await recorded_or_asked(self.dependencies, once, asked)


class _Once(Protocol[Outcome]):
    """Sends something, recorded first or not."""

    def __call__(self, *, unrecorded: bool) -> Awaitable[Outcome]: ...


async def recorded_or_asked(dependencies: Dependencies, once: _Once[T], question: str) -> T:
    """Send something; if it can't be recorded first, ask. An empty question means no."""
    outcome = await once(unrecorded=False)
    match outcome:
        case Stopped(why=JournalError() as error) if question:
            dependencies.console.say(explain_unrecorded(error))
            if await dependencies.console.confirm(question):
                return await once(unrecorded=True)
    return outcome


async def to_its_end(
    dependencies: Dependencies,
    operation: Callable[[Observer], Awaitable[T]],
    progress: Callable[[Phase, int], str],
    unknown: str,
) -> T:
    """Await an operation. Once it has been sent, only the second signal ends it.

    Raises `CommandError` with the text `unknown` if it is ended before its outcome is known.
    """
    console, interruption = dependencies.console, dependencies.interruption
    is_sent = False

    def on_phase(phase: Phase, number: int) -> None:
        nonlocal is_sent
        console.show_progress(progress(phase, number))
        if phase is not Phase.CHECKING:
            is_sent = True
            interruption.hold(lambda: console.say(explain_ending()))

    try:
        return await operation(Observer(on_phase))
    except asyncio.CancelledError:
        if not is_sent:
            raise
        raise CommandError(ExitStatus.UNKNOWN, Explanation(unknown)) from None
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
        raise CommandError(ExitStatus.FAILED, reason._replace(meaning=meaning))


def finish(
    dependencies: Dependencies, outcome: SaveOutcome | DeleteOutcome, explained: Explanation
) -> None:
    """Print the outcome of a change that was done. Raises `CommandError` for any other."""
    status = status_of(outcome)
    if isinstance(outcome, Refused):  # it would be refused again
        again = (Action.EDIT, Action.DELETE)
        explained = explained._replace(next=tuple(a for a in explained.next if a not in again))
    if status is not ExitStatus.DONE:
        raise CommandError(status, explained)
    dependencies.console.say(f"{explained.what}. {explained.meaning}".rstrip(".") + ".")


def status_of(outcome: SaveOutcome | DeleteOutcome) -> ExitStatus:
    """Return the exit status for an outcome.

    It is `UNKNOWN` for whatever was sent and isn't confirmed, even if the port could be read: it
    may have other values than those sent, or may still get them.
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
