"""Profiles: the built-in ones, and those of `config.toml`."""

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, cast

from portui.settings.origin import BadOrigin, Origin

_PLACE: Final = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")
COLORS: Final = ("red", "green", "yellow", "blue", "magenta", "cyan", "white")


@dataclass(frozen=True, slots=True)
class Profile:
    """One service, and how careful to be with it."""

    name: str
    origin: Origin
    protected: bool = False
    """Deleting asks for the frontend port number to be typed."""
    read_only: bool = False
    allow_http: bool = False
    """Send the token over plain HTTP to a host that isn't this machine."""
    color: str = "cyan"
    token_env: str | None = None
    """The environment variable that holds this profile's token."""


BUILT_IN: Final = MappingProxyType(
    {
        profile.name: profile
        for profile in (
            Profile(
                "production",
                Origin.parse("https://cloud-api.calyptia.com"),
                protected=True,
                color="red",
            ),
            Profile(
                "staging", Origin.parse("https://cloud-api-staging.calyptia.com"), color="yellow"
            ),
            Profile("dev", Origin.parse("https://cloud-api-dev.calyptia.com"), color="green"),
        )
    }
)


class BadConfig(Exception):
    """A `config.toml` that can't be used. `key` and `line` (from 1) say where, if that is known."""

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
        NO_API_URL = auto()
        BAD_API_URL = auto()

    def __init__(
        self,
        path: Path,
        why: Why,
        *,
        line: int | None = None,
        key: str = "",
        detail: str | BadOrigin = "",
    ) -> None:
        super().__init__(path, why)
        self.path, self.why, self.line, self.key, self.detail = path, why, line, key, detail


def load_profiles(path: Path) -> Mapping[str, Profile]:
    """The built-in profiles, with what a `config.toml` adds or changes.

    No such file is as good as an empty one. Raises `BadConfig`.
    """
    text = _read(path)
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = _PLACE.search(str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        detail = _PLACE.sub("", str(error)).strip()
        raise BadConfig(path, BadConfig.Why.NOT_TOML, line=line, detail=detail) from None
    return MappingProxyType(BUILT_IN | _Reader(path, text).profiles(tables))


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if status.st_uid not in (os.geteuid(), 0):
                raise BadConfig(path, BadConfig.Why.SOMEONE_ELSES)
            if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                raise BadConfig(path, BadConfig.Why.WRITABLE_BY_OTHERS)
            return file.read().decode("utf-8")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        raise BadConfig(path, BadConfig.Why.NOT_UTF8) from None
    except OSError as error:
        raise BadConfig(path, BadConfig.Why.NOT_READABLE, detail=error.strerror or "") from None


@dataclass(frozen=True, slots=True)
class _Reader:
    path: Path
    text: str

    def profiles(self, tables: Mapping[str, object]) -> dict[str, Profile]:
        for name in tables:
            if name != "profiles":
                raise self._bad(BadConfig.Why.UNKNOWN_KEY, name)
        profiles = self._table(tables.get("profiles", {}), "profiles")
        return {name: self._profile(name, table) for name, table in profiles.items()}

    def _profile(self, name: str, value: object) -> Profile:
        table = dict(self._table(value, name))
        profile = BUILT_IN.get(name)
        if "api_url" in table:
            origin = self._origin(name, table.pop("api_url"))
            profile = replace(profile, origin=origin) if profile else Profile(name, origin)
        if profile is None:
            raise self._bad(BadConfig.Why.NO_API_URL, name)
        for key, setting in table.items():
            profile = self._set(profile, key, setting)
        return profile

    def _set(self, profile: Profile, key: str, value: object) -> Profile:
        why = BadConfig.Why
        where = f"{profile.name}.{key}"
        match key:
            case "protected" | "read_only" | "allow_http":
                if not isinstance(value, bool):
                    raise self._bad(why.NOT_TRUE_OR_FALSE, where)
            case "color":
                if value not in COLORS:
                    raise self._bad(why.NOT_A_COLOR, where)
            case "token_env":
                if not isinstance(value, str) or not value.isidentifier():
                    raise self._bad(why.NOT_A_VARIABLE, where)
            case _:
                raise self._bad(why.UNKNOWN_KEY, where)
        settings: dict[str, Any] = {key: value}
        return replace(profile, **settings)

    def _origin(self, name: str, value: object) -> Origin:
        if not isinstance(value, str):
            raise self._bad(BadConfig.Why.NOT_TEXT, f"{name}.api_url")
        try:
            return Origin.parse(value)
        except BadOrigin as error:
            raise self._bad(BadConfig.Why.BAD_API_URL, f"{name}.api_url", error) from None

    def _table(self, value: object, key: str) -> Mapping[str, object]:
        if not isinstance(value, dict):
            raise self._bad(BadConfig.Why.NOT_A_TABLE, key)
        return cast("Mapping[str, object]", value)

    def _bad(self, why: BadConfig.Why, key: str, detail: str | BadOrigin = "") -> BadConfig:
        return BadConfig(self.path, why, line=self._line(key), key=key, detail=detail)

    def _line(self, key: str) -> int:
        """The line of a key: the first below its profile's that begins with its name."""
        profile, _, setting = key.partition(".")
        lines = self.text.splitlines()
        start = next((n for n, line in enumerate(lines) if profile in line), 0)
        if not setting:
            return start + 1
        found = (n for n in range(start, len(lines)) if lines[n].lstrip().startswith(setting))
        return next(found, start) + 1
