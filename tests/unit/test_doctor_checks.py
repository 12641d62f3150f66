"""The doctor's checks that no real machine can be made to fail in a test."""

import os
from pathlib import Path

import pytest

from portui.api.proxies import ProxyReason, choose_proxy
from portui.commands.doctor.finding import State, shown
from portui.commands.doctor.machine import check_home, check_state_folder
from portui.commands.doctor.terminal import check_colours
from portui.settings import Origin


def test_a_user_without_a_home_folder_needs_care() -> None:
    assert check_home(None).state is State.CARE
    assert check_home(Path("/home/me/.local/state/portui")).state is State.OK


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_someone_else_needs_care(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    (tmp_path / "journal").mkdir(mode=0o700)
    os.chown(tmp_path / "journal", 12_345, -1)
    found = check_state_folder(tmp_path)
    assert found.state is State.CARE
    assert "journal belongs to someone else" in found.found


def test_a_folder_that_cannot_be_written_needs_care(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    found = check_state_folder(tmp_path)
    assert found.state is State.CARE
    assert "can't be written: No space left on device" in found.found
    assert list(tmp_path.iterdir()) == []


def test_the_home_folder_and_so_the_users_name_is_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert shown(Path("/home/me/.config/x\x1b")) == r"~/.config/x\x1b"
    assert shown(Path("/home/me")) == "~"
    assert shown(Path("/home/mercury/x")) == "/home/mercury/x"
    monkeypatch.setenv("HOME", "/")
    assert shown(Path("/etc/x")) == "/etc/x"


@pytest.mark.parametrize(
    ("theme", "environment", "found"),
    [
        ("terminal", {"TERM": "xterm-256color"}, "the terminal's own sixteen"),
        ("nord", {"TERM": "tmux-256color"}, "theme nord, in 256 colours"),
        ("nord", {"TERM": "foot"}, "theme nord, in 16 million colours"),
        ("nord", {"TERM": "screen", "COLORTERM": "24bit"}, "theme nord, in 16 million colours"),
        ("nord", {"TERM": "screen"}, "the terminal's own sixteen; theme nord needs 256"),
        ("high-contrast", {"TERM": "linux"}, "theme high-contrast, in 16 colours"),
        ("nord", {"TERM": "foot", "NO_COLOR": "1"}, "none: NO_COLOR is set"),
    ],
)
def test_the_colours_are_those_of_the_theme_if_the_terminal_has_enough(
    monkeypatch: pytest.MonkeyPatch, theme: str, environment: dict[str, str], found: str
) -> None:
    for name in ("TERM", "COLORTERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert check_colours(theme).found.startswith(found)


@pytest.mark.parametrize(
    ("url", "environment", "reason", "variable"),
    [
        ("http://service.test", {"HTTPS_PROXY": "p"}, ProxyReason.PLAIN_HTTP, ""),
        ("http://localhost", {"HTTPS_PROXY": "p"}, ProxyReason.LOOPBACK, ""),
        ("https://service.test", {}, ProxyReason.NONE_SET, ""),
        ("https://service.test", {"HTTPS_PROXY": ""}, ProxyReason.NONE_SET, ""),
        ("https://service.test", {"HTTPS_PROXY": "p"}, ProxyReason.VARIABLE, "HTTPS_PROXY"),
        (
            "https://service.test",
            {"HTTPS_PROXY": "p", "https_proxy": "q"},
            ProxyReason.VARIABLE,
            "https_proxy",
        ),
        ("https://service.test", {"ALL_PROXY": "p"}, ProxyReason.VARIABLE, "ALL_PROXY"),
        (
            "https://service.test",
            {"HTTPS_PROXY": "p", "NO_PROXY": "*"},
            ProxyReason.NO_PROXY,
            "NO_PROXY",
        ),
    ],
)
def test_the_reason_for_a_proxy_names_the_variable(
    monkeypatch: pytest.MonkeyPatch,
    url: str,
    environment: dict[str, str],
    reason: ProxyReason,
    variable: str,
) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    choice = choose_proxy(Origin.parse(url))
    assert (choice.reason, choice.variable) == (reason, variable)
