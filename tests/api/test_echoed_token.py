"""A service that echoes the token: it is redacted before anything shows, copies or records it."""

import json
from typing import Final

import pytest

from portui.api.errors import RedirectedError, RefusedError, UnavailableError
from portui.demo.sample import FORWARD_PORT_ID as PORT_ID
from portui.port.display import REDACTED
from portui.port.editing import Mistakes, can_be_typed, difference, form_of
from portui.port.export import port_json
from portui.port.model import Field, Port
from portui.settings import Token
from tests.support.api_calls import Connect, failure
from tests.support.faulty_service import FaultyService
from tests.support.misbehaviour import Fault, says

pytestmark = pytest.mark.anyio

SECRET: Final = "a.user.token-of-sorts"


def spelled_out(text: str) -> str:
    """Return a text with every character written as a JSON Unicode escape."""
    return "".join(f"\\u{ord(character):04x}" for character in text)


@pytest.mark.parametrize("text", [SECRET, spelled_out(SECRET)], ids=["plain", "escaped"])
async def test_the_token_is_redacted_everywhere_in_a_port(
    service: FaultyService, connect: Connect, text: str
) -> None:
    plain = await service.state_of(PORT_ID)
    echoing = {**(plain or {}), "endpoint": "https://TOKEN@h:1/TOKEN", "pluginAlias": "TOKEN"}
    echoing |= {"createdAt": "TOKEN", "new": {"TOKEN": ["TOKEN", {"in": "Bearer TOKEN"}]}}
    body = json.dumps(echoing).replace("TOKEN", text).encode()
    await service.inject("GET", Fault("echoes", says(200, body)))
    port = await connect(service.origin, token=SECRET).get_port(PORT_ID)
    assert SECRET not in repr(port)
    assert SECRET not in port_json(port)
    assert port.endpoint == f"https://{REDACTED}@h:1/{REDACTED}"
    assert port.plugin_alias == REDACTED
    assert port.frontend_port == 24224


@pytest.mark.parametrize("status", [401, 404, 409, 422, 500, 503])
async def test_the_token_is_redacted_in_an_error(
    service: FaultyService, connect: Connect, status: int
) -> None:
    body = json.dumps({"error": f"bad token {SECRET}", "detail": f"Bearer {SECRET}!"}).encode()
    await service.inject("GET", Fault("echoes", says(status, body)))
    error = await failure(connect(service.origin, token=SECRET).get_port(PORT_ID))
    assert isinstance(error, RefusedError | UnavailableError)
    assert SECRET not in repr(error)
    assert error.message == f"bad token {REDACTED}"


async def test_the_token_is_redacted_in_a_header(service: FaultyService, connect: Connect) -> None:
    where = f"Location: https://elsewhere.test/?token={SECRET}"
    await service.inject("GET", Fault("echoes", says(302, b"", where)))
    error = await failure(connect(service.origin, token=SECRET).get_port(PORT_ID))
    assert error == RedirectedError(302, f"https://elsewhere.test/?token={REDACTED}")


async def test_a_redacted_value_is_never_sent_back(
    service: FaultyService, connect: Connect
) -> None:
    body = json.dumps(
        {**(await service.state_of(PORT_ID) or {}), "endpoint": f"{SECRET}.example:1"}
    )
    await service.inject("GET", Fault("echoes", says(200, body.encode())))
    port: Port = await connect(service.origin, token=SECRET).get_port(PORT_ID)
    assert not can_be_typed(port, Field.ENDPOINT)
    form = {**form_of(port), Field.ENDPOINT: f"{REDACTED}.example:2"}
    assert isinstance(difference(port, form), Mistakes)
    assert difference(port, {**form_of(port), Field.FRONTEND_PORT: "1"})


def test_a_token_too_short_to_be_a_secret_is_not_redacted() -> None:
    assert Token("demo").redact("forward.demo.example") == "forward.demo.example"
    assert Token("12345678").redact("a 12345678 b 12345678") == f"a {REDACTED} b {REDACTED}"
