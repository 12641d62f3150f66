"""The profile and origin, as far as the settings can be resolved."""

import os
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from portui.commands.doctor.finding import Finding, care, not_applicable, ok, shown
from portui.commands.doctor.machine import mode_of
from portui.explain.startup import explain_startup
from portui.port.display import safe
from portui.settings import (
    CommandLineOptions,
    Config,
    ConfigError,
    InvalidOriginError,
    InvalidTokenError,
    OptionsError,
    Settings,
    SettingsSources,
    load_config,
    resolve,
)
from portui.settings.profiles import BUILT_IN
from portui.settings.resolve import URL_VARIABLE, discard_tokens

_NOT_STARTING: Final = "portui doesn't start until this is corrected."


@dataclass(frozen=True, slots=True)
class ResolvedSettings:
    """The settings, as far as they can be used, and what was found about them."""

    settings: Settings | None
    """`None` if the service isn't known."""
    findings: tuple[Finding, ...]
    config_is_sound: bool = True
    """Whether `config.toml` can be used. If not, no token may go anywhere: it could be for another
    service than the built-in profiles say."""


def resolve_leniently(options: Namespace, config_file: Path | None) -> ResolvedSettings:
    """Resolve the settings, and take the tokens out of the environment."""
    findings = []
    config = Config()
    sound = True
    try:
        config = load_config(config_file)
        findings.append(_config(config_file, config))
    except ConfigError as error:
        sound = False
        why = explain_startup(error).replace(str(error.path), shown(error.path))
        findings.append(care("Configuration", why, _NOT_STARTING))
    choices = CommandLineOptions(
        options.api_url, options.profile, options.read_only, options.project
    )
    source = _source(options)
    sources = SettingsSources(choices, os.environ, config.profiles, theme=config.theme)
    settings: Settings | None = None
    try:
        settings = resolve(sources)
    except InvalidTokenError as error:
        advice = f"{_NOT_STARTING} Unset it, or set it to just the token."
        findings.append(care("Environment", explain_startup(error), advice))
        settings = resolve(sources)  # the token is no longer in the environment
    except (InvalidOriginError, OptionsError) as error:
        findings.append(care("Profile", f"from {source}: {explain_startup(error)}", _NOT_STARTING))
    discard_tokens(sources)
    if settings:
        findings += _about(settings, source)
    return ResolvedSettings(settings, tuple(findings), sound)


def _config(path: Path | None, config: Config) -> Finding:
    check = "Configuration"
    if path is None:
        return not_applicable(check, "there is no home folder for config.toml")
    if not path.exists():
        return ok(check, f"{shown(path)} doesn't exist, which is fine")
    adds = _count(len(config.profiles) - len(BUILT_IN), "profile")
    keys = f" and other keys for {_count(len(config.keys), 'binding')}" if config.keys else ""
    return ok(check, f"{shown(path)} ({mode_of(path)}), which adds {adds}{keys}")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _source(options: Namespace) -> str:
    """Return what chose the service."""
    if options.api_url is not None:
        return "--api-url"
    if options.profile is not None:
        return "--profile"
    return URL_VARIABLE if os.environ.get(URL_VARIABLE) else "the default"


def _about(settings: Settings, source: str) -> list[Finding]:
    profile = settings.profile
    flags = [
        *(["protected"] if profile.protected else []),
        *(["read-only"] if profile.read_only else []),
        *(["plain HTTP allowed"] if profile.allow_http else []),
        *([f"project {safe(settings.project, 60)}"] if settings.project else []),
    ]
    return [
        ok("Profile", ", ".join([safe(profile.name, 60), f"from {source}", *flags])),
        ok("Service", settings.origin.name),
    ]


def without_service() -> Settings:
    """Return settings to stand in where the service isn't known; nothing may be sent with them."""
    return Settings(BUILT_IN["production"])
