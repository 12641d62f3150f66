"""`portui token`, with a real keyring and a real terminal."""

import base64
import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.support.secret_service import SECRET_SERVICE
from tests.support.shell import Ran, run_script
from tests.terminal.conftest import serving
from tests.terminal.launch import PORTUI, ROOT, environment
from tests.terminal.pty_program import CTRL_C, CTRL_U, ENTER, SECRET, Program, running
from tests.terminal.steps import PORT_ID

PROJECT_ID: Final = "00000000-0000-4000-8000-0000000000aa"
VARIABLE: Final = "CALYPTIA_CLOUD_TOKEN"
CLOSED: Final = {"CALYPTIA_CLOUD_URL": "http://127.0.0.1:9"}


def _part(claims: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")


PROJECT_TOKEN: Final = f"{_part({'ProjectID': PROJECT_ID, 'TokenID': PROJECT_ID})}.{SECRET}"
EXPIRED_JWT: Final = f"{_part({'alg': 'none'})}.{_part({'exp': 1_700_000_000})}.{SECRET}"


def _tells_no_token(ran: Ran) -> Ran:
    assert SECRET not in ran.out + ran.err
    assert "Traceback" not in ran.err
    return ran


@pytest.mark.usefixtures("secret_service")
def test_a_piped_token_is_stored_and_used_until_it_is_deleted(home: Path, demo_url: str) -> None:
    ran = _tells_no_token(
        run_script(
            home,
            f"""
            echo 'export {VARIABLE}="{SECRET}.a"' | status portui token set
            status portui token status
            status portui get {PORT_ID}
            status portui token delete
            status portui token delete
            status portui get {PORT_ID}
            """,
            "unlocked",
            {"CALYPTIA_CLOUD_URL": demo_url},
        )
    )
    assert [line for line in ran.out.splitlines() if line.startswith("status")] == [
        *["status 0"] * 4,
        *["status 4"] * 2,
    ]
    assert f"Stored in the keyring (SecretService) for {demo_url}." in ran.err
    assert "from the keyring, of an unknown kind" in ran.out
    assert "SecretService: has a token for this service" in ran.out
    assert f"Deleted from the keyring, for {demo_url}." in ran.err
    assert f"No token for {demo_url} in the keyring" in ran.err


@pytest.mark.usefixtures("secret_service")
def test_a_token_in_the_environment_is_said_to_hide_the_stored_one(home: Path) -> None:
    ran = _tells_no_token(
        run_script(
            home,
            f"""
            echo {SECRET} | portui token set
            portui token status -o json
            portui token status
            portui token delete -o json
            portui token status -o json
            """,
            "unlocked",
            {**CLOSED, VARIABLE: EXPIRED_JWT},
        )
    )
    assert f"Note: {VARIABLE} is set, and portui uses that token instead." in ran.err
    assert f"Note: {VARIABLE} is still set" in ran.err
    assert f"which {VARIABLE} hides" in ran.out
    assert "Expires       expired 3 years ago, at 2023-11-14 22:13:20 UTC" in ran.out
    before, deleted, after = _records(ran.out)
    assert (before["source"], before["shadowsKeyring"]) == ("environment", True)
    assert (before["kind"], before["expiresAt"]) == ("a user token", "2023-11-14T22:13:20+00:00")
    assert before["accepted"] is None
    assert deleted["deleted"] is True
    assert after["shadowsKeyring"] is False


def _records(out: str) -> list[dict[str, Any]]:
    """Return the JSON objects in an output, which begin at the first column."""
    decoder, found = json.JSONDecoder(), []
    for index, character in enumerate(out):
        if character == "{" and out[index - 1 : index] in ("", "\n"):
            found.append(decoder.raw_decode(out, index)[0])
    return found


@pytest.mark.usefixtures("secret_service")
@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("locked", "the keyring is locked"),
        ("silent-prompter", "a prompt may be open on another display"),
        ("frozen", "the keyring doesn't answer"),
        ("no-service", "no keyring service is running here"),
    ],
)
def test_a_keyring_that_cannot_be_used_is_told_in_words(home: Path, mode: str, words: str) -> None:
    script = f"""
        echo {SECRET} | status portui token set
        status portui token status
        status portui token delete
        """
    ran = _tells_no_token(run_script(home, script, mode, CLOSED))
    statuses = [line for line in ran.out.splitlines() if line.startswith("status")]
    assert statuses == ["status 1", "status 4", "status 1"]
    assert words in ran.out
    first, *_ = ran.err.splitlines()
    assert first.startswith("portui: Not stored: ")
    assert words in first
    assert "Not deleted: " in ran.err


@pytest.mark.usefixtures("secret_service")
def test_the_official_clis_token_is_mentioned_but_not_used(home: Path) -> None:
    script = f"""
        {PORTUI[0]} -c 'import keyring
        keyring.set_password("cloud.calyptia.com", "project_token", "{SECRET}")
        keyring.set_password("cloud.calyptia.com", "base_url", "http://127.0.0.1:9")'
        status portui token status
        """
    script = script.replace("\n        keyring", "\nkeyring")
    ran = _tells_no_token(run_script(home, script, "unlocked", CLOSED))
    assert "Official CLI  has a token for this service" in ran.out
    assert ran.out.endswith("status 4\n")


@pytest.mark.parametrize(
    "backend", ["keyring.backends.null.Keyring", "tests.terminal.fake_keyrings.Quoting"]
)
def test_a_keyring_that_does_not_keep_the_token_is_a_failure(home: Path, backend: str) -> None:
    env = {**CLOSED, "PYTHON_KEYRING_BACKEND": backend}
    ran = _tells_no_token(run_script(home, f"echo {SECRET} | portui token set", env=env))
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("portui: Not stored: ")


def test_the_variable_that_the_advice_names_is_one_that_counts(home: Path) -> None:
    assert f"or set {VARIABLE} instead." in run_script(home, "portui token status").out
    # With --profile, only the profile's own variable counts.
    ran = run_script(home, "portui token status --profile dev")
    assert "or name a token_env in the profile instead." in ran.out
    assert ran.err == "No token. Next: portui token set --profile dev\n"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("portui token set {}", "the token can't be given on the command line"),
        ("portui token {}", "say what to do"),
        ("portui token", "say what to do"),
        ("portui token set --token={}", "no such option: --token"),
        ("portui token set -t{}", "no such option: -t"),
        ("echo '{} {}' | portui token set", "Not a token: character 13 is a space"),
        ("portui token set < /dev/null", "Not a token: it is empty"),
        ("portui token set <&-", "Not a token: it is empty"),
        ("portui token set < /dev/zero", "Not a token: character 1 is a control character"),
        ("portui token set --demo", "the demo needs no token"),
    ],
)
def test_wrong_use_is_refused_and_not_repeated(home: Path, script: str, words: str) -> None:
    ran = _tells_no_token(run_script(home, script.replace("{}", SECRET), env=CLOSED))
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"portui: {words}")


# --- the service's word ---


@contextmanager
def _service(status: int, body: object) -> Iterator[str]:
    async def answer(_: Request) -> JSONResponse:
        return JSONResponse(body, status)

    with serving(Starlette(routes=[Route("/v1/projects/{id}", answer)])) as url:
        yield url


def test_the_project_of_a_token_is_named(home: Path) -> None:
    with _service(200, {"id": PROJECT_ID, "name": "acme\x1b[2J"}) as url:
        ran = _status(home, url)
    assert ran.status == 0
    assert f"acme\\x1b[2J ({PROJECT_ID})" in ran.out
    assert "Accepted      yes" in ran.out


def test_the_status_can_be_yaml(home: Path) -> None:
    ran = run_script(home, "portui token status -o yaml", env=CLOSED)
    assert (ran.status, "source: null" in ran.out) == (4, True)


def test_a_token_that_the_service_rejects_is_exit_status_4(home: Path) -> None:
    with _service(401, {"error": "invalid token"}) as url:
        ran = _status(home, url)
    assert ran.status == 4
    assert "Accepted      no: The service rejected the token" in ran.out
    assert PROJECT_ID in ran.out


def test_a_service_that_does_not_say_leaves_the_question_open(home: Path) -> None:
    with _service(502, "oops") as url:
        ran = _status(home, url)
    assert ran.status == 0
    assert "Accepted      not known: The service failed (502)" in ran.out


def _status(home: Path, url: str) -> Ran:
    env = {"CALYPTIA_CLOUD_URL": url, VARIABLE: PROJECT_TOKEN}
    return _tells_no_token(run_script(home, "portui token status", env=env))


# --- the prompt ---

LONG: Final = f"{SECRET}.{'x' * 6_000}"
"""A token that doesn't fit into a terminal's line."""


@contextmanager
def _prompt(home: Path, after: str = "") -> Iterator[Program]:
    """Run `token set` in a terminal with a real keyring, and then a script."""
    script = f'"{PORTUI[0]}" -m portui token set; echo "status $?"; {after}'
    command = [*SECRET_SERVICE, "unlocked", "/bin/sh", "-c", script]
    env = environment(home, {**CLOSED, "PYTHON_KEYRING_BACKEND": None, "PYTHONPATH": str(ROOT)})
    with running(command, env) as program:
        program.wait_for(r"Token for http://127.0.0.1:9 \(not shown\):")
        program.until(lambda: not program.echoing, "a hidden prompt")
        yield program


_LENGTH: Final = (
    f"{PORTUI[0]} -c 'import keyring; "
    f'print("length", len(keyring.get_password("portui", "http://127.0.0.1:9")))\''
)


@pytest.mark.usefixtures("secret_service")
@pytest.mark.parametrize(
    ("typed", "length"),
    [
        (SECRET, len(SECRET)),
        (LONG, len(LONG)),
        (f"wrong{CTRL_U}{SECRET}xy\x7f\x7f", len(SECRET)),
        (f"\r\n\n  Authorization: Bearer {SECRET}", len(SECRET)),
    ],
    ids=["short", "long", "corrected", "pasted"],
)
def test_a_typed_token_is_stored_and_never_shown(home: Path, typed: str, length: int) -> None:
    with _prompt(home, _LENGTH) as program:
        program.send(typed)
        program.send(ENTER)
        program.wait_for("Stored in the keyring")
        program.wait_for("status 0")
        program.wait_for(f"length {length}")
        assert program.end() == 0
        assert program.echoing


@pytest.mark.usefixtures("secret_service")
def test_the_rest_of_a_paste_does_not_reach_the_shell(home: Path) -> None:
    with _prompt(home, 'read rest; echo "[$rest]"') as program:
        program.send(f"{SECRET}\necho {SECRET}\n")
        program.wait_for("status 0")
        program.send("mine\n")
        program.wait_for(r"\[mine\]")


@pytest.mark.usefixtures("secret_service")
def test_ctrl_d_gives_no_token(home: Path) -> None:
    with _prompt(home) as program:
        program.send("\x04")
        program.wait_for("Not a token: it is empty")
        program.wait_for("status 2")


def test_every_end_of_the_prompt_lets_the_terminal_show_what_is_typed_again(home: Path) -> None:
    ends: list[tuple[str, Callable[[Program], None], int]] = [
        (SECRET, lambda program: program.send(CTRL_C), 130),
        (SECRET, lambda program: program.send(f"\x1c\x1a{CTRL_C}"), 130),  # ctrl+\, ctrl+z
        # Nothing is typed: a kernel that is busy takes it in, and echoes it, after the end only.
        ("", lambda program: program.kill(signal.SIGTERM), 143),
    ]
    for typed, end, status in ends:
        with running([*PORTUI, "token", "set"], environment(home, CLOSED)) as program:
            program.wait_for("not shown")
            program.until(lambda: not program.echoing, "a hidden prompt")
            program.send(typed)
            end(program)
            assert program.end() == status
            assert program.restored


@pytest.mark.usefixtures("secret_service")
def test_a_person_has_the_time_to_unlock_the_keyring_and_may_give_up(home: Path) -> None:
    command = [*SECRET_SERVICE, "silent-prompter", *PORTUI, "token", "delete"]
    env = environment(home, {**CLOSED, "PYTHON_KEYRING_BACKEND": None})
    with running(command, env) as program:
        program.wait_for("Asking the keyring")
        assert not program.came(
            lambda: program.status is not None, 5.0
        )  # which is its deadline else
        program.send(CTRL_C)
        assert program.end() == 130
