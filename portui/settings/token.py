"""The API token, in an object that no `repr`, log or traceback can spell out."""

import json
from base64 import urlsafe_b64decode
from enum import Enum, auto
from typing import Final, NoReturn

from portui.port.display import REDACTED

_SHORTEST_SECRET: Final = 8  # characters; what is shorter stands in many texts by chance
_LONGEST: Final = 16_384  # characters; the HTTP servers in front of such services take 8 to 16 KiB


class InvalidTokenError(ValueError):
    """A text that cannot be a token. It never carries the text."""

    class Why(Enum):
        EMPTY = auto()
        NOT_VISIBLE_ASCII = auto()
        TOO_LONG = auto()

    def __init__(self, why: Why) -> None:
        super().__init__(why.name)
        self.why = why


class Token:
    """A token for one origin. Equal tokens compare equal; nothing prints their text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Keep the text, stripped. Raises `InvalidTokenError` unless it is visible ASCII."""
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
        """The token's text, for the request header and the keyring alone."""
        return self._text

    def redact(self, text: str) -> str:
        """A text from outside with `REDACTED` wherever the token stands in it."""
        secret = len(self._text) >= _SHORTEST_SECRET
        return text.replace(self._text, REDACTED) if secret else text

    @property
    def header(self) -> str:
        """The header that carries it: a project token names a project in its first of two parts."""
        return "X-Project-Token" if self._is_project_token() else "Authorization"

    @property
    def scheme(self) -> str:
        """What stands before the token in that header."""
        return "" if self._is_project_token() else "Bearer "

    def header_value(self) -> str:
        """What that header says."""
        return self.scheme + self._text

    def _is_project_token(self) -> bool:
        parts = self._text.split(".")
        if len(parts) != 2 or not parts[1]:
            return False
        try:
            claims = json.loads(urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4)))
        except (ValueError, RecursionError):
            return False
        return isinstance(claims, dict) and "ProjectID" in claims
