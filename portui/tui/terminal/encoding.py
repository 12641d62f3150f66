"""Output for terminals that can show only ASCII: every other character is replaced.

Characters are replaced where text is encoded for the terminal, after the layout and for everything
that is drawn. The number of cells stays the same, and with it the layout. portui's own glyphs have
look-alikes; any other character, as in a text from the service, becomes one `?` for each cell that
it takes. Only the display is affected: forms, copies and the journal keep the text.
"""

import codecs
import locale
import os
import sys
from collections.abc import Mapping
from io import TextIOWrapper
from typing import Final, TextIO

from portui.port.cells import cells

_LIKE: Final = dict(
    zip("▸✎✓✗●○→←↑↓·…─│—×•▌▐█▁▂▃▄▅▆▇", ">*+x*o><^v-~-|-x*##########", strict=True),
)
_CORNERS: Final = range(0x2500, 0x2580)
_COERCED: Final = ("C.UTF-8", "C.utf8", "UTF-8")
_HANDLER: Final = "portui.likeness"


def takes_utf8(environment: Mapping[str, str], encoding: str) -> bool:
    """Return whether the terminal takes UTF-8, judging by the locale and Python's `encoding`.

    The locale's name counts even if that locale isn't installed, as on many hosts reached by SSH.
    C and POSIX mean no UTF-8, although Python itself replaces them with UTF-8. Without any name,
    UTF-8 is more likely than not.
    """
    if not _is_utf8(encoding):
        return False
    replaced = sys.flags.utf8_mode and environment.get("LC_CTYPE") in _COERCED
    variables = ("LC_ALL", "LANG") if replaced else ("LC_ALL", "LC_CTYPE", "LANG")
    name = next(filter(None, map(environment.get, variables)), "")
    return not name or _is_utf8(name) or (not replaced and _is_utf8(locale.getencoding()))


def _is_utf8(name: str) -> bool:
    return "utf8" in name.lower().replace("-", "")


def fit_to_terminal(stream: TextIO | None) -> None:
    """Make a standard stream write only what the terminal takes."""
    if not isinstance(stream, TextIOWrapper):
        return  # closed or replaced
    if takes_utf8(os.environ, stream.encoding):
        stream.reconfigure(errors="replace")  # for lone surrogates
    else:
        codecs.register_error(_HANDLER, _replace)
        stream.reconfigure(encoding="ascii", errors=_HANDLER)


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return in_ascii(error.object[error.start : error.end]), error.end


def in_ascii(text: str) -> str:
    """Return a text in ASCII that takes as many cells."""
    return "".join(character if character.isascii() else _like(character) for character in text)


def _like(character: str) -> str:
    if ord(character) in _CORNERS:
        return _LIKE.get(character, "+")
    return _LIKE.get(character) or "?" * _cells(character)


def _cells(character: str) -> int:
    """Return a character's cells by the measure of the layout, which is rich's in the app alone."""
    if "rich" not in sys.modules:
        return cells(character)
    from rich.cells import get_character_cell_size

    return get_character_cell_size(character)
