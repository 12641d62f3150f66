"""`portui get`: print a port."""

from argparse import ArgumentParser, Namespace

from portui.commands.command import Compose, ExitStatus
from portui.commands.options import add_output, add_port_id, port_id_in

DESCRIPTION = "Print a port, as read from the service now."


def add_arguments(parser: ArgumentParser) -> None:
    add_port_id(parser)
    add_output(parser)


async def run(options: Namespace, compose: Compose) -> ExitStatus:
    """Run the command. Raises `CommandError`."""
    port_id = port_id_in(options.port_id)
    dependencies = compose()
    from portui.api.errors import ServiceError
    from portui.commands.access import reader_of
    from portui.commands.command import CommandError
    from portui.commands.failures import failed
    from portui.commands.output import print_port
    from portui.explain.errors import explain_retrying
    from portui.explain.outcomes import explain_different_port

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
        raise CommandError(ExitStatus.FAILED, explain_different_port(reading))
    print_port(console, reading, options.output)
    return ExitStatus.DONE
