"""Parsing of IDs and numbers in the URLs of requests."""

import re
from uuid import UUID

from portui.demo.refusal import RefusedError

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_DIGITS = re.compile(r"[0-9]+", re.ASCII)


def read_last(text: str | None) -> int | None:
    """Parse how many are requested. `None`, like 0 or any number over nine digits, means all."""
    if text is None:
        return None
    if not _DIGITS.fullmatch(text):
        raise RefusedError(422, "invalid last")
    digits = text.lstrip("0")
    return int(digits) if 0 < len(digits) < 10 else None


def read_id(text: str, invalid_id: str) -> UUID:
    """Parse a UUID in its canonical form."""
    if not _UUID.fullmatch(text):
        raise RefusedError(422, invalid_id)
    return UUID(text)
