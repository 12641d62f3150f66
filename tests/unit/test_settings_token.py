"""Tokens: which texts are accepted, the request headers, and that nothing else reveals one."""

import copy
import json
import pickle
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.settings import DEMO, InvalidTokenError, Token
from tests.support.hostile_text import any_text, dangers, hostile_text, times
from tests.support.leaks import told_by

SECRET = "s3cr3t-t0k3n"

_words = ("bearer", "token", "authorization")
_tokens = st.from_regex(r"[A-Za-z0-9._~+/-]+={0,2}", fullmatch=True).filter(
    lambda text: not text.rstrip("=").lower().endswith(_words)
)
"""Texts of the form that RFC 6750 prescribes, without those that are a wrapping themselves."""


def _encoded(claims: object, padding: str = "") -> str:
    text = json.dumps(claims).encode()
    return urlsafe_b64encode(text).decode().rstrip("=") + padding


PROJECT = f"{_encoded({'ProjectID': '1', 'TokenID': '2'})}.c2lnbmF0dXJl"
JWT = f"{_encoded({'alg': 'HS256'})}.{_encoded({'ProjectID': '1'})}.c2lnbmF0dXJl"


# --- what a token is ---


_blank = st.text(" \t\r\n\x0b\u00a0\u2028\ufeff\u200b\u2060\u200e\u00ad")


@times(100)
@given(_tokens, _blank, _blank)
def test_a_token_is_its_text_without_blank_or_invisible_characters_at_the_ends(
    text: str, before: str, after: str
) -> None:
    assert Token(before + text + after).reveal() == text


_WRAPPINGS = (
    "{}",
    "Bearer {}",
    "bearer {}",
    "BEARER\t{}",
    "Bearer\u00a0{}",
    "\ufeffBearer \u200b{}\n",
    '"{}"',
    "'{}'",
    "`{}`",
    "“{}”",
    "„{}“",
    "«{}»",
    '"{}',
    "{}”",
    "\"'{}'\"",
    '"Bearer {}"',
    'Bearer "{}"',
    "Authorization: Bearer {}",
    "authorization:bearer {}",
    "Authorization: {}",
    "X-Project-Token: {}",
    "x-project-token:{}\r\n",
    "'X-Project-Token: {}'",
    '-H "Authorization: Bearer {}"',
    "-H 'X-Project-Token: {}'",
    "-H'X-Project-Token: {}'",
    "-H X-Project-Token:{}",
    '  --header "Authorization: Bearer {}" \\\n',
    '--header="Authorization: Bearer {}"',
    "-H “Authorization: Bearer {}”",
    '"Authorization": "Bearer {}",',
    "CALYPTIA_CLOUD_TOKEN={}",
    'CALYPTIA_CLOUD_TOKEN="{}"',
    "TOKEN={}",
    "export CALYPTIA_CLOUD_TOKEN={}",
    "export CALYPTIA_CLOUD_TOKEN='{}';",
    "export  mine_2=“{}”",
    'export CALYPTIA_CLOUD_TOKEN="Bearer {}"',
)


@pytest.mark.parametrize("wrapping", _WRAPPINGS)
@times(20)
@given(_tokens)
def test_a_token_is_taken_out_of_the_header_or_command_around_it(wrapping: str, text: str) -> None:
    assert Token(wrapping.format(text)).reveal() == text


@pytest.mark.parametrize(
    "text",
    [
        *("Bearer-x", "bearer.x", "bearerx", "Authorization", "-H", "-Hx", "--headerx", "export"),
        *("token=x", "Xtoken=x", "TOKEN==", "TOKENS=x", "A=B", "x:y", "a'b", 'a"b', "a,b;c", "a\\"),
        *("go-keyring-base64:eA==", "https://api.example.com"),
    ],
)
def test_a_text_that_only_resembles_a_wrapping_is_kept(text: str) -> None:
    assert Token(text).reveal() == text


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "\r\n\t", "\ufeff", "\u200b", "''", "“", "Bearer", "Bearer ", '"Bearer "'),
        *("Authorization:", "-H 'X-Project-Token: '", "CALYPTIA_CLOUD_TOKEN=", "export X=''"),
    ],
)
def test_a_text_without_a_token_is_called_empty(text: str) -> None:
    with pytest.raises(InvalidTokenError) as caught:
        Token(text)
    assert caught.value.why is InvalidTokenError.Why.EMPTY


_Why = InvalidTokenError.Why


@pytest.mark.parametrize(
    ("text", "why", "position"),
    [
        ("abc de f", _Why.SPACE, 4),
        ("  abc de", _Why.SPACE, 6),
        ("Bearer abc de", _Why.SPACE, 11),
        ("“abc” def", _Why.NOT_ASCII, 5),
        ("-H 'X-Project-Token: a b'", _Why.SPACE, 23),
        ("export A B=c", _Why.SPACE, 7),
        ("Authorization: Basic abc", _Why.SPACE, 21),
        ("curl -H 'X-Project-Token: abc'", _Why.SPACE, 5),
        ("a\tb", _Why.TAB, 2),
        ("a\nX-Evil: 1", _Why.LINE_BREAK, 2),
        ("a\r\nb", _Why.LINE_BREAK, 2),
        ("a\u2028b", _Why.LINE_BREAK, 2),
        ("a\x00", _Why.CONTROL, 2),
        ("\x1b[0ma", _Why.CONTROL, 1),
        ("a\x7f", _Why.CONTROL, 2),
        ("a\x9b", _Why.CONTROL, 2),
        ("tökén", _Why.NOT_ASCII, 2),
        ("a\u00a0b", _Why.NOT_ASCII, 2),
        ("a\u200bb", _Why.NOT_ASCII, 2),
        ("••••••••", _Why.NOT_ASCII, 1),
        ("\ud800", _Why.NOT_ASCII, 1),
    ],
)
def test_a_refusal_tells_the_first_wrong_character_and_its_position_in_the_given_text(
    text: str, why: InvalidTokenError.Why, position: int
) -> None:
    with pytest.raises(InvalidTokenError) as caught:
        Token(text)
    error = caught.value
    assert (error.why, error.position) == (why, position)
    assert error.code == ord(text[position - 1])


def test_a_token_has_at_most_16384_characters() -> None:
    assert Token("x" * 16_384).reveal() == "x" * 16_384
    with pytest.raises(InvalidTokenError) as caught:
        Token("x" * 16_385)
    assert caught.value.why is InvalidTokenError.Why.TOO_LONG


@times(200)
@given(hostile_text)
def test_any_accepted_token_is_safe_in_a_request_header(text: str) -> None:
    try:
        token = Token(text)
    except InvalidTokenError:
        return
    assert token.reveal() in text
    assert Token(token.reveal()) == token
    assert token.header_value().isascii()
    assert dangers(token.header_value()) == []


def test_tokens_with_the_same_text_are_equal_and_no_text_equals_a_token() -> None:
    assert Token(SECRET) == Token(f" {SECRET} ")
    assert hash(Token(SECRET)) == hash(Token(SECRET))
    assert Token(SECRET) != Token("other")
    assert Token(SECRET) != SECRET


# --- the header ---


@pytest.mark.parametrize(
    "text",
    [
        PROJECT,
        f"{_encoded({'ProjectID': None})}.x",
        f"{_encoded({'ProjectID': '1'}, padding='==')}.x",
        f"{_encoded({'ProjectID': 'ÿÿÿ???>>>'})}.-_",
    ],
)
def test_a_project_token_is_sent_in_a_header_of_its_own(text: str) -> None:
    assert (Token(text).header, Token(text).header_value()) == ("X-Project-Token", text)


@pytest.mark.parametrize(
    "text",
    [
        JWT,
        "opaque",
        "two.parts",
        f"{_encoded({'ProjectID': '1'})}",
        f"{_encoded({'ProjectID': '1'})}.",
        f"{_encoded({'ProjectID': '1'})}.x.y",
        f"{_encoded({'projectid': '1'})}.x",
        f"{_encoded(['ProjectID'])}.x",
        f"{_encoded('ProjectID')}.x",
        f"{_encoded(1)}.x",
        f"x.{_encoded({'ProjectID': '1'})}",
        ".x",
        "a.b",
        "////.x",
        pytest.param(urlsafe_b64encode(b"[" * 9_000).decode() + ".x", id="deep nesting"),
    ],
)
def test_any_other_token_is_a_bearer_token(text: str) -> None:
    assert (Token(text).header, Token(text).header_value()) == ("Authorization", f"Bearer {text}")


@times(200)
@given(_tokens)
def test_every_token_is_sent_in_exactly_one_of_the_two_headers(text: str) -> None:
    token = Token(text)
    assert (token.header, token.header_value()) in [
        ("Authorization", f"Bearer {text}"),
        ("X-Project-Token", text),
    ]


# --- nothing reveals a token ---


@pytest.mark.parametrize(
    "show",
    [repr, str, format, "{}".format, "{!r}".format, "%s".__mod__, lambda token: repr([{1: token}])],
)
def test_no_way_of_printing_a_token_shows_its_text(show: Callable[[Token], str]) -> None:
    assert SECRET not in show(Token(SECRET))
    assert "Token(…)" in show(Token(SECRET))


def test_settings_that_hold_a_token_do_not_show_it() -> None:
    settings = DEMO._replace(given_token=Token(SECRET))
    assert SECRET not in f"{settings} {settings!r}"


@pytest.mark.parametrize("copied", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_token_is_not_copied_or_pickled(copied: Callable[[object], object]) -> None:
    with pytest.raises(TypeError) as caught:
        copied(Token(SECRET))
    assert SECRET not in told_by(caught.value)


@pytest.mark.parametrize("copied", [pickle.dumps, copy.deepcopy])
def test_settings_with_a_token_are_not_copied_or_pickled(
    copied: Callable[[object], object],
) -> None:
    with pytest.raises(TypeError, match=r"^a token can't be pickled$"):
        copied(DEMO._replace(given_token=Token(SECRET)))


def test_a_token_has_no_instance_dictionary() -> None:
    assert not hasattr(Token(SECRET), "__dict__")


def test_a_traceback_with_local_variables_does_not_show_a_token() -> None:
    def crash(token: Token) -> None:
        header = (token, token.header)
        raise RuntimeError(f"crashed with {token} in {header}")

    with pytest.raises(RuntimeError) as caught:
        crash(Token(SECRET))
    told = told_by(caught.value)
    assert "token = Token(…)" in told
    assert SECRET not in told


@pytest.mark.parametrize(
    "text",
    [f"{SECRET} b", f"{SECRET}\n{SECRET}", f"{SECRET}ü", pytest.param(SECRET * 2_000, id="long")],
)
def test_a_refused_text_is_neither_in_the_error_nor_in_our_local_variables(text: str) -> None:
    with pytest.raises(InvalidTokenError) as caught:
        Token(text)
    assert caught.value.args == (caught.value.why.name,)
    assert SECRET not in told_by(caught.value)


@times(200)
@given(hostile_text | any_text, hostile_text)
def test_no_refusal_contains_the_refused_text(before: str, after: str) -> None:
    with pytest.raises(InvalidTokenError) as caught:
        Token(f"{before}{SECRET}{after} ü")
    assert SECRET not in told_by(caught.value)


# --- the project ---


@pytest.mark.parametrize(
    ("claims", "project"),
    [
        ({"ProjectID": "123e4567-e89b-12d3-a456-4266141740d0"}, True),
        ({"ProjectID": "123E4567-E89B-12D3-A456-4266141740D0", "TokenID": "x"}, True),
        ({"ProjectID": "1"}, False),
        ({"ProjectID": ""}, False),
        ({"ProjectID": None}, False),
        ({"ProjectID": ["123e4567-e89b-12d3-a456-4266141740d0"]}, False),
        ({"TokenID": "123e4567-e89b-12d3-a456-4266141740d0"}, False),
    ],
)
def test_a_project_token_names_its_project_if_that_is_a_uuid(
    claims: dict[str, object],
    project: bool,  # noqa: FBT001 - a column of the table
) -> None:
    expected = UUID("123e4567-e89b-12d3-a456-4266141740d0") if project else None
    assert Token(f"{_encoded(claims)}.c2ln").project_id == expected


@pytest.mark.parametrize("text", [JWT, "demo", "a.b", "..", f"{_encoded([1])}.c2ln"])
def test_any_other_token_names_no_project(text: str) -> None:
    assert Token(text).project_id is None


# --- a user token's expiry ---


@pytest.mark.parametrize(
    ("exp", "expected"),
    [
        (1_700_000_000, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        (1_700_000_000.5, datetime(2023, 11, 14, 22, 13, 20, 500_000, tzinfo=UTC)),
        ("1700000000", None),
        (True, None),
        (None, None),
        (1e300, None),
        (float("inf"), None),
        (float("nan"), None),
        (10**400, None),
    ],
)
def test_a_jwt_says_when_it_expires(exp: object, expected: datetime | None) -> None:
    token = Token(f"{_encoded({'alg': 'HS256'})}.{_encoded({'exp': exp})}.c2ln")
    assert token.is_jwt
    assert token.expires_at == expected


@pytest.mark.parametrize("text", [PROJECT, "demo", "a.b.c", "..", f"{_encoded([1])}.e30.c2ln"])
def test_any_other_token_does_not_say_when_it_expires(text: str) -> None:
    assert not Token(text).is_jwt
    assert Token(text).expires_at is None
