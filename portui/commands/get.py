"""`portui get`: print a port."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from portui.commands.command import CommandError, Compose, ExitStatus
from portui.commands.options import add_output, add_port_id, port_id_in, seconds_in, wrong_usage

if TYPE_CHECKING:
    from uuid import UUID

    from portui.commands.console import Console
    from portui.operations.look_up import Reader, Reading, Retrying
    from portui.operations.wait import Waiting

DESCRIPTION = "Print a port, as read from the service now."


def add_arguments(parser: ArgumentParser) -> None:
    add_port_id(parser)
    add_output(parser)
    parser.add_argument(
        "--wait", action="store_true", help="wait until the port's endpoint is assigned"
    )
    parser.add_argument(
        "--timeout",
        type=seconds_in,
        metavar="S",
        help="wait at most S seconds; then print what is known, and exit with 6",
    )


async def run(options: Namespace, compose: Compose) -> ExitStatus:
    """Run the command. Raises `CommandError`."""
    port_id = port_id_in(options.port_id)
    if options.timeout is not None and not options.wait:
        raise wrong_usage("--timeout is for --wait")
    dependencies = compose()
    from portui.api.errors import ServiceError
    from portui.commands.access import reader_of
    from portui.commands.failures import failed

    console = dependencies.console
    reader = await reader_of(dependencies)
    console.show_progress("Reading…")
    try:
        if options.wait:
            return await _wait(reader, port_id, options, console)
        reading = await reader.look_up(port_id, lambda news: _show(console, news))
    except ServiceError as error:
        raise failed(error) from None
    return _print(console, reading, options)


async def _wait(
    reader: "Reader", port_id: "UUID", options: Namespace, console: "Console"
) -> ExitStatus:
    """Wait for the endpoint. At the timeout, print the port as it was read last."""
    from portui.commands.output import print_port
    from portui.explain.waiting import explain_not_assigned
    from portui.operations.wait import Waiting, wait_for_endpoint

    outcome = await wait_for_endpoint(
        reader, port_id, options.timeout, lambda news: _show(console, news)
    )
    if not isinstance(outcome, Waiting):
        return _print(console, outcome, options)
    if outcome.reading:
        print_port(console, outcome.reading, options.output)
    explanation = explain_not_assigned(outcome, options.timeout)
    raise CommandError(ExitStatus.UNKNOWN, explanation, has_output=bool(outcome.reading))


def _show(console: "Console", news: "Waiting | Retrying") -> None:
    """Show progress, for which nothing is imported where nobody sees it."""
    if not console.shows_progress:
        return
    from portui.explain.errors import explain_retrying
    from portui.explain.waiting import explain_waiting
    from portui.operations.look_up import Retrying

    text = explain_retrying(news) if isinstance(news, Retrying) else explain_waiting(news)
    console.show_progress(text)


def _print(console: "Console", reading: "Reading", options: Namespace) -> ExitStatus:
    """Print the port, if it is the one that was asked for."""
    from portui.commands.output import print_port

    if not reading.is_requested:
        from portui.explain.errors import explain_other_port

        raise CommandError(ExitStatus.FAILED, explain_other_port(reading))
    print_port(console, reading, options.output)
    return ExitStatus.DONE
