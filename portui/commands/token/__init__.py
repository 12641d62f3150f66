"""`portui token`: store the token in the keyring, say what it is, or delete it.

Nothing that was given on the command line is repeated: it could be the token.
"""

from argparse import ArgumentParser, Namespace
from typing import Final

from portui.commands.command import Compose, ExitStatus
from portui.commands.options import add_output, wrong_usage

ACTIONS: Final = ("set", "status", "delete")

DESCRIPTION = """\
Store the API token for a service in the OS keyring, show what is known about
it, or delete it.

  set     read the token from a hidden prompt, or from standard input, and
          store it
  status  say where the token comes from, whose it is, and whether the service
          accepts it
  delete  delete the stored token, without a question

Exit status 4: there is no token, or the service rejects it."""


def add_arguments(parser: ArgumentParser) -> None:
    parser.usage = f"portui token {{{','.join(ACTIONS)}}} [options]"
    action = parser.add_argument("action", nargs="*", metavar="ACTION", help=", ".join(ACTIONS))
    action.completer = lambda **_: ACTIONS  # type: ignore[attr-defined]  # argcomplete's own
    add_output(parser)


async def run(options: Namespace, compose: Compose) -> ExitStatus:
    """Run the command. Raises `CommandError`."""
    match options.action:
        case [("set" | "status" | "delete") as action]:
            pass
        case [("set" | "status" | "delete"), *_]:
            raise wrong_usage(
                "the token can't be given on the command line, where others could see it"
            )
        case _:
            raise wrong_usage("say what to do: portui token set, status or delete")
    dependencies = compose()
    if dependencies.settings.demo:
        raise wrong_usage("the demo needs no token")
    match action:
        case "set":
            from portui.commands.token.storing import set_token

            return await set_token(dependencies, options.output)
        case "delete":
            from portui.commands.token.storing import delete_token

            return await delete_token(dependencies, options.output)
        case _:
            from portui.commands.token.status import show_status

            return await show_status(dependencies, options.output)
