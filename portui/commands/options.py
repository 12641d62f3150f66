"""Options that several commands have, and how their values are read."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from typing import TYPE_CHECKING, Final

from portui.commands.command import CommandError, ExitStatus

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from portui.port.editing import Form, Mistakes
    from portui.port.model import Field

_LONGEST: Final = 366 * 24 * 60 * 60  # seconds


def add_port_id(parser: ArgumentParser) -> None:
    """Add the port ID, or any text that contains one."""
    parser.add_argument("port_id", metavar="PORT_ID", help="the port's ID, or its URL")


def add_output(parser: ArgumentParser) -> None:
    """Add the format of the output."""
    parser.add_argument(
        "-o",
        "--output",
        choices=("table", "json", "yaml"),
        default="table",
        help="for people (table, the default) or for programs (json, yaml)",
    )


def add_pipeline(parser: ArgumentParser, does: str, *, required: bool = False) -> None:
    """Add the pipeline, by its name or ID."""
    words = f"{does}: its ID, its name, or a part of a name that no other has"
    parser.add_argument(
        "--pipeline", type=pipeline_in, metavar="NAME_OR_ID", required=required, help=words
    )


def pipeline_in(text: str) -> str:
    """Return the name or ID in a text, for argparse. Raises `ArgumentTypeError`."""
    from portui.settings.project import project_named

    if (name := project_named(text)) is None:  # the rules for a project's name are the same
        raise ArgumentTypeError("not a pipeline's name or ID")
    return name


def count_in(text: str) -> int:
    """Return a number from 0 on, for argparse. Raises `ArgumentTypeError`."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ArgumentTypeError("not a number")
    return int(text)


def seconds_in(text: str) -> float:
    """Return a number of seconds, for argparse. Raises `ArgumentTypeError`."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= _LONGEST:
        raise ArgumentTypeError("not a number of seconds")
    return seconds


def port_id_in(text: str) -> "UUID":
    """Return the port ID in a text. Raises `CommandError` if there is none, or several."""
    from portui.port.display import safe
    from portui.port.identifier import port_ids_in

    found = port_ids_in(text)
    if len(found) == 1:
        return found[0]
    what = "contains several port IDs" if found else "is not a port ID; portui list finds ports"
    raise wrong_usage(f"'{safe(text, 40)}' {what}")


def time_in(text: str) -> "datetime":
    """Return the time in an ISO 8601 text, or as portui prints one. Raises `CommandError`."""
    from portui.journal.entries import moment_from
    from portui.port.display import safe

    plain = text.strip(' \t\n"').upper()
    try:
        return moment_from(f"{plain.removesuffix(' UTC')}Z" if plain.endswith(" UTC") else plain)
    except ValueError:
        example = "2025-01-15T04:36:00Z"
        words = f"'{safe(text, 40)}' is not a time with its offset from UTC, as in {example}"
        raise wrong_usage(words) from None


def add_values(parser: ArgumentParser, *, required: bool = False) -> None:
    """Add a port's editable values. An endpoint is never required."""
    parser.add_argument("--protocol", metavar="P", required=required, help="tcp or udp")
    parser.add_argument("--frontend-port", metavar="N", required=required, help="1 to 65535")
    parser.add_argument("--backend-port", metavar="N", required=required, help="1 to 65535")
    parser.add_argument("--endpoint", metavar="TEXT", help="one line of text")


def texts_in(options: Namespace) -> "Form":
    """Return the texts of the values that were given."""
    from portui.port.model import EDITABLE

    given = {field: getattr(options, field.attribute, None) for field in EDITABLE}
    return {field: text for field, text in given.items() if text is not None}


def option_of(field: "Field") -> str:
    """Return the option that gives a field's value."""
    return f"--{field.attribute.replace('_', '-')}"


def wrong_values(mistakes: "Mistakes", texts: "Form") -> CommandError:
    """Return the error for values that can't be used."""
    from portui.explain.edits import explain_mistake

    wrong = [(option_of(f), explain_mistake(why, texts[f])) for f, why in mistakes.found]
    return wrong_usage("; ".join(f"{option}: {why}" for option, why in wrong))


def wrong_usage(words: str) -> CommandError:
    """Return the error for options that can't be used. The text is safe to show."""
    from portui.explain.explanation import Explanation

    return CommandError(ExitStatus.WRONG_USAGE, Explanation(words))
