"""One frozen `Settings` from the command line, the environment and the profiles."""

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from pathlib import Path
from typing import Final
from uuid import UUID

from portui.settings.origin import Origin
from portui.settings.profiles import BUILT_IN, Profile
from portui.settings.token import Token

TOKEN_VARIABLE: Final = "CALYPTIA_CLOUD_TOKEN"  # noqa: S105 - a name, not a token
URL_VARIABLE: Final = "CALYPTIA_CLOUD_URL"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the app works, and how carefully."""

    profile: Profile
    """Its flags are the strictest of any profile that names the same server."""
    config_file: Path | None = None
    demo: bool = False
    given_token: Token | None = None
    """From the environment; the demo has a made-up one."""
    options: tuple[str, ...] = ()
    """The command line's options that lead to this service, as words of a shell."""
    example: UUID | None = None
    """A port to begin with, where there is one that everybody may touch."""

    @property
    def origin(self) -> Origin:
        return self.profile.origin

    @property
    def token_variable(self) -> str:
        """The environment variable in which a shell would have this service's token."""
        return self.profile.token_env or TOKEN_VARIABLE

    def command(self, port_id: UUID) -> str:
        """The command that opens a port with these settings, to be typed in a shell."""
        import shlex  # seldom needed

        return shlex.join(["portui", str(port_id), *self.options])


class OptionsError(Exception):
    """Settings that don't fit together."""

    class Why(Enum):
        UNKNOWN_PROFILE = auto()
        PLAIN_HTTP = auto()

    def __init__(self, why: Why, *, name: str, known: tuple[str, ...] = ()) -> None:
        super().__init__(why)
        self.why, self.name, self.known = why, name, known


@dataclass(frozen=True, slots=True)
class CommandLineOptions:
    """What the command line says."""

    api_url: str | None = None
    profile: str | None = None
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class SettingsSources:
    """Where settings come from, in the order of their say."""

    choices: CommandLineOptions
    environment: MutableMapping[str, str] = field(repr=False)
    """Tokens are taken out of it, so that no child process inherits them."""
    profiles: Mapping[str, Profile] = field(default_factory=lambda: BUILT_IN)
    config_file: Path | None = None


def resolve(sources: SettingsSources) -> Settings:
    """The settings. Raises `InvalidOriginError`, `OptionsError` or `InvalidTokenError`."""
    profile, named = _choose(sources)
    profile = _strictest(profile, sources)
    if profile.origin.scheme == "http" and not (profile.origin.loopback or profile.allow_http):
        raise OptionsError(OptionsError.Why.PLAIN_HTTP, name=profile.origin.name)
    wanted = [profile.token_env, None if named else TOKEN_VARIABLE]
    token = _take_token(sources, [name for name in wanted if name])
    options = _options(sources.choices, profile)
    return Settings(profile, sources.config_file, given_token=token, options=options)


def _options(choices: CommandLineOptions, profile: Profile) -> tuple[str, ...]:
    if choices.api_url is not None:
        return ("--api-url", profile.origin.name)
    return () if choices.profile is None else ("--profile", choices.profile)


DEMO: Final = Settings(
    Profile("demo", Origin.parse("http://localhost")),
    demo=True,
    given_token=Token("demo"),
    options=("--demo",),
    example=UUID("123e4567-e89b-12d3-a456-426614174000"),
)


def _choose(sources: SettingsSources) -> tuple[Profile, bool]:
    """The profile, and whether it was asked for by its name."""
    choices = sources.choices
    if choices.api_url is not None:
        return _profile_of(Origin.parse(choices.api_url), sources.profiles), False
    if choices.profile is not None:
        if choices.profile not in sources.profiles:
            known = tuple(sources.profiles)
            raise OptionsError(OptionsError.Why.UNKNOWN_PROFILE, name=choices.profile, known=known)
        return sources.profiles[choices.profile], True
    if url := sources.environment.get(URL_VARIABLE):
        return _profile_of(Origin.parse(url), sources.profiles), False
    return sources.profiles["production"], False


def _profile_of(origin: Origin, profiles: Mapping[str, Profile]) -> Profile:
    """The profile that names an origin; for an unknown one a careful one, called by its address."""
    known = (profile for profile in profiles.values() if profile.origin == origin)
    unknown = Profile(origin.address, origin, protected=not origin.loopback)
    return next(known, unknown)


def _strictest(profile: Profile, sources: SettingsSources) -> Profile:
    server = profile.origin.server
    same = [profile, *(p for p in sources.profiles.values() if p.origin.server == server)]
    return replace(
        profile,
        protected=any(p.protected for p in same),
        read_only=sources.choices.read_only or any(p.read_only for p in same),
        allow_http=all(p.allow_http for p in same),
    )


def _take_token(sources: SettingsSources, wanted: Sequence[str]) -> Token | None:
    """The first wanted variable's token; all that may hold one leave the environment.

    No local variable holds its text, for a traceback that shows them would print it.
    """
    environment = sources.environment
    try:
        texts = (environment[name] for name in wanted if environment.get(name, "").strip())
        return next(map(Token, texts), None)
    finally:
        for name in filter(
            None, (TOKEN_VARIABLE, *(p.token_env for p in sources.profiles.values()))
        ):
            environment.pop(name, None)
