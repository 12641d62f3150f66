"""Profiles, both built-in and from `config.toml`."""

import os
import re
import stat
from collections.abc import Mapping
from enum import Enum, auto
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from portui.settings.keys import NO_OTHER_KEYS, Keymap
from portui.settings.origin import InvalidOriginError, Origin
from portui.settings.project import project_named
from portui.settings.themes import TERMINAL, THEMES
from portui.settings.toml_lines import line_of

if TYPE_CHECKING:  # needed only with keys
    from portui.settings.keymap import InvalidKeyError

_PLACE: Final = r" \(at (?:line (\d+), column \d+|(end of document))\)$"
_LONGEST_DEADLINE: Final = 600  # seconds
COLORS: Final = ("red", "green", "yellow", "blue", "magenta", "cyan", "white")


class Profile(NamedTuple):
    """A service, and the safeguards for working with it."""

    name: str
    origin: Origin
    protected: bool = False
    """Whether deleting a port requires typing its frontend port number."""
    read_only: bool = False
    allow_http: bool = False
    """Whether to send the token over plain HTTP to a host that isn't this machine."""
    color: str = "cyan"
    token_env: str | None = None
    """The environment variable that holds this profile's token."""
    read_deadline: float = 30.0
    """Seconds for a whole read request."""
    write_deadline: float = 60.0
    """Seconds for a whole write request."""
    project: str | None = None
    """The name or ID of the project whose ports are listed."""


PRODUCTION: Final = Origin("https", "cloud-api.calyptia.com", 443)

BUILT_IN: Final = MappingProxyType(
    {
        profile.name: profile
        for profile in (
            Profile("production", PRODUCTION, protected=True, color="red"),
            Profile(
                "staging", Origin("https", "cloud-api-staging.calyptia.com", 443), color="yellow"
            ),
            Profile("dev", Origin("https", "cloud-api-dev.calyptia.com", 443), color="green"),
        )
    }
)


class ConfigError(Exception):
    """The `config.toml` can't be used. `key` and `line` (from 1) locate the error, if known."""

    class Why(Enum):
        NOT_READABLE = auto()
        WRITABLE_BY_OTHERS = auto()
        SOMEONE_ELSES = auto()
        NOT_UTF8 = auto()
        NOT_TOML = auto()
        UNKNOWN_KEY = auto()
        NOT_A_TABLE = auto()
        NOT_TEXT = auto()
        NOT_TRUE_OR_FALSE = auto()
        NOT_A_COLOR = auto()
        NOT_A_VARIABLE = auto()
        NOT_A_DEADLINE = auto()
        NOT_A_PROJECT = auto()
        NOT_A_THEME = auto()
        NO_API_URL = auto()
        BAD_API_URL = auto()
        BAD_KEY = auto()

    def __init__(
        self,
        path: Path,
        why: Why,
        *,
        line: int | None = None,
        key: str = "",
        detail: "str | InvalidOriginError | InvalidKeyError" = "",
    ) -> None:
        super().__init__(path, why)
        self.path, self.why, self.line, self.key, self.detail = path, why, line, key, detail


class Config(NamedTuple):
    """What a `config.toml` says."""

    profiles: Mapping[str, Profile] = BUILT_IN
    """The built-in profiles, as extended and changed by the file."""
    keys: Keymap = NO_OTHER_KEYS
    """The keys of the bindings that don't have the default ones."""
    theme: str = TERMINAL
    """The theme, unless another was chosen in the app."""


def load_profiles(path: Path | None) -> Mapping[str, Profile]:
    """Return the profiles of a `config.toml`, as `load_config` reads it. Raises `ConfigError`."""
    return load_config(path).profiles


def load_config(path: Path | None) -> Config:
    """Return what a `config.toml` says. A missing file counts as empty. Raises `ConfigError`.

    `path` is `None` where nobody can have such a file.
    """
    if path is None or not (text := _read(path)):
        return Config()
    import tomllib  # not needed without a file, and most operators have none

    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError itself: a number of 5,000 digits
        raise _not_toml(path, text, str(error)) from None
    return _Reader(path, text).config(tables)


def _not_toml(path: Path, text: str, words: str) -> ConfigError:
    line = None
    if place := re.search(_PLACE, words):
        line = text.rstrip("\n").count("\n") + 1 if place[2] else int(place[1])
    return ConfigError(path, ConfigError.Why.NOT_TOML, line=line, detail=re.sub(_PLACE, "", words))


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if status.st_uid not in (os.geteuid(), 0):
                raise ConfigError(path, ConfigError.Why.SOMEONE_ELSES)
            if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                raise ConfigError(path, ConfigError.Why.WRITABLE_BY_OTHERS)
            return file.read().decode("utf-8")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        raise ConfigError(path, ConfigError.Why.NOT_UTF8) from None
    except OSError as error:
        raise ConfigError(path, ConfigError.Why.NOT_READABLE, detail=error.strerror or "") from None


class _Reader(NamedTuple):
    path: Path
    text: str

    def config(self, tables: Mapping[str, object]) -> Config:
        for name in tables:
            if name not in ("profiles", "keys", "theme"):
                raise self._bad(ConfigError.Why.UNKNOWN_KEY, name)
        if (theme := tables.get("theme", TERMINAL)) not in THEMES:
            raise self._bad(ConfigError.Why.NOT_A_THEME, "theme")
        profiles = self._table(tables.get("profiles", {}), "profiles")
        read = {name: self._profile(name, table) for name, table in profiles.items()}
        return Config(MappingProxyType(BUILT_IN | read), self._keys(tables.get("keys", {})), theme)

    def _keys(self, value: object) -> Keymap:
        table = self._table(value, "keys")
        if not table:
            return {}
        from portui.settings.keymap import InvalidKeyError, keymap

        for binding, keys in table.items():
            if not isinstance(keys, str):
                raise self._bad(ConfigError.Why.NOT_TEXT, "keys", binding)
        try:
            return keymap(cast("Mapping[str, str]", table))
        except InvalidKeyError as error:
            raise self._bad(ConfigError.Why.BAD_KEY, "keys", error.binding, detail=error) from None

    def _profile(self, name: str, value: object) -> Profile:
        table = dict(self._table(value, "profiles", name))
        profile = BUILT_IN.get(name)
        if "api_url" in table:
            origin = self._origin(name, table.pop("api_url"))
            profile = profile._replace(origin=origin) if profile else Profile(name, origin)
        if profile is None:
            raise self._bad(ConfigError.Why.NO_API_URL, "profiles", name)
        for key, setting in table.items():
            profile = self._set(profile, key, setting)
        return profile

    def _set(  # noqa: C901 - a table
        self, profile: Profile, key: str, value: object
    ) -> Profile:
        why = ConfigError.Why
        where = ("profiles", profile.name, key)
        match key:
            case "protected" | "read_only" | "allow_http":
                if not isinstance(value, bool):
                    raise self._bad(why.NOT_TRUE_OR_FALSE, *where)
            case "color":
                if value not in COLORS:
                    raise self._bad(why.NOT_A_COLOR, *where)
            case "token_env":
                if not isinstance(value, str) or not value.isidentifier():
                    raise self._bad(why.NOT_A_VARIABLE, *where)
            case "project":
                value = project_named(value) if isinstance(value, str) else None
                if value is None:
                    raise self._bad(why.NOT_A_PROJECT, *where)
            case "read_deadline" | "write_deadline":
                number = isinstance(value, int | float) and not isinstance(value, bool)
                if not (number and 1 <= cast("float", value) <= _LONGEST_DEADLINE):
                    raise self._bad(why.NOT_A_DEADLINE, *where)
            case _:
                raise self._bad(why.UNKNOWN_KEY, *where)
        settings: dict[str, Any] = {key: value}
        return profile._replace(**settings)

    def _origin(self, name: str, value: object) -> Origin:
        where = ("profiles", name, "api_url")
        if not isinstance(value, str):
            raise self._bad(ConfigError.Why.NOT_TEXT, *where)
        try:
            return Origin.parse(value)
        except InvalidOriginError as error:
            raise self._bad(ConfigError.Why.BAD_API_URL, *where, detail=error) from None

    def _table(self, value: object, *where: str) -> Mapping[str, object]:
        if not isinstance(value, dict):
            raise self._bad(ConfigError.Why.NOT_A_TABLE, *where)
        return cast("Mapping[str, object]", value)

    def _bad(
        self,
        why: ConfigError.Why,
        *where: str,
        detail: "str | InvalidOriginError | InvalidKeyError" = "",
    ) -> ConfigError:
        key = ".".join(where[1:] or where)
        return ConfigError(self.path, why, line=line_of(self.text, where), key=key, detail=detail)
