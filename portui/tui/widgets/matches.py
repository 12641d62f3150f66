"""What is searched for, marked in lines. Case makes no difference."""

from collections.abc import Iterator

from rich.style import Style

from portui.tui.widgets.lines import Line

_MATCH = Style(reverse=True)


def is_in(line: Line, words: str) -> bool:
    """Return whether a line has the words; any line has none."""
    return words.lower() in _text(line).lower()


def marked(line: Line, words: str) -> Line:
    """Return a line with the words in reverse wherever they stand in it."""
    if not words or not is_in(line, words):
        return line
    marks = _places(_text(line).lower(), words.lower())
    return tuple(_pieces(line, marks))


def _text(line: Line) -> str:
    return "".join(text for text, _ in line)


def _places(text: str, words: str) -> list[bool]:
    """Return for each character whether it belongs to a match."""
    marks, at = [False] * len(text), text.find(words)
    while at >= 0:
        marks[at : at + len(words)] = [True] * len(words)
        at = text.find(words, at + len(words))
    return marks


def _pieces(line: Line, marks: list[bool]) -> Iterator[tuple[str, Style]]:
    at = 0
    for text, style in line:
        start = 0
        for end in range(1, len(text) + 1):
            if end == len(text) or marks[at + end] != marks[at + start]:
                yield text[start:end], style + _MATCH if marks[at + start] else style
                start = end
        at += len(text)
