"""Print listed ports as they are read, and say what is missing from them."""

from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from portui.api.errors import RefusedError, ServiceError
from portui.commands.command import CommandError, ExitStatus
from portui.commands.console import Console
from portui.commands.failures import failed
from portui.commands.listed import Rows, rows_for
from portui.explain.errors import explain_retrying
from portui.explain.listings import explain_list_error, explain_listing, explain_problem
from portui.operations.listing import Incomplete, Listing, Problem
from portui.port.display import safe
from portui.port.finding import filtered
from portui.port.listed import ListedPort

_MOST_PROBLEMS: Final = 5
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
_NOT_FOUND: Final = 404


async def print_ports(
    console: Console, listings: AsyncIterator[Listing], options: Namespace
) -> ExitStatus:
    """Print the ports that match, as they are read. Raises `CommandError` if some are missing."""
    # A pipeline's ports come newest first; a project's must all be read to find the newest.
    is_newest_first = options.pipeline is not None
    printer = _Printer(
        console,
        rows_for(options.output, console.width),
        " ".join(options.words),
        options.last,
        waits=options.last > 0 and not is_newest_first,
    )
    problems: tuple[Problem, ...] = ()
    async with aclosing(listings):  # type: ignore[type-var]
        async for listing in listings:
            _check(listing)
            printer.take(listing)
            if printer.has_enough:
                break
            problems = listing.problems
            _show(console, listing)
    printer.end()
    if problems:
        raise _incomplete(console, problems)
    if not printer.printed and options.output == "table":
        console.say(f"portui: {_nothing(printer.words)}")
    return ExitStatus.DONE


def _nothing(words: str) -> str:
    return f"No port matches {safe(words)}" if words else "No ports"


@dataclass(slots=True)
class _Printer:
    """Prints the ports of a listing that match, each once."""

    console: Console
    rows: Rows
    words: str
    last: int
    """How many to print, at most; 0 for all."""
    waits: bool
    """Whether to print the newest only when all have been read."""
    printed: int = 0
    _read: int = 0
    _waiting: list[ListedPort] = field(default_factory=list)

    @property
    def has_enough(self) -> bool:
        return 0 < self.last == self.printed

    def take(self, listing: Listing) -> None:
        """Take what is new in a listing."""
        found = filtered(listing.ports[self._read :], self.words)
        self._read = len(listing.ports)
        if self.waits:
            self._waiting += found
        else:
            self._print(found)

    def end(self) -> None:
        """Print what is left."""
        newest = sorted(self._waiting, key=_created, reverse=True)
        self._print(tuple(newest))
        if text := self.rows.end():
            self.console.print(text)

    def _print(self, ports: tuple[ListedPort, ...]) -> None:
        shown = ports[: self.last - self.printed] if self.last else ports
        self.printed += len(shown)
        if text := self.rows.more(shown):
            self.console.print(text)


def _created(listed: ListedPort) -> datetime:
    at = listed.port.created_at
    return at if isinstance(at, datetime) else _EARLIEST


def _check(listing: Listing) -> None:
    """Raise `CommandError` if the list has ended before anything was read."""
    if listing.done and listing.replies == 0:
        for problem in listing.problems:
            if isinstance(problem, Incomplete) and isinstance(problem.why, ServiceError):
                raise list_failed(problem.why)


def list_failed(error: ServiceError) -> CommandError:
    """Return how a failed call for a list, or for a project, ends the command."""
    explanation = explain_list_error(error)
    if isinstance(error, RefusedError) and error.status == _NOT_FOUND:
        return CommandError(ExitStatus.NO_SUCH_PORT, explanation)
    return failed(error, explanation)


def _show(console: Console, listing: Listing) -> None:
    retrying = listing.retrying
    console.show_progress(explain_retrying(retrying) if retrying else explain_listing(listing))


def _incomplete(console: Console, problems: tuple[Problem, ...]) -> CommandError:
    """Say what is missing, and return the error for the last of it."""
    *others, last = problems[:_MOST_PROBLEMS]
    for problem in others:
        said = explain_problem(problem)
        console.say(f"portui: {said.what}. {said.meaning}")
    if (more := len(problems) - _MOST_PROBLEMS) > 0:
        console.say(f"portui: {more:,} more like these")
    return CommandError(ExitStatus.FAILED, explain_problem(last), has_output=True)
