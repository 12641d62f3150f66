"""Where portui's files are, and what works for a user who has no home folder."""

from pathlib import Path
from typing import Final

import platformdirs
import pytest

from portui import folders
from portui.launch.settings import UsageError, crash_folder, state_folder
from tests.support.child_python import run_python

_ID: Final = "123e4567-e89b-12d3-a456-426614174000"
_WITHOUT_A_HOME: Final = """
import os, pwd, sys
def getpwuid(uid):
    raise KeyError(uid)
pwd.getpwuid = getpwuid
sys.stderr = sys.stdout
os._exit = lambda status: sys.exit()
from portui.cli import main
sys.argv = ["portui", *{arguments!r}]
try:
    main()
except SystemExit as end:
    print("status", end.code)
"""


def _fail(_: str) -> Path:
    raise RuntimeError("could not determine the home directory")


def _keep_tilde(app: str) -> Path:
    return Path("~/.local") / app


@pytest.mark.parametrize("of_user", [_fail, _keep_tilde])
def test_without_a_home_folder_there_are_no_files(
    monkeypatch: pytest.MonkeyPatch, of_user: object
) -> None:
    monkeypatch.setattr(platformdirs, "user_config_path", of_user)
    monkeypatch.setattr(platformdirs, "user_state_path", of_user)
    assert folders.config_file() is None
    assert folders.state_folder() is None


def test_without_a_home_folder_nothing_is_changed_but_a_crash_can_be_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(platformdirs, "user_state_path", _fail)
    with pytest.raises(UsageError, match="set HOME or XDG_STATE_HOME"):
        state_folder()
    assert crash_folder().is_dir()


def test_the_files_are_in_the_folders_of_the_variables(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert folders.config_file() == tmp_path / "config" / "portui" / "config.toml"
    assert folders.state_folder() == tmp_path / "state" / "portui"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["get", _ID, "--demo"], "forward.demo.example:24224"),
        (["get", _ID, "--api-url", "http://127.0.0.1:9"], "Can't connect to 127.0.0.1:9"),
        (["doctor", "--demo"], "HOME isn't set, and the user has no home folder"),
    ],
)
def test_reading_takes_no_home_folder(tmp_path: Path, arguments: list[str], words: str) -> None:
    program = _WITHOUT_A_HOME.format(arguments=arguments)
    printed = run_python(program, tmp_path, CALYPTIA_CLOUD_TOKEN="not-a-real-token")
    assert words in printed
    assert not [*tmp_path.iterdir()]
