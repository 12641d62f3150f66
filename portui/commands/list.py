"""`portui list`: print the ports that match."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from portui.commands.command import Compose, ExitStatus
from portui.commands.options import add_output, add_pipeline, count_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from portui.commands.command import Dependencies
    from portui.operations.listing import Listing
    from portui.operations.service import Service

DESCRIPTION = """\
Print the ports of the project, or of one pipeline, that match all words: a port
number (24224), the beginning of one (30*), a part of a name, plugin or
endpoint, or 'pending'. pipeline:edge or frontend:24224 narrow a word to a
column."""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="WORDS", help="what each port has to match")
    add_pipeline(parser, "only the ports of this pipeline")
    parser.add_argument(
        "--last",
        type=count_in,
        default=0,
        metavar="N",
        help="print only the N newest ports, the newest first (0, the default: all)",
    )
    add_output(parser)


async def run(options: Namespace, compose: Compose) -> ExitStatus:
    """Run the command. Raises `CommandError`."""
    dependencies = compose()
    from portui.commands.access import service_of
    from portui.commands.printing import print_ports

    console = dependencies.console
    service = await service_of(dependencies)
    console.show_progress("Reading…")
    listings = await _listings(service, dependencies, options)
    return await print_ports(console, listings, options)


async def _listings(
    service: "Service", dependencies: "Dependencies", options: Namespace
) -> "AsyncIterator[Listing]":
    """Begin to list the pipeline that is asked for, or else the project."""
    from portui.commands.access import pipeline_of, project_of
    from portui.operations.list_ports import list_pipeline_ports, list_project_ports

    settings, clock = dependencies.settings, dependencies.clock
    if options.pipeline is None:
        project = await project_of(service, settings)
        return list_project_ports(service, clock, project.id)
    pipeline = await pipeline_of(service, settings, options.pipeline)
    return list_pipeline_ports(service, clock, pipeline, most=0 if options.words else options.last)
