"""Markdown as lines: headings, paragraphs, lists, tables and code, as the pages have them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from rich.cells import cell_len
from rich.style import Style

from portui.tui.widgets.lines import ACCENT, KEY, LABEL, PLAIN, STRONG, Line, wrapped

_INDENT: Final = 2  # cells, of code and of what is below a list's marker
_GAP: Final = 2  # cells between two columns of a table
_LEAST: Final = 20  # cells, below which the last column of a table isn't readable
_COMMENT: Final = re.compile(r"\s+# ")
_BULLET: Final = "• "
_STYLES: Final = {"strong": STRONG, "em": STRONG, "code_inline": KEY}


def markdown_lines(text: str, width: int) -> tuple[Line, ...]:
    """Return a text in Markdown as lines of at most `width` cells.

    Links are shown without their targets, since pages name each other by their titles.
    """
    return tuple(_blocks(SyntaxTreeNode(_parsed(text)).children, max(width, _LEAST)))


@cache
def _parsed(text: str) -> Sequence[Token]:
    return MarkdownIt("commonmark").enable("table").parse(text)


def _blocks(nodes: Iterable[SyntaxTreeNode], width: int) -> Iterator[Line]:
    """Yield the lines of blocks, with a blank one between two."""
    begun = False
    for node in nodes:
        if node.type in ("html_block", "hr"):
            continue  # comments are for those who edit the page
        if begun:
            yield ()
        begun = True
        yield from _block(node, width)


def _block(node: SyntaxTreeNode, width: int) -> Iterator[Line]:
    match node.type:
        case "heading":
            yield from _wrapped(_pieces(node.children[0], STRONG), width)
        case "fence" | "code_block":
            for line in node.content.rstrip("\n").split("\n"):
                yield from _code(line, width - _INDENT)
        case "bullet_list" | "ordered_list":
            start = int(node.attrs.get("start", 1))
            for number, entry in enumerate(node.children, start):
                yield from _entry(_marker(node, number), entry, width)
        case "table":
            yield from _table(node, width)
        case _:
            for child in node.children:
                yield from _wrapped(_pieces(child), width)


def _code(line: str, width: int) -> Iterator[Line]:
    """Yield a line of code; if it's too long, the comment behind it stands above it."""
    code, *comment = _COMMENT.split(line, maxsplit=1)
    indent = (" " * _INDENT, PLAIN)
    if cell_len(line) <= width:
        yield (indent, (code, ACCENT), (line.removeprefix(code), LABEL))
        return
    for piece in wrapped(f"# {comment[0]}", width) if comment else ():
        yield (indent, (piece, LABEL))
    first, *rest = wrapped(code, width - _INDENT)
    yield (indent, (first, ACCENT))
    for piece in rest:
        yield (indent, indent, (piece, ACCENT))


def _marker(node: SyntaxTreeNode, number: int) -> str:
    return _BULLET if node.type == "bullet_list" else f"{number}. "


def _entry(marker: str, entry: SyntaxTreeNode, width: int) -> Iterator[Line]:
    """Yield an entry of a list: its first line behind the marker, the others below that."""
    room = width - len(marker)
    lines = [line for child in entry.children for line in _block(child, room)]
    for number, line in enumerate(lines):
        yield ((" " * len(marker) if number else marker, LABEL), *line)


def _table(node: SyntaxTreeNode, width: int) -> Iterator[Line]:
    """Yield a table in columns, or its rows one below the other where there's no room for that."""
    head, *bodies = node.children
    rows = [
        [_pieces(cell.children[0]) for cell in row.children] for b in bodies for row in b.children
    ]
    titles = [_pieces(cell.children[0], LABEL) for cell in head.children[0].children]
    columns = [max(map(_width, column)) for column in zip(titles, *rows, strict=True)][:-1]
    room = width - sum(columns) - _GAP * len(columns)
    if room >= min(_LEAST, width // 2):
        for row in (titles, *rows):
            yield from _row(row, columns, room)
        return
    for number, (first, *rest) in enumerate(rows):
        if number:
            yield ()
        yield from _wrapped(first, width)
        for cell in rest:
            for line in _wrapped(cell, width - _INDENT):
                yield ((" " * _INDENT, PLAIN), *line)


def _row(cells: Sequence[Line], columns: Sequence[int], room: int) -> Iterator[Line]:
    """Yield the lines of a row, of which only the last cell is wrapped."""
    beginning: list[tuple[str, Style]] = []
    for cell, column in zip(cells, columns, strict=False):
        beginning += [*cell, (" " * (column + _GAP - _width(cell)), PLAIN)]
    first, *rest = [*_wrapped(cells[-1], room)] or [()]
    yield (*beginning, *first)
    for line in rest:
        yield ((" " * _width(beginning), PLAIN), *line)


def _pieces(node: SyntaxTreeNode, style: Style = PLAIN) -> Line:
    """Return the text of inline Markdown, in pieces of one style each."""
    if node.type in ("softbreak", "hardbreak"):
        return ((" ", style),)
    style = _STYLES.get(node.type, style)
    if not node.children:
        return ((node.content, style),)
    return tuple(piece for child in node.children for piece in _pieces(child, style))


def _wrapped(pieces: Line, width: int) -> Iterator[Line]:
    """Yield pieces of text as lines of at most `width` cells, broken between words."""
    text = "".join(words for words, _ in pieces)
    styles = [style for words, style in pieces for _ in words]
    at = 0
    for line in wrapped(text, width):
        while at < len(text) and text[at] == " " and not line.startswith(" "):
            at += 1  # the space at which the line before was broken
        yield tuple(_runs(line, styles[at : at + len(line)]))
        at += len(line)


def _runs(line: str, styles: Sequence[Style]) -> Iterator[tuple[str, Style]]:
    """Yield a line in pieces of one style each, given the style of each character."""
    start = 0
    for end in range(1, len(line) + 1):
        if end == len(line) or styles[end] is not styles[start]:
            yield line[start:end], styles[start]
            start = end


def _width(pieces: Iterable[tuple[str, Style]]) -> int:
    return sum(cell_len(text) for text, _ in pieces)
