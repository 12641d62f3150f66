"""Completions in real shells, of the real program."""

import os
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest

from portui.commands.completion import SHELLS
from portui.journal import RecentPort, Storage
from portui.journal.recent import with_port
from tests.support.shell import run_script
from tests.terminal.launch import PORTUI, environment
from tests.terminal.pty_program import ENTER, running

PRODUCTION: Final = "https://cloud-api.calyptia.com"
DEV: Final = "https://cloud-api-dev.calyptia.com"
FIRST: Final = "6a1f0c52-0000-4000-8000-000000000001"
SECOND: Final = "8b2e1d63-0000-4000-8000-000000000002"
GONE: Final = "9c3f2e74-0000-4000-8000-000000000003"


@pytest.fixture
def path(tmp_path: Path) -> str:
    """Return a PATH on which portui is a program."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "portui"
    program.write_text(f'#!/bin/sh\nexec "{PORTUI[0]}" -m portui "$@"\n')
    program.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


@pytest.fixture(autouse=True)
def _recent(home: Path) -> None:
    """Leave recent ports at two services."""
    folder = home / "STATE" / "portui"
    at = datetime.now(UTC)
    for origin, *port in (
        (PRODUCTION, GONE, "tcp 1 → 1", "", True),
        (PRODUCTION, SECOND, "tcp 5044 → 5044", "beats\x1b[2J", False),
        (PRODUCTION, FIRST, "udp 5140 → 24224", "edge-forward", False),
        (DEV, SECOND, "tcp 5044 → 5044", "$(touch evil)", False),
    ):
        port_id, summary, pipeline, deleted = port
        recent = RecentPort(UUID(str(port_id)), str(summary), "", at, str(pipeline), bool(deleted))
        file = Storage.under(folder, origin, partial(datetime.now, UTC)).recent
        file.update(partial(with_port, port=recent))


_BASH: Final = """
eval "$(portui completion bash)"
complete -p portui
completions() {
    COMP_LINE=$1; COMP_POINT=${#1}; COMPREPLY=()
    "$(complete -p portui | sed 's/.*-F \\([^ ]*\\).*/\\1/')" portui
    printf '%s\\n' "${COMPREPLY[@]}"
}
"""


def completions(
    home: Path, path: str, line: str, env: Mapping[str, str | None] | None = None
) -> list[str]:
    """Return what bash offers for a line."""
    (home / "script").write_text(f"{_BASH}completions '{line}'\n")
    variables = {"PATH": path, "HTTPS_PROXY": "http://127.0.0.1:1", **(env or {})}
    ran = run_script(home, 'exec bash --norc "$HOME/script"', env=variables)
    assert (ran.status, ran.err) == (0, "")
    registered, *found = ran.out.splitlines()
    assert registered.startswith("complete ")
    assert registered.endswith(" portui")
    return [each.strip() for each in found if each.strip()]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("portui comp", ["completion"]),
        ("portui get ", [FIRST, SECOND]),
        ("portui get 6", [FIRST]),
        ("portui get -o ", ["table", "json"]),
        ("portui get --re", ["--read-only"]),
        ("portui 8b", [SECOND]),
        ("portui --profile dev get ", [SECOND]),
        ("portui get --profile dev ", [SECOND]),
        (f"portui --api-url {DEV} get ", [SECOND]),
        ("portui --profile staging get ", []),
        ("portui --profile none-such get ", []),
        ("portui --demo get ", []),
        ("portui --profile s", ["staging"]),
        ("portui --profile=s", ["staging"]),
        ("portui --api-url ", []),
        ("portui token ", ["set", "status", "delete"]),
        ("portui completion ", list(SHELLS)),
    ],
)
def test_bash_completes_what_is_known_without_the_network(
    home: Path, path: str, line: str, expected: list[str]
) -> None:
    assert completions(home, path, line)[: len(expected) or 99] == expected


def test_the_first_word_may_be_a_command_or_a_recent_port(home: Path, path: str) -> None:
    found = completions(home, path, "portui ")
    assert {"get", "token", "doctor", FIRST, SECOND} <= set(found)
    assert GONE not in found


def test_profiles_of_the_configuration_are_completed(home: Path, path: str) -> None:
    config = home / "CONFIG" / "portui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[profiles.plant]\napi_url = "https://plant.example"\n')
    config.chmod(0o600)
    assert completions(home, path, "portui --profile p") == ["production", "plant"]
    config.write_text("broken")
    assert completions(home, path, "portui --profile p") == ["production"]
    assert completions(home, path, "portui get ") == []


def test_a_token_in_the_environment_makes_no_difference(home: Path, path: str) -> None:
    env: dict[str, str | None] = {"CALYPTIA_CLOUD_TOKEN": "b r o k e n"}
    assert completions(home, path, "portui get ", env) == []
    assert completions(home, path, "portui token s", env) == ["set", "status"]


def test_a_tab_in_an_interactive_bash_completes_the_line(home: Path, path: str) -> None:
    env = environment(home, {"PATH": path, "PS1": "ready> "})
    with running(["bash", "--norc", "--noprofile", "-i"], env, size=(160, 24)) as shell:
        shell.send(f'PS1="ready> "; eval "$(portui completion bash)"; echo se""t{ENTER}')
        shell.wait_for(r"\nset\b")
        shell.send(": x; portui get 6\t")
        shell.wait_for(f"portui get {FIRST}")
        shell.send(f"\x15exit{ENTER}")
        assert shell.end() == 0


@pytest.mark.parametrize("shell", SHELLS)
def test_the_code_is_that_shells(home: Path, path: str, shell: str) -> None:
    config = home / "CONFIG" / "portui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("broken")  # which is of no concern here
    ran = run_script(home, f"portui completion {shell}", env={"PATH": path})
    assert (ran.status, ran.err) == (0, "")
    own = {
        "bash": "-F _python_argcomplete portui",
        "zsh": "#compdef portui",
        "fish": "complete --command portui",
    }
    assert own[shell] in ran.out
    if shutil.which(shell):
        (home / "code").write_text(ran.out)
        checked = run_script(home, f'{shell} -n "$HOME/code"', env={"PATH": path})
        assert (checked.status, checked.err) == (0, "")


@pytest.mark.parametrize("words", ["", "tcsh", "bash zsh"])
def test_another_shell_is_wrong_use(home: Path, words: str) -> None:
    ran = run_script(home, f"portui completion {words}")
    assert (ran.status, ran.out) == (2, "")


def test_descriptions_are_safe_and_a_shell_runs_nothing_in_them(home: Path, path: str) -> None:
    """fish and zsh show descriptions; they ask in the same way as their code does."""
    script = (
        "COMP_LINE='portui --profile {} get ' COMP_POINT=99 _ARGCOMPLETE=1 _ARGCOMPLETE_DFS='\t'"
        " _ARGCOMPLETE_IFS='\n' _ARGCOMPLETE_SHELL=fish portui 8>&1 9>&2"
    )
    ran = run_script(home, script.format("production"), env={"PATH": path})
    assert ran.out.splitlines() == [
        f"{FIRST}\tudp 5140 → 24224 edge-forward",
        f"{SECOND}\ttcp 5044 → 5044 beats\\x1b[2J",
    ]
    plain = {"PATH": path, "LANG": "en_US.ISO-8859-1", "PYTHONIOENCODING": "ascii"}
    assert run_script(home, script.format("dev"), env=plain).out.startswith(SECOND)
