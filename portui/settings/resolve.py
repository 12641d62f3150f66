"""Resolve the command line, the environment and the profiles into one frozen `Settings`."""

from collections.abc import Mapping, MutableMapping
from enum import Enum, auto
from typing import Final, NamedTuple
from uuid import UUID

from portui.settings.keys import NO_OTHER_KEYS, Keymap
from portui.settings.origin import Origin
from portui.settings.profiles import BUILT_IN, Profile
from portui.settings.project import project_named
from portui.settings.themes import TERMINAL
from portui.settings.token import Token

TOKEN_VARIABLE: Final = "CALYPTIA_CLOUD_TOKEN"  # noqa: S105 - a name, not a token
URL_VARIABLE: Final = "CALYPTIA_CLOUD_URL"


class Settings(NamedTuple):
    """The service that the app works with, and its safeguards."""

    profile: Profile
    """The profile, with the strictest flags of all profiles for the same server."""
    demo: bool = False
    given_token: Token | None = None
    """The token from the environment; the demo has a made-up one."""
    given_in: str = ""
    """The environment variable that `given_token` is from; empty if it is from none."""
    variables: tuple[str, ...] = ()
    """The environment variables that may have this service's token, the first of which counts."""
    options: tuple[str, ...] = ()
    """The command-line options that select this service, one word each."""
    example: UUID | None = None
    """The ID of a port to start with, if the service has one that anyone may change."""
    project: str | None = None
    """The name or ID of the project to list, from `--project` or the profile."""
    keys: Keymap = NO_OTHER_KEYS
    """The keys of the app's bindings that don't have the default ones."""
    theme: str = TERMINAL
    """The theme, unless another was chosen in the app."""

    @property
    def origin(self) -> Origin:
        return self.profile.origin

    @property
    def token_variable(self) -> str:
        """The environment variable for this service's token."""
        return self.profile.token_env or TOKEN_VARIABLE

    def command(self, opens: UUID | str) -> str:
        """Return the shell command that opens a port, or a list, with these settings."""
        import shlex  # seldom needed

        return shlex.join(["portui", str(opens), *self.options])


class OptionsError(Exception):
    """The settings can't be used.

    `name` is the unknown profile, the plain HTTP origin, or what can't be a project.
    """

    class Why(Enum):
        UNKNOWN_PROFILE = auto()
        PLAIN_HTTP = auto()
        BAD_PROJECT = auto()

    def __init__(self, why: Why, *, name: str, known: tuple[str, ...] = ()) -> None:
        super().__init__(why)
        self.why, self.name, self.known = why, name, known


class CommandLineOptions(NamedTuple):
    """Settings from the command line."""

    api_url: str | None = None
    profile: str | None = None
    read_only: bool = False
    project: str | None = None


class SettingsSources(NamedTuple):
    """The sources of settings, in order of precedence."""

    choices: CommandLineOptions
    environment: MutableMapping[str, str]
    """`resolve` removes tokens from it, so that no child process inherits them."""
    profiles: Mapping[str, Profile] = BUILT_IN
    keys: Keymap = NO_OTHER_KEYS
    theme: str = TERMINAL

    def __repr__(self) -> str:
        return f"SettingsSources({self.choices!r}, …)"  # the environment may hold tokens


def resolve(sources: SettingsSources) -> Settings:
    """Return the settings. Raises `InvalidOriginError`, `OptionsError` or `InvalidTokenError`."""
    project = _project(sources.choices)
    profile, named = _choose(sources)
    profile = _strictest(profile, sources)
    if profile.origin.scheme == "http" and not (profile.origin.loopback or profile.allow_http):
        raise OptionsError(OptionsError.Why.PLAIN_HTTP, name=profile.origin.name)
    variables = tuple(filter(None, (profile.token_env, None if named else TOKEN_VARIABLE)))
    given_in = next((n for n in variables if sources.environment.get(n, "").strip()), "")
    token = _take_token(sources, given_in)
    options = _options(sources.choices, profile)
    return Settings(
        profile,
        given_token=token,
        given_in=given_in,
        variables=variables,
        options=options,
        project=project or profile.project,
        keys=sources.keys,
        theme=sources.theme,
    )


def resolve_demo(choices: CommandLineOptions) -> Settings:
    """Return the demo's settings, which nothing but the options changes. Raises `OptionsError`."""
    profile = DEMO.profile._replace(read_only=choices.read_only)
    return DEMO._replace(profile=profile, project=_project(choices))


def _project(choices: CommandLineOptions) -> str | None:
    if choices.project is None:
        return None
    if (project := project_named(choices.project)) is None:
        raise OptionsError(OptionsError.Why.BAD_PROJECT, name=choices.project)
    return project


def _options(choices: CommandLineOptions, profile: Profile) -> tuple[str, ...]:
    if choices.api_url is not None:
        return ("--api-url", profile.origin.name)
    return () if choices.profile is None else ("--profile", choices.profile)


DEMO: Final = Settings(
    Profile("demo", Origin("http", "localhost", 80)),
    demo=True,
    given_token=Token("demo"),
    options=("--demo",),
    example=UUID("123e4567-e89b-12d3-a456-426614174000"),
)


def _choose(sources: SettingsSources) -> tuple[Profile, bool]:
    """Return the profile, and whether `--profile` named it."""
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
    """Return the profile for an origin, or a new one named after its address.

    A new profile is protected unless the origin is on the loopback.
    """
    known = (profile for profile in profiles.values() if profile.origin == origin)
    unknown = Profile(origin.address, origin, protected=not origin.loopback)
    return next(known, unknown)


def _strictest(profile: Profile, sources: SettingsSources) -> Profile:
    server = profile.origin.server
    same = [profile, *(p for p in sources.profiles.values() if p.origin.server == server)]
    return profile._replace(
        protected=any(p.protected for p in same),
        read_only=sources.choices.read_only or any(p.read_only for p in same),
        allow_http=all(p.allow_http for p in same),
    )


def _take_token(sources: SettingsSources, variable: str) -> Token | None:
    """Return the token in a variable, unless its name is empty, and remove all token variables.

    No local variable contains its text, because a traceback that shows locals would print it.
    """
    try:
        return Token(sources.environment[variable]) if variable else None
    finally:
        discard_tokens(sources)


def discard_tokens(sources: SettingsSources) -> None:
    """Remove all token variables from the environment, whichever service they are for."""
    for name in (TOKEN_VARIABLE, *(p.token_env for p in sources.profiles.values())):
        if name:
            sources.environment.pop(name, None)
