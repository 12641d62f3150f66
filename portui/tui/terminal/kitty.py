"""Keys as the kitty keyboard protocol sends them, named as the keyboard's legends say.

Source of facts: https://sw.kovidgoyal.net/kitty/keyboard-protocol/
"""

import re
import unicodedata
from typing import Final

from textual import events
from textual._keyboard_protocol import FUNCTIONAL_KEYS, MODIFIER_FUNCTIONAL_KEYS
from textual._xterm_parser import SPECIAL_KEY_TO_CHARACTER
from textual.keys import _character_to_key

from portui.settings.keys import SENT_AS

ALTERNATE_KEYS: Final = "\x1b[>29u"
"""Asks for the protocol with Textual's flags (1, 8 and 16), and 4: alternate keys."""
NO_ALTERNATE_KEYS: Final = "\x1b[<u"
"""Undoes `ALTERNATE_KEYS`."""

# key:shifted:base;modifiers:event;text, without releases (event type 3). A text, which `re`
# compiles at its first use: no first paint waits for that.
_KEY: Final = (
    r"\x1b\[(\d{0,7})(?::(\d{0,7}))?(?::(\d{0,7}))?"
    r"(?:;(\d{0,3})(?::[12]?)?(?:;((?:\d{0,7}:)*\d{0,7}))?)?([u~ABCDEFHPQS])"
)
_MODIFIERS: Final = ("shift", "alt", "ctrl", "super", "hyper", "meta")
_SHIFT, _ALT, _CTRL = 1, 2, 4
_LOCKS: Final = 64 | 128  # Caps Lock and Num Lock
_SILENT_KEYS: Final = MODIFIER_FUNCTIONAL_KEYS | {"caps_lock", "scroll_lock", "num_lock"}
_GREEK_Q: Final = (";", "q")


class KittyKeyboard:
    """Names keys. It learns from the letters that are typed which script the layout has."""

    def __init__(self) -> None:
        self._is_latin = False

    def keys_of(self, sequence: str) -> list[events.Key]:
        """Return the keys of a control sequence: several for a text, none if it isn't a key."""
        if not (match := re.fullmatch(_KEY, sequence)):
            return []
        code, shifted, base, modifiers, text, final = match.groups(default="")
        held = int(modifiers or 1) - 1
        name = FUNCTIONAL_KEYS.get(f"{code or 1}{final}", "")
        letter = _character(code) if final == "u" and not name else ""
        if not 0 <= held <= 255 or name in _SILENT_KEYS:
            return []
        held &= ~_LOCKS
        latin = self._legend(letter, _character(base))
        if final == "u" and _types(held):
            characters = [each for part in text.split(":") if (each := _character(part))]
            if not characters and letter and not held & ~_SHIFT:  # a terminal that sends no text
                characters = [(_character(shifted) if held else "") or letter]
            if characters:
                return [_typed(each, latin if _same(each, letter) else "") for each in characters]
        name = name or _named(latin or letter)
        return [_pressed(name, held)] if name else []

    def _legend(self, letter: str, base: str) -> str:
        """Return the Latin letter on a key of a keyboard of another script; empty if none.

        That's the letter at the same place of a standard keyboard. Greek has a semicolon in place
        of Q, which a Latin layout may have there too.
        """
        if letter.isalpha():
            self._is_latin = unicodedata.name(letter, "").startswith("LATIN")
        foreign = not self._is_latin and (letter.isalpha() or (letter, base) == _GREEK_Q)
        return base if foreign and base.isascii() and base.isalpha() else ""


def _character(code_point: str) -> str:
    """Return the printable character of a decimal code point; empty if it isn't one."""
    number = int(code_point or 0)
    character = chr(number) if number <= 0x10FFFF else ""
    return character if character.isprintable() else ""


def _types(held: int) -> bool:
    """Return whether a key types a text with these modifiers; AltGr may be sent as ctrl and alt."""
    return not held & ~(_SHIFT | _ALT) or held & (_CTRL | _ALT) == _CTRL | _ALT


def _same(character: str, letter: str) -> bool:
    """Return whether a character is a letter in either case."""
    return character.lower() == letter.lower()


def _named(character: str) -> str:
    return _character_to_key(character) if character else ""


def _typed(character: str, latin: str) -> events.Key:
    """Return the key of a character, named by a Latin letter of the same case if there is one."""
    key = latin.upper() if character.isupper() else latin
    return events.Key(_named(key or character), character)


def _pressed(name: str, held: int) -> events.Key:
    """Return a key that types no character."""
    modifiers = sorted(each for bit, each in enumerate(_MODIFIERS) if held >> bit & 1)
    key = "+".join([*modifiers, name])
    key = SENT_AS.get(key, key)  # as without the protocol
    return events.Key(key, SPECIAL_KEY_TO_CHARACTER.get(key))
