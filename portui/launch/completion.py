"""Completions for the shell: what is known without the network and the keyring."""

import os
from argparse import Action, ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

from argcomplete.completers import SuppressCompleter
from argcomplete.finders import CompletionFinder

from portui.journal.recent import RecentPorts
from portui.port.display import safe

_FILE_DESCRIPTOR: Final = 8  # on which argcomplete's shell code reads the completions
_LONGEST: Final = 60  # characters of a description


def complete(parser: ArgumentParser, actions: Iterable[Action]) -> None:
    """Answer the shell that asks for completions, and end the process.

    `actions` are those of the parser and its commands. An argument's name determines its values.
    """
    for action in actions:
        if completer := _COMPLETERS.get(action.dest):
            action.completer = completer  # type: ignore[attr-defined]  # argcomplete's own
    file = os.environ.get("_ARGCOMPLETE_STDOUT_FILENAME")
    with open(file or _FILE_DESCRIPTOR, "w", errors="replace") as stream:  # noqa: PTH123 - a descriptor
        CompletionFinder()(
            parser,
            always_complete_options=False,
            output_stream=stream,
            default_completer=SuppressCompleter(),
        )


def _port_ids(parsed_args: Namespace, **_: Any) -> Mapping[str, str]:  # noqa: ANN401 - argcomplete's
    """Return the recent ports of the service that the options before them choose."""
    ports = (port for port in _recent_ports(parsed_args) if not port.deleted)
    return {
        str(port.port_id): safe(f"{port.summary} {port.pipeline or port.plugin}", _LONGEST)
        for port in ports
    }


def _pipelines(parsed_args: Namespace, **_: Any) -> Iterable[str]:  # noqa: ANN401 - argcomplete's
    """Return the pipelines of the recent ports."""
    names = dict.fromkeys(port.pipeline for port in _recent_ports(parsed_args))
    return [name for name in names if name and safe(name) == name and not name.startswith("-")]


def _recent_ports(options: Namespace) -> RecentPorts:
    from datetime import UTC, datetime

    from portui.journal import Storage
    from portui.launch.settings import UsageError, resolve_settings, state_folder

    names = ("demo", "api_url", "profile", "read_only", "project")
    given = Namespace(**{name: getattr(options, name, None) or None for name in names})
    try:
        settings, folder = resolve_settings(given), state_folder()
    except UsageError:
        return ()
    if settings.demo:
        return ()
    return Storage.under(folder, settings.origin.name, partial(datetime.now, UTC)).recent.load()


def _profiles(**_: Any) -> Iterable[str]:  # noqa: ANN401 - argcomplete's
    from portui.folders import config_file
    from portui.settings import ConfigError, load_profiles
    from portui.settings.profiles import BUILT_IN

    try:
        names = load_profiles(config_file())
    except ConfigError:
        names = BUILT_IN
    return [name for name in names if safe(name) == name]


_COMPLETERS: Final[Mapping[str, Callable[..., Mapping[str, str] | Iterable[str]]]] = {
    "port_id": _port_ids,
    "command": _port_ids,
    "pipeline": _pipelines,
    "profile": _profiles,
}
"""The completers, by the names of the arguments."""
