"""The command line: the app's, and that of the plain commands.

Most of portui is imported only after parsing, which keeps `--help` and `--version` fast.
"""

import argparse
import gc
import os
import sys
import threading
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final, NoReturn

from portui import __version__

_WRONG_USE: Final = 2
_INTERRUPTED: Final = 130
_UNPACKED: Final = "_PEX_ROOT_FALLBACK"
"""Set where `portui.pyz` can't write to the home folder: what it has unpacked into a temporary one
is deleted by the interpreter's cleanup."""

COMMANDS: Final[dict[str, str]] = {
    "get": "print a port",
    "list": "find ports: print those that match",
    "create": "create a port",
    "update": "change a port",
    "delete": "delete a port",
    "token": "set, show or delete the token in the keyring",
    "doctor": "check what portui needs, and the connection to the service",
    "completion": "print the code for a shell's completions",
    "help": "print a page of the documentation",
}
"""The plain commands, each a module of `portui.commands`, and what it does."""

_DESCRIPTION = """\
Find, look up, edit and delete Calyptia Cloud pipeline ports.

With --demo it uses a built-in service: no account, network or keyring needed."""

_EPILOG = """\
commands, for scripts and quick answers (portui COMMAND --help):
{commands}

environment:
  CALYPTIA_CLOUD_TOKEN  the API token; else the keyring's, or portui asks
  CALYPTIA_CLOUD_URL    the API's URL, unless --api-url or --profile is given
  SSL_CERT_FILE         a private CA's certificate
  HTTPS_PROXY NO_PROXY  the proxy to use, and the hosts to reach without it

exit status:
  0 done   1 failed   2 wrong usage, or no usable terminal
  3 no such port, pipeline or project   4 token missing or rejected
  5 refused, or changed by someone else   6 outcome unknown, or not seen in time
  130 interrupted   129, 143 ended by SIGHUP or SIGTERM"""


def main() -> None:
    """Run portui and exit with its status."""
    if "_ARGCOMPLETE" in os.environ:  # a shell asks for completions
        _complete()
    arguments = sys.argv[1:]
    options, rest = _common_parser().parse_known_args(arguments)
    if rest and rest[0] in COMMANDS:
        _run_command(rest[0], rest[1:], options)
    else:
        _run_app(_parse(arguments))


def _run_app(options: argparse.Namespace) -> None:
    gc.disable()  # loaded modules are never freed; the app enables it once all are loaded
    from portui.tui.terminal.typeahead import type_ahead

    with type_ahead() as early:
        from portui.launch.app import run_app
        from portui.launch.settings import UsageError

        try:
            status, words = run_app(options, early), ""
        except UsageError as why:
            words = str(why)
    if words:
        _stop(words)
    _exit(status)


def _run_command(name: str, arguments: Sequence[str], options: argparse.Namespace) -> None:
    """Run a plain command. Common options may stand before its name as well."""
    try:
        status = _command_status(name, arguments, options)
    except KeyboardInterrupt:  # before the command could begin
        status = _INTERRUPTED
    _exit(status, at_once=True)


def _command_status(name: str, arguments: Sequence[str], options: argparse.Namespace) -> int:
    command = _command(name)
    parser = _Parser(
        prog=f"portui {name}",
        description=command.DESCRIPTION,
        parents=[_common_parser()],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.add_arguments(parser)
    options, unknown = parser.parse_known_intermixed_args(arguments, options)
    _refuse(parser, unknown)
    from portui.launch.command import run_command

    return run_command(command, options)


def _command(name: str) -> Any:  # noqa: ANN401 - a `Command`, whose protocol costs an import
    return import_module(f"portui.commands.{name}")


def _complete() -> None:
    """Answer the shell, and end the process."""
    from portui.launch.completion import complete

    parser = _Parser(prog="portui", parents=[_common_parser()], allow_abbrev=False)
    _add_app_options(parser)
    commands = parser.add_subparsers(dest="command")
    actions = [*parser._actions]  # noqa: SLF001 - argparse has no other way to them
    for name, does in COMMANDS.items():
        command = commands.add_parser(name, help=does, parents=[_common_parser()])
        for option in command._actions:  # noqa: SLF001
            option.default = argparse.SUPPRESS  # keeps what was given before the command
        _command(name).add_arguments(command)
        actions += command._actions  # noqa: SLF001
    complete(parser, actions)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Exit with a one-line message in which the arguments are escaped."""
        from portui.port.display import safe

        _stop(f"{safe(message)}; see {self.prog} --help")


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    commands = "\n".join(f"  {name:<12}{does}" for name, does in COMMANDS.items())
    parser = _Parser(
        prog="portui",
        description=_DESCRIPTION,
        epilog=_EPILOG.format(commands=commands),
        parents=[_common_parser()],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "words",
        nargs="*",
        metavar="PORT_ID | WORDS",
        help="open on this port, or on all ports that match the words: a port number, a name",
    )
    _add_app_options(parser)
    options, unknown = parser.parse_known_intermixed_args(arguments)
    _refuse(parser, unknown)
    return options


def _add_app_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mouse", action="store_true", help="use the mouse over SSH too")
    parser.add_argument(
        "--plain-drawing", action="store_true", help="let Textual draw, which sends more bytes"
    )
    parser.add_argument("--version", action="version", version=f"portui {__version__}")


def _common_parser() -> "_Parser":
    """Return a parser of the options that the app and the commands have in common."""
    parser = _Parser(prog="portui", add_help=False, allow_abbrev=False)
    parser.add_argument("--demo", action="store_true", help="use the built-in demo service")
    parser.add_argument("--api-url", metavar="URL", help="the API's URL")
    parser.add_argument(
        "--profile", metavar="NAME", help="production, staging, dev, or one from config.toml"
    )
    parser.add_argument(
        "--project", metavar="NAME_OR_ID", help="the project, if the token gives access to several"
    )
    parser.add_argument("--read-only", action="store_true", help="don't allow changes")
    return parser


def _refuse(parser: argparse.ArgumentParser, unknown: Sequence[str]) -> None:
    """Exit if there are arguments that the parser doesn't know."""
    if not unknown:
        return
    # Leave out the value: a mistyped --api-url may contain a password.
    name = unknown[0].partition("=")[0]
    name = name if name.startswith("--") else name[:2] if name.startswith("-") else name
    parser.error(f"no such option: {name}" if name.startswith("-") else f"unexpected: {name}")


def _stop(words: str) -> NoReturn:
    """Write one line to stderr and exit with the status for wrong usage."""
    if sys.stderr:  # None if it was closed
        sys.stderr.write(f"portui: {words}\n")
    raise SystemExit(_WRONG_USE)


def _exit(status: int, *, at_once: bool = False) -> None:
    """Exit with a status, skipping the interpreter's cleanup if it could hang or fail.

    The cleanup hangs on a non-daemon thread, such as one in a name lookup, which can't be
    cancelled. For a command, it also takes longer than reading a port from a nearby service.
    """
    at_once = at_once and _UNPACKED not in os.environ
    at_once = at_once or any(not thread.daemon for thread in threading.enumerate()[1:])
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:  # the terminal has closed; a flush by the interpreter would exit with 120
            at_once = True
    if at_once:
        os._exit(status)
    raise SystemExit(status)
