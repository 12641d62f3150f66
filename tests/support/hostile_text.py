"""Hostile text from outside, and a check for what must never reach a terminal."""

import re
import unicodedata
from operator import mul
from typing import Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from rich.cells import get_character_cell_size

from tests.support.examples import examples

# Unicode's Default_Ignorable_Code_Point; `_BLANK` has characters that look like spaces.
_IGNORABLE: Final = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
_BLANK: Final = {0x2800, 0x16FE4, 0x1D159}
_BIDI: Final = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_MOST_STACKED: Final = 2  # zero-width characters on one letter

ESCAPES: Final = (
    "\x1b[31m",
    "\x1b]0;title\x07",
    "\x1b]52;c;c2VjcmV0\x07",
    "\x1bP+q\x1b\\",
    "\x9b2J",
    "\x9d8;;https://evil.example\x9c",
    "\x07",
    "\x08",
    "\x00",
    "\x7f",
    "\x85",
    "\r\n",
    "\n\n",
    "\t",
    "\v\f",
)
INVISIBLE: Final = (
    "\u202e",
    "\u2066\u2069",
    "\u200b",
    "\u200d",
    "\u2028",
    "\u00a0",
    "\u00ad",
    "\ufeff",
    "\u3164",
    "\u115f",
    "\u2800",
    "\U000e0041",
    "\ufe0f",
    "\ue000",
    "\uffff",
    "\ud800",
    "\udcff",
)
STACKED: Final = (
    "\u0301",
    "Z" + "\u0301" * 50,
    "\u1100" + "\u1161" * 40,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f44d\U0001f3fb",
    "\U0001f3fb" * 9,
    "\u0e01\u0e49\u0e49\u0e49\u0e49",
    "1\ufe0f\u20e3",
)
MARKUP: Final = (
    "[/oops]",
    "[red]x[/]",
    "[@click=app.quit]here[/]",
    "$name",
    "\\x1b",
    "…",
    "… (+3 characters)",
    "{0}%s",
)
PIECES: Final = (*ESCAPES, *INVISIBLE, *STACKED, *MARKUP)

any_character: Final = st.characters(exclude_categories=())
any_text: Final = st.text(any_character)
_floods: Final = st.builds(mul, st.sampled_from(PIECES), st.sampled_from([1, 3, 300]))
hostile_text: Final = st.lists(
    st.one_of(st.sampled_from(PIECES), _floods, any_text, st.text("abz019./:- ")), max_size=8
).map("".join)
"""Any text, including surrogates and everything known to do harm; up to about 10 kB."""

plain_text: Final = st.text(
    st.one_of(
        st.characters(min_codepoint=0x20, max_codepoint=0x7E),
        st.sampled_from("äßéøłñÆ€£°·→✎▸漢字かなカナ한글αβγДЖя😀🚀𝔸"),
    )
)
"""Text in which nothing needs escaping."""

WORST: Final = "".join(PIECES) + "A" * 10_000
"""All pieces in one text of more than 10 kB."""


def times(number: int) -> settings:
    """Return settings for a number of examples, with no limit on how slow they are."""
    return settings(
        max_examples=examples(number), deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )


def dangers(text: str) -> list[str]:
    """Return what in a text could control a terminal or hide something; empty if it's safe.

    The check is independent of portui's own. It uses Python's `isprintable`, Unicode's list of
    ignorable characters, and the terminal library's character widths.
    """
    return [
        *(f"U+{ord(c):04X} at {i}" for i, c in enumerate(text) if _harmful(c)),
        *(f"a stack at {at}" for at in _stacks(text)),
    ]


def _harmful(character: str) -> bool:
    code = ord(character)
    return (
        not character.isprintable()
        or code < 0x20
        or 0x7F <= code < 0xA0
        or code in _BLANK
        or any(first <= code <= last for first, last in _IGNORABLE)
        or unicodedata.bidirectional(character) in _BIDI
    )


def _stacks(text: str) -> list[int]:
    """Return where zero-width characters follow no letter, or too many follow one."""
    widthless = "".join("0" if get_character_cell_size(c) == 0 else "1" for c in text)
    return [
        run.start()
        for run in re.finditer("0+", widthless)
        if len(run[0]) > _MOST_STACKED
        or not run.start()
        or unicodedata.category(text[run.start() - 1])[0] not in "LM"
    ]
