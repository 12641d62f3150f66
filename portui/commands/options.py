"""Options that several commands have, and how their values are read."""

from argparse import ArgumentParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID


def add_port_id(parser: ArgumentParser) -> None:
    """Add the port ID, or any text that contains one."""
    parser.add_argument("port_id", metavar="PORT_ID", help="the port's ID, or its URL")


def add_output(parser: ArgumentParser) -> None:
    """Add the format of the output."""
    parser.add_argument(
        "-o",
        "--output",
        choices=("table", "json"),
        default="table",
        help="for people (table, the default) or for programs",
    )


def port_id_in(text: str) -> "UUID":
    """Return the port ID in a text. Raises `CommandError` if there is none, or several."""
    from portui.commands.command import CommandError, ExitStatus
    from portui.explain.explanation import Explanation
    from portui.port.display import safe
    from portui.port.identifier import port_ids_in

    found = port_ids_in(text)
    if len(found) == 1:
        return found[0]
    what = "contains several port IDs" if found else "is not a port ID"
    explanation = Explanation(f"'{safe(text, 40)}' {what}")
    raise CommandError(ExitStatus.WRONG_USAGE, explanation)
