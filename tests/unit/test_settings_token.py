"""Tokens: which texts are accepted, the request headers, and that nothing else reveals one."""

import copy
import json
import pickle
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.settings import DEMO, InvalidTokenError, Token
from tests.support.hostile_text import any_text, dangers, hostile_text, times
from tests.support.leaks import told_by

SECRET = "s3cr3t-t0k3n"

_visible = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1)


def _encoded(claims: object, padding: str = "") -> str:
    text = json.dumps(claims).encode()
    return urlsafe_b64encode(text).decode().rstrip("=") + padding


PROJECT = f"{_encoded({'ProjectID': '1', 'TokenID': '2'})}.c2lnbmF0dXJl"
JWT = f"{_encoded({'alg': 'HS256'})}.{_encoded({'ProjectID': '1'})}.c2lnbmF0dXJl"


# --- what a token is ---


@times(100)
@given(_visible, st.text(" \t\r\n\x0b\u00a0\u2028"), st.text(" \t\r\n"))
def test_a_token_is_its_text_without_surrounding_whitespace(
    text: str, before: str, after: str
) -> None:
    assert Token(before + text + after).reveal() == text


@pytest.mark.parametrize("text", ["", " ", "\r\n\t"])
def test_an_empty_text_is_not_a_token(text: str) -> None:
    with pytest.raises(InvalidTokenError) as caught:
        Token(text)
    assert caught.value.why is InvalidTokenError.Why.EMPTY


@pytest.mark.parametrize(
    "text",
    ["a b", "a\nX-Evil: 1", "a\r\nb", "a\x00", "a\x1b[0m", "a\x7f", "tökén", "a\u200b", "\ud800"],
)
def test_a_text_with_anything_but_visible_ascii_is_not_a_token(text: str) -> None:
    with pytest.raises(InvalidTokenError) as caught:
        Token(text)
    assert caught.value.why is InvalidTokenError.Why.NOT_VISIBLE_ASCII


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
    assert token.reveal() == text.strip()
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
@given(_visible)
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
    settings = replace(DEMO, given_token=Token(SECRET))
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
    with pytest.raises(TypeError, match=r"^a token is not to be pickled$"):
        copied(replace(DEMO, given_token=Token(SECRET)))


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
