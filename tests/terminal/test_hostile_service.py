"""The real program on a hostile service: it bounds its memory, handles keys and carries on."""

import asyncio
import json
import zlib
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from starlette.types import Receive, Scope, Send

from portui.demo import create_app
from tests.terminal.conftest import serving
from tests.terminal.pty_program import CTRL_U, ENTER, ESCAPE, SECRET, Program, portui
from tests.terminal.steps import PORT_ID, READY, look_up
from tests.terminal.test_clipboards import copies

_TOKEN: Final[dict[str, str | None]] = {"CALYPTIA_CLOUD_TOKEN": SECRET}
MOST: Final = 150 * 1024  # KiB above the peak with a port on screen
ID_OF: Final = "00000000-0000-4000-8000-00000000000{}"

Answer = Callable[[Send], Awaitable[None]]


def _bomb() -> bytes:
    """Return a megabyte of gzip that decodes to a gigabyte of JSON."""
    packer = zlib.compressobj(wbits=31)
    lines = [packer.compress(b'{"id": "'), *(packer.compress(bytes(2**20)) for _ in range(1024))]
    return b"".join([*lines, packer.flush()])


async def _start(send: Send, *headers: tuple[bytes, bytes]) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": list(headers)})


async def bombs(send: Send) -> None:
    await _start(send, (b"content-encoding", b"gzip"))
    await send({"type": "http.response.body", "body": _bomb()})


async def never_ends(send: Send) -> None:
    await _start(send)
    while True:
        await send({"type": "http.response.body", "body": b'"' * 65_536, "more_body": True})
        await asyncio.sleep(0)


async def nests(send: Send) -> None:
    await _start(send)
    await send({"type": "http.response.body", "body": b'{"id":' * 600_000})


async def numbers(send: Send) -> None:
    await _start(send)
    await send({"type": "http.response.body", "body": b'{"id": ' + b"9" * 4_000_000 + b"}"})


async def many_fields(send: Send) -> None:
    fields = b",".join(b'"field%d": [1]' % number for number in range(150_000))
    await _start(send)
    await send({"type": "http.response.body", "body": b'{"id": "%s", %s}' % (b"x", fields)})


async def drips(send: Send) -> None:
    await _start(send)
    while True:
        await send({"type": "http.response.body", "body": b" ", "more_body": True})
        await asyncio.sleep(0.01)


ANSWERS: Final[dict[str, tuple[Answer, str]]] = {
    "bombs": (bombs, "larger than 4 MiB"),
    "never ends": (never_ends, "larger than 4 MiB"),
    "nests": (nests, "not JSON"),
    "numbers": (numbers, "not JSON"),
    "many fields": (many_fields, "The service returned a different port"),
}


@pytest.fixture
def url() -> Iterator[str]:
    """Serve the demo, with hostile responses for some port IDs; yield its URL."""
    demo = create_app()
    hostile = {ID_OF.format(n): answer for n, (answer, _) in enumerate(ANSWERS.values())}
    hostile[ID_OF.format(9)] = drips

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        answer = hostile.get(scope["path"].rpartition("/")[2])
        await (answer(send) if answer else demo(scope, receive, send))

    with serving(application) as url:
        yield url


def peak(program: Program) -> int:
    """Return the program's peak memory so far, in KiB."""
    lines = Path(f"/proc/{program.pid}/status").read_text("ascii").splitlines()
    (value,) = (line.split()[1] for line in lines if line.startswith("VmHWM"))
    return int(value)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_hostile_response_is_reported_in_bounded_memory_and_the_next_port_is_read(
    home: Path, url: str, name: str
) -> None:
    number, words = list(ANSWERS).index(name), ANSWERS[name][1]
    with portui(home, "--api-url", url, PORT_ID, env=_TOKEN) as program:
        program.wait_for(READY)
        before = peak(program)
        program.send("/")
        look_up(program, ID_OF.format(number))
        program.wait_for(words)
        assert peak(program) - before < MOST
        program.send("/")
        program.send(CTRL_U)
        look_up(program)
        program.wait_for("tcp 24224 → 24224")


def test_keys_wait_while_a_response_drips_in_and_escape_drops_them_and_stops_the_read(
    home: Path, url: str
) -> None:
    with portui(home, "--api-url", url, env=_TOKEN) as program:
        program.wait_for("token: environment")
        look_up(program, ID_OF.format(9))
        program.wait_for("Reading…")
        program.send("edit")
        program.wait_for("Your keys wait for the port; Esc cancels")
        program.send(ESCAPE)
        program.wait_without("Reading…")
        program.send(CTRL_U)
        look_up(program)
        program.send(ENTER)
        program.wait_for("tcp 24224 → 24224")


async def _echo(scope: Scope, send: Send) -> None:
    """Reply with the token in texts, field names and error messages."""
    headers = dict(scope["headers"])
    token = headers.get(b"authorization", b"").decode().removeprefix("Bearer ")
    if scope["method"] == "GET":
        port_id = scope["path"].rpartition("/")[2]
        plain = {"frontendPort": 1, "backendPort": 2, "protocol": "tcp", "kind": token}
        texts = {"endpoint": f"https://{token}/", "pluginID": token, token: {"new": token}}
        body = json.dumps({"id": port_id, **plain, **texts}).encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
    else:
        body = json.dumps({"error": f"bad {token}", "detail": token}).encode()
        await send({"type": "http.response.start", "status": 422, "headers": []})
    await send({"type": "http.response.body", "body": body})


def test_a_token_repeated_by_the_service_is_never_shown_copied_or_recorded(home: Path) -> None:
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        await _echo(scope, send)

    with (
        serving(application) as url,
        portui(home, "--api-url", url, ID_OF.format(5), env=_TOKEN) as program,
    ):
        program.wait_for("token hidden")  # `portui` checks all of the output for the token
        program.send("C")
        program.wait_for("Sent the port as JSON to the terminal")
        assert copies(program)
        assert not [text for text in copies(program) if SECRET in text]
        program.send("gjjj")
        program.send(ENTER)
        program.wait_for("Save")
        program.press_for(CTRL_U, "65535")
        program.send("24225")
        program.send(ENTER)
        program.press_for(ENTER, "Not saved|bad .token hidden")
    kept = [path for path in home.rglob("*") if path.is_file()]
    assert [path for path in kept if "journal" in path.parts]
    assert [path for path in kept if SECRET.encode() in path.read_bytes()] == []
