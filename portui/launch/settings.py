"""The settings that the command line, the environment and `config.toml` add up to."""

import os
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portui import folders
from portui.settings import (
    TOKEN_VARIABLE,
    CommandLineOptions,
    ConfigError,
    InvalidOriginError,
    InvalidTokenError,
    OptionsError,
    Settings,
    SettingsSources,
    load_config,
    resolve,
    resolve_demo,
)


class UsageError(Exception):
    """Wrong usage, or a terminal that can't run the app. The message is one line."""


def resolve_settings(options: Namespace) -> Settings:
    """Return the settings, and take the tokens out of the environment. Raises `UsageError`."""
    choices = CommandLineOptions(
        options.api_url, options.profile, options.read_only, options.project
    )
    if options.demo and (options.api_url is not None or options.profile is not None):
        raise UsageError("--demo can't be combined with --api-url or --profile")
    try:
        if options.demo:
            os.environ.pop(TOKEN_VARIABLE, None)  # hide it from the demo and from child processes
            return resolve_demo(choices)
        config = load_config(folders.config_file())
        return resolve(
            SettingsSources(choices, os.environ, config.profiles, config.keys, config.theme)
        )
    except (InvalidOriginError, OptionsError, ConfigError, InvalidTokenError) as error:
        from portui.explain.startup import explain_startup

        raise UsageError(explain_startup(error)) from None


@contextmanager
def storage_folder(settings: Settings) -> Iterator[Path]:
    """Yield the folder for the journal and the drafts. The demo's is deleted when it ends.

    Raises `UsageError` without a home folder, unless it's the demo's.
    """
    if settings.demo:
        from tempfile import TemporaryDirectory

        with TemporaryDirectory(prefix="portui-demo-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)
    else:
        yield state_folder()


def state_folder() -> Path:
    """Return the folder for all that portui keeps between runs.

    Raises `UsageError` without a home folder.
    """
    if (folder := folders.state_folder()) is None:
        raise UsageError("there is no home folder for the history: set HOME or XDG_STATE_HOME")
    return folder


def crash_folder() -> Path:
    """Return the folder for crash reports, for which a temporary one will do."""
    if (folder := folders.state_folder()) is not None:
        return folder
    from tempfile import gettempdir

    return Path(gettempdir())
