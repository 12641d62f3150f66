"""The terminal's input: bytes to keys, pastes and mouse events, whatever the bytes are.

Textual's `XTermParser` knows the keys, but not all bytes that terminals send. In Textual 8.2 it

- ends a bracketed paste at the first escape sequence in it, and types the rest;
- types the letters of a sequence that it doesn't know, or that was cut off;
- fails on kitty's sub-parameters (`CSI 97:65;2u`), its key releases (`CSI 1;5:3B`), and numbers
  that are no character (`CSI 1114112u`);
- divides by zero after a size report without pixels (`CSI 48;24;80;0;0t`).

So `InputParser` splits the input itself, and asks Textual only for the names of well-formed keys.
It is the one place that works around that parser.

Source of facts: ECMA-48, xterm's "Control Sequences", and the kitty keyboard protocol.
"""

import re
import unicodedata
from codecs import getincrementaldecoder
from collections.abc import Generator, Iterator
from functools import lru_cache
from math import inf
from typing import Final

from textual import constants, events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS, IGNORE_SEQUENCE
from textual._keyboard_protocol import FUNCTIONAL_KEYS, MODIFIER_FUNCTIONAL_KEYS
from textual._xterm_parser import XTermParser
from textual.message import Message

BURST_GAP: Final = 0.005
"""Seconds within which characters follow each other too closely to have been typed."""
SEQUENCE_TIMEOUT: Final = 0.5
"""Seconds after which a sequence that was cut off is discarded."""
PASTE_TIMEOUT: Final = 2.0
"""Seconds without input after which a paste whose end is missing is taken to have ended."""
LARGEST_PASTE: Final = 8 * 1024 * 1024
"""Characters of a paste; what exceeds them is discarded."""
ALTERNATE_KEYS: Final = "\x1b[>29u"
"""Asks for the kitty protocol with Textual's flags (1, 8 and 16), and 4: alternate keys."""
NO_ALTERNATE_KEYS: Final = "\x1b[<u"
"""Undoes `ALTERNATE_KEYS`."""

_LONGEST_STRING: Final = 65_536  # characters; answers to queries that portui never sends
_PASTE_START, _PASTE_END = "\x1b[200~", "\x1b[201~"

_TOKEN: Final = re.compile(
    r"(?P<text>[^\x00-\x1f\x7f-\x9f\ufffd]+)"
    r"|(?P<newline>\r\n|\n)"
    r"|(?P<key>\x1b\[\[[A-E]|\x1b\[\d{1,2}\$(?![@-~])|\x1bO[0-9;]*[@-~]|\x1b[bf\x7f])"
    r"|(?P<x10_mouse>\x1b\[M...)"
    r"|(?P<control>\x1b\[[0-?]*[ -/]*[@-~])"
    r"|(?P<string>\x1b[\]PX^_][^\x07\x18\x1a\x1b]*(?:[\x07\x18\x1a]|\x1b\\|(?=\x1b[^\\])))"
    r"|(?P<charset>\x1b[()*+][0-~])"
    r"|(?P<cut_off>\x1b(?:[()*+]|\[(?:\[|M.{0,2}|[0-?]*[ -/]*)|O[0-9;]*"
    r"|[\]PX^_][^\x07\x18\x1a\x1b]*\x1b?)?\Z)"
    r"|(?P<malformed>\x1b(?:\[[0-?]+[ -/]*|O[0-9;]+))"
    r"|(?P<escape>\x1b)"
    r"|(?P<character>.)",
    re.DOTALL,
)
_ESCAPED: Final = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]?|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~]?)"
)
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

_KITTY: Final = re.compile(r"\x1b\[([\d:]*)(?:;([\d:]*))?(?:;([\d:]*))?([u~ABCDEFHPQS])")
_MOUSE: Final = re.compile(r"\x1b\[<\d{1,4};\d{1,5};\d{1,5}[Mm]")
_LOCKS: Final = 64 | 128  # Caps Lock and Num Lock, among kitty's modifiers
_SHIFT: Final = 1
_RELEASED: Final = "3"  # among kitty's event types
_SILENT_KEYS: Final = MODIFIER_FUNCTIONAL_KEYS | {"caps_lock", "scroll_lock", "num_lock"}
_IN_BURSTS: Final = frozenset({"enter", "tab"})


class Burst(events.Event):
    """Characters that came in one piece: typed ahead, or pasted without brackets."""

    def __init__(self, keys: list[events.Key]) -> None:
        super().__init__()
        self.keys = keys


class InputParser:
    """Turns what a terminal sends into events. Times are seconds of one monotonic clock."""

    def __init__(self, *, escape_delay: float = constants.ESCAPE_DELAY) -> None:
        """`escape_delay`: seconds after which an ESC that nothing follows is the Esc key."""
        self._escape_delay = escape_delay
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._rest = ""
        """The beginning of a sequence."""
        self._paste: list[str] | None = None
        """The parts of a paste that hasn't ended."""
        self._burst: list[events.Key] = []
        self._fed_at = -inf

    @property
    def has_burst(self) -> bool:
        """Whether characters are kept back in case that more of their burst follow."""
        return len(self._burst) > 1

    @property
    def due_at(self) -> float:
        """When `tick` has something to do if nothing is fed before; infinity if never."""
        if self._paste is not None:
            return self._fed_at + PASTE_TIMEOUT
        if not self._rest:
            return inf
        return self._fed_at + (self._escape_delay if self._rest == "\x1b" else SEQUENCE_TIMEOUT)

    def feed(self, data: bytes, now: float) -> Iterator[Message]:
        """Yield the events of input. A burst at its end is kept back until `flush`."""
        self._fed_at = now
        text, self._rest = self._rest + self._decode(data), ""
        while text:
            if self._paste is None:
                text = yield from self._read_keys(text)
            else:
                text = yield from self._read_paste(text)

    def flush(self) -> Iterator[Message]:
        """Yield the burst that was kept back."""
        keys, self._burst = self._burst, []
        if len(keys) > 1:
            yield Burst(keys)
        else:
            yield from keys

    def tick(self, now: float) -> Iterator[Message]:
        """Yield what the input so far means, if it is certain by now that it won't continue."""
        if now < self.due_at:
            return
        rest, self._rest = self._rest, ""
        if self._paste is not None:
            yield self._end_paste()
        elif len(rest) <= 2:  # Esc, perhaps with a character that could begin a sequence
            yield from self._press("\x1b")
            yield from map(_key, rest[1:])

    # --- keys ---

    def _read_keys(self, text: str) -> Generator[Message, None, str]:
        """Yield the events of a text; return what follows the start of a paste."""
        for token in _TOKEN.finditer(text):
            sequence = token[0]
            if sequence == _PASTE_START:
                yield from self.flush()
                self._paste = []
                return text[token.end() :]
            if token.lastgroup == "cut_off":
                self._rest = sequence
                if len(sequence) > _LONGEST_STRING:
                    self._rest = sequence[:2] + "\x1b" * sequence.endswith("\x1b")
            else:
                yield from self._events_of(token.lastgroup, sequence)
        if not self.has_burst or len(self._burst) > _LONGEST_STRING:
            yield from self.flush()
        return ""

    def _events_of(self, kind: str | None, sequence: str) -> Iterator[Message]:
        match kind:
            case "text":
                self._burst += map(_key, sequence)
            case "newline":
                self._burst.append(_key("\r"))
            case "key" | "escape":
                yield from self._press(sequence)
            case "control":
                yield from self._control(sequence)
            case "character":
                yield from self._character(sequence)
            case _:
                pass  # nothing that portui listens to

    def _character(self, character: str) -> Iterator[Message]:
        key = _key(character) if character <= "\x7f" else None  # else C1, or invalid UTF-8
        if key and key.key in _IN_BURSTS:
            self._burst.append(key)
        elif key:
            yield from self.flush()
            yield key

    def _press(self, sequence: str) -> Iterator[Message]:
        """Yield the key of a sequence that Textual knows."""
        known = ANSI_SEQUENCES_KEYS.get(sequence)
        if known is not None and known is not IGNORE_SEQUENCE:
            yield from self.flush()
            yield _key(sequence)

    def _control(self, sequence: str) -> Iterator[Message]:
        """Yield the events of a control sequence, if it is one that portui listens to."""
        message: Message | None = None
        if sequence == "\x1b[I":
            message = events.AppFocus()
        elif sequence == "\x1b[O":
            message = events.AppBlur()
        elif _MOUSE.fullmatch(sequence):
            message = _TEXTUAL.parse_mouse_code(sequence)
        elif keys := list(kitty_keys(sequence)):
            yield from self.flush()
            yield from keys
            return
        if message:
            yield from self.flush()
            yield message
        else:
            yield from self._press(sequence)

    # --- pastes ---

    def _read_paste(self, text: str) -> Generator[Message, None, str]:
        """Yield the paste if it ends in a text; return what follows."""
        parts = self._paste or []
        inside, end, after = text.partition(_PASTE_END)
        if not end:
            self._rest = next(
                (_PASTE_END[:n] for n in range(5, 0, -1) if text.endswith(_PASTE_END[:n])), ""
            )
            inside = text.removesuffix(self._rest)
        if sum(map(len, parts)) < LARGEST_PASTE:
            self._paste = [*parts, inside]
        if end:
            yield self._end_paste()
        return after

    def _end_paste(self) -> events.Paste:
        """Return the text of the paste, without the control characters in it."""
        text = "".join(self._paste or ())[:LARGEST_PASTE]
        self._paste = None
        return events.Paste(_CONTROLS.sub("", _ESCAPED.sub("", text)))


_TEXTUAL: Final = XTermParser()


@lru_cache(maxsize=1024)
def _named(sequence: str) -> tuple[str, str | None]:
    """Return Textual's name of a key, and its character."""
    # Not by `feed`, which would keep what it can't understand for the next call.
    (event,) = _TEXTUAL._sequence_to_key_events(sequence)  # noqa: SLF001
    return event.key, event.character


def _key(sequence: str) -> events.Key:
    return events.Key(*_named(sequence))


def kitty_keys(sequence: str) -> Iterator[events.Key]:
    """Yield the keys of a control sequence of the kitty keyboard protocol.

    A key is named as its legend says. On a keyboard of another script, that is the Latin letter in
    the same place: the base-layout key, while the character typed stays what it is.
    """
    if not (match := _KITTY.fullmatch(sequence)):
        return
    codes, modifiers, text, final = match.groups(default="")
    code, shifted, base = (*codes.split(":"), "", "", "")[:3]
    pressed, _, event_type = modifiers.partition(":")
    held = max(_number(pressed) or 1, 1) - 1 & ~_LOCKS
    name = FUNCTIONAL_KEYS.get(f"{code or 1}{final}", "")
    if event_type == _RELEASED or name in _SILENT_KEYS or (not name and final != "u"):
        return
    letter = "" if name else _character(code)
    latin = _character(base) if letter and _is_foreign(letter) else ""
    characters = [each for part in text.split(":") if (each := _character(part))]
    if not characters and letter and not held & ~_SHIFT:  # a terminal that sends no text
        characters = [(_character(shifted) if held else "") or letter]
    if characters:
        for character in characters:
            key = latin.upper() if character.isupper() else latin
            yield events.Key(_named(key or character)[0], character)
    elif name or letter:
        number = ord(latin or letter) if letter else code
        yield _key(f"\x1b[{number}{f';{held + 1}' if held else ''}{final}")


def _number(digits: str) -> int:
    return int(digits) if 0 < len(digits) <= 7 else 0


def _character(code_point: str) -> str:
    """Return a printable character from its code point in decimal; empty if it is none."""
    number = _number(code_point) if code_point.isascii() else 0
    character = chr(number) if number <= 0x10FFFF else ""
    return character if character.isprintable() else ""


def _is_foreign(letter: str) -> bool:
    """Return whether a letter is of another script than Latin."""
    return letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN")
