"""`portui delete`: delete a port."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from portui.commands.command import CommandError, Compose, ExitStatus
from portui.commands.options import add_port_id, port_id_in, wrong_usage

if TYPE_CHECKING:
    from portui.commands.command import Dependencies
    from portui.commands.sending import Target
    from portui.operations.delete import DeleteOutcome

DESCRIPTION = """\
Delete a port, and confirm that it no longer exists.

Shows the port and asks before anything is sent. Without a terminal to ask on,
--yes is needed; on a protected service, --confirm with the frontend port."""


def add_arguments(parser: ArgumentParser) -> None:
    add_port_id(parser)
    parser.add_argument(
        "--yes", action="store_true", help="don't ask; doesn't suffice on a protected service"
    )
    parser.add_argument(
        "--confirm", metavar="FRONTEND_PORT", help="don't ask; fail if this isn't the frontend port"
    )


async def run(options: Namespace, compose: Compose) -> ExitStatus:
    """Run the command. Raises `CommandError`."""
    port_id = port_id_in(options.port_id)
    dependencies = compose()
    _check_can_be_confirmed(options, dependencies)
    from portui.commands.sending import Target, check_writable, finish, saying_if_not_sent
    from portui.explain.outcomes import explain_delete

    check_writable(dependencies)
    agreed = options.confirm is not None or (options.yes and not _is_protected(dependencies))
    target = await Target.read(dependencies, port_id, asks=not agreed)
    _show(target)
    words = f"the deletion of port {port_id}"
    with saying_if_not_sent(dependencies, words):
        outcome = await _delete(target, options.confirm, words)
    finish(dependencies, outcome, explain_delete(outcome, target.reading.port))
    return ExitStatus.DONE


def _is_protected(dependencies: "Dependencies") -> bool:
    return dependencies.settings.profile.protected


def _check_can_be_confirmed(options: Namespace, dependencies: "Dependencies") -> None:
    """Raise `CommandError` if nobody can be asked, and the options don't suffice."""
    if options.confirm is not None or dependencies.console.can_ask:
        return
    if _is_protected(dependencies):
        raise wrong_usage("this service is protected: pass --confirm with the frontend port")
    if not options.yes:
        raise wrong_usage("there is no terminal to ask on: pass --yes")


def _show(target: "Target") -> None:
    """Show the port that is to be deleted."""
    from portui.explain.edits import explain_deleting, target_rows

    console = target.dependencies.console
    console.say("To delete:")
    for label, value in target_rows(target.reading, target.dependencies.settings.profile):
        console.say(f"  {label:<8}  {value}")
    console.say(explain_deleting())


async def _delete(target: "Target", confirmation: str | None, words: str) -> "DeleteOutcome":
    """Ask, then delete. Raises `CommandError` for a no, or another number."""
    from portui.operations.delete import Deleting, delete, what_to_type

    to_type, status = what_to_type(target.reading), ExitStatus.WRONG_USAGE
    if target.asks and _is_protected(target.dependencies):
        confirmation = await target.dependencies.console.ask(f"To delete, type {to_type}:")
        status = ExitStatus.FAILED
    elif confirmation is None:
        await target.agree("Delete this port?", "deleted")
    if confirmation is not None and confirmation.strip() != to_type:
        raise _no_match(confirmation, to_type, status)
    return await target.send(delete, Deleting(target.reading), words, "Delete without a record?")


def _no_match(confirmation: str, to_type: str, status: ExitStatus) -> CommandError:
    from portui.explain.errors import NOTHING_SENT
    from portui.explain.explanation import Explanation
    from portui.port.display import safe

    what = f"Not deleted: '{safe(confirmation, 40)}' is not {to_type}"
    return CommandError(status, Explanation(what, NOTHING_SENT))
