"""`portui completion`: print the code that lets a shell complete portui's command line."""

from argparse import ArgumentParser, Namespace
from typing import Final

from portui.commands.command import Compose, ExitStatus

SHELLS: Final = ("bash", "zsh", "fish")

DESCRIPTION = """\
Print the code that lets a shell complete portui's commands, options, profiles
and recent ports.

  bash    eval "$(portui completion bash)"       in ~/.bashrc
  zsh     eval "$(portui completion zsh)"        in ~/.zshrc, after compinit
  fish    portui completion fish | source        in ~/.config/fish/config.fish"""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=", ".join(SHELLS))


async def run(options: Namespace, compose: Compose) -> ExitStatus:  # noqa: ARG001 - no settings
    """Run the command. It works whatever the settings are."""
    from argcomplete.shell_integration import shellcode

    from portui.commands.console import Console

    # Without `use_defaults`, a word that can't be completed isn't taken for a file.
    code = shellcode(["portui"], use_defaults=False, shell=options.shell)
    Console.of_process().print(code.rstrip("\n"))
    return ExitStatus.DONE
