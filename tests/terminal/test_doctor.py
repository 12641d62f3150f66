"""`portui doctor`: the real program against real services, good and bad."""

import json
import os
import signal
import socket
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
import trustme
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.support.hostile_text import dangers
from tests.support.listening import closed, silent
from tests.support.shell import Ran, run_script
from tests.terminal.conftest import serving
from tests.terminal.pty_program import CTRL_C, SECRET, Program, portui
from tests.terminal.test_token_command import PROJECT_ID, PROJECT_TOKEN, VARIABLE

PASSWORD: Final = "pr0xy-p4ssw0rd"
Env = Mapping[str, str | None]


def doctor(home: Path, env: Env, arguments: str = "", keyring: str = "") -> Ran:
    """Run the doctor; check that it tells no secret."""
    variables = {VARIABLE: SECRET, **env}
    ran = run_script(home, f"portui doctor {arguments}", keyring, variables)
    assert SECRET not in ran.out + ran.err
    assert PASSWORD not in ran.out + ran.err
    assert "Traceback" not in ran.err
    return ran


def checks(home: Path, env: Env, keyring: str = "") -> dict[str, dict[str, Any]]:
    """Run the doctor, and return its checks; its exit status must agree with them."""
    ran = doctor(home, env, "-o json", keyring)
    report = json.loads(ran.out)
    needing = [each for each in report["checks"] if each["state"] == "care"]
    assert report["needsCare"] == len(needing)
    assert all(each["advice"] for each in needing)
    assert ran.status == (1 if needing else 0)
    return {each["check"]: each for each in report["checks"]}


def state(found: dict[str, dict[str, Any]], *names: str) -> list[str]:
    return [found[name]["state"] for name in names]


# --- a service in good health ---


def _healthy(version: str = "v1.2.3", permissions: tuple[str, ...] = ("read:*",)) -> Starlette:
    async def health(_: Request) -> JSONResponse:
        return JSONResponse({"version": version, "postgres": {"ok": True}})

    async def project(_: Request) -> JSONResponse:
        return JSONResponse({"id": PROJECT_ID, "name": "acme"})

    async def token(_: Request) -> JSONResponse:
        return JSONResponse({"name": "ci", "permissions": list(permissions)})

    return Starlette(
        routes=[
            Route("/healthz", health),
            Route("/v1/projects/{id}", project),
            Route("/v1/project_tokens/{id}", token),
        ]
    )


def test_a_service_in_good_health_needs_no_care(home: Path) -> None:
    with serving(_healthy()) as url:
        ran = doctor(home, {"CALYPTIA_CLOUD_URL": url, VARIABLE: PROJECT_TOKEN})
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.endswith("Nothing needs care.\n")
    for words in (
        "Profile        127.0.0.1:",
        "from CALYPTIA_CLOUD_URL",
        f"from the environment ({VARIABLE}), a project token",
        "Proxy          none: this machine is reached without one",
        "n/a   DNS            127.0.0.1 is an address",
        "n/a   TLS            plain HTTP",
        "HTTP           replied to GET /healthz with 200",
        "version v1.2.3, database ok",
        f"acme ({PROJECT_ID}); the token is accepted",
        "read:* (token ci)",
    ):
        assert words in ran.out
    assert str(home) not in ran.out
    assert [line for line in ran.out.splitlines() if dangers(line)] == []


def test_the_service_may_lack_all_that_is_optional(home: Path, demo_url: str) -> None:
    found = checks(home, {"CALYPTIA_CLOUD_URL": demo_url})
    assert state(found, "http", "health", "project", "permissions") == ["ok", "n/a", "ok", "n/a"]


def test_hostile_texts_of_the_service_are_made_safe(home: Path) -> None:
    with serving(_healthy("\x1b[2J\u202e", ("\x1b]0;x\a",))) as url:
        ran = doctor(home, {"CALYPTIA_CLOUD_URL": url, VARIABLE: PROJECT_TOKEN})
    assert [line for line in ran.out.splitlines() if dangers(line)] == []
    assert r"version \x1b[2J\u202e" in ran.out


def test_the_demo_is_no_other_service(home: Path) -> None:
    assert doctor(home, {}, "--demo --profile dev").status == 2


def test_the_report_can_be_yaml(home: Path) -> None:
    assert doctor(home, {}, "--demo -o yaml").out.startswith("portui: ")


def test_the_demo_needs_no_care(home: Path) -> None:
    ran = doctor(home, {}, "--demo")
    assert ran.status == 0
    assert "Profile        demo, in process" in ran.out


# --- files ---


def test_a_broken_config_does_not_end_it_and_no_token_is_sent(home: Path) -> None:
    asked: list[str] = []

    async def anything(request: Request) -> JSONResponse:
        asked.append(request.url.path)
        return JSONResponse({})

    config = home / "CONFIG" / "portui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("[profiles.dev]\ncolor = red\n")
    config.chmod(0o600)
    with serving(Starlette(routes=[Route("/{path:path}", anything)])) as url:
        found = checks(home, {"CALYPTIA_CLOUD_URL": url})
    assert found["configuration"]["found"].startswith(
        "~/CONFIG/portui/config.toml:2: it is not TOML"
    )
    assert state(found, "configuration", "http", "project") == ["care", "ok", "n/a"]
    assert asked == ["/healthz"]


def test_a_state_folder_that_cannot_be_written_does_not_end_it(home: Path, demo_url: str) -> None:
    (home / "STATE").write_text("in the way")
    found = checks(home, {"CALYPTIA_CLOUD_URL": demo_url})
    assert state(found, "state-folder", "http") == ["care", "ok"]
    assert "can't be created in ~/STATE" in found["state-folder"]["found"]


def test_files_that_others_can_read_need_care(home: Path, demo_url: str) -> None:
    folder = home / "STATE" / "portui"
    folder.mkdir(parents=True, mode=0o700)
    folder.chmod(0o700)
    env = {"CALYPTIA_CLOUD_URL": demo_url}
    assert state(checks(home, env), "state-folder") == ["ok"]
    (folder / "journal").mkdir(mode=0o755)
    found = checks(home, env)
    assert state(found, "state-folder") == ["care"]
    assert found["state-folder"]["found"] == "~/STATE/portui/journal is open to others (drwxr-xr-x)"
    assert found["state-folder"]["advice"] == "Run chmod -R go= ~/STATE/portui"


def test_it_works_without_a_home_a_locale_a_terminal_type_and_input(
    home: Path, demo_url: str
) -> None:
    env: dict[str, str | None] = dict.fromkeys(("HOME", "LANG", "TERM", "XDG_CACHE_HOME"))
    ran = doctor(home, {"CALYPTIA_CLOUD_URL": demo_url, **env}, "<&-")
    assert ran.status == 0
    assert "found, although HOME isn't set" in ran.out
    assert "TERM is not set" in ran.out


def test_it_says_so_if_no_output_can_be_seen(home: Path, demo_url: str) -> None:
    assert doctor(home, {"CALYPTIA_CLOUD_URL": demo_url}, ">&- 2>&-").status == 0


# --- settings, token and keyring ---


@pytest.mark.parametrize(
    ("env", "arguments", "words"),
    [
        ({"CALYPTIA_CLOUD_URL": f"https://me:{PASSWORD}@h"}, "", "from CALYPTIA_CLOUD_URL: "),
        ({}, "--profile nope", "no profile named nope"),
        ({}, "--project ''", "--project"),
        ({}, f"--api-url https://me:{PASSWORD}@h", "must not contain a user name or password"),
    ],
)
def test_an_unusable_service_is_a_finding(home: Path, env: Env, arguments: str, words: str) -> None:
    ran = doctor(home, env, arguments)
    assert ran.status == 1
    assert words in ran.out
    assert "Clipboard" in ran.out


def test_an_unusable_token_in_the_environment_is_a_finding(home: Path, demo_url: str) -> None:
    env = {"CALYPTIA_CLOUD_URL": demo_url, VARIABLE: f"{SECRET} {SECRET}"}
    found = checks(home, env)
    assert state(found, "environment", "token", "http") == ["care", "care", "ok"]
    assert "character 13 is a space" in found["environment"]["found"]


@pytest.mark.usefixtures("secret_service")
@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("unlocked", "SecretService, unlocked, with no token"),
        ("locked", "SecretService: the keyring is locked"),
        ("frozen", "SecretService: the keyring doesn't answer"),
        ("no-bus", "none: no keyring service is running here"),
    ],
)
def test_the_keyrings_state_is_told(home: Path, demo_url: str, mode: str, words: str) -> None:
    found = checks(home, {"CALYPTIA_CLOUD_URL": demo_url, VARIABLE: None}, mode)
    assert words in found["keyring"]["found"]
    expected = "ok" if mode == "unlocked" else "care"
    assert state(found, "keyring", "token", "http", "project") == [expected, "care", "ok", "n/a"]
    assert found["token"]["advice"].startswith("Run portui token set")


def test_no_keyring_is_needed_with_a_token_in_the_environment(home: Path, demo_url: str) -> None:
    found = checks(home, {"CALYPTIA_CLOUD_URL": demo_url})
    assert state(found, "keyring", "token") == ["n/a", "ok"]
    assert "the token is in the environment" in found["keyring"]["found"]


def test_a_rejected_token_needs_care(home: Path) -> None:
    async def refuse(_: Request) -> JSONResponse:
        return JSONResponse({"error": "invalid token"}, 401)

    with serving(Starlette(routes=[Route("/{path:path}", refuse)])) as url:
        found = checks(home, {"CALYPTIA_CLOUD_URL": url, VARIABLE: PROJECT_TOKEN})
    assert state(found, "http", "token", "project", "permissions") == ["ok", "ok", "care", "n/a"]
    assert found["project"]["found"].startswith("The service rejected the token")


# --- the network ---


def test_a_port_that_nobody_listens_on_needs_care(home: Path) -> None:
    found = checks(home, {"CALYPTIA_CLOUD_URL": f"http://127.0.0.1:{closed()}"})
    assert state(found, "tcp", "tls", "http", "project") == ["care", "n/a", "n/a", "n/a"]
    assert "connection refused" in found["tcp"]["found"]


def test_a_name_that_does_not_resolve_needs_care(home: Path) -> None:
    found = checks(home, {"CALYPTIA_CLOUD_URL": "https://nobody.invalid"})
    assert state(found, "dns", "tcp", "http") == ["care", "n/a", "n/a"]


def test_a_service_that_never_accepts_is_given_up(home: Path) -> None:
    with silent() as port:
        found = checks(home, {"CALYPTIA_CLOUD_URL": f"http://127.0.0.1:{port}"})
    assert state(found, "tcp", "http") == ["care", "n/a"]
    assert "no answer" in found["tcp"]["found"]


@pytest.mark.parametrize(("scheme", "check"), [("http", "http"), ("https", "tls")])
def test_a_service_that_hangs_is_given_up(
    home: Path, silent_service: socket.socket, scheme: str, check: str
) -> None:
    number = silent_service.getsockname()[1]
    found = checks(home, {"CALYPTIA_CLOUD_URL": f"{scheme}://127.0.0.1:{number}"})
    assert state(found, "tcp", check, "project") == ["ok", "care", "n/a"]


def test_a_dead_proxy_is_told_without_its_password(home: Path) -> None:
    number = closed()
    env = {
        "CALYPTIA_CLOUD_URL": "https://nobody.invalid",
        "HTTPS_PROXY": f"http://me:{PASSWORD}@127.0.0.1:{number}",
    }
    found = checks(home, env)
    assert found["proxy"]["found"] == f"127.0.0.1:{number}, from HTTPS_PROXY"
    assert state(found, "proxy", "tcp", "http") == ["ok", "care", "n/a"]


def test_a_proxy_that_hangs_is_told(home: Path, silent_service: socket.socket) -> None:
    env = {
        "CALYPTIA_CLOUD_URL": "https://nobody.invalid",
        "all_proxy": f"127.0.0.1:{silent_service.getsockname()[1]}",
    }
    found = checks(home, env)
    assert found["proxy"]["found"].endswith(", from all_proxy")
    assert state(found, "tcp", "tunnel", "tls", "http") == ["ok", "care", "n/a", "n/a"]


@pytest.mark.parametrize("url", ["http://", "http://[::1", f"ftp://me:{PASSWORD}@127.0.0.1:1"])
def test_a_proxy_that_is_none_is_told(home: Path, url: str) -> None:
    found = checks(home, {"CALYPTIA_CLOUD_URL": "https://nobody.invalid", "HTTPS_PROXY": url})
    needing = [each["check"] for each in found.values() if each["state"] == "care"]
    assert set(needing) & {"proxy", "tcp", "tls"}


def test_no_proxy_is_named_as_the_reason(home: Path) -> None:
    env = {
        "CALYPTIA_CLOUD_URL": "https://nobody.invalid",
        "HTTPS_PROXY": "http://127.0.0.1:1",
        "no_proxy": ".invalid",
    }
    assert checks(home, env)["proxy"]["found"] == "none: no_proxy excludes the service"


# --- certificates ---


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusting(authority: trustme.CA, tmp_path: Path) -> dict[str, str]:
    """Return an environment that trusts the authority."""
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return {"SSL_CERT_FILE": str(file)}


def test_the_certificates_issuer_and_expiry_are_told(
    home: Path, authority: trustme.CA, trusting: dict[str, str]
) -> None:
    with serving(_healthy(), certificate=authority.issue_cert("127.0.0.1")) as url:
        found = checks(home, {"CALYPTIA_CLOUD_URL": url, VARIABLE: PROJECT_TOKEN, **trusting})
    assert state(found, "ssl_cert_file", "tls", "http", "project") == ["ok"] * 4
    assert "issued by trustme" in found["tls"]["found"]
    assert found["tls"]["seconds"] > 0


def test_an_unknown_authority_needs_care(home: Path, authority: trustme.CA) -> None:
    with serving(_healthy(), certificate=authority.issue_cert("127.0.0.1")) as url:
        found = checks(home, {"CALYPTIA_CLOUD_URL": url})
    assert state(found, "tcp", "tls", "http", "project") == ["ok", "care", "n/a", "n/a"]
    assert "is not trusted; it was issued by trustme" in found["tls"]["found"]
    assert "SSL_CERT_FILE" in found["tls"]["advice"]


@pytest.mark.parametrize(
    ("days", "words"),
    [(-1, "certificate has expired"), (5, "It expires soon: have it renewed.")],
)
def test_a_certificate_that_expires_needs_care(
    home: Path, authority: trustme.CA, trusting: dict[str, str], days: int, words: str
) -> None:
    expires = datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)
    with serving(
        _healthy(), certificate=authority.issue_cert("127.0.0.1", not_after=expires)
    ) as url:
        found = checks(home, {"CALYPTIA_CLOUD_URL": url, **trusting})
    assert state(found, "tls") == ["care"]
    assert f"expires {expires:%Y-%m-%d %H:%M:%S} UTC" in found["tls"]["found"]
    assert words in found["tls"]["advice"]


@pytest.mark.parametrize("content", [None, "nothing of the kind"])
def test_an_unusable_certificate_file_needs_care(
    home: Path, tmp_path: Path, authority: trustme.CA, content: str | None
) -> None:
    file = tmp_path / "ca.pem"
    if content:
        file.write_text(content)
    with serving(_healthy(), certificate=authority.issue_cert("127.0.0.1")) as url:
        found = checks(home, {"CALYPTIA_CLOUD_URL": url, "SSL_CERT_FILE": str(file)})
    assert state(found, "ssl_cert_file", "tls", "http") == ["care", "care", "n/a"]


# --- clocks and failures ---


@pytest.mark.parametrize(
    ("minutes", "expected", "words"),
    [(0, "ok", ""), (-10, "care", "ahead of"), (10, "care", "behind")],
)
def test_a_clock_that_differs_needs_care(
    home: Path, minutes: int, expected: str, words: str
) -> None:
    async def reply(_: Request) -> JSONResponse:
        date = datetime.now(UTC) + timedelta(minutes=minutes)
        return JSONResponse({}, headers={"Date": f"{date:%a, %d %b %Y %H:%M:%S GMT}"})

    application = Starlette(routes=[Route("/{path:path}", reply)])
    with serving(application, date=False) as url:
        found = checks(home, {"CALYPTIA_CLOUD_URL": url})
    assert state(found, "clock") == [expected]
    assert words in found["clock"]["found"]


@pytest.mark.parametrize(
    ("status", "expected"), [(200, "ok"), (401, "ok"), (404, "ok"), (503, "care"), (302, "care")]
)
def test_what_the_reply_means_depends_on_its_status(home: Path, status: int, expected: str) -> None:
    async def reply(_: Request) -> JSONResponse:
        return JSONResponse({}, status, {"Location": "https://elsewhere.invalid/"})

    with serving(Starlette(routes=[Route("/{path:path}", reply)])) as url:
        found = checks(home, {"CALYPTIA_CLOUD_URL": url})
    assert state(found, "http") == [expected]


# --- a terminal ---


def test_a_terminal_is_described(home: Path) -> None:
    with portui(home, "doctor", "--demo", size=(100, 30), env={"NO_COLOR": "1"}) as program:
        assert program.end() == 0
        assert program.shows(r"ok Terminal xterm-256color, 100 x 30")
        assert program.shows("none: NO_COLOR is set")
    with portui(home, "doctor", "--demo", env={"TERM": "dumb", "LANG": "C"}) as program:
        assert program.end() == 1
        assert program.shows("CARE Terminal TERM is dumb")
        assert program.shows("without UTF-8")


def test_an_old_tmux_needs_care(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "tmux"
    env = {"TMUX": "/tmp/tmux,1,0", "PATH": f"{folder}:{os.environ['PATH']}"}
    for version, status in (("2.9a", 1), ("3.3a", 0), ("next-3.5", 0)):
        program.write_text(f"#!/bin/sh\necho tmux {version}\n")
        program.chmod(0o755)
        ran = doctor(home, env, "--demo")
        assert (ran.status, f"tmux {version}" in ran.out) == (status, True)
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    assert "its version isn't known" in doctor(home, env, "--demo").out


def test_ctrl_c_and_sigterm_end_it_at_once(home: Path, silent_service: socket.socket) -> None:
    env = {"CALYPTIA_CLOUD_URL": f"http://127.0.0.1:{silent_service.getsockname()[1]}"}
    ends: list[tuple[Callable[[Program], None], int]] = [
        (lambda program: program.send(CTRL_C), 130),
        (lambda program: program.kill(signal.SIGTERM), 143),
    ]
    for end, status in ends:
        with portui(home, "doctor", env=env) as program:
            program.wait_for("Waiting for a reply")
            end(program)
            assert program.end() == status
            assert program.restored
