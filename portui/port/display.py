"""Text made safe for a terminal, and values, times and ages formatted for the operator."""

import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from portui.port.fields import Field, Unreadable, Value

if TYPE_CHECKING:  # which not everything that is shown needs
    from portui.port.model import Port

LONGEST: Final = 300  # characters of an untrusted text on screen, unless the caller has less room
NONE: Final = "—"
PENDING: Final = "pending (not assigned yet)"
REDACTED: Final = "(token hidden)"
"""Replaces the token where the service echoed it. It is never sent back."""

_SHORT: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\x1b": "\\x1b"}
_MOST_MARKS: Final = 2  # combining marks on one letter; scripts need at most two
# Letters by category, but combined with the one before: Hangul vowels and final consonants.
_JOINING: Final = frozenset(
    map(chr, (*range(0x1161, 0x1200), *range(0xD7B0, 0xD7C7), *range(0xD7CB, 0xD7FC)))
)
# Letters, marks or symbols by category, but invisible or without their own width: fillers, joiners,
# selectors, blanks, skin tones.
_INVISIBLE: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\U00016fe4\U0001d159"
) | frozenset(
    map(chr, (*range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400), *range(0xE0100, 0xE01F0)))
)
_ESCAPED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})


def safe(text: str, limit: int = LONGEST) -> str:
    """Return untrusted text as one line that can't control the terminal or hide characters.

    Control, bidi, zero-width and other invisible characters become escapes such as `\\x1b` and
    `\\u202e`, as do combining marks without a letter, and those after the second on one letter. A
    text over `limit` characters is cut, and ends with a count of those missing if there is room.
    """
    if len(text) <= limit and text.isascii() and text.isprintable():
        return text  # nearly always
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
    """Return the text so far, shortened to make room for the count of missing characters."""
    while True:
        tail = f"… (+{missing:,} characters)" if limit > 40 else "…"
        if not shown or sum(map(len, shown)) + len(tail) <= limit:
            return "".join(shown) + tail
        shown.pop()
        missing += 1


def value_text(value: Value, limit: int = LONGEST) -> str:
    """Return a field's value as safe text, without its age."""
    if type(value) is str:
        return safe(value, limit)
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


def field_text(port: "Port", field: Field, limit: int = LONGEST) -> str:
    """Return a port's field as safe text: `value_text`, but an empty endpoint as pending."""
    if field is Field.ENDPOINT and port.is_pending:
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
    """Return in a few words why a value isn't as documented."""
    text = value.came_as
    if text is None:
        return "missing"
    if field in (Field.FRONTEND_PORT, Field.BACKEND_PORT) and text.lstrip("-").isdecimal():
        return "out of range"
    return _EXPECTED.get(field, "not text")


def summary(port: "Port") -> str:
    """Return a port in short, such as `tcp 24224 → 24224`."""
    protocol, frontend, backend = (
        value_text(value, 24) for value in (port.protocol, port.frontend_port, port.backend_port)
    )
    return f"{protocol} {frontend} → {backend}"


def utc(moment: datetime) -> str:
    """Return a date and time in UTC, to the second."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(' ', 'seconds')} UTC"


def time_of_day(moment: datetime) -> str:
    """Return the time of day in UTC, to the second."""
    return f"{moment.astimezone(UTC):%H:%M:%S} UTC"


def duration(seconds: float) -> str:
    """Return how long something took: in milliseconds, or from a second on in seconds."""
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"


_CLOCKS_AGREE: Final = 60  # seconds within which two machines' clocks count as the same
_STEPS: Final = (
    (60 * 60 * 24 * 365.25, "year"),
    (60 * 60 * 24 * 30.4375, "month"),
    (60 * 60 * 24, "day"),
    (60 * 60, "hour"),
    (60, "minute"),
)


def age(seconds: float) -> str:
    """Return an age, rounded down: just now, in steps of ten seconds, or in whole units.

    Less than two of a unit is given in the next smaller one (`22 months ago`, `90 minutes ago`). A
    negative age means that this machine's clock and the service's differ, which is said only if it
    is by more than a minute.
    """
    if seconds < -_CLOCKS_AGREE:
        return "in the future, by this machine's clock"
    if seconds < 10:
        return "just now"
    for length, unit in _STEPS:
        if seconds >= 2 * length:
            return f"{int(seconds // length)} {unit}s ago"
    if seconds >= 60:
        return "1 minute ago"
    return f"{int(seconds // 10) * 10} s ago"


_BRIEF_STEPS: Final = ((31_557_600, "y", 2), (86_400, "d", 2), (3_600, "h", 2), (60, "m", 1))


def brief_age(seconds: float) -> str:
    """Return an age in few characters, rounded down, as kubectl does: `59m`, `47h`.

    Less than two hours, days or years are given in the next smaller unit. An age that is negative
    because of this machine's clock is `?`.
    """
    if seconds < -_CLOCKS_AGREE:
        return "?"
    for length, unit, least in _BRIEF_STEPS:
        if seconds >= least * length:
            return f"{int(seconds // length)}{unit}"
    return "now"
