"""`portui update`: change a port."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from portui.commands.command import CommandError, Compose, ExitStatus
from portui.commands.options import (
    add_output,
    add_port_id,
    add_values,
    port_id_in,
    texts_in,
    time_in,
    wrong_usage,
    wrong_values,
)

if TYPE_CHECKING:
    from portui.commands.sending import Target
    from portui.operations.save import SaveOutcome, Saving
    from portui.port.editing import Change

DESCRIPTION = """\
Change a port, and print it as it was read back.

Shows the change and asks before it is sent; only what differs is sent. Without
a terminal to ask on, --yes is needed."""


def add_arguments(parser: ArgumentParser) -> None:
    add_port_id(parser)
    add_values(parser)
    parser.add_argument("--yes", action="store_true", help="don't ask")
    parser.add_argument("--dry-run", action="store_true", help="show the change, send nothing")
    parser.add_argument(
        "--if-updated-at",
        metavar="TIME",
        help="only if the port was updated then, as its updatedAt says; exit with 5 if not",
    )
    add_output(parser)


async def run(options: Namespace, compose: Compose) -> ExitStatus:
    """Run the command. Raises `CommandError`."""
    port_id = port_id_in(options.port_id)
    wanted = _wanted(options)
    if_updated_at = None if options.if_updated_at is None else time_in(options.if_updated_at)
    dependencies = compose()
    console = dependencies.console
    if not (options.yes or options.dry_run or console.can_ask):
        raise wrong_usage(
            "there is no terminal to ask on: pass --yes, or --dry-run to send nothing"
        )
    from portui.commands.output import print_port
    from portui.commands.sending import Target, check_writable, finish
    from portui.explain.outcomes import explain_outdated, explain_save
    from portui.operations.save import NothingToSave, Saved, Saving

    if not options.dry_run:
        check_writable(dependencies)
    target = await Target.read(dependencies, port_id, asks=not options.yes)
    reading = target.reading
    saving = Saving(reading, wanted.missing_in(reading.port), if_updated_at=if_updated_at)
    if if_updated_at and saving.is_outdated(reading.port):
        raise CommandError(ExitStatus.REFUSED, explain_outdated(if_updated_at, reading.port))
    outcome: SaveOutcome = NothingToSave(reading)
    if saving.change:
        _show(target, saving.change)
        if options.dry_run:
            console.say("Dry run. Nothing was sent.")
            return ExitStatus.DONE
        outcome = await _save(target, saving)
    finish(dependencies, outcome, explain_save(outcome, reading.port, saving.change))
    now = outcome.reading if isinstance(outcome, Saved | NothingToSave) else None
    print_port(console, now or reading, options.output)
    return ExitStatus.DONE


def _wanted(options: Namespace) -> "Change":
    """Return the values that the options give. Raises `CommandError` for bad ones, or none."""
    from portui.port.editing import Mistakes, values_in

    texts = texts_in(options)
    values = values_in(texts)
    if isinstance(values, Mistakes):
        raise wrong_values(values, texts)
    if not values:
        names = "--protocol, --frontend-port, --backend-port or --endpoint"
        raise wrong_usage(f"nothing to change: pass {names}")
    return values


def _show(target: "Target", change: "Change") -> None:
    """Show the change, and what to know about it."""
    from portui.explain.edits import explain_clearing, explain_configured, old_value, whole_value
    from portui.port.display import safe, summary
    from portui.port.model import Field

    console, port = target.dependencies.console, target.reading.port
    profile = safe(target.dependencies.settings.profile.name, 40)
    console.say(f"Port {target.reading.port_id} ({summary(port)}) on {profile}:")
    for field, value in change:
        console.say(f"  {field.label} {old_value(port, field)} → {whole_value(value)}")
    if (Field.ENDPOINT, "") in change:
        console.say(f"{explain_clearing()}.")
    if configured := explain_configured(port):
        console.say(f"{configured}.")


async def _save(target: "Target", saving: "Saving") -> "SaveOutcome":
    """Ask, then save. Raises `CommandError` for a no."""
    from portui.commands.sending import saying_if_not_sent
    from portui.explain.edits import change_words
    from portui.operations.save import save

    words = f"{change_words(saving.before.port, saving.change)} of port {saving.before.port_id}"
    with saying_if_not_sent(target.dependencies, words):
        await target.agree("Save this change?", "saved")
        return await target.send(save, saving, words, "Save without a record?")
