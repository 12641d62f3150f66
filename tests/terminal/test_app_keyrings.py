"""The app with keyrings of every kind: it reports what is wrong, carries on, and quits at once.

Real keyrings run on a private bus in a private home. The others are selected by name, or
installed on the Python path of the app alone.
"""

import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import Final

import pytest

from portui.credentials import TokenStoreError
from portui.explain.tokens import explain_keyring
from tests.support.secret_service import SECRET_SERVICE
from tests.terminal.emulator import ALTERNATE_SCREEN
from tests.terminal.launch import PORTUI, ROOT, environment
from tests.terminal.pty_program import (
    CTRL_Q,
    CTRL_T,
    ENTER,
    HOME,
    PROMPT,
    SECRET,
    TAB,
    Program,
    running,
)
from tests.terminal.steps import PORT_ID, look_up

_Why = TokenStoreError.Why
_IN_TURNS: Final = ["sh", "-c", 'for turn in 1 2 3; do "$@" || exit; done', "sh"]
_ADVICE: Final = re.compile(rb"plain ?text|keyrings\.alt|pip install|recommended", re.IGNORECASE)


@contextmanager
def beside(
    home: Path, mode: str, *command: str, env: Mapping[str, str | None] | None = None
) -> Iterator[Program]:
    """Run a command with a real keyring in a mode; `keyring_of` then returns its environment.

    Fails if the output recommends installing another keyring.
    """
    told = f'env -0 >"{home}/new" && mv "{home}/new" "{home}/environment" && exec "$@"'
    wrapped = [*SECRET_SERVICE, mode, "sh", "-c", told, "sh", *command]
    with running(wrapped, environment(home, env)) as program:
        yield program
        assert not _ADVICE.search(program.output)


def keyring_of(home: Path) -> dict[str, str]:
    """Return the environment in which the keyring of a running program can be reached."""
    pairs = (home / "environment").read_text().rstrip("\0").split("\0")
    return dict(pair.split("=", 1) for pair in pairs)


def signal_keyring(home: Path, number: signal.Signals) -> None:
    os.kill(int(keyring_of(home)["SECRET_SERVICE_PID"]), number)


def wait_for_trouble(program: Program, why: _Why, backend: str = "") -> None:
    """Wait until the app explains the trouble with the keyring."""
    words = explain_keyring(TokenStoreError(why, backend))
    program.wait_for(re.escape(words).replace("\\ ", " "))


def give_token(program: Program, choice: str) -> None:
    """Open the token dialog, paste a token and press the button whose label has `choice`."""
    program.send(CTRL_T)
    program.wait_for("Cancel")
    program.paste(SECRET)
    program.press(HOME, lambda: "•" in program.reversed, "the cursor on the token")
    while choice not in (focused := program.reversed.strip()):
        assert focused != "Cancel"
        program.send(TAB)
        program.until(lambda: program.reversed.strip() not in ("", focused), "the next button")
    program.press_away(ENTER, "Cancel")


def quit_at_once(program: Program) -> None:
    program.send(CTRL_Q)
    assert program.end(PROMPT) == 0
    assert program.restored


# --- a real keyring ---


@pytest.mark.usefixtures("secret_service")
@pytest.mark.parametrize(
    ("mode", "why"),
    [
        ("locked", _Why.LOCKED),
        ("no-prompter", _Why.LOCKED),
        ("fresh", _Why.LOCKED),
        ("silent-prompter", _Why.NOT_ANSWERING),
        ("no-service", _Why.NO_SERVICE),
        ("no-bus", _Why.NO_SERVICE),
    ],
)
def test_an_unusable_keyring_is_reported_and_the_app_works_without_it(
    home: Path, demo_url: str, mode: str, why: _Why
) -> None:
    with beside(home, mode, *PORTUI, "--api-url", demo_url) as program:
        wait_for_trouble(program, why)
        give_token(program, "This session only")
        program.wait_for("token: this session")
        look_up(program)
        program.wait_for("tcp 24224 → 24224")
        quit_at_once(program)


@pytest.mark.usefixtures("secret_service")
def test_a_stored_token_is_found_at_the_next_start_until_it_is_deleted(
    home: Path, demo_url: str
) -> None:
    command = [*_IN_TURNS, *PORTUI, "--api-url", demo_url, PORT_ID]
    with beside(home, "unlocked", *command) as program:
        program.wait_for("token: none")
        give_token(program, "Store in the keyring")
        program.wait_for("token: keyring")
        program.wait_for("tcp 24224 → 24224")
        start_next(program)
        program.wait_for("token: keyring")
        program.wait_for("tcp 24224 → 24224")
        give_token(program, "Delete")
        program.wait_for("token: none")
        start_next(program)
        program.wait_for("token: none")
        quit_at_once(program)


def start_next(program: Program) -> None:
    """Quit the running program and wait for the next one to start."""
    program.send(CTRL_Q)
    program.until(lambda: ALTERNATE_SCREEN not in program.modes, "the end of this turn")
    program.until(lambda: ALTERNATE_SCREEN in program.modes, "the next turn")


@pytest.mark.usefixtures("secret_service")
def test_when_the_keyring_dies_the_token_is_kept_for_this_session(
    home: Path, demo_url: str
) -> None:
    with beside(home, "unlocked", *PORTUI, "--api-url", demo_url) as program:
        program.wait_for("token: none")
        signal_keyring(home, signal.SIGKILL)
        give_token(program, "Store in the keyring")
        wait_for_trouble(program, _Why.NO_SERVICE)
        program.wait_for("token: this session")
        look_up(program)
        program.wait_for("tcp 24224 → 24224")
        quit_at_once(program)


@pytest.mark.usefixtures("secret_service")
def test_a_keyring_unlocked_later_stores_the_token(home: Path, demo_url: str) -> None:
    with beside(home, "locked", *PORTUI, "--api-url", demo_url) as program:
        wait_for_trouble(program, _Why.LOCKED)
        keyring = keyring_of(home)
        subprocess.run([*SECRET_SERVICE, "unlock"], cwd=ROOT, env=keyring, check=True)
        give_token(program, "Store in the keyring")
        program.wait_for("token: keyring")
        quit_at_once(program)


@pytest.mark.usefixtures("secret_service")
def test_a_late_keyring_reply_does_not_replace_a_token_entered_since(
    home: Path, demo_url: str
) -> None:
    with beside(home, "frozen", *PORTUI, "--api-url", demo_url) as program:
        wait_for_trouble(program, _Why.NOT_ANSWERING)
        give_token(program, "This session only")
        program.wait_for("token: this session")
        signal_keyring(home, signal.SIGCONT)
        look_up(program)
        program.wait_for("tcp 24224 → 24224")
        assert program.shows("token: this session")
        give_token(program, "Store in the keyring")  # waits for the reply to the first call
        program.wait_for("token: keyring")
        quit_at_once(program)


@pytest.mark.usefixtures("secret_service")
def test_a_token_can_be_entered_while_the_keyring_is_being_asked(home: Path, demo_url: str) -> None:
    with beside(home, "frozen", *PORTUI, "--api-url", demo_url) as program:
        program.wait_for("token: looking")
        give_token(program, "This session only")
        program.wait_for("token: this session")
        look_up(program)
        program.wait_for("tcp 24224 → 24224")
        quit_at_once(program)


@pytest.mark.usefixtures("secret_service")
def test_the_recipe_for_a_headless_host_gives_a_keyring_that_stores_tokens(
    home: Path, demo_url: str
) -> None:
    run = home / "run"
    run.mkdir(mode=0o700)
    recipe = 'printf pass | gnome-keyring-daemon --unlock --components=secrets >/dev/null; "$@"'
    command = ["dbus-run-session", "--", "sh", "-c", recipe, "sh", *PORTUI, "--api-url", demo_url]
    changes = {"XDG_RUNTIME_DIR": str(run), "PYTHON_KEYRING_BACKEND": None}
    with running(command, environment(home, changes)) as program:
        program.wait_for("token: none")
        give_token(program, "Store in the keyring")
        program.wait_for("token: keyring")
        program.send(CTRL_Q)
        # Not `end`, which fails while the daemon runs: it exits after the bus.
        program.until(lambda: program.status == 0, "the end")
        assert program.restored


# --- other keyrings ---


_PLAINTEXT: Final = """
    import os, pathlib
    from keyring.backend import KeyringBackend

    class PlaintextKeyring(KeyringBackend):
        priority = 0.5

        def get_password(self, service, username):
            return None

        def set_password(self, service, username, password):
            pathlib.Path(os.environ["HOME"], "stored").write_text(password)
"""
_ASKING: Final = """
    from getpass import getpass
    from keyring.backend import KeyringBackend

    class CryptFileKeyring(KeyringBackend):
        priority = 2.5

        def get_password(self, service, username):
            getpass("Please enter password for encrypted keyring: ")

        def set_password(self, service, username, password):
            getpass("Please enter password for encrypted keyring: ")
"""


def install(home: Path, module: str, code: str) -> str:
    """Install a module with a keyring as pip would; return the Python path that has it."""
    site = home / "site"
    file = site / (module.replace(".", "/") + ".py")
    file.parent.mkdir(parents=True)
    file.write_text(dedent(code))
    metadata = site / "fake-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: fake\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[keyring.backends]\nfake = {module}\n")
    return f"{site}:{ROOT}"


def refuses(program: Program, why: _Why, backend: str) -> None:
    """Check that the app names the keyring and why, and keeps the token for this session only."""
    wait_for_trouble(program, why, backend)
    give_token(program, "Store in the keyring")
    program.wait_for("token: this session")
    program.wait_for("Not stored")
    look_up(program)
    program.wait_for("tcp 24224 → 24224")
    quit_at_once(program)


def test_a_keyring_that_stores_nothing_is_refused(home: Path, demo_url: str) -> None:
    backend = "keyring.backends.null.Keyring"
    env = environment(home, {"PYTHON_KEYRING_BACKEND": backend})
    with running([*PORTUI, "--api-url", demo_url], env) as program:
        refuses(program, _Why.KEEPS_NOTHING, backend)


def test_a_plaintext_keyring_found_in_place_of_a_service_is_refused(
    home: Path, demo_url: str
) -> None:
    path = install(home, "keyrings.alt.file", _PLAINTEXT)
    env = environment(home, {"PYTHON_KEYRING_BACKEND": None, "PYTHONPATH": path})
    with running([*PORTUI, "--api-url", demo_url], env) as program:
        refuses(program, _Why.PLAINTEXT, "keyrings.alt.file.PlaintextKeyring")
    assert not (home / "stored").exists()


@pytest.mark.usefixtures("secret_service")
def test_a_plaintext_keyring_beside_a_good_one_is_refused(home: Path, demo_url: str) -> None:
    path = install(home, "keyrings.alt.file", _PLAINTEXT)
    command = [*PORTUI, "--api-url", demo_url]
    wrapped = [*SECRET_SERVICE, "unlocked", *command]
    with running(wrapped, environment(home, {"PYTHONPATH": path})) as program:
        refuses(program, _Why.PLAINTEXT, "keyrings.alt.file.PlaintextKeyring")


def test_a_keyring_that_prompts_on_the_terminal_is_refused(home: Path, demo_url: str) -> None:
    path = install(home, "keyrings.cryptfile.cryptfile", _ASKING)
    backend = "keyrings.cryptfile.cryptfile.CryptFileKeyring"
    env = environment(home, {"PYTHON_KEYRING_BACKEND": backend, "PYTHONPATH": path})
    with running([*PORTUI, "--api-url", demo_url], env) as program:
        refuses(program, _Why.ASKS_ON_TERMINAL, backend)
        assert b"Please enter" not in program.output
