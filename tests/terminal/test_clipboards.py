"""Copying in the real program: what it sends, and what real multiplexers do with it."""

import json
import re
import shutil
import subprocess
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from starlette.types import Receive, Scope, Send

from tests.support.hostile_text import ESCAPES
from tests.terminal.conftest import serving
from tests.terminal.launch import PORTUI, environment
from tests.terminal.pty_program import CTRL_P, ENTER, SECRET, Program, portui, running
from tests.terminal.steps import PORT_ID, READY, showing_a_port

_COPY: Final = re.compile(rb"\x1b\]52;c?;([A-Za-z0-9+/=]*)(?:\x07|\x1b\\)")
SENT: Final = "Sent {} to the terminal"
_CLAIMS: Final = urlsafe_b64encode(json.dumps({"ProjectID": "1"}).encode()).decode()
PROJECT_TOKEN: Final = f"{_CLAIMS}.{SECRET}"
HOSTILE: Final = "".join(ESCAPES) + "$(reboot)\na\n" + "ä漢\u202e" * 900


def copies(program: Program) -> list[str]:
    """Return the texts sent to the terminal's clipboard so far."""
    return [b64decode(text, validate=True).decode() for text in _COPY.findall(program.output)]


def go_to(program: Program, row: int, label: str) -> None:
    program.send("g" + "j" * row)
    program.wait_for(f"[▸>] {label}")


def copy_as_curl(program: Program) -> None:
    program.send(CTRL_P)
    program.wait_for("Command")
    program.send("curl")
    program.wait_for("Copy as curl")
    program.press(ENTER, lambda: not program.shows("Copy as curl"))


# --- to the terminal ---


@pytest.mark.parametrize(
    "env",
    [
        {},
        {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22", "SSH_TTY": "/dev/pts/9", "DISPLAY": ":9"},
        {"DISPLAY": ":9"},
        {"LC_ALL": "C"},
    ],
    ids=["plain", "ssh", "local", "C"],
)
def test_the_terminal_gets_the_field_and_the_port_exactly(
    home: Path, env: Mapping[str, str | None]
) -> None:
    with showing_a_port(home, env=env) as program:
        assert copies(program) == []
        go_to(program, 5, "Endpoint")
        program.send("c")
        program.wait_for(rf"{SENT.format('Endpoint')} \(26 characters\)")
        program.send("C")
        program.wait_for(SENT.format("the port as JSON"))
        endpoint, port = copies(program)
    assert endpoint == "forward.demo.example:24224"
    assert json.loads(port) == {
        "id": PORT_ID,
        "protocol": "tcp",
        "kind": "LoadBalancer",
        "frontendPort": 24224,
        "backendPort": 24224,
        "endpoint": "forward.demo.example:24224",
        "pluginID": "forward.0",
        "pluginName": "forward",
        "pluginAlias": "myforwardinput",
        "createdAt": "2025-01-15T04:36:00Z",
        "updatedAt": "2025-01-15T04:36:00Z",
    }


def test_a_console_without_a_clipboard_is_sent_nothing(home: Path) -> None:
    with showing_a_port(home, env={"TERM": "linux"}) as program:
        program.send("c")
        program.wait_for("Not copied: this console")
        assert copies(program) == []


@contextmanager
def answering(fields: Mapping[str, Any]) -> Iterator[str]:
    """Serve one port with these fields, whatever the request; yield the URL."""
    body = json.dumps({"id": PORT_ID, "protocol": "tcp", **fields}).encode()

    async def application(_: Scope, __: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    with serving(application) as url:
        yield url


def test_hostile_text_reaches_the_clipboard_unchanged_and_the_terminal_only_as_base64(
    home: Path,
) -> None:
    token = {"CALYPTIA_CLOUD_TOKEN": SECRET}
    with (
        answering({"endpoint": HOSTILE}) as url,
        portui(home, "--api-url", url, PORT_ID, env=token) as program,
    ):
        program.wait_for(READY)
        go_to(program, 5, "Endpoint")
        program.send("c")
        program.wait_for(rf"Endpoint \(unescaped\) to the terminal \({len(HOSTILE):,} characters")
        assert copies(program) == [HOSTILE]
        assert program.output.count(b"\x1b]52;") == 1
        for escape in (b"]0;title", b"8;;https://evil", b"P+q", b"\x9b2J", b"c2VjcmV0"):
            assert b"\x1b" + escape not in program.output
        program.send("j" * 6)
        program.send("C")
        program.wait_for(SENT.format("the port as JSON"))
        assert json.loads(copies(program)[-1])["endpoint"] == HOSTILE


def test_a_megabyte_is_not_copied_and_its_size_is_reported(home: Path) -> None:
    with (
        answering({"endpoint": "e" * 1_000_000}) as url,
        portui(home, "--api-url", url, PORT_ID, env={"CALYPTIA_CLOUD_TOKEN": SECRET}) as program,
    ):
        program.wait_for(READY)
        program.send("C")
        program.wait_for("Not copied: the port as JSON has 1,000,[0-9]+ bytes")
        program.wait_for("curl")
        assert copies(program) == []
        assert len(program.output) < 200_000


# --- the curl command ---


@pytest.mark.parametrize("token", [SECRET, PROJECT_TOKEN], ids=["user", "project"])
def test_the_copied_curl_command_reads_the_port_when_pasted_in_a_shell(
    home: Path, demo_url: str, token: str
) -> None:
    if not shutil.which("curl"):
        pytest.skip("no curl here")
    env = {"CALYPTIA_CLOUD_TOKEN": token}
    with portui(home, "--api-url", demo_url, PORT_ID, env=env) as program:
        program.wait_for(READY)
        for key in ("C", *("c" + "j") * 11):
            program.send(key)
        copy_as_curl(program)
        program.wait_for(SENT.format("a curl command"))
        sent = copies(program)
    assert [text for text in sent if token in text or SECRET in text] == []
    proxied = {"http_proxy": "http://127.0.0.1:9"}  # nothing listens there
    for variables, answer in ((env, PORT_ID), ({}, "invalid token")):
        done = subprocess.run(
            ["bash", "-c", sent[-1]],
            env=environment(home, {**variables, **proxied}),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        body = json.loads(done.stdout)
        assert body.get("id", body.get("error")) == answer, done.stderr


# --- multiplexers ---


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """Create a directory for a socket, whose path must be short."""
    with TemporaryDirectory(prefix="portui-") as folder:
        yield Path(folder)


def in_home(home: Path, changes: Mapping[str, str | None]) -> dict[str, str]:
    return environment(home, {"SHELL": "/bin/sh", **changes})


@pytest.mark.parametrize("setting", ["external", "on", "off"])
def test_in_tmux_its_buffer_and_its_terminal_get_the_copy_whatever_the_setting(
    home: Path, short_folder: Path, setting: str
) -> None:
    if not shutil.which("tmux"):
        pytest.skip("no tmux here")
    tmux = ["tmux", "-L", "portui", "-f", "/dev/null"]
    own = in_home(home, {"TMUX_TMPDIR": str(short_folder), "CALYPTIA_CLOUD_TOKEN": SECRET})
    started = ["start-server", ";", "set", "-s", "set-clipboard", setting, ";", "new-session"]
    try:
        with running([*tmux, *started, *PORTUI, "--demo", PORT_ID], own) as program:
            program.wait_for(READY)
            program.send("C")
            program.wait_for("Copied the port as JSON to tmux's buffer")
            shown = subprocess.run([*tmux, "show-buffer"], env=own, capture_output=True, check=True)
            program.until(lambda: copies(program) != [], "the copy at tmux's terminal")
            assert copies(program) == [shown.stdout.decode()]
            assert json.loads(shown.stdout)["id"] == PORT_ID
            program.send("q")
            program.until(lambda: program.status is not None, "the end")
    finally:
        subprocess.run([*tmux, "kill-server"], env=own, capture_output=True, check=False)


def test_a_tmux_failure_is_reported_and_the_copy_goes_to_the_terminal(home: Path) -> None:
    gone = {"TMUX": "/nonexistent/tmux,1,0"}
    with showing_a_port(home, env=gone) as program:
        program.send("c")
        program.wait_for(f"tmux failed. {SENT.format('ID')}")
        assert copies(program) == [PORT_ID]


def test_in_gnu_screen_its_terminal_gets_the_whole_copy(home: Path, short_folder: Path) -> None:
    if not shutil.which("screen"):
        pytest.skip("no GNU screen here")
    short_folder.chmod(0o700)
    screen = ["screen", "-U", "-c", "/dev/null", "-S", "portui"]
    own = in_home(home, {"SCREENDIR": str(short_folder), "CALYPTIA_CLOUD_TOKEN": SECRET})
    with answering({"endpoint": HOSTILE * 3}) as url:
        try:
            with running([*screen, *PORTUI, "--api-url", url, PORT_ID], own) as program:
                program.wait_for(READY)
                program.send("C")
                program.wait_for(SENT.format("the port as JSON"))
                program.until(lambda: copies(program) != [], "the copy at screen's terminal")
                (port,) = copies(program)
                assert json.loads(port)["endpoint"] == HOSTILE * 3
        finally:
            quit_ = [*screen, "-X", "quit"]
            subprocess.run(quit_, env=own, capture_output=True, check=False)
