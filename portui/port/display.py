"""Text made safe for a terminal, and values, times and ages as an operator reads them."""

import unicodedata
from datetime import UTC, datetime
from typing import Final

from portui.port.model import Field, Port, Unreadable, Value

LONGEST: Final = 300  # characters of one outside text on screen, unless the caller has less room
NONE: Final = "—"
PENDING: Final = "pending (not assigned yet)"
REDACTED: Final = "(token hidden)"
"""Stands where the service repeated the token. It is never sent back in its place."""

_SHORT: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\x1b": "\\x1b"}
_MOST_MARKS: Final = 2  # combining marks on one letter; scripts need two, vandals use fifty
# Letters by category, but drawn into the letter before: Hangul's vowels and final consonants.
_JOINING: Final = frozenset(
    map(chr, (*range(0x1161, 0x1200), *range(0xD7B0, 0xD7C7), *range(0xD7CB, 0xD7FC)))
)
# Letters, marks or symbols by category, but invisible or without a width of their own: fillers,
# joiners, selectors, blanks, skin tones.
_INVISIBLE: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\U00016fe4\U0001d159"
) | frozenset(
    map(chr, (*range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400), *range(0xE0100, 0xE01F0)))
)
_ESCAPED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})


def safe(text: str, limit: int = LONGEST) -> str:
    """Text from outside as one line that can neither command a terminal nor hide anything.

    Control, bidi, zero-width and other invisible characters become escapes such as `\\x1b` and
    `\\u202e`; so do combining marks without a letter, or piled up. What is over `limit` characters
    is cut, with a count of what is missing.
    """
    shown: list[str] = []
    length = marks = 0
    after_letter = False
    for index, character in enumerate(text):
        category = unicodedata.category(character)
        marks = marks + 1 if category[0] == "M" or character in _JOINING else 0
        dangling = bool(marks) and (not after_letter or marks > _MOST_MARKS)
        hidden = (category in _ESCAPED and character != " ") or character in _INVISIBLE
        piece = _escape(character) if hidden or dangling else character
        if length + len(piece) > limit:
            return _cut(shown, limit, missing=len(text) - index)
        shown.append(piece)
        length += len(piece)
        if not marks:
            after_letter = category[0] == "L" and not hidden
    return "".join(shown)


def _escape(character: str) -> str:
    code = ord(character)
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return _SHORT.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


def _cut(shown: list[str], limit: int, *, missing: int) -> str:
    """What was shown so far, shortened until the count of the rest fits in."""
    while True:
        tail = f"… (+{missing:,} characters)" if limit > 40 else "…"
        if not shown or sum(map(len, shown)) + len(tail) <= limit:
            return "".join(shown) + tail
        shown.pop()
        missing += 1


def value_text(value: Value, limit: int = LONGEST) -> str:
    """A field's value in safe words, without its age."""
    match value:
        case None:
            return NONE
        case Unreadable(came_as=None):
            return "missing"
        case Unreadable(came_as=str(text)):
            return safe(text, limit)
        case datetime():
            return utc(value)
        case _:
            return safe(str(value), limit)


def field_text(port: Port, field: Field, limit: int = LONGEST) -> str:
    """One field of a port in safe words: `shown`, and an empty endpoint as pending."""
    if field is Field.ENDPOINT and port.endpoint == "":
        return PENDING
    return value_text(port[field], limit)


_EXPECTED: Final = {
    Field.ID: "not a UUID",
    Field.FRONTEND_PORT: "not a port number",
    Field.BACKEND_PORT: "not a port number",
    Field.CREATED: "not a time",
    Field.UPDATED: "not a time",
}


def problem(field: Field, value: Unreadable) -> str:
    """What is wrong with a value that isn't as documented, in a few words."""
    text = value.came_as
    if text is None:
        return "missing"
    if field in (Field.FRONTEND_PORT, Field.BACKEND_PORT) and text.lstrip("-").isdecimal():
        return "out of range"
    return _EXPECTED.get(field, "not text")


def summary(port: Port) -> str:
    """The port in a few words: `tcp 24224 → 24224`."""
    protocol, frontend, backend = (
        value_text(value, 24) for value in (port.protocol, port.frontend_port, port.backend_port)
    )
    return f"{protocol} {frontend} → {backend}"


def utc(moment: datetime) -> str:
    """A moment to the second, in UTC."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(' ', 'seconds')} UTC"


def time_of_day(moment: datetime) -> str:
    """The time of a moment to the second, in UTC."""
    return f"{moment.astimezone(UTC):%H:%M:%S} UTC"


_STEPS: Final = (
    (60 * 60 * 24 * 365.25, "year"),
    (60 * 60 * 24 * 30.4375, "month"),
    (60 * 60 * 24, "day"),
    (60 * 60, "hour"),
    (60, "minute"),
)


def age(seconds: float) -> str:
    """How long ago, coarsely and never more than it is: just now, ten-second steps, whole units.

    Up to two of a unit are told in the next smaller one (`22 months ago`, `90 minutes ago`). A
    negative age is a clock that disagrees with the service's.
    """
    if seconds < -5:
        return "in the future, by this machine's clock"
    if seconds < 10:
        return "just now"
    for length, unit in _STEPS:
        if seconds >= 2 * length:
            return f"{int(seconds // length)} {unit}s ago"
    if seconds >= 60:
        return "1 minute ago"
    return f"{int(seconds // 10) * 10} s ago"
