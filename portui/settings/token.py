"""The API token, in an object whose text no `repr`, log or traceback shows."""

import json
from base64 import urlsafe_b64decode
from enum import Enum, auto
from typing import Final, NoReturn

from portui.port.display import REDACTED

_SHORTEST_SECRET: Final = 8  # characters; shorter ones occur in texts by chance
_LONGEST: Final = 16_384  # characters; HTTP servers typically accept headers of 8 to 16 KiB


class InvalidTokenError(ValueError):
    """An invalid token. The error doesn't contain the text."""

    class Why(Enum):
        EMPTY = auto()
        NOT_VISIBLE_ASCII = auto()
        TOO_LONG = auto()

    def __init__(self, why: Why) -> None:
        super().__init__(why.name)
        self.why = why


class Token:
    """A token for one origin. Tokens with the same text are equal; `repr` hides it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Create a token from a text, which is stripped.

        Raises `InvalidTokenError` unless it is 1 to 16,384 characters of visible ASCII.
        """
        self._text = text.strip()
        del text  # a traceback that shows local variables would print it
        if not self._text:
            raise InvalidTokenError(InvalidTokenError.Why.EMPTY) from None
        if not all("!" <= character <= "~" for character in self._text):
            raise InvalidTokenError(InvalidTokenError.Why.NOT_VISIBLE_ASCII) from None
        if len(self._text) > _LONGEST:
            raise InvalidTokenError(InvalidTokenError.Why.TOO_LONG) from None

    def __repr__(self) -> str:
        return "Token(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Token) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a token is not to be pickled")

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
        return "X-Project-Token" if self._is_project_token() else "Authorization"

    @property
    def scheme(self) -> str:
        """The authentication scheme in that header, with its space; empty for a project token."""
        return "" if self._is_project_token() else "Bearer "

    def header_value(self) -> str:
        """Return the value of that header."""
        return self.scheme + self._text

    def _is_project_token(self) -> bool:
        """Return whether this is two parts, of which the first is JSON with a `ProjectID`."""
        parts = self._text.split(".")
        if len(parts) != 2 or not parts[1]:
            return False
        try:
            claims = json.loads(urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4)))
        except (ValueError, RecursionError):
            return False
        return isinstance(claims, dict) and "ProjectID" in claims
