"""Profiles: the built-in ones, those of `config.toml`, and where errors in it are reported."""

import os
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.settings import (
    DEMO,
    ConfigError,
    InvalidOriginError,
    Origin,
    Profile,
    load_config,
    load_profiles,
)
from portui.settings.profiles import BUILT_IN, COLORS
from portui.settings.themes import TERMINAL, THEMES
from portui.settings.toml_lines import line_of
from tests.support.hostile_text import times

Why = ConfigError.Why

MINE = Profile("mine", Origin.parse("https://mine.example"))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def _write(config: Path, text: str | bytes) -> None:
    config.write_bytes(text if isinstance(text, bytes) else text.encode())
    config.chmod(0o600)


def _refused(config: Path) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load_profiles(config)
    assert caught.value.path == config
    return caught.value


# --- profiles and their settings ---


def test_without_a_file_only_the_three_built_in_profiles_exist(config: Path) -> None:
    profiles = load_profiles(config)
    assert list(profiles) == ["production", "staging", "dev"]
    assert profiles["production"].origin.name == "https://cloud-api.calyptia.com"
    assert profiles["staging"].origin.name == "https://cloud-api-staging.calyptia.com"
    assert profiles["dev"].origin.name == "https://cloud-api-dev.calyptia.com"


def test_production_is_the_only_protected_built_in_profile() -> None:
    assert [name for name, profile in BUILT_IN.items() if profile.protected] == ["production"]


def test_an_empty_file_is_the_same_as_no_file(config: Path) -> None:
    _write(config, "")
    assert load_profiles(config) == BUILT_IN
    _write(config, "# nothing yet\n[profiles]\n")
    assert load_profiles(config) == BUILT_IN


def test_a_profile_needs_only_its_url(config: Path) -> None:
    _write(config, "[profiles.mine]\napi_url = 'https://mine.example'\n")
    assert load_profiles(config) == {**BUILT_IN, "mine": MINE}


def test_a_profile_can_set_everything(config: Path) -> None:
    _write(
        config,
        """
[profiles.mine]
color = "magenta"
protected = true
read_only = true
allow_http = true
token_env = "MINE_TOKEN"
project = " plant "
api_url = "http://mine.example:5000/prefix"
""",
    )
    assert load_profiles(config)["mine"] == Profile(
        "mine",
        Origin("http", "mine.example", 5000, "/prefix"),
        protected=True,
        read_only=True,
        allow_http=True,
        color="magenta",
        token_env="MINE_TOKEN",
        project="plant",
    )


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_that_the_message_names_can_be_set(config: Path, theme: str) -> None:
    assert load_config(config).theme == TERMINAL
    _write(config, f"theme = '{theme}'\n[profiles.dev]\ncolor = 'blue'\n")
    assert load_config(config).theme == theme


def test_a_built_in_profile_keeps_what_the_file_does_not_change(config: Path) -> None:
    _write(config, "[profiles.production]\nread_only = true\n[profiles.dev]\ncolor = 'blue'\n")
    profiles = load_profiles(config)
    assert profiles["production"] == BUILT_IN["production"]._replace(read_only=True)
    assert profiles["dev"] == BUILT_IN["dev"]._replace(color="blue")
    assert profiles["staging"] == BUILT_IN["staging"]


@pytest.mark.parametrize("color", COLORS)
def test_every_color_that_the_message_names_is_accepted(config: Path, color: str) -> None:
    _write(config, f"profiles.dev.color = '{color}'")
    assert load_profiles(config)["dev"].color == color


# --- the file itself ---


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o644, 0o444])
def test_a_file_that_only_its_owner_can_write_is_read(config: Path, mode: int) -> None:
    _write(config, "[profiles.mine]\napi_url = 'https://mine.example'\n")
    config.chmod(mode)
    assert load_profiles(config)["mine"] == MINE


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_can_write_is_refused(config: Path, mode: int) -> None:
    _write(config, "")
    config.chmod(mode)
    assert _refused(config).why is Why.WRITABLE_BY_OTHERS


def _let_it_belong(monkeypatch: pytest.MonkeyPatch, *, to: int, me: int) -> None:
    real = os.fstat

    def fstat(descriptor: int) -> os.stat_result:
        status = list(real(descriptor))
        status[stat.ST_UID] = to
        return os.stat_result(status)

    monkeypatch.setattr(os, "fstat", fstat)
    monkeypatch.setattr(os, "geteuid", lambda: me)


def test_a_file_that_belongs_to_someone_else_is_refused(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(config, "")
    _let_it_belong(monkeypatch, to=1001, me=1000)
    assert _refused(config).why is Why.SOMEONE_ELSES


@pytest.mark.parametrize("owner", [0, 1000])
def test_a_file_owned_by_the_operator_or_root_is_read(
    config: Path, monkeypatch: pytest.MonkeyPatch, owner: int
) -> None:
    _write(config, "")
    _let_it_belong(monkeypatch, to=owner, me=1000)
    assert load_profiles(config) == BUILT_IN


def test_a_symlink_is_judged_by_its_target(config: Path, tmp_path: Path) -> None:
    target = tmp_path / "shared.toml"
    _write(target, "")
    target.chmod(0o666)
    config.symlink_to(target)
    assert _refused(config).why is Why.WRITABLE_BY_OTHERS


def test_a_file_that_cannot_be_read_is_reported_with_the_systems_reason(config: Path) -> None:
    config.mkdir()
    error = _refused(config)
    assert (error.why, error.detail) == (Why.NOT_READABLE, "Is a directory")
    assert error.line is None


def test_a_file_in_place_of_the_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "folder").touch()
    error = _refused(tmp_path / "folder" / "config.toml")
    assert (error.why, error.detail) == (Why.NOT_READABLE, "Not a directory")


def test_a_file_that_is_not_utf_8_is_refused(config: Path) -> None:
    _write(config, b"# caf\xe9\n")
    assert _refused(config).why is Why.NOT_UTF8


# --- broken TOML ---


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[profiles.mine", 1),
        ("[profiles.mine\n", 1),
        ("\n\n[profiles.mine]\napi_url = https://mine.example\n", 4),
        ("[profiles.mine]\r\ncolor = 'red'\r\ncolor = 'blue'\r\n", 3),
        ("# \u2028 is no line's end\n=", 2),
        ("a = 1\nb = [\n1,\n2\n\n\n", 4),
        ("a = 1\nb = '''\n", 2),
        ("[profiles.dev]\n\n[profiles.dev]\n", 3),
        ("a = 2026-13-45", 1),
        ("# bell \x07\n", 1),
    ],
)
def test_invalid_toml_is_reported_with_its_line_and_the_parsers_reason(
    config: Path, text: str, line: int
) -> None:
    _write(config, text)
    error = _refused(config)
    assert (error.why, error.line) == (Why.NOT_TOML, line)
    assert error.detail
    assert "(at" not in str(error.detail)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a = " + "9" * 5_000, id="more digits than int takes"),
        pytest.param("a = " + "[" * 50_000 + "]" * 50_000, id="deep nesting"),
    ],
)
def test_toml_that_python_cannot_parse_is_reported_without_a_line(config: Path, text: str) -> None:
    _write(config, text)
    error = _refused(config)
    assert (error.why, error.line) == (Why.NOT_TOML, None)
    assert error.detail


# --- broken settings ---

_URL = "api_url = 'https://mine.example'"


@pytest.mark.parametrize(
    ("text", "why", "line", "key"),
    [
        ("color = 'red'", Why.UNKNOWN_KEY, 1, "color"),
        ("# token\n\ntoken = 'x'\n", Why.UNKNOWN_KEY, 3, "token"),
        (f"[profiles.mine]\n{_URL}\n[profile.dev]\n", Why.UNKNOWN_KEY, 3, "profile"),
        (f"[profiles.mine]\n{_URL}\ncolour = 'red'\n", Why.UNKNOWN_KEY, 3, "mine.colour"),
        (f"[profiles.mine]\n{_URL}\ntoken = 'x'\n", Why.UNKNOWN_KEY, 3, "mine.token"),
        ("# mine\ntheme = 'norrd'\n", Why.NOT_A_THEME, 2, "theme"),
        ("theme = ['nord']", Why.NOT_A_THEME, 1, "theme"),
        ("\nprofiles = 3\n", Why.NOT_A_TABLE, 2, "profiles"),
        ("\n[[profiles]]\n", Why.NOT_A_TABLE, 2, "profiles"),
        ("[profiles]\nmine = 'https://mine.example'\n", Why.NOT_A_TABLE, 2, "mine"),
        ("[[profiles.mine]]\n", Why.NOT_A_TABLE, 1, "mine"),
        ("[profiles.mine]\napi_url = 3\n", Why.NOT_TEXT, 2, "mine.api_url"),
        ("[profiles.dev]\nprotected = 'yes'", Why.NOT_TRUE_OR_FALSE, 2, "dev.protected"),
        ("[profiles.dev]\nread_only = 1", Why.NOT_TRUE_OR_FALSE, 2, "dev.read_only"),
        ("[profiles.dev]\nallow_http = []", Why.NOT_TRUE_OR_FALSE, 2, "dev.allow_http"),
        ("[profiles.dev]\ncolor = 'orange'", Why.NOT_A_COLOR, 2, "dev.color"),
        ("[profiles.dev]\nread_deadline = 0", Why.NOT_A_DEADLINE, 2, "dev.read_deadline"),
        ("[profiles.dev]\nread_deadline = '9'", Why.NOT_A_DEADLINE, 2, "dev.read_deadline"),
        ("[profiles.dev]\nwrite_deadline = true", Why.NOT_A_DEADLINE, 2, "dev.write_deadline"),
        ("[profiles.dev]\nwrite_deadline = nan", Why.NOT_A_DEADLINE, 2, "dev.write_deadline"),
        ("[profiles.dev]\nwrite_deadline = 601", Why.NOT_A_DEADLINE, 2, "dev.write_deadline"),
        ("[profiles.dev]\ncolor = ['red']", Why.NOT_A_COLOR, 2, "dev.color"),
        ("[profiles.dev]\ntoken_env = '$TOKEN'", Why.NOT_A_VARIABLE, 2, "dev.token_env"),
        ("[profiles.dev]\ntoken_env = ''", Why.NOT_A_VARIABLE, 2, "dev.token_env"),
        ("[profiles.dev]\nproject = ' '", Why.NOT_A_PROJECT, 2, "dev.project"),
        ('[profiles.dev]\nproject = "a\\u001b"', Why.NOT_A_PROJECT, 2, "dev.project"),
        ("[profiles.dev]\nproject = 3", Why.NOT_A_PROJECT, 2, "dev.project"),
        ("[profiles.dev]\ntoken_env = 3", Why.NOT_A_VARIABLE, 2, "dev.token_env"),
        ("[profiles.mine]\ncolor = 'red'\n", Why.NO_API_URL, 1, "mine"),
        ("[profiles.mine]\napi_url = 'mine.example'\n", Why.BAD_API_URL, 2, "mine.api_url"),
    ],
)
def test_an_invalid_setting_is_reported_with_its_line_and_name(
    config: Path, text: str, why: ConfigError.Why, line: int, key: str
) -> None:
    _write(config, text)
    error = _refused(config)
    assert (error.why, error.line, error.key) == (why, line, key)


def test_an_invalid_url_is_reported_with_the_reason_and_not_repeated(config: Path) -> None:
    _write(config, "[profiles.mine]\napi_url = 'https://user:p4ssw0rd@mine.example'\n")
    error = _refused(config)
    assert isinstance(error.detail, InvalidOriginError)
    assert error.detail.why is InvalidOriginError.Why.USERINFO
    assert "p4ssw0rd" not in f"{error} {error!r} {error.args} {vars(error)}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        # The name of a profile or setting inside a longer name, a comment or a value.
        (f"[profiles.mine2]\n{_URL}\n[profiles.mine]\n{_URL}\ncolor = 1\n", 5),
        (f"[profiles.not-mine]\n{_URL}\ncolor = 'red'\n[profiles.mine]\n{_URL}\ncolor = 1\n", 6),
        (f"# mine:\n# color = 1\n[profiles.mine]\n{_URL}\n\n# color = 2\ncolor = 1\n", 7),
        (f"[profiles.m]\n{_URL} # mine, color\n[profiles.mine]\n{_URL}\ncolor = 1\n", 5),
        # Other ways to write a setting.
        (f"profiles.mine.{_URL}\nprofiles.mine.color = 1\n", 2),
        (f"[profiles]\nmine.{_URL}\nmine.color = 1\n", 3),
        (f"profiles.mine = {{ {_URL}, color = 1 }}", 1),
        (f'[profiles."mine"]\n{_URL}\n  "color" = 1\n', 3),
        (f"  [ profiles . mine ]\n{_URL}\ncolor=1\n", 3),
        (f"[profiles.mine]\r\n{_URL}\r\n\r\ncolor = 1\r\n", 4),
        (f"[profiles.mine]\n{_URL} # \u2028\x85 are no lines' ends\ncolor = 1\n", 3),
        (f"[profiles.mine]\n{_URL}\n[profiles.mine.color]\n", 3),
        # Values of several lines.
        (f"[profiles.mine]\n{_URL}\n\ncolor = [\n  'red',\n\n]\n# end", 4),
        (f"[profiles.mine]\n{_URL}\ncolor = '''\n[profiles.mine]\ncolor = 1\n'''\n", 3),
        (f"[profiles.mine]\n{_URL}\ntoken_env = '''\ncolor = 1'''\ncolor = 1\n", 3),
    ],
)
def test_the_reported_line_is_that_of_the_setting_and_not_of_a_lookalike(
    config: Path, text: str, line: int
) -> None:
    _write(config, text)
    assert _refused(config).line == line


def test_a_profile_with_a_dot_in_its_name_is_found(config: Path) -> None:
    _write(config, f"[profiles.eu]\n{_URL}\n[profiles.'eu.color']\n{_URL}\ncolor = 1\n")
    error = _refused(config)
    assert (error.line, error.key) == (5, "eu.color.color")


_names = st.text("ab", min_size=1, max_size=3)
_filling = st.lists(st.sampled_from(["", "# a", "# [profiles.a]", "#b = 1", "\t"]), max_size=3)


@times(100)
@given(
    st.dictionaries(_names, st.dictionaries(_names, _filling, min_size=1), min_size=1, max_size=5)
)
def test_every_setting_of_any_file_is_found_on_its_line(
    tables: dict[str, dict[str, list[str]]],
) -> None:
    lines: list[str] = []
    expected: dict[tuple[str, ...], int] = {}
    for name, settings in tables.items():
        lines.append(f"[profiles.{name}]")
        expected["profiles", name] = len(lines)
        for key, filling in settings.items():
            lines += [*filling, f'{key} = """', *filling, f'{key} = 1"""']
            expected["profiles", name, key] = len(lines) - len(filling) - 1
    text = "\n".join(lines)
    assert tomllib.loads(text)
    assert {where: line_of(text, where) for where in expected} == expected


@pytest.mark.parametrize("profile", [*BUILT_IN.values(), DEMO.profile])
def test_a_built_in_address_is_one_that_could_be_given(profile: Profile) -> None:
    assert Origin.parse(profile.origin.name) == profile.origin
