"""How failures of calls end a command, and what is printed about them."""

import json
import shlex
from typing import Final
from uuid import UUID

from portui.api.errors import NoTokenError, RefusedError, ServiceError
from portui.commands.command import CommandError, ExitStatus
from portui.commands.console import Console
from portui.explain.errors import explain_error
from portui.explain.explanation import Action, Explanation
from portui.operations.look_up import rejects_token, says_no_such_port

_COMMANDS: Final = {
    Action.LOOK_UP: ("list", ""),
    Action.REFRESH: ("get", "ID"),
    Action.TOKEN: ("token set", ""),
    Action.HISTORY: ("", ""),
}


def failed(error: ServiceError) -> CommandError:
    """Return how a failed call ends the command."""
    return CommandError(_status(error), explain_error(error))


def _status(error: ServiceError) -> ExitStatus:
    if says_no_such_port(error):
        return ExitStatus.NO_SUCH_PORT
    if rejects_token(error) or isinstance(error, NoTokenError):
        return ExitStatus.NO_TOKEN
    return ExitStatus.REFUSED if isinstance(error, RefusedError) else ExitStatus.FAILED


def print_failure(
    console: Console, error: CommandError, *, as_json: bool, options: tuple[str, ...]
) -> None:
    """Print what went wrong and what to do next; as JSON too if the output would have been."""
    explanation = error.explanation
    lines = [f"portui: {explanation.what}", *filter(None, [explanation.meaning])]
    next_ = next_commands(explanation, None, options)
    if next_:
        lines.append(f"Next: {'; or '.join(next_)}")
    for line in lines:
        console.say(line)
    if as_json:
        parts = {"error": explanation.what, "meaning": explanation.meaning, "next": next_}
        console.print(json.dumps(parts | {"exitStatus": int(error.status)}))


def next_commands(
    explanation: Explanation, port_id: UUID | None, options: tuple[str, ...]
) -> list[str]:
    """Return the command lines for an explanation's actions, where there are any."""
    found = []
    for action in explanation.next:
        name, argument = _COMMANDS.get(action, ("", ""))
        if name and (port_id or not argument):
            words = [*name.split(), *([str(port_id)] if argument else []), *options]
            found.append(shlex.join(["portui", *words]))
    return found
