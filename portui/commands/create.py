"""`portui create`: create a port in a pipeline."""

import shlex
from argparse import ArgumentParser, Namespace
from functools import partial
from typing import TYPE_CHECKING

from portui.commands.command import CommandError, Compose, ExitStatus
from portui.commands.options import (
    add_output,
    add_pipeline,
    add_values,
    texts_in,
    wrong_usage,
    wrong_values,
)

if TYPE_CHECKING:
    from portui.commands.command import Dependencies
    from portui.operations.create import CreateOutcome, Creating, Creator
    from portui.port.editing import NewPort

DESCRIPTION = """\
Create a port in a pipeline, and print it as it was read back.

Shows the port and asks before it is sent. Without a terminal to ask on, --yes
is needed. Without --endpoint, or with an empty one, the service assigns one."""


def add_arguments(parser: ArgumentParser) -> None:
    add_pipeline(parser, "the pipeline", required=True)
    add_values(parser, required=True)
    parser.add_argument("--yes", action="store_true", help="don't ask")
    add_output(parser)


async def run(options: Namespace, compose: Compose) -> ExitStatus:
    """Run the command. Raises `CommandError`."""
    new = _new_port(options)
    dependencies = compose()
    if not (options.yes or dependencies.console.can_ask):
        raise wrong_usage("there is no terminal to ask on: pass --yes")
    from portui.commands.access import pipeline_of, service_of
    from portui.commands.output import print_port
    from portui.commands.sending import check_writable
    from portui.explain.creations import explain_create
    from portui.explain.explanation import Explanation
    from portui.operations.create import Created, Creating, Creator

    check_writable(dependencies)
    console, settings = dependencies.console, dependencies.settings
    service = await service_of(dependencies)
    console.show_progress("Finding the pipeline…")
    pipeline = await pipeline_of(service, settings, options.pipeline)
    if pipeline.id is None:
        raise CommandError(ExitStatus.FAILED, Explanation("The service gave the pipeline no ID"))
    creator = Creator(
        service, dependencies.storage.journal, settings.profile.name, dependencies.clock
    )
    creating = Creating(pipeline.id, pipeline.name, new)
    outcome = await _create(dependencies, creator, creating, asks=not options.yes)
    explained = explain_create(outcome, pipeline, new)
    if not isinstance(outcome, Created):
        raise CommandError(_status(outcome), explained)
    as_asked = new.is_like(outcome.reading.port)
    if as_asked:
        console.say(f"{explained.what}. {explained.meaning}")
    print_port(console, outcome.reading, options.output)
    if not as_asked:
        raise CommandError(ExitStatus.UNKNOWN, explained, has_output=True)
    return ExitStatus.DONE


def _new_port(options: Namespace) -> "NewPort":
    """Return the port that the options describe. Raises `CommandError` for bad values."""
    from portui.port.editing import BLANK, Mistakes, new_port

    texts = {**BLANK, **texts_in(options)}
    new = new_port(texts)
    if isinstance(new, Mistakes):
        raise wrong_values(new, texts)
    return new


async def _create(
    dependencies: "Dependencies", creator: "Creator", creating: "Creating", *, asks: bool
) -> "CreateOutcome":
    """Show the port, ask, then create it. Raises `CommandError` for a no."""
    from dataclasses import replace

    from portui.commands.sending import recorded_or_asked, saying_if_not_sent, to_its_end
    from portui.explain.creations import explain_create_phase
    from portui.explain.errors import NOTHING_SENT
    from portui.explain.explanation import Explanation
    from portui.explain.history import creation_words
    from portui.explain.outcomes import explain_open_change
    from portui.operations.create import create
    from portui.port.display import safe

    console, settings = dependencies.console, dependencies.settings
    words = creation_words(creating.new, creating.pipeline)
    look = ["portui", "list", "--pipeline", str(creating.pipeline_id), *settings.options]
    unknown = explain_open_change(words, shlex.join(look), sent=True)

    async def once(*, unrecorded: bool) -> "CreateOutcome":
        operation = partial(create, creator, replace(creating, unrecorded=unrecorded))
        return await to_its_end(dependencies, operation, explain_create_phase, unknown)

    console.say(f"To create: {words}, on {safe(settings.profile.name, 40)}")
    with saying_if_not_sent(dependencies, words):
        if asks and not await console.confirm("Create this port?"):
            raise CommandError(ExitStatus.FAILED, Explanation("Not created", NOTHING_SENT))
        return await recorded_or_asked(
            dependencies, once, "Create without a record?" if asks else ""
        )


def _status(outcome: "CreateOutcome") -> ExitStatus:
    """Return the exit status for an outcome that isn't a port."""
    from portui.commands.printing import list_failed
    from portui.operations.create import Refused, Unknown
    from portui.operations.write import NotSent

    match outcome:
        case Refused(error=error) | NotSent(why=error):
            return list_failed(error).status
        case Unknown():
            return ExitStatus.UNKNOWN
        case _:
            return ExitStatus.FAILED
