"""How failures of calls end a command, and what is printed about them."""

import shlex
from argparse import Namespace
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from portui.api.errors import NoTokenError, RefusedError, ServiceError
from portui.commands.command import CommandError, ExitStatus
from portui.commands.console import Console
from portui.commands.options import option_of, texts_in
from portui.explain.errors import explain_error
from portui.explain.explanation import Action, Explanation
from portui.operations.look_up import rejects_token, says_no_such_port
from portui.port.display import NONE, safe
from portui.port.editing import LONGEST_ENDPOINT
from portui.port.identifier import port_ids_in


def failed(error: ServiceError, explanation: Explanation | None = None) -> CommandError:
    """Return the error that ends a command after a failed call.

    Without an `explanation`, it has the usual one.
    """
    return CommandError(_status(error), explanation or explain_error(error))


def _status(error: ServiceError) -> ExitStatus:
    if says_no_such_port(error):
        return ExitStatus.NO_SUCH_PORT
    if rejects_token(error) or isinstance(error, NoTokenError):
        return ExitStatus.NO_TOKEN
    return ExitStatus.REFUSED if isinstance(error, RefusedError) else ExitStatus.FAILED


def print_failure(
    console: Console, error: CommandError, options: Namespace, service: tuple[str, ...]
) -> None:
    """Print what went wrong and what to do next; as data too, if the output would have been.

    `options` are the command's own, `service` those that select the service.
    """
    explanation, next_ = error.explanation, next_commands(error.explanation, options, service)
    choices = [(safe(each.name or NONE, 60), each.id) for each in error.choices]
    console.say(f"portui: {explanation.what}")
    widest = max((len(name) for name, _ in choices), default=0)
    for name, choice_id in choices:
        console.say(f"  {name:<{widest}}  {choice_id}")
    if then := f"{explanation.meaning} {_next(next_)}".strip():
        console.say(then)
    form = getattr(options, "output", "table")
    if form != "table" and not error.has_output:
        from portui.commands.output import as_data

        parts: dict[str, Any] = {"error": explanation.what, "meaning": explanation.meaning}
        if error.choices:
            parts["choices"] = [{"id": str(each.id), "name": each.name} for each in error.choices]
        console.print(as_data(parts | {"next": next_, "exitStatus": int(error.status)}, form))


def _next(commands: list[str]) -> str:
    return f"Next: {'; or '.join(commands)}" if commands else ""


def next_commands(
    explanation: Explanation, options: Namespace, service: tuple[str, ...]
) -> list[str]:
    """Return the command lines for an explanation's actions, in its order."""
    lines = (_command(action, options, service) for action in explanation.next)
    return list(
        dict.fromkeys(shlex.join(["portui", *words]) for words in lines if words is not None)
    )


def _command(action: Action, options: Namespace, service: tuple[str, ...]) -> list[str] | None:
    """Return the words of a command for an action, or `None` if there is no such command."""
    match action:
        case Action.LOOK_UP:
            return ["list", *service]
        case Action.REFRESH:
            port_id = _port_id(options)
            again = ["get", str(port_id)] if port_id else ["list", *_query(options)]
            return [*again, *service]
        case Action.EDIT:
            given = _given(options)
            return _again("update", options, [*given, *service]) if given else None
        case Action.DELETE:
            return _again("delete", options, service)
        case Action.TOKEN:
            return ["token", "set", *service]
        case Action.DEMO:
            return None if "--demo" in service else ["--demo"]
        case Action.HISTORY:
            return [*service]
        case Action.FIND_NUMBER:
            number = getattr(options, "frontend_port", None)
            return ["list", f"frontend:{number}", *service] if number else None
        case Action.CREATE_AGAIN:  # in a pipeline that may not be known
            return None


def _port_id(options: Namespace) -> UUID | None:
    found = port_ids_in(getattr(options, "port_id", None) or "")
    return found[0] if len(found) == 1 else None


def _query(options: Namespace) -> list[str]:
    """Return the words and options that select ports of a list, made safe to print."""
    words: list[str] = list(getattr(options, "words", ()))
    for name in ("pipeline", "project"):
        if value := getattr(options, name, None):
            words += [f"--{name}", value]
    return [safe(word) for word in words]


def _again(command: str, options: Namespace, more: Iterable[str]) -> list[str] | None:
    """Return a command for the same port, with more options."""
    port_id = _port_id(options)
    return [command, str(port_id), *more] if port_id else None


def _given(options: Namespace) -> list[str]:
    """Return the options that give a port's new values, made safe to print."""
    words: list[str] = []
    for field, text in texts_in(options).items():
        option, value = option_of(field), safe(str(text), LONGEST_ENDPOINT)
        apart = value and not value.startswith("-")
        words += [option, value] if apart else [f"{option}={value}"]
    return words
