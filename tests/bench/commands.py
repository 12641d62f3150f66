"""The plain commands, each beside a script that does the least that would do."""

import json
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from starlette.types import Receive, Scope, Send

from portui.demo import create_app
from tests.bench.measures import PORT_ID, PORTUI, PYTHON, Bench, Row, paired
from tests.terminal.conftest import serving
from tests.terminal.launch import ROOT, environment
from tests.terminal.pty_program import SECRET

_GET: Final = """
import httpx, sys
print(httpx.get(sys.argv[1], headers={"Authorization": "Bearer " + sys.argv[2]}).text)
"""
_LIST: Final = """
import httpx, json, sys
with httpx.Client(headers={"Authorization": "Bearer " + sys.argv[2]}) as client:
    for path in json.loads(sys.argv[3]):
        print(len(json.loads(client.get(sys.argv[1] + path).content)))
"""


def commands(bench: Bench) -> list[Row]:
    """Compare `get` and `list` with scripts that make the same calls."""
    with _recorded() as (url, paths):
        service = ("--api-url", url)

        def whole(*command: str) -> float:
            return _whole(bench.home, command)

        def portui(*arguments: str) -> float:
            return whole(*PORTUI, *arguments, *service)

        portui("list")
        listed = json.dumps(paths)
        one = f"{url}/v1/pipeline_ports/{PORT_ID}"
        return [
            paired(
                "`get`, to a script with `httpx.get`",
                1.8,
                bench.runs,
                lambda: portui("get", PORT_ID),
                lambda: whole(PYTHON, "-c", _GET, one, SECRET),
            ),
            paired(
                "`list` of 10,000 ports, to a script that makes the same calls",
                1.5,
                bench.runs,
                lambda: portui("list"),
                lambda: whole(PYTHON, "-c", _LIST, url, SECRET, listed),
            ),
            paired(
                "`list -o json` of 10,000 ports, to the same",
                1.5,
                bench.runs,
                lambda: portui("list", "-o", "json"),
                lambda: whole(PYTHON, "-c", _LIST, url, SECRET, listed),
            ),
            paired(
                "`get --help`, to a bare print's",
                4,
                bench.runs,
                lambda: whole(*PORTUI, "get", "--help"),
                lambda: whole(PYTHON, "-c", "print()"),
            ),
        ]


@contextmanager
def _recorded() -> Iterator[tuple[str, list[str]]]:
    """Serve a demo without latency. Yield its URL, and the paths that are asked for."""
    demo = create_app(latency=lambda: 0.0)
    paths: list[str] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        query = scope["query_string"].decode()
        paths.append(f"{scope['path']}?{query}" if query else scope["path"])
        await demo(scope, receive, send)

    with serving(application) as url:
        yield url, paths


def _whole(home: Path, command: Sequence[str]) -> float:
    """Return the milliseconds that a command takes, from its start to its end."""
    env = environment(home, {"CALYPTIA_CLOUD_TOKEN": SECRET})
    start = time.perf_counter()
    subprocess.run(command, check=True, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - start) * 1000
