"""The command line up to the point where the screen would open, run as a separate process."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pytest

from portui import __version__
from portui.cli import COMMANDS
from tests.support.child_python import LONGEST
from tests.support.hostile_text import dangers

_ROOT: Final = Path(__file__).parents[2]
_ID: Final = "123e4567-e89b-12d3-a456-426614174000"
_OTHER_ID: Final = "00000000-0000-4000-8000-00000000000f"
_SECRET: Final = "p4ssw0rd"
_BROKEN: Final = {"CALYPTIA_CLOUD_URL": "broken", "CALYPTIA_CLOUD_TOKEN": "b r o k e n"}
_NO_TERMINAL: Final = "portui: standard input is not a terminal; use portui get or portui list\n"


@dataclass
class Program:
    """portui with a home folder of its own, and without a terminal unless `run` is given one."""

    home: Path

    def run(
        self,
        *arguments: str | bytes,
        stdin: int = subprocess.DEVNULL,
        stderr: int = subprocess.PIPE,
        redirection: str = "",
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> subprocess.CompletedProcess[str]:
        """Run it until it exits; `redirection` is in shell syntax."""
        ours = {
            "PYTHONPATH": str(_ROOT),
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "TERM": "xterm-256color",
        }
        program = (sys.executable, "-m", "portui")
        return subprocess.run(
            ["/bin/sh", "-c", f'exec "$@" {redirection}', "sh", *program, *arguments],
            env={**ours, **environment},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
            encoding="utf-8",
            check=False,
            timeout=LONGEST,
        )

    def refused(self, *arguments: str | bytes, **environment: str) -> str:
        """Run it, check that it exits with status 2 and one safe line, and return the message."""
        done = self.run(*arguments, environment=environment)
        assert (done.returncode, done.stdout) == (2, "")
        line, *rest = done.stderr.split("\n")
        assert rest == [""]
        assert line.startswith("portui: ")
        assert dangers(line) == []
        return line.removeprefix("portui: ")

    @property
    def config(self) -> Path:
        return self.home / "portui" / "config.toml"

    def configure(self, text: str, mode: int = 0o600) -> None:
        self.config.parent.mkdir()
        self.config.write_text(text)
        self.config.chmod(mode)


@pytest.fixture
def portui(tmp_path: Path) -> Program:
    return Program(tmp_path)


@contextmanager
def _terminal() -> Iterator[tuple[int, Callable[[], str]]]:
    """Yield a terminal, and a function that returns what was written to it."""
    ours, theirs = os.openpty()
    os.set_blocking(ours, False)

    def written() -> str:
        return os.read(ours, 65_536).decode()

    try:
        yield theirs, written
    finally:
        os.close(ours)
        os.close(theirs)


# --- help and version ---


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_is_printed_on_standard_output(portui: Program, option: str) -> None:
    done = portui.run(option)
    assert (done.returncode, done.stderr) == (0, "")
    for word in ("PORT_ID", "--demo", "--api-url", "--profile", "--read-only", "--version"):
        assert word in done.stdout
    for word in ("CALYPTIA_CLOUD_TOKEN", "CALYPTIA_CLOUD_URL", "exit status"):
        assert word in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_fits_80_columns(portui: Program, command: str) -> None:
    done = portui.run(command, "--help", environment={"COLUMNS": "80"})
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_a_missing_argument_is_named_as_in_the_help(portui: Program) -> None:
    missing = "the following arguments are required: SHELL; see portui completion --help"
    assert portui.refused("completion") == missing


def test_the_version_is_printed_on_standard_output(portui: Program) -> None:
    done = portui.run("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"portui {__version__}\n", "")


def test_help_and_version_read_neither_configuration_nor_environment(portui: Program) -> None:
    portui.configure("broken")
    assert portui.run("--version", environment=_BROKEN).returncode == 0
    assert portui.run("--help", environment=_BROKEN).returncode == 0


# --- the port ID ---


@pytest.mark.parametrize(
    "text",
    [
        _ID,
        f"https://cloud-api.calyptia.com/v1/pipeline_ports/{_ID}",
        f"\n {{{_ID.upper()}}}",
    ],
)
def test_a_port_id_is_accepted_in_any_text_that_contains_it(portui: Program, text: str) -> None:
    assert portui.run(text).stderr == _NO_TERMINAL
    assert portui.run("--demo", text).stderr == _NO_TERMINAL


@pytest.mark.parametrize("text", ["", _ID[:-1], _ID[:20], "f" * 33])
def test_what_looks_like_a_mistyped_port_id_is_refused(portui: Program, text: str) -> None:
    assert portui.refused(text) == f"'{text}' is not a port ID"
    assert portui.refused("edge", text or "f" * 20).endswith("is not a port ID")


@pytest.mark.parametrize(
    "words", [["24224"], ["edge", "udp"], [_ID[:19]], ["../../etc/passwd"], ["x" * 10_000]]
)
def test_other_words_are_accepted_wherever_they_stand(portui: Program, words: list[str]) -> None:
    assert portui.run(*words).stderr == _NO_TERMINAL
    assert portui.run(words[0], "--demo", *words[1:]).stderr == _NO_TERMINAL


def test_a_text_with_several_port_ids_is_refused(portui: Program) -> None:
    assert portui.refused(f"{_ID} {_OTHER_ID}").endswith("contains several port IDs")


def test_a_refused_port_id_is_shown_in_part(portui: Program) -> None:
    assert portui.refused("a" * 10_000).startswith(f"'{'a' * 39}…' is")


def test_a_bad_port_id_is_refused_before_the_configuration_is_read(portui: Program) -> None:
    portui.configure("broken")
    assert "is not a port ID" in portui.refused(_ID[:-1])


# --- options ---


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--bogus"], "no such option: --bogus; see portui --help"),
        (["--dem"], "no such option: --dem; see portui --help"),
        (["--api_url", f"https://u:{_SECRET}@h"], "no such option: --api_url; see portui --help"),
        ([f"--api_url=https://u:{_SECRET}@h"], "no such option: --api_url; see portui --help"),
        ([_ID, "--token", _SECRET], "no such option: --token; see portui --help"),
        (["--api-url"], "argument --api-url: expected one argument; see portui --help"),
        (["--\x1b[2J"], r"no such option: --\x1b[2J; see portui --help"),
    ],
)
def test_bad_arguments_are_refused_without_repeating_their_values(
    portui: Program, arguments: list[str], words: str
) -> None:
    assert portui.refused(*arguments) == words


def test_an_unknown_profile_is_refused_with_the_known_ones(portui: Program) -> None:
    portui.configure("[profiles.mine]\napi_url = 'https://mine.example'\n")
    words = portui.refused("--profile", "prod\x1b")
    assert words == r"no profile named prod\x1b; known profiles: production, staging, dev, mine"


@pytest.mark.parametrize("option", ["--api-url=https://mine.example", "--profile=dev"])
def test_the_demo_cannot_be_combined_with_another_service(portui: Program, option: str) -> None:
    expected = "--demo can't be combined with --api-url or --profile"
    assert portui.refused("--demo", option) == expected
    assert portui.refused(option, "--demo", _ID) == expected


def test_the_demo_reads_neither_configuration_nor_environment(portui: Program) -> None:
    portui.configure("broken")
    assert portui.run("--demo", environment=_BROKEN).stderr == _NO_TERMINAL


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (f"https://user:{_SECRET}@host", "it must not contain a user name or password"),
        (f"user:{_SECRET}@host", "it must begin with https:// (or http://, for this machine)"),
        (f"https://host?{_SECRET}", "it must not contain ? or #"),
        (f"https://user:{_SECRET}", "its port isn't valid"),
        (f"https://{_SECRET}\x1b", "it is not a URL"),
    ],
)
def test_an_invalid_url_is_refused_and_not_repeated(portui: Program, url: str, reason: str) -> None:
    words = f"the API's URL can't be used: {reason}"
    assert portui.refused("--api-url", url) == words
    assert portui.refused(CALYPTIA_CLOUD_URL=url) == words


@pytest.mark.parametrize("pipeline", ["", "\x1b[2J", b"\xff"])
def test_what_cannot_name_a_pipeline_is_refused(portui: Program, pipeline: str | bytes) -> None:
    words = portui.refused("list", "--demo", "--pipeline", pipeline)
    assert words.startswith("argument --pipeline: not a pipeline's name or ID")


@pytest.mark.parametrize("rest", [(), ("--demo",)])
@pytest.mark.parametrize("project", ["", " ", "\x1b[2J", b"\xff"])
def test_what_cannot_be_a_project_is_refused(
    portui: Program, project: str | bytes, rest: tuple[str, ...]
) -> None:
    words = portui.refused("--project", project, *rest)
    assert words.startswith("--project must be a project's name or ID, not '")
    assert portui.run("--project", "plant", *rest).stderr == _NO_TERMINAL


def test_plain_http_to_another_machine_is_refused(portui: Program) -> None:
    words = portui.refused("--api-url", "http://host.example")
    assert words.startswith("http://host.example would receive the token unencrypted")
    assert portui.run("--api-url", "http://127.0.0.1:5000").stderr == _NO_TERMINAL


def test_an_invalid_token_is_refused_and_not_repeated(portui: Program) -> None:
    words = portui.refused(CALYPTIA_CLOUD_TOKEN=f"{_SECRET} {_SECRET}")
    assert words.startswith("the token in the environment can't be used: ")
    assert _SECRET not in words


# --- the configuration ---


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[profiles.dev]\ncolor = red\n", ":2: it is not TOML: "),
        ("\n[profiles.dev]\ncolour = 'red'\n", ":3: dev.colour: no such setting"),
        (
            f"[profiles.mine]\napi_url = 'https://u:{_SECRET}@h'\n",
            ":2: mine.api_url: it can't be used: it must not contain a user name or password",
        ),
        ('[profiles."\\u001b[2J"]\n', r":1: \x1b[2J: a profile needs an api_url"),
    ],
)
def test_a_broken_config_is_reported_with_its_file_line_and_reason(
    portui: Program, text: str, place: str
) -> None:
    portui.configure(text)
    words = portui.refused()
    assert words.startswith(f"{portui.config}{place}")
    assert _SECRET not in words


def test_a_config_that_others_can_write_is_refused(portui: Program) -> None:
    portui.configure("", mode=0o666)
    assert portui.refused() == f"{portui.config}: others can write to it; run chmod 600 on it"


# --- the terminal ---


@pytest.mark.parametrize("arguments", [[], ["--demo"], ["--read-only", "--profile", "dev"]])
def test_it_exits_at_once_if_standard_input_is_not_a_terminal(
    portui: Program, arguments: list[str]
) -> None:
    assert f"portui: {portui.refused(*arguments)}\n" == _NO_TERMINAL


def test_it_exits_at_once_if_standard_error_is_not_a_terminal(portui: Program) -> None:
    with _terminal() as (terminal, _):
        done = portui.run("--demo", stdin=terminal)
    words = "portui: standard error is not a terminal, and portui draws on it\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", words)


@pytest.mark.parametrize("term", ["dumb", ""])
def test_it_exits_at_once_on_a_terminal_without_full_screen_support(
    portui: Program, term: str
) -> None:
    with _terminal() as (terminal, written):
        done = portui.run(stdin=terminal, stderr=terminal, environment={"TERM": term})
        assert written() == "portui: this terminal (TERM) can't show a full-screen app\r\n"
    assert (done.returncode, done.stdout) == (2, "")


def test_it_exits_with_a_message_if_standard_input_is_closed(portui: Program) -> None:
    done = portui.run("--demo", redirection="<&-")
    assert (done.returncode, done.stderr) == (2, _NO_TERMINAL)


def test_it_exits_silently_if_standard_error_is_closed(portui: Program) -> None:
    done = portui.run("--demo", redirection="2>&-")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")
