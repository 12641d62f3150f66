"""A terminal that can't show more than ASCII: each other character goes out as one that it can.

It is done where text is encoded for the terminal, after the layout and for whatever is drawn: cell
for cell, so that the layout stays whole. Portui's own signs have a likeness; what else there is, as
in a text from the service, goes out as `?`, in each cell that it would take. That is a loss for the
eye only: forms, copies and the journal keep the text.
"""

import codecs
import locale
import os
import sys
from collections.abc import Mapping
from io import TextIOWrapper
from typing import Final

_LIKE: Final = dict(
    zip("▸✎✓✗●○→←↑↓·…─│—×•▌▐█", ">*+x*o><^v-~-|-x*###", strict=True),
)
_CORNERS: Final = range(0x2500, 0x2580)
_COERCED: Final = ("C.UTF-8", "C.utf8", "UTF-8")
_HANDLER: Final = "portui.likeness"


def takes_utf8(environment: Mapping[str, str], encoding: str) -> bool:
    """Whether the terminal takes UTF-8: as the locale's name has it, and Python's `encoding`.

    The name counts even where that locale isn't installed, as on many a host that SSH leads to;
    and so does C or POSIX, in place of which Python takes UTF-8 by itself. Without any name, UTF-8
    is likelier than not.
    """
    if not _is_utf8(encoding):
        return False
    replaced = sys.flags.utf8_mode and environment.get("LC_CTYPE") in _COERCED
    variables = ("LC_ALL", "LANG") if replaced else ("LC_ALL", "LC_CTYPE", "LANG")
    name = next(filter(None, map(environment.get, variables)), "")
    return not name or _is_utf8(name) or (not replaced and _is_utf8(locale.getencoding()))


def _is_utf8(name: str) -> bool:
    return "utf8" in name.lower().replace("-", "")


def fit_to_terminal() -> None:
    """Have standard error, on which the screen is drawn, put out only what the terminal takes."""
    stream = sys.stderr
    if not isinstance(stream, TextIOWrapper):
        return  # closed, or not a terminal's
    if takes_utf8(os.environ, stream.encoding):
        stream.reconfigure(errors="replace")  # lone surrogates
    else:
        codecs.register_error(_HANDLER, _replace)
        stream.reconfigure(encoding="ascii", errors=_HANDLER)


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return in_ascii(error.object[error.start : error.end]), error.end


def in_ascii(text: str) -> str:
    """A text in ASCII, as wide as it was."""
    return "".join(character if character.isascii() else _like(character) for character in text)


def _like(character: str) -> str:
    from rich.cells import get_character_cell_size  # as the layout measures; seldom needed

    if ord(character) in _CORNERS:
        return _LIKE.get(character, "+")
    return _LIKE.get(character) or "?" * get_character_cell_size(character)
