"""Settings resolved from the command line, the environment and the profiles."""

import os
import subprocess
import sys
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.settings import (
    DEMO,
    CommandLineOptions,
    InvalidOriginError,
    InvalidTokenError,
    OptionsError,
    Origin,
    Profile,
    Settings,
    SettingsSources,
    Token,
    resolve,
    resolve_demo,
)
from portui.settings.profiles import BUILT_IN
from tests.support.hostile_text import times
from tests.support.leaks import told_by

SECRET = "s3cr3t-t0k3n"
PRODUCTION = "https://cloud-api.calyptia.com"
MINE = Profile("mine", Origin.parse("https://mine.example"), color="green")


NO_CHOICE = CommandLineOptions()
BY_NAME = CommandLineOptions(profile="mine")
BY_URL = CommandLineOptions(api_url=MINE.origin.name)


def _resolve(
    *profiles: Profile,
    choices: CommandLineOptions = NO_CHOICE,
    environment: dict[str, str] | None = None,
) -> Settings:
    """Resolve the settings with these profiles added to the built-in ones, or replacing them."""
    return resolve(
        SettingsSources(
            choices,
            environment={} if environment is None else environment,
            profiles={**BUILT_IN, **{profile.name: profile for profile in profiles}},
        )
    )


def _url(url: str) -> CommandLineOptions:
    return CommandLineOptions(api_url=url)


def _text(token: Token | None) -> str | None:
    return None if token is None else token.reveal()


# --- the origin ---


def test_the_default_is_the_production_profile() -> None:
    settings = _resolve()
    assert settings.origin.name == PRODUCTION
    assert settings.profile == BUILT_IN["production"]


@pytest.mark.parametrize(
    ("api_url", "profile", "variable", "expected"),
    [
        ("https://a.example", "dev", "https://c.example", "https://a.example"),
        ("https://a.example", None, "https://c.example", "https://a.example"),
        (None, "dev", "https://c.example", "https://cloud-api-dev.calyptia.com"),
        (None, None, "https://c.example", "https://c.example"),
        (None, None, "", PRODUCTION),
    ],
)
def test_the_order_is_url_option_profile_environment_and_production(
    api_url: str | None, profile: str | None, variable: str, expected: str
) -> None:
    environment = {"CALYPTIA_CLOUD_URL": variable}
    settings = _resolve(environment=environment, choices=CommandLineOptions(api_url, profile))
    assert settings.origin.name == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://mine.example",
        "https://MINE.example:443/",
        "https://mine.example./",
    ],
)
def test_a_profiles_url_selects_that_profile_however_it_is_written(url: str) -> None:
    assert _resolve(MINE, choices=_url(url)).profile == MINE
    assert _resolve(MINE, environment={"CALYPTIA_CLOUD_URL": url}).profile == MINE


def test_a_url_that_no_profile_names_is_named_by_its_address() -> None:
    assert _resolve(choices=_url("https://new.example:8443/x")).profile.name == "new.example:8443"


@pytest.mark.parametrize("url", ["", "mine.example", "https://u:p@mine.example"])
def test_an_invalid_url_is_refused_wherever_it_comes_from(url: str) -> None:
    with pytest.raises(InvalidOriginError):
        _resolve(choices=_url(url))
    with pytest.raises(InvalidOriginError):
        _resolve(environment={"CALYPTIA_CLOUD_URL": url or " "})


def test_an_unknown_profile_is_refused_with_the_known_names() -> None:
    with pytest.raises(OptionsError) as caught:
        _resolve(MINE, choices=CommandLineOptions(profile="prod"))
    assert caught.value.why is OptionsError.Why.UNKNOWN_PROFILE
    assert caught.value.name == "prod"
    assert caught.value.known == ("production", "staging", "dev", "mine")


# --- flags ---


@pytest.mark.parametrize(
    "url",
    [
        *("https://new.example", "https://10.0.0.1", "https://localhost.example"),
        f"{PRODUCTION}/other/path",
        "https://cloud-api-dev.calyptia.com/other/path",
    ],
)
def test_an_unknown_origin_is_protected(url: str) -> None:
    assert _resolve(choices=_url(url)).profile.protected


@pytest.mark.parametrize("url", ["http://localhost:5000", "http://127.0.0.1", "https://[::1]"])
def test_this_machine_is_not_protected(url: str) -> None:
    assert not _resolve(choices=_url(url)).profile.protected


_flags = st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=4)


@times(100)
@given(_flags, st.data())
def test_the_strictest_flags_of_the_profiles_at_an_origin_apply_to_all_of_them(
    flags: list[tuple[bool, bool, bool]], data: st.DataObject
) -> None:
    profiles = [
        MINE._replace(name=f"p{n}", protected=protected, read_only=read_only, allow_http=allow_http)
        for n, (protected, read_only, allow_http) in enumerate(flags)
    ]
    chosen = data.draw(st.sampled_from(profiles)).name
    by_name = _resolve(*profiles, choices=CommandLineOptions(profile=chosen)).profile
    by_url = _resolve(*profiles, choices=BY_URL).profile
    protected, read_only, allow_http = zip(*flags, strict=True)
    for profile in (by_name, by_url):
        assert profile.protected is any(protected)
        assert profile.read_only is any(read_only)
        assert profile.allow_http is all(allow_http)
    assert by_name.name == chosen


@pytest.mark.parametrize("path", ["/", "//", "/.", "/x/..", "/%2e", "/prefix"])
def test_no_path_bypasses_the_flags_of_an_origin(path: str) -> None:
    careful = MINE._replace(read_only=True)
    assert _resolve(careful, choices=_url(f"https://mine.example{path}")).profile.read_only


def test_flags_of_another_scheme_host_or_port_do_not_apply() -> None:
    others = [
        Profile(name, Origin.parse(url), protected=True, read_only=True)
        for name, url in [
            ("a", "http://mine.example"),
            ("b", "https://mine.example:444"),
            ("c", "https://other.example"),
        ]
    ]
    assert _resolve(MINE, *others, choices=BY_NAME).profile == MINE


def test_the_option_makes_any_origin_read_only() -> None:
    for choices in (NO_CHOICE, CommandLineOptions(profile="dev"), _url("http://localhost")):
        assert _resolve(choices=choices._replace(read_only=True)).profile.read_only
        assert not _resolve(choices=choices).profile.read_only


def test_a_profile_keeps_its_own_color_and_name_whatever_else_names_its_origin() -> None:
    other = MINE._replace(name="other", color="red", protected=True)
    profile = _resolve(MINE, other, choices=BY_NAME).profile
    assert (profile.name, profile.color, profile.protected) == ("mine", "green", True)


# --- plain HTTP ---


@pytest.mark.parametrize(
    "url", ["http://localhost:5000", "http://127.0.0.1", "http://127.9.9.9:1", "http://[::1]:5000"]
)
def test_plain_http_to_this_machine_is_allowed(url: str) -> None:
    assert _resolve(choices=_url(url)).origin.scheme == "http"


@pytest.mark.parametrize("url", ["http://mine.example", "http://10.0.0.1", "http://localhost.lan"])
def test_plain_http_to_another_machine_is_refused(url: str) -> None:
    for choices in (_url(url), NO_CHOICE):
        with pytest.raises(OptionsError) as caught:
            _resolve(choices=choices, environment={"CALYPTIA_CLOUD_URL": url})
        assert caught.value.why is OptionsError.Why.PLAIN_HTTP
        assert caught.value.name == url


def test_plain_http_is_allowed_if_every_profile_of_the_origin_allows_it() -> None:
    lan = Profile("lan", Origin.parse("http://10.0.0.1"), allow_http=True)
    by_name = CommandLineOptions(profile="lan")
    assert _resolve(lan, choices=by_name).profile == lan
    assert _resolve(lan, choices=_url("http://10.0.0.1/")).profile == lan
    with pytest.raises(OptionsError):
        _resolve(lan, lan._replace(name="stricter", allow_http=False), choices=by_name)
    with pytest.raises(OptionsError):
        _resolve(lan, choices=_url("http://10.0.0.2"))


# --- the token ---

_ENVIRONMENT: Mapping[str, str] = {"CALYPTIA_CLOUD_TOKEN": "general", "MINE_TOKEN": "mine's"}
WITH_VARIABLE = MINE._replace(token_env="MINE_TOKEN")


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        (NO_CHOICE, "general"),
        (_url("https://new.example"), "general"),
        (BY_URL, "mine's"),
        (BY_NAME, "mine's"),
        (CommandLineOptions(profile="dev"), None),
        (CommandLineOptions(profile="production"), None),
    ],
)
def test_a_named_profile_gets_only_its_own_token_and_no_other_profile_gets_it(
    choices: CommandLineOptions, expected: str | None
) -> None:
    settings = _resolve(WITH_VARIABLE, environment=dict(_ENVIRONMENT), choices=choices)
    assert _text(settings.given_token) == expected


def test_the_url_from_the_environment_gets_the_general_token() -> None:
    environment = {**_ENVIRONMENT, "CALYPTIA_CLOUD_URL": "https://new.example"}
    assert _text(_resolve(environment=environment).given_token) == "general"


@pytest.mark.parametrize("own", [None, "", "  "])
def test_a_url_whose_profile_has_an_empty_variable_gets_the_general_token(own: str | None) -> None:
    environment = {"CALYPTIA_CLOUD_TOKEN": "general"}
    environment |= {} if own is None else {"MINE_TOKEN": own}
    settings = _resolve(WITH_VARIABLE, environment=dict(environment), choices=BY_URL)
    assert _text(settings.given_token) == "general"
    settings = _resolve(WITH_VARIABLE, environment=dict(environment), choices=BY_NAME)
    assert settings.given_token is None


def test_the_default_origin_uses_its_profiles_variable_too() -> None:
    production = BUILT_IN["production"]._replace(token_env="MINE_TOKEN")
    settings = _resolve(production, environment=dict(_ENVIRONMENT))
    assert _text(settings.given_token) == "mine's"


@pytest.mark.parametrize("value", ["", " ", "\n"])
def test_an_empty_token_in_the_environment_is_ignored(value: str) -> None:
    assert _resolve(environment={"CALYPTIA_CLOUD_TOKEN": value}).given_token is None


@pytest.mark.parametrize("choices", [NO_CHOICE, BY_URL, BY_NAME, CommandLineOptions(profile="dev")])
def test_every_token_variable_is_removed_from_the_environment(
    choices: CommandLineOptions,
) -> None:
    environment = {**_ENVIRONMENT, "CALYPTIA_CLOUD_URL": PRODUCTION, "HOME": "/home/me"}
    _resolve(WITH_VARIABLE, environment=environment, choices=choices)
    assert environment == {"CALYPTIA_CLOUD_URL": PRODUCTION, "HOME": "/home/me"}


def test_no_child_process_inherits_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALYPTIA_CLOUD_TOKEN", SECRET)
    settings = resolve(SettingsSources(CommandLineOptions(), os.environ))
    assert _text(settings.given_token) == SECRET
    program = "import os; print(os.environ.get('CALYPTIA_CLOUD_TOKEN'))"
    child = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert child.stdout == b"None\n"


def test_a_token_exported_with_its_scheme_or_quotes_is_taken_out_of_them() -> None:
    environment = {"CALYPTIA_CLOUD_TOKEN": f"'Bearer {SECRET}'\r"}
    assert _text(_resolve(environment=environment).given_token) == SECRET


def test_an_invalid_token_is_refused_and_left_out_of_the_error() -> None:
    environment = {"CALYPTIA_CLOUD_TOKEN": f"{SECRET} {SECRET}"}
    with pytest.raises(InvalidTokenError) as caught:
        _resolve(environment=environment)
    assert SECRET not in told_by(caught.value, locals_from=2)
    assert environment == {}


def test_sources_and_settings_do_not_show_the_token() -> None:
    sources = SettingsSources(CommandLineOptions(), {"CALYPTIA_CLOUD_TOKEN": SECRET})
    assert SECRET not in f"{sources} {sources!r}"
    assert SECRET not in repr(resolve(sources))


# --- the project ---

WITH_PROJECT = MINE._replace(project="plant")


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        (NO_CHOICE, None),
        (BY_NAME, "plant"),
        (BY_URL, "plant"),
        (BY_NAME._replace(project="office"), "office"),
        (CommandLineOptions(project=" office \t"), "office"),
        (CommandLineOptions(project="Büro 3 🏭"), "Büro 3 🏭"),
    ],
)
def test_the_project_is_the_options_or_else_the_profiles(
    choices: CommandLineOptions, expected: str | None
) -> None:
    assert _resolve(WITH_PROJECT, choices=choices).project == expected


BAD_PROJECTS = ["", " ", "a\x1bb", "a\nb", "a\x85b", "a\u2028b", "a\udcffb", "x" * 257]


@pytest.mark.parametrize("project", BAD_PROJECTS)
def test_what_cannot_be_a_project_is_refused(project: str) -> None:
    choices = CommandLineOptions(project=project)
    with pytest.raises(OptionsError) as caught:
        _resolve(choices=choices)
    assert caught.value.why is OptionsError.Why.BAD_PROJECT
    with pytest.raises(OptionsError):
        resolve_demo(choices)


# --- the demo ---


def test_the_demo_has_the_project_and_the_safeguards_of_the_options() -> None:
    assert resolve_demo(NO_CHOICE) == DEMO
    demo = resolve_demo(CommandLineOptions(read_only=True, project="demo"))
    assert (demo.project, demo.profile.read_only, demo.demo) == ("demo", True, True)


def test_the_demo_has_a_token_of_its_own() -> None:
    assert DEMO.demo
    assert DEMO.given_token is not None
    assert DEMO.profile._replace(name="", color="") == Profile("", DEMO.origin, color="")
