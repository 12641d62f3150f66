"""What the operator, the environment and `config.toml` say: one frozen `Settings`."""

from portui.settings.origin import BadOrigin, Origin
from portui.settings.profiles import BadConfig, Profile, load_profiles
from portui.settings.resolve import (
    DEMO,
    TOKEN_VARIABLE,
    BadChoice,
    Choices,
    Settings,
    Sources,
    resolve,
)
from portui.settings.token import BadToken, Token

__all__ = [
    "DEMO",
    "TOKEN_VARIABLE",
    "BadChoice",
    "BadConfig",
    "BadOrigin",
    "BadToken",
    "Choices",
    "Origin",
    "Profile",
    "Settings",
    "Sources",
    "Token",
    "load_profiles",
    "resolve",
]
