"""Settings from the command line, the environment and `config.toml`, as one frozen object."""

from portui.settings.origin import InvalidOriginError, Origin
from portui.settings.profiles import ConfigError, Profile, load_config, load_profiles
from portui.settings.resolve import (
    DEMO,
    TOKEN_VARIABLE,
    CommandLineOptions,
    OptionsError,
    Settings,
    SettingsSources,
    resolve,
    resolve_demo,
)
from portui.settings.token import InvalidTokenError, Token

__all__ = [
    "DEMO",
    "TOKEN_VARIABLE",
    "CommandLineOptions",
    "ConfigError",
    "InvalidOriginError",
    "InvalidTokenError",
    "OptionsError",
    "Origin",
    "Profile",
    "Settings",
    "SettingsSources",
    "Token",
    "load_config",
    "load_profiles",
    "resolve",
    "resolve_demo",
]
