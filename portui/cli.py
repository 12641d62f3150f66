"""The command line.

Most of the app is imported only after parsing, which keeps `--help` and `--version` fast.
"""

import argparse
import os
import sys
import threading
from collections.abc import Sequence
from typing import Final, NoReturn

from portui import __version__
from portui.tui.terminal.typeahead import type_ahead

_WRONG_USE: Final = 2

_DESCRIPTION = """\
Look up, edit and delete a Calyptia Cloud pipeline port by its ID.

With --demo it uses a built-in service: no account, network or keyring needed."""

_EPILOG = """\
environment:
  CALYPTIA_CLOUD_TOKEN  the API token; without it, portui uses the keyring's or asks
  CALYPTIA_CLOUD_URL    the API's URL, unless --api-url or --profile is given
  SSL_CERT_FILE         a private CA's certificate
  HTTPS_PROXY NO_PROXY  the proxy to use, and the hosts to reach without it

exit status:
  0 done   1 failed   2 wrong usage, or no usable terminal   6 outcome unknown
  130 interrupted   129, 143 ended by SIGHUP or SIGTERM"""


def main() -> None:
    """Run portui and exit with its status."""
    options = _parse(sys.argv[1:])
    with type_ahead() as early:
        from portui.launch import UsageError, launch

        try:
            status, words = launch(options, early), ""
        except UsageError as why:
            words = str(why)
    if words:
        _stop(words)
    _exit(status)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Exit with a one-line message in which the arguments are escaped."""
        from portui.port.display import safe

        _stop(f"{safe(message)}; see portui --help")


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = _Parser(
        prog="portui",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "words",
        nargs="*",
        metavar="PORT_ID | WORDS",
        help="open on this port, or on all ports that match the words: a port number, a name",
    )
    parser.add_argument("--demo", action="store_true", help="use the built-in demo service")
    parser.add_argument("--api-url", metavar="URL", help="the API's URL")
    parser.add_argument(
        "--profile", metavar="NAME", help="production, staging, dev, or one from config.toml"
    )
    parser.add_argument("--read-only", action="store_true", help="disable editing and deleting")
    parser.add_argument("--mouse", action="store_true", help="use the mouse over SSH too")
    parser.add_argument(
        "--plain-drawing", action="store_true", help="let Textual draw, which sends more bytes"
    )
    parser.add_argument("--version", action="version", version=f"portui {__version__}")
    options, unknown = parser.parse_known_intermixed_args(arguments)
    if unknown:
        # Leave out the value: a mistyped --api-url may contain a password.
        name = unknown[0].partition("=")[0]
        parser.error(f"no such option: {name}")
    return options


def _stop(words: str) -> NoReturn:
    """Write one line to stderr and exit with the status for wrong usage."""
    if sys.stderr:  # None if it was closed
        sys.stderr.write(f"portui: {words}\n")
    raise SystemExit(_WRONG_USE)


def _exit(status: int) -> None:
    """Exit with a status, skipping the interpreter's cleanup if it could hang or fail.

    It hangs on a non-daemon thread, such as one in a name lookup, which can't be cancelled.
    """
    at_once = any(not thread.daemon for thread in threading.enumerate()[1:])
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:  # the terminal has closed; a flush by the interpreter would exit with 120
            at_once = True
    if at_once:
        os._exit(status)
    raise SystemExit(status)
