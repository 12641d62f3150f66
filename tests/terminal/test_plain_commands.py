"""The real `portui get` and `portui list`: their output and their exit status, however it is."""

import asyncio
import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any, Final

import pytest
import yaml
from starlette.types import Receive, Scope, Send

from portui.demo import create_app
from portui.demo.pipelines import PROJECT_ID
from portui.demo.sample import FORWARD_PORT_ID, INPUTS_PIPELINE_ID, PENDING_PORT_ID
from tests.support.child_python import LONGEST
from tests.terminal.conftest import serving
from tests.terminal.launch import PORTUI, ROOT, environment
from tests.terminal.plain import HTML, answering, plain
from tests.terminal.pty_program import SECRET, portui, running

ID: Final = str(FORWARD_PORT_ID)
PATH: Final = f"/v1/pipeline_ports/{ID}"
PORT: Final[dict[str, Any]] = {
    "id": ID,
    "protocol": "tcp",
    "kind": "LoadBalancer",
    "frontendPort": 24224,
    "backendPort": 24224,
    "endpoint": "",
    "pluginID": None,
    "pluginName": None,
    "pluginAlias": None,
    "createdAt": "2025-01-15T04:36:00.123456789Z",
    "updatedAt": "2025-01-15T04:36:00Z",
    "tlsMode": "no",
}
PIPELINES: Final = f"/v1/projects/{PROJECT_ID}/pipelines"


@pytest.fixture
def url() -> Iterator[str]:
    """Serve the demo without latency."""
    with serving(create_app(latency=lambda: 0.0)) as url:
        yield url


# --- get ---


def test_get_prints_the_port_in_each_form(home: Path, url: str) -> None:
    table = plain(home, "get", ID, url=url)
    assert (table.returncode, table.stderr) == (0, "")
    assert "\nEndpoint       forward.demo.example:24224\n" in table.stdout
    assert "\x1b" not in table.stdout
    from_json = json.loads(plain(home, "get", f"{url}{PATH}", "-o", "json", url=url).stdout)
    assert from_json["frontendPort"] == 24224
    assert yaml.safe_load(plain(home, "get", ID, "-o", "yaml", url=url).stdout) == from_json


def test_unknown_fields_are_kept(home: Path) -> None:
    with serving(answering({PATH: (200, PORT)})) as url:
        fields = json.loads(plain(home, "get", ID, "-o", "json", url=url).stdout)
        assert '\ntlsMode: "no"\n' in plain(home, "get", ID, "-o", "yaml", url=url).stdout
    assert fields == PORT | {"createdAt": "2025-01-15T04:36:00.123456Z"}


@pytest.mark.parametrize(
    ("reply", "status", "what"),
    [
        ((404, {"error": "pipeline port not found"}), 3, "No such port"),
        ((401, {"error": "invalid token"}), 4, "The service rejected the token"),
        ((410, {"error": "token gone"}), 4, "The token was revoked"),
        ((403, {"error": "permission denied"}), 5, "Not allowed: permission denied"),
        (HTML, 1, "Unexpected reply (404): without the service's error body"),
        ((500, {"error": f"at {SECRET}"}), 1, "The service failed (500)"),
        ((200, {**PORT, "id": str(PENDING_PORT_ID)}), 1, "The service returned a different port"),
    ],
)
def test_each_failure_has_its_status_and_words(
    home: Path, reply: tuple[int, object], status: int, what: str
) -> None:
    with serving(answering({PATH: reply})) as url:
        done = plain(home, "get", ID, "-o", "json", url=url)
    assert done.returncode == json.loads(done.stdout)["exitStatus"] == status
    assert done.stderr.splitlines()[0] == f"portui: {what}"
    assert len(done.stderr.splitlines()) <= 2
    assert json.loads(done.stdout)["error"] == what


def test_without_a_token_or_a_service_it_says_so(home: Path) -> None:
    done = plain(home, "get", ID, env={"CALYPTIA_CLOUD_TOKEN": None})
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("portui: No token\n")
    assert "Next: portui token set" in done.stderr
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        number = nobody.getsockname()[1]
    done = plain(home, "get", ID, url=f"http://127.0.0.1:{number}")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"portui: Can't connect to 127.0.0.1:{number}: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["get"],
        ["get", "24224"],
        ["get", f"{ID} {PENDING_PORT_ID}"],
        ["get", ID, "-o", "xml"],
        ["get", ID, "--timeout", "5"],
        ["get", ID, "--wait", "--timeout", "soon"],
        ["get", ID, "--token", "x"],
        ["list", "--last", "-1"],
        ["list", "--profile", "nosuch"],
    ],
)
def test_wrong_usage_is_said_in_a_line_before_any_request(home: Path, arguments: list[str]) -> None:
    done = plain(home, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("portui: ")
    assert done.stderr.count("\n") == 1


def test_waiting_ends_when_the_endpoint_is_assigned(home: Path) -> None:
    reply = dict(PORT)
    with serving(answering({PATH: (200, reply)})) as url:
        args = [*PORTUI, "get", ID, "--wait", "--api-url", url]
        with running(args, environment(home, {"CALYPTIA_CLOUD_TOKEN": SECRET})) as program:
            program.wait_for("Waiting for the endpoint, 1 s…")
            reply["endpoint"] = "a.example:24224"
            assert program.end() == 0
            assert "Waiting" not in program.text
            assert program.shows("Endpoint a.example:24224")


@pytest.mark.parametrize("form", ["table", "json"])
def test_at_the_timeout_the_port_as_known_is_printed(home: Path, form: str) -> None:
    with serving(answering({PATH: (200, PORT)})) as url:
        done = plain(home, "get", ID, "--wait", "--timeout", "0", "-o", form, url=url)
    assert done.returncode == 6
    assert done.stderr.startswith("portui: The endpoint was not assigned within 0 s\n")
    known = (
        json.loads(done.stdout)["endpoint"] == "" if form == "json" else "pending" in done.stdout
    )
    assert known


def test_a_service_that_never_replies_can_t_outlast_the_timeout(
    home: Path, silent_service: socket.socket
) -> None:
    url = f"http://127.0.0.1:{silent_service.getsockname()[1]}"
    done = plain(home, "get", ID, "--wait", "--timeout", "0.3", url=url)
    assert (done.returncode, done.stdout) == (6, "")
    assert done.stderr.startswith("portui: The port could not be read within 0.3 s\n")


# --- list ---


def test_list_finds_ports_by_words_with_their_pipelines(home: Path, url: str) -> None:
    done = plain(home, "list", "frontend:24224", "edge", url=url)
    heading, row = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert heading.startswith("ID ")
    assert row.split()[:4] == [ID, "edge-forward", "tcp", "24224"]
    (port,) = json.loads(plain(home, "list", "frontend:24224", "-o", "json", url=url).stdout)
    assert (port["pipelineID"], port["pipelineName"]) == (str(INPUTS_PIPELINE_ID), "edge-forward")
    assert yaml.safe_load(plain(home, "list", "frontend:24224", "-o", "yaml", url=url).stdout) == [
        port
    ]


@pytest.mark.parametrize("form", ["table", "json", "yaml"])
def test_ports_are_printed_before_the_last_page_comes(home: Path, form: str) -> None:
    first, second = (
        {"items": [{"id": ID, "name": "edge", "ports": [PORT | {"id": each} for each in ids]}]}
        for ids in ((ID, str(PENDING_PORT_ID)), (str(INPUTS_PIPELINE_ID),))
    )
    pages = iter([first | {"endCursor": "more"}, second | {"endCursor": None}])
    printed = Event()

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        answer: object = [{"id": str(PROJECT_ID), "name": "acme"}]
        if scope["path"] == PIPELINES:
            if b"before" in scope["query_string"]:
                await asyncio.to_thread(printed.wait, LONGEST)
            answer = next(pages)
        await answering({scope["path"]: (200, answer)})(scope, receive, send)

    with (
        serving(application) as url,
        subprocess.Popen(
            [*PORTUI, "list", "-o", form, "--api-url", url],
            env=environment(home, {"CALYPTIA_CLOUD_TOKEN": SECRET}),
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        ) as process,
    ):  # fmt: skip
        assert process.stdout
        while ID not in (line := process.stdout.readline()):
            assert line, "it ended before"
        printed.set()
        assert str(INPUTS_PIPELINE_ID) in process.communicate(timeout=LONGEST)[0]
    assert process.returncode == 0


def test_no_match_is_no_failure(home: Path, url: str) -> None:
    done = plain(home, "list", "nosuch", url=url)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "portui: No port matches nosuch\n"
    assert plain(home, "list", "nosuch", "-o", "json", url=url).stdout == "[]\n"


@pytest.mark.parametrize("pipeline", ["edge-forward", str(INPUTS_PIPELINE_ID)])
def test_a_pipeline_is_given_by_name_or_id(home: Path, url: str, pipeline: str) -> None:
    done = plain(home, "list", "--pipeline", pipeline, "udp", "-o", "json", url=url)
    assert [port["pipelineName"] for port in json.loads(done.stdout)] == ["edge-forward"]


def test_a_name_that_means_several_pipelines_is_refused_with_their_ids(
    home: Path, url: str
) -> None:
    done = plain(home, "list", "--pipeline", "edge-f", url=url)
    assert (done.returncode, done.stdout) == (2, "")
    first, *choices, last = done.stderr.splitlines()
    assert first == "portui: 3 pipelines match edge-f: choose one"
    assert choices[0].split() == ["edge-forward", str(INPUTS_PIPELINE_ID)]
    assert last == "Give its whole name, or its ID."


@pytest.mark.parametrize("pipeline", ["nosuch", ID])
def test_a_pipeline_that_doesn_t_exist_is_not_found(home: Path, url: str, pipeline: str) -> None:
    done = plain(home, "list", "--pipeline", pipeline, url=url)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("portui: No")


def test_the_newest_ports_are_those_created_last(home: Path, url: str) -> None:
    everything = json.loads(plain(home, "list", "-o", "json", url=url).stdout)
    newest = sorted(everything, key=lambda port: port["createdAt"], reverse=True)
    done = plain(home, "list", "--last", "3", "-o", "json", url=url)
    assert [port["createdAt"] for port in json.loads(done.stdout)] == [
        port["createdAt"] for port in newest[:3]
    ]
    of_one = plain(home, "list", "--pipeline", "plenty", "--last", "2", "-o", "json", url=url)
    plenty = [port for port in newest if port["pipelineName"] == "plenty"]
    assert [p["createdAt"] for p in json.loads(of_one.stdout)] == [
        p["createdAt"] for p in plenty[:2]
    ]


PROJECTS: Final[dict[str, tuple[int, object]]] = {
    "/v1/projects": (
        200,
        [{"id": str(PROJECT_ID), "name": "acme"}, {"id": ID, "name": "plant\x1b[2J"}],
    ),
    PIPELINES: (200, {"items": [{"id": ID, "name": "edge", "ports": [PORT]}], "endCursor": None}),
}


def test_several_projects_are_named(home: Path) -> None:
    with serving(answering(PROJECTS)) as url:
        done = plain(home, "list", "-o", "json", url=url)
    assert done.returncode == 2
    assert "\n  acme          " in done.stderr
    assert "--project" in done.stderr
    assert "\x1b" not in done.stderr
    assert [each["id"] for each in json.loads(done.stdout)["choices"]] == [str(PROJECT_ID), ID]


@pytest.mark.parametrize("project", ["acme", str(PROJECT_ID)])
def test_a_project_is_chosen_by_name_or_id(home: Path, project: str) -> None:
    with serving(answering(PROJECTS)) as url:
        done = plain(home, "list", "--project", project, "-o", "json", url=url)
        none = plain(home, "list", "--project", "nosuch", url=url)
    assert (done.returncode, len(json.loads(done.stdout))) == (0, 1)
    assert (none.returncode, none.stdout) == (3, "")
    assert none.stderr.startswith("portui: No project nosuch\n  acme ")


@pytest.mark.parametrize("form", ["table", "json", "yaml"])
def test_what_is_missing_from_a_list_is_said_and_the_rest_is_whole(home: Path, form: str) -> None:
    page = {
        "items": [{"id": str(INPUTS_PIPELINE_ID), "name": "edge", "ports": [PORT, {"id": 5}]}],
        "endCursor": None,
        "count": 1,
    }
    answers: dict[str, tuple[int, object]] = {
        "/v1/projects": (200, [{"id": str(PROJECT_ID), "name": "acme"}]),
        PIPELINES: (200, page),
    }
    with serving(answering(answers)) as url:
        done = plain(home, "list", "-o", form, url=url)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == "portui: 1 entry of the list was unreadable"
    if form == "table":
        assert len(done.stdout.splitlines()) == 2
    else:
        (port,) = yaml.safe_load(done.stdout)  # which reads JSON too
        assert port["id"] == ID


def test_a_list_that_can_t_be_read_is_a_failure(home: Path) -> None:
    answers: dict[str, tuple[int, object]] = {
        "/v1/projects": (200, [{"id": str(PROJECT_ID), "name": "acme"}]),
        PIPELINES: (403, {"error": "permission denied"}),
    }
    with serving(answering(answers)) as url:
        done = plain(home, "list", "-o", "json", url=url)
    assert done.returncode == json.loads(done.stdout)["exitStatus"] == 5


@pytest.mark.parametrize("form", ["table", "json", "yaml"])
def test_a_closed_pipe_ends_it_quietly(home: Path, url: str, form: str) -> None:
    redirection = "| head -n 1; exec 2>&1; echo done"
    done = plain(home, "list", "-o", form, url=url, redirection=redirection)
    assert done.stdout.splitlines()[1:] == ["done"]
    assert done.stderr == ""


def test_a_closed_pipe_is_no_failure(home: Path, url: str) -> None:
    shell = '("$@"; echo "status $?" >&2) | true; #'
    done = subprocess.run(
        ["/bin/bash", "-c", shell, "sh", *PORTUI, "list", "--api-url", url],
        env=environment(home, {"CALYPTIA_CLOUD_TOKEN": SECRET}),
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=LONGEST,
    )  # fmt: skip
    assert done.stderr == "status 0\n"


# --- wherever it runs ---


@pytest.mark.parametrize("redirection", ["<&-", "2>&-", "<&- 2>&-"])
def test_it_works_with_closed_streams(home: Path, url: str, redirection: str) -> None:
    done = plain(home, "get", ID, url=url, redirection=redirection)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("ID  ")


def test_it_works_with_standard_output_closed(home: Path, url: str) -> None:
    done = plain(home, "get", ID, url=url, redirection=">&-")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert plain(home, "get", "x", url=url, redirection=">&- 2>&- <&-").returncode == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_full_disk_is_a_failure(home: Path, url: str) -> None:
    done = plain(home, "get", ID, url=url, redirection="> /dev/full")
    assert done.returncode == 1
    assert done.stderr == "portui: Can't write the output: No space left on device\n"


NAMELESS: Final = dict.fromkeys(
    ("HOME", "LANG", "TERM", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")
)


def test_it_needs_neither_home_nor_terminal_nor_locale(home: Path, url: str) -> None:
    done = plain(home, "get", ID, url=url, env=NAMELESS)
    assert (done.returncode, done.stderr) == (0, "")
    assert plain(home, "list", "24224", "--demo", env=NAMELESS).returncode == 0


@pytest.mark.parametrize("env", [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "latin-1"}])
def test_a_table_is_ascii_where_there_is_no_utf_8(home: Path, env: dict[str, str]) -> None:
    port = PORT | {"endpoint": "naïve…漢.example"}
    with serving(answering({PATH: (200, port)})) as url:
        table = plain(home, "get", ID, url=url, env=env)
        data = plain(home, "get", ID, "-o", "json", url=url, env=env)
    assert (table.returncode, table.stderr) == (0, "")
    assert "Endpoint       na?ve~??.example\n" in table.stdout
    assert json.loads(data.stdout)["endpoint"] == port["endpoint"]


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
)
@pytest.mark.parametrize("arguments", [["get", ID], ["list", "-o", "json"], ["get", ID, "--wait"]])
def test_a_signal_ends_it_at_once_and_silently(
    home: Path, silent_service: socket.socket, number: int, status: int, arguments: list[str]
) -> None:
    url = f"http://127.0.0.1:{silent_service.getsockname()[1]}"
    with subprocess.Popen(
        [*PORTUI, *arguments, "--api-url", url],
        env=environment(home, {"CALYPTIA_CLOUD_TOKEN": SECRET}),
        cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        connection, _ = silent_service.accept()
        with connection:
            os.kill(process.pid, number)
            assert process.communicate(timeout=LONGEST) == (b"", b"")
    assert process.returncode == status


def test_ctrl_c_leaves_no_progress_behind(home: Path, silent_service: socket.socket) -> None:
    url = f"http://127.0.0.1:{silent_service.getsockname()[1]}"
    env = {"CALYPTIA_CLOUD_TOKEN": SECRET}
    with portui(home, "get", ID, "--api-url", url, env=env) as program:
        program.wait_for("Reading…")
        program.send("\x03")
        assert program.end() == 130
        assert program.text.strip() in ("", "^C")
        assert program.restored


def test_a_list_fits_its_terminal_and_has_no_colour(home: Path, url: str) -> None:
    env = {"CALYPTIA_CLOUD_TOKEN": SECRET}
    with portui(home, "list", "edge", "--api-url", url, env=env, size=(100, 40)) as program:
        assert program.end() == 0
        lines = program.text.rstrip().splitlines()
    assert lines[0].split() == ["ID", "Pipeline", "Frontend", "Backend", "Endpoint"]
    assert all(len(line.split()[0]) == 36 for line in lines[1:])
    assert b"\x1b[3" not in program.output
    assert "Reading" not in "\n".join(lines)


# --- an unexpected error ---

_BROKEN: Final = """
import sys
from portui import cli
from portui.commands import output

def fail(*_):
    secret = "a value"
    raise RuntimeError(secret)

output.print_port = fail
sys.argv = ["portui", "get", "--demo", "123e4567-e89b-12d3-a456-426614174000"]
cli.main()
"""


def test_an_unexpected_error_leaves_a_report_without_values(home: Path) -> None:
    done = subprocess.run(
        [PORTUI[0], "-c", _BROKEN],
        env=environment(home), cwd=ROOT, capture_output=True, text=True, check=False,
        timeout=LONGEST,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("portui stopped on an unexpected error (RuntimeError).\n")
    (report,) = (home / "STATE").rglob("crash-*.txt")
    assert "in fail" in report.read_text()
    for text in (done.stderr, report.read_text()):
        assert "a value" not in text
        assert "Traceback" not in text
