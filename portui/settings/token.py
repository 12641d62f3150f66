"""The API token, in an object whose text no `repr`, log or traceback shows."""

import re
from base64 import urlsafe_b64decode
from contextlib import suppress
from datetime import UTC, datetime
from enum import Enum, auto
from functools import cache
from typing import Final, NoReturn
from unicodedata import category
from uuid import UUID

from portui.port.display import REDACTED

_SHORTEST_SECRET: Final = 8  # characters; shorter ones occur in texts by chance
_LONGEST: Final = 16_384  # characters; HTTP servers typically accept headers of 8 to 16 KiB

_AROUND: Final = frozenset("\"'`“”„‟‘’‚‛«»‹›,;")
"""Characters that no token begins or ends with: quotes, and what follows one in code."""
_BEFORE: Final = r"""
    (?: (?: -H | --header ) \W* )? (?: authorization | x-project-token ) ["']? \s* : \s*
    | bearer (?: \s+ | \Z )
    | (?: export \s+ [a-z_][a-z0-9_]* | (?-i: (?: [A-Z][A-Z0-9_]* )? TOKEN ) ) = (?!=)
    """
_SIGNS: Final = (":", "=", "bearer")
"""One of these is in whatever stands before a token; a plain token needs no search for it."""
_LINE_BREAKS: Final = frozenset("\n\r\x85\u2028\u2029")


class InvalidTokenError(ValueError):
    """An invalid token. The error doesn't contain the text."""

    class Why(Enum):
        EMPTY = auto()
        TOO_LONG = auto()
        SPACE = auto()
        TAB = auto()
        LINE_BREAK = auto()
        CONTROL = auto()
        NOT_ASCII = auto()

    def __init__(self, why: Why, position: int = 0, code: int = 0) -> None:
        """Create an error. `position` and `code` are those of the first wrong character.

        Positions begin at 1, in the text as it was given; codes are Unicode's.
        """
        super().__init__(why.name)
        self.why, self.position, self.code = why, position, code


class Token:
    """A token for one origin. Tokens with the same text are equal; `repr` hides it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Create a token from a text as it is copied from a header, a command or a document.

        What surrounds the token is left out: blank and invisible characters, quotes, `Bearer`,
        and `Authorization:`, `-H "X-Project-Token:` or `export CALYPTIA_CLOUD_TOKEN=` before it.

        Raises `InvalidTokenError` unless the rest is 1 to 16,384 characters of visible ASCII.
        """
        start, end = _span(text)
        self._text = text[start:end]
        del text  # a traceback that shows local variables would print it
        if not self._text:
            raise InvalidTokenError(InvalidTokenError.Why.EMPTY) from None
        for position, character in enumerate(self._text, start + 1):
            if not "!" <= character <= "~":
                raise InvalidTokenError(_wrong(character), position, ord(character)) from None
        if len(self._text) > _LONGEST:
            raise InvalidTokenError(InvalidTokenError.Why.TOO_LONG) from None

    def __repr__(self) -> str:
        return "Token(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Token) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a token can't be pickled")

    def reveal(self) -> str:
        """Return the token's text, for the request header and the keyring only."""
        return self._text

    def redact(self, text: str) -> str:
        """Return a text with each occurrence of the token replaced by `REDACTED`.

        Tokens of fewer than 8 characters are not replaced.
        """
        secret = len(self._text) >= _SHORTEST_SECRET
        return text.replace(self._text, REDACTED) if secret else text

    @property
    def header(self) -> str:
        """The name of the request header: project tokens and other tokens use different ones."""
        return "X-Project-Token" if self.is_project_token else "Authorization"

    @property
    def scheme(self) -> str:
        """The authentication scheme in that header, with its space; empty for a project token."""
        return "" if self.is_project_token else "Bearer "

    def header_value(self) -> str:
        """Return the value of that header."""
        return self.scheme + self._text

    @property
    def project_id(self) -> UUID | None:
        """The project that a project token names; `None` if it is no UUID, or no such token."""
        return self._uuid("ProjectID")

    @property
    def token_id(self) -> UUID | None:
        """The ID of a project token; `None` if it is no UUID, or no such token."""
        return self._uuid("TokenID")

    @property
    def is_project_token(self) -> bool:
        """Whether it has the form of a project token."""
        return self._claims() is not None

    @property
    def is_jwt(self) -> bool:
        """Whether it is a JSON Web Token, as user tokens are."""
        return self._jwt_claims() is not None

    @property
    def expires_at(self) -> datetime | None:
        """When it expires, as a JWT says; `None` if it doesn't. The signature isn't checked."""
        seconds = (self._jwt_claims() or {}).get("exp")
        if isinstance(seconds, int | float) and not isinstance(seconds, bool):
            with suppress(ValueError, OverflowError, OSError):
                return datetime.fromtimestamp(seconds, UTC)
        return None

    def _uuid(self, claim: str) -> UUID | None:
        named = (self._claims() or {}).get(claim)
        with suppress(ValueError):
            return UUID(named) if isinstance(named, str) else None
        return None

    def _claims(self) -> dict[str, object] | None:
        """Return the JSON with a `ProjectID` that is the first of a project token's two parts."""
        parts = self._text.split(".")
        if len(parts) != 2 or not parts[1]:
            return None
        claims = _decoded(parts[0])
        return claims if claims is not None and "ProjectID" in claims else None

    def _jwt_claims(self) -> dict[str, object] | None:
        """Return the JSON that is the second of a JWT's three parts."""
        parts = self._text.split(".")
        if len(parts) != 3 or _decoded(parts[0]) is None:
            return None
        return _decoded(parts[1])


def _decoded(part: str) -> dict[str, object] | None:
    """Return the JSON object in a part of a token, which has base64's letters for URLs."""
    import json  # not for the first paint, to which no other import brings it

    try:
        claims = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return None
    return claims if isinstance(claims, dict) else None


def _span(text: str) -> tuple[int, int]:
    """Return where the token in a text begins and ends."""
    start, end = 0, len(text)
    may_follow = any(sign in text.lower() for sign in _SIGNS)
    while True:
        while start < end and _is_around(text[start]):
            start += 1
        while start < end and (_is_around(text[end - 1]) or text.endswith(" \\", start, end)):
            end -= 1
        if not (may_follow and (before := _before().match(text, start, end))):
            return start, end
        start = before.end()


@cache
def _before() -> re.Pattern[str]:
    return re.compile(_BEFORE, re.IGNORECASE | re.VERBOSE)


def _is_around(character: str) -> bool:
    """Return whether a character at either end of a text is not part of a token."""
    return character.isspace() or category(character) == "Cf" or character in _AROUND


def _wrong(character: str) -> InvalidTokenError.Why:
    """Return what is wrong with a character that isn't visible ASCII."""
    if character in _LINE_BREAKS:
        return InvalidTokenError.Why.LINE_BREAK
    if character == "\t":
        return InvalidTokenError.Why.TAB
    if character == " ":
        return InvalidTokenError.Why.SPACE
    control = category(character) == "Cc"
    return InvalidTokenError.Why.CONTROL if control else InvalidTokenError.Why.NOT_ASCII
