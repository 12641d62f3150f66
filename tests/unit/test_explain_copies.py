"""Words about copies claim no more than is known, and the curl command omits the token."""

import shlex
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.clipboard import (
    TMUX,
    Clipboard,
    Copied,
    CopyMethod,
    NoClipboard,
    Terminal,
    Tool,
    TooLong,
)
from portui.explain.copies import (
    LOST_COPIES,
    explain_clipboard,
    explain_copied,
    explain_not_copied,
    explain_nothing_to_copy,
)
from portui.explain.curl import read_command
from portui.port.export import NoValue, raw_json_value, raw_value
from portui.port.model import Field, Port, Unreadable
from portui.settings import Origin, Token
from portui.tui.screens.help import copy_lines, key_lines
from tests.support.hostile_text import dangers, hostile_text, times
from tests.support.ports import MOMENT, PORT_ID, any_port

XCLIP: Final = Tool("xclip", ("xclip",))
JWT: Final = Token("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl")
PROJECT: Final = Token("eyJQcm9qZWN0SUQiOiIxIn0.c2lnbmF0dXJl")


@pytest.mark.parametrize(
    ("copied", "said"),
    [
        (
            Copied(Terminal.OSC_52),
            "Sent Endpoint to the terminal (1,234 characters)",
        ),
        (Copied(TMUX), "Copied Endpoint to tmux's buffer (1,234 characters)"),
        (Copied(XCLIP), "Copied Endpoint with xclip (1,234 characters)"),
        (
            Copied(Terminal.OSC_52, (TMUX,)),
            "tmux failed. Sent Endpoint to the terminal (1,234 characters)",
        ),
    ],
)
def test_a_copy_is_reported_with_its_method(copied: Copied, said: str) -> None:
    assert explain_copied(copied, "Endpoint", 1_234) == said


def test_a_failed_copy_says_why_and_a_text_too_long_suggests_curl() -> None:
    long = explain_not_copied(TooLong(1_000_000), "the port as JSON")
    assert long.what == "Not copied: the port as JSON has 1,000,000 bytes"
    assert "74,994" in long.meaning
    assert "curl" in long.meaning
    none = explain_not_copied(NoClipboard((TMUX,)), "ID")
    assert none.what.startswith("Not copied: tmux failed, and this console (TERM=linux)")


@pytest.mark.parametrize(
    ("field", "absent", "said"),
    [
        (Field.PLUGIN_ALIAS, NoValue.NULL, "Nothing to copy: Plugin alias is null"),
        (Field.KIND, NoValue.MISSING, "Nothing to copy: Kind is missing"),
        (Field.KIND, NoValue.EMPTY, "Nothing to copy: Kind is empty"),
        (Field.ENDPOINT, NoValue.EMPTY, "Nothing to copy: Endpoint is pending (not assigned yet)"),
    ],
)
def test_a_field_without_a_value_says_why_there_is_nothing_to_copy(
    field: Field, absent: NoValue, said: str
) -> None:
    assert explain_nothing_to_copy(field.label, field, absent) == said


@pytest.mark.parametrize(
    ("methods", "words"),
    [
        ((Terminal.OSC_52,), "terminals don't confirm"),
        ((TMUX, Terminal.OSC_52), "tmux's buffer"),
        ((XCLIP, Terminal.OSC_52), "xclip"),
        ((), "no clipboard"),
    ],
)
def test_help_says_where_copies_go(methods: tuple[CopyMethod, ...], words: str) -> None:
    assert words in explain_clipboard(Clipboard(methods))


@times(50)
@given(st.integers(36, 120))
def test_the_help_on_copies_is_complete_and_fits_any_width(width: int) -> None:
    copies = copy_lines("Copies go nowhere at all.", width)
    lines = ["".join(text for text, _ in line) for line in copies]
    assert max(map(len, lines)) <= width
    told = " ".join(" ".join(lines).split())
    for setup, advice in LOST_COPIES:
        assert f"{setup}: {advice}" in told
    keys = key_lines((("Home  End  g  G", "The first, the last field"),), width)
    assert max(sum(len(t) for t, _ in line) for line in keys) <= width


# --- copied values ---


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (PORT_ID, str(PORT_ID)),
        (24224, "24224"),
        (MOMENT, "2025-01-15T04:36:00Z"),
        ("a\x1b[31m\n b ", "a\x1b[31m\n b "),
        ("", NoValue.EMPTY),
        (None, NoValue.NULL),
        (Unreadable(None), NoValue.MISSING),
        (Unreadable("null"), NoValue.NULL),
        (Unreadable("70000"), "70000"),
        (Unreadable('"seven"'), "seven"),
        (Unreadable('{"a": [1, 2]}'), '{"a": [1, 2]}'),
    ],
)
def test_a_value_is_copied_as_the_service_has_it(value: object, text: str | NoValue) -> None:
    assert raw_value(value) == text  # type: ignore[arg-type]


@times(100)
@given(any_port)
def test_any_field_of_any_port_has_a_text_or_a_reason_for_none(port: Port) -> None:
    for field in Field:
        value = raw_value(port[field])
        assert isinstance(value, NoValue) or value


@times(100)
@given(hostile_text)
def test_an_unknown_field_can_be_copied(text: str) -> None:
    value = raw_json_value(text)
    assert isinstance(value, NoValue) or value
    assert dangers(explain_nothing_to_copy(text, None, NoValue.NULL)) == []


# --- the curl command ---


@pytest.mark.parametrize(
    ("token", "header"),
    [(JWT, "Authorization: Bearer %s"), (PROJECT, "X-Project-Token: %s")],
)
def test_the_curl_command_has_the_tokens_header_and_a_variable_for_the_token(
    token: Token, header: str
) -> None:
    origin = Origin.parse("https://plant.example/api")
    call = read_command(PORT_ID, origin, token, "PLANT_TOKEN")
    assert '"$PLANT_TOKEN"' in call
    assert token.reveal() not in call
    assert shlex.split(call) == [
        *("printf", header, "$PLANT_TOKEN", "|", "curl", "-sSg", "-H", "@-"),
        f"https://plant.example/api/v1/pipeline_ports/{PORT_ID}",
    ]


@pytest.mark.parametrize("url", ["http://plant.example", "https://127.0.0.1:8443", "http://[::1]"])
def test_the_curl_command_bypasses_proxies_where_portui_does(url: str) -> None:
    words = shlex.split(read_command(PORT_ID, Origin.parse(url), JWT, "T"))
    assert words[words.index("--noproxy") + 1] == "*"


def test_a_path_cannot_become_another_command() -> None:
    origin = Origin.parse("https://plant.example/$(reboot);`x`'{a,b}")
    words = shlex.split(read_command(PORT_ID, origin, JWT, "T"))
    assert words[-1] == f"https://plant.example/$(reboot);`x`'{{a,b}}/v1/pipeline_ports/{PORT_ID}"
