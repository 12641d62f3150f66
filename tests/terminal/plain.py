"""Plain commands as a shell runs them, and services that answer as a test says."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from tests.support.child_python import LONGEST
from tests.terminal.launch import PORTUI, ROOT, environment
from tests.terminal.pty_program import SECRET

HTML: Final = (404, "<html>not here</html>")


def plain(
    home: Path,
    *arguments: str,
    url: str | None = None,
    redirection: str = "",
    env: Mapping[str, str | None] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a plain command until it ends; `redirection` is in shell syntax.

    The token is in the environment. It must not be in the output, and nor must a traceback.
    """
    service = [] if url is None else ["--api-url", url]
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$@" {redirection}', "sh", *PORTUI, *arguments, *service],
        env=environment(home, {"CALYPTIA_CLOUD_TOKEN": SECRET, **(env or {})}),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=LONGEST,
    )
    for text in (done.stdout, done.stderr):
        assert SECRET not in text
        assert "Traceback" not in text
    return done


def answering(answers: Mapping[str, tuple[int, object]]) -> ASGIApp:
    """Return a service with a reply for each path: a status, and JSON or else a text as HTML."""

    async def application(scope: Scope, _: Receive, send: Send) -> None:
        status, body = answers.get(scope["path"], HTML)
        text = body if isinstance(body, str) else json.dumps(body)
        headers = [(b"content-length", str(len(text.encode())).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": text.encode()})

    return application
