"""The `[keys]` of `config.toml`: what is bound to other keys, and why that can't be."""

from collections.abc import Iterator, Mapping
from enum import Enum, auto
from string import punctuation
from types import MappingProxyType
from typing import Final
from unicodedata import name as name_of

from portui.settings.key_places import FIXED, IN_TEXT, PLACES, RESERVED, TEXT_KEYS
from portui.settings.keys import KEYS, SENT_AS, Keymap, keys_of

_MODIFIERS: Final = frozenset({"alt", "ctrl", "hyper", "meta", "shift", "super"})
_NAMED: Final = frozenset(
    {
        *("enter", "escape", "tab", "space", "backspace", "delete", "insert", "home", "end"),
        *("up", "down", "left", "right", "pageup", "pagedown"),
        *(f"f{number}" for number in range(1, 25)),
    }
)
_ALSO: Final[Mapping[str, str]] = {
    "return": "enter",
    "esc": "escape",
    "del": "delete",
    "ins": "insert",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "↑": "up",
    "↓": "down",
    "←": "left",
    "→": "right",
}
"""Other names of keys, among them those on portui's screens."""
_SHORT: Final = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
"""Textual's names of characters, where they aren't Unicode's."""


class InvalidKeyError(Exception):
    """A binding can't have its keys.

    `binding` is its id, `key` is the key as written, `other` an id that is meant or in the way, and
    `where` says where it is in the way.
    """

    class Why(Enum):
        UNKNOWN_BINDING = auto()
        NO_KEY = auto()
        NOT_A_KEY = auto()
        RESERVED = auto()
        TEXT = auto()
        TAKEN = auto()

    def __init__(
        self, why: Why, binding: str, *, key: str = "", other: str = "", where: str = ""
    ) -> None:
        super().__init__(why, binding)
        self.why, self.binding = why, binding
        self.key, self.other, self.where = key, other, where


def keymap(written: Mapping[str, str]) -> Keymap:
    """Return the keys of the bindings that have others than by default, as Textual spells them.

    `written` has the keys of bindings by their ids, several with commas. Raises `InvalidKeyError`.
    """
    changed = {binding: tuple(_keys(binding, text)) for binding, text in written.items()}
    for binding, text in written.items():
        _check(binding, text, changed)
    return MappingProxyType(changed)


def key_named(text: str) -> str | None:
    """Return Textual's name of a key, however it is written; `None` if no terminal sends it."""
    text = text.strip()
    before, plus, last = text[:-1].rpartition("+")
    last += text[-1:]
    modifiers = {each.strip().lower() for each in before.split("+")} if plus else set()
    key = _without_modifiers(last)
    if not key or not modifiers <= _MODIFIERS:
        return None
    if modifiers and len(key) == 1:
        key = key.lower()
        if modifiers == {"shift"} and len(capital := key.upper()) == 1 and capital != key:
            return capital
    if is_character(key) and (modifiers & {"alt", "meta"} or modifiers == {"shift"}):
        return None  # alt sends Esc and the character; what shift makes of it, the layout says
    key = "+".join([*sorted(modifiers), key])
    return SENT_AS.get(key, key)


def _without_modifiers(text: str) -> str:
    """Return Textual's name of a key without modifiers; empty if there's no such key."""
    if len(text) == 1 and text not in _ALSO:
        return text if text.isalnum() else character_name(text)
    key = _ALSO.get(text.lower(), text.lower().replace(" ", "_"))
    return key if key in _NAMED or key in _CHARACTERS else ""


def character_name(character: str) -> str:
    """Return Textual's name of a character that is no letter or digit; empty if it isn't typed."""
    if not character.isprintable():
        return ""
    name = name_of(character, "").lower().replace("-", "_").replace(" ", "_")
    return _SHORT.get(name, name)


_CHARACTERS: Final = frozenset(map(character_name, punctuation))


def is_character(key: str) -> bool:
    """Return whether a key types a character."""
    return "+" not in key and (key == "space" or key not in _NAMED)


def _keys(binding: str, text: str) -> Iterator[str]:
    """Yield the keys of a binding, without repetitions, then the one that it keeps."""
    why = InvalidKeyError.Why
    if binding not in KEYS:
        from difflib import get_close_matches

        close = get_close_matches(binding, KEYS, n=1)
        raise InvalidKeyError(why.UNKNOWN_BINDING, binding, other="".join(close))
    found: dict[str, None] = {}
    for written in text.split(","):
        if not written.strip():
            raise InvalidKeyError(why.NO_KEY, binding)
        key = key_named(written)
        if key is None:
            raise InvalidKeyError(why.NOT_A_KEY, binding, key=written.strip())
        if key in RESERVED and key != FIXED.get(binding):
            raise InvalidKeyError(why.RESERVED, binding, key=written.strip())
        by_default = key in KEYS[binding].split(",")
        if binding in IN_TEXT and not by_default and (is_character(key) or key in TEXT_KEYS):
            raise InvalidKeyError(why.TEXT, binding, key=written.strip())
        found[key] = None
    yield from found
    if binding in FIXED and FIXED[binding] not in found:
        yield FIXED[binding]


def _check(binding: str, text: str, changed: Keymap) -> None:
    """Check that no key has another binding where this one works.

    Two that have a key in common by default can have any: only one of them works at a time.
    """
    mine = set(KEYS[binding].split(","))
    for where, ids in PLACES.items():
        for other in sorted(ids - {binding}) if binding in ids else ():
            taken = set(changed[binding]) & set(keys_of(other, changed))
            if taken and not mine & set(KEYS[other].split(",")):
                key = next(each.strip() for each in text.split(",") if key_named(each) in taken)
                why = InvalidKeyError.Why.TAKEN
                raise InvalidKeyError(why, binding, key=key, other=other, where=where)
