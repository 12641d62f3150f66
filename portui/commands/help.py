"""`portui help`: print a page of the documentation."""

from argparse import ArgumentParser, Namespace

from portui.commands.command import Compose, ExitStatus
from portui.docs import names

DESCRIPTION = """\
Print a page of the documentation, in Markdown, or list the pages.

The app's help (F1) shows the same pages. portui --help has the options."""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "page",
        nargs="?",
        metavar="PAGE",
        choices=names(),
        help=f"one of: {', '.join(names())}",
    )


async def run(options: Namespace, compose: Compose) -> ExitStatus:  # noqa: ARG001 - no settings
    """Run the command. It works whatever the settings are."""
    from portui.commands.console import Console
    from portui.docs import pages

    column = max(map(len, names()))
    texts = {page.name: _without_comments(page.text) for page in pages()}
    listed = "\n".join(f"{page.name:<{column}}  {page.title}" for page in pages())
    Console.of_process().print(texts.get(options.page, listed))
    return ExitStatus.DONE


def _without_comments(text: str) -> str:
    """Leave out a page's comments, which are for those who edit it."""
    lines = (line for line in text.rstrip("\n").split("\n") if not line.startswith("<!--"))
    return "\n".join(lines)
