"""The terminal's input: bytes to keys, pastes and mouse events, whatever the bytes are.

Textual's `XTermParser` knows the keys, but not all bytes that terminals send. In Textual 8.2 it

- ends a bracketed paste at the first escape sequence in it, and types the rest;
- types the letters of a sequence that it doesn't know, or that was cut off;
- fails on kitty's sub-parameters (`CSI 97:65;2u`), its key releases (`CSI 1;5:3B`), and numbers
  that aren't characters (`CSI 1114112u`);
- divides by zero after a size report without pixels (`CSI 48;24;80;0;0t`).

So `InputParser` splits the input itself, and asks Textual only for the names of well-formed keys.
It is the one place that works around that parser.

Source of facts: ECMA-48, and xterm's "Control Sequences".
"""

import re
from codecs import getincrementaldecoder
from collections.abc import Generator, Iterable, Iterator
from functools import lru_cache
from math import inf
from typing import Final

from textual import constants, events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import SPECIAL_KEY_TO_CHARACTER, XTermParser
from textual.message import Message

from portui.tui.terminal.kitty import KittyKeyboard

BURST_GAP: Final = 0.005
"""Seconds within which characters follow each other too closely to have been typed."""
SEQUENCE_TIMEOUT: Final = 0.5
"""Seconds after which a sequence that was cut off is discarded."""
PASTE_TIMEOUT: Final = 2.0
"""Seconds without input after which a paste whose end is missing is taken to have ended."""
LARGEST_PASTE: Final = 8 * 1024 * 1024
"""Characters of a paste; what exceeds them is discarded."""

MOST_KEYS: Final = 100
"""Keys and bursts that may come at once; from then on, only as many as someone could press."""
_KEYS_A_SECOND: Final = 40.0
_WAYS_OUT: Final = frozenset({"ctrl+c", "ctrl+q"})  # even from noise

_LONGEST_STRING: Final = 65_536  # characters; answers to queries that portui never sends
_KEPT: Final = 64  # characters of what is longer; too many for any key
_PASTE_START, _PASTE_END = "\x1b[200~", "\x1b[201~"

# Patterns are texts here, which `re` compiles at their first use: no first paint waits for that.
_PIECE: Final = (
    r"(?P<text>[^\x00-\x1f\x7f-\x9f\ufffd]+)"
    r"|(?P<newline>\r\n|\n)"
    r"|(?P<key>\x1b\[\[[ -~]|\x1b\[\d{1,2}\$(?=[^@-~])|\x1bO[0-9;]*[@-~]|\x1b[bf\x7f])"
    r"|(?P<x10_mouse>\x1b\[M[^\x00-\x1f]{3})"
    r"|(?P<control>\x1b\[(?:[ -?]+[@-~]|[@-LN-Z\\-~]))"
    r"|(?P<string>\x1b[\]PX^_][^\x07\x18\x1a\x1b]*(?:[\x07\x18\x1a]|\x1b\\|(?=\x1b[^\\])))"
    r"|(?P<charset>\x1b[()*+][0-~])"
    r"|(?P<cut_off>\x1b(?:[()*+]|\[(?:\[|M[^\x00-\x1f]{0,2}|[ -?]*)|O[0-9;]*"
    r"|[\]PX^_][^\x07\x18\x1a\x1b]*\x1b?)?\Z)"
    r"|(?P<malformed>\x1b(?:\[(?:\[|M[^\x00-\x1f]{0,2}|[ -?]*)|O[0-9;]*))"
    r"|(?P<escape>\x1b)"
    r"|(?P<character>.)"
)
_ESCAPED: Final = (
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]?|[\]PX^_][^\x07\x1b\r\n]*(?:\x07|\x1b\\)|[ -/]*[0-~]?)"
)
_CONTROLS: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"

_MOUSE: Final = r"\x1b\[<\d{1,4};\d{1,5};\d{1,5}[Mm]"
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
        self._pasted = 0
        """Characters in them."""
        self._burst: list[events.Key] = []
        self._keyboard = KittyKeyboard()
        self._returned = False
        """Whether the input ended in CR."""
        self._fed_at = -inf
        self._room = 0.0
        """How many more keys may come now; more than that is noise on the line, and discarded."""

    @property
    def has_burst(self) -> bool:
        """Whether characters are kept back for `BURST_GAP`, in case more of a burst follow."""
        return bool(self._burst)

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
        text, self._rest = self._rest + self._decode(data), ""
        pause, self._fed_at = now - self._fed_at, now
        self._room = min(MOST_KEYS, self._room + pause * _KEYS_A_SECOND)
        if self._returned and self._paste is None and pause < BURST_GAP:
            text = text.removeprefix("\n")  # CR LF is one Enter
        self._returned = text.endswith("\r")
        yield from self._without_noise(self._read(text))

    def flush(self) -> Iterator[Message]:
        """Yield the burst that was kept back."""
        yield from self._without_noise(self._end_burst())

    def tick(self, now: float) -> Iterator[Message]:
        """Yield what the input so far means, if it is certain by now that it won't continue."""
        if now < self.due_at:
            return
        rest, self._rest = self._rest, ""
        if self._paste is not None:
            yield self._end_paste()
        else:
            yield from self._press(rest)  # Esc, or nothing

    def _without_noise(self, messages: Iterable[Message]) -> Iterator[Message]:
        """Yield messages, but not more keys than there is room for."""
        for message in messages:
            is_way_out = isinstance(message, events.Key) and message.key in _WAYS_OUT
            if isinstance(message, events.Key | Burst) and not is_way_out:
                if self._room < 1:
                    continue
                self._room -= 1
            yield message

    def _read(self, text: str) -> Iterator[Message]:
        while text:
            if self._paste is None:
                text = yield from self._read_keys(text)
            else:
                text = yield from self._read_paste(text)

    # --- keys ---

    def _end_burst(self) -> Iterator[Message]:
        keys, self._burst = self._burst, []
        if len(keys) > 1:
            yield Burst(keys)
        else:
            yield from keys

    def _read_keys(self, text: str) -> Generator[Message, None, str]:
        """Yield the events of a text; return what follows the start of a paste."""
        for token in re.finditer(_PIECE, text, re.DOTALL):
            sequence = token[0]
            if sequence == _PASTE_START:
                yield from self._end_burst()
                self._paste, self._pasted = [], 0
                return text[token.end() :]
            if token.lastgroup == "cut_off":
                self._rest = sequence
                if len(sequence) > _LONGEST_STRING:
                    self._rest = sequence[:_KEPT] + "\x1b" * sequence.endswith("\x1b")
            else:
                yield from self._events_of(token.lastgroup, sequence)
        if len(self._burst) > _LONGEST_STRING:
            yield from self._end_burst()
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
        if character <= "\x7f":  # else C1, or invalid UTF-8
            yield from self._add(_key(character))

    def _add(self, key: events.Key) -> Iterator[Message]:
        """Keep a character for the burst that it may belong to; yield any other key."""
        if key.is_printable or key.key in _IN_BURSTS:
            self._burst.append(key)
        else:
            yield from self._end_burst()
            yield key

    def _press(self, sequence: str) -> Iterator[Message]:
        """Yield the key of a sequence that Textual knows."""
        match ANSI_SEQUENCES_KEYS.get(sequence):
            case str(character):
                yield from self._add(_key(character))
            case (key,):  # two are Alt and a key
                name = str(key.value)
                yield from self._add(events.Key(name, SPECIAL_KEY_TO_CHARACTER.get(name)))
            case _:
                pass

    def _control(self, sequence: str) -> Iterator[Message]:
        """Yield the events of a control sequence, if it is one that portui listens to."""
        message: Message | None = None
        if sequence == "\x1b[I":
            message = events.AppFocus()
        elif sequence == "\x1b[O":
            message = events.AppBlur()
        elif re.fullmatch(_MOUSE, sequence):
            message = _TEXTUAL.parse_mouse_code(sequence)
        elif keys := self._keyboard.keys_of(sequence):
            for key in keys:
                yield from self._add(key)
        elif not sequence.endswith("R"):  # where the cursor is, though it looks like a key
            yield from self._press(sequence)
        if message:
            yield from self._end_burst()
            yield message

    # --- pastes ---

    def _read_paste(self, text: str) -> Generator[Message, None, str]:
        """Yield the paste if it ends in a text; return what follows."""
        inside, end, after = text.partition(_PASTE_END)
        if not end:
            self._rest = next(
                (_PASTE_END[:n] for n in range(5, 0, -1) if text.endswith(_PASTE_END[:n])), ""
            )
            inside = text.removesuffix(self._rest)
        if self._paste is not None and self._pasted < LARGEST_PASTE:
            self._paste.append(inside)
            self._pasted += len(inside)
        if end:
            yield self._end_paste()
        return after

    def _end_paste(self) -> events.Paste:
        """Return the text of the paste, without the control characters in it."""
        text = "".join(self._paste or ())[:LARGEST_PASTE]
        self._paste = None
        return events.Paste(re.sub(_CONTROLS, "", re.sub(_ESCAPED, "", text)))


_TEXTUAL: Final = XTermParser()


@lru_cache(maxsize=1024)
def _named(character: str) -> tuple[str, str | None]:
    """Return Textual's name of the key that sends a character, and the character."""
    # Not by `feed`, which would keep what it can't understand for the next call.
    (event,) = _TEXTUAL._sequence_to_key_events(character)  # noqa: SLF001
    return event.key, event.character


def _key(character: str) -> events.Key:
    return events.Key(*_named(character))
