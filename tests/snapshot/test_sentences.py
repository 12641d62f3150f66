"""A list of every sentence that portui can show, so that none changes unnoticed."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from syrupy.assertion import SnapshotAssertion

import portui

_PACKAGE: Final = Path(portui.__file__).parent
_SPEAKING: Final = (
    "cli.py",
    "launch",
    "commands",
    "port/display.py",
    "explain",
    "tui/actions",
    "tui/screens",
    "tui/widgets",
    "crash.py",
    "tui/keymap.py",
    "tui/app.py",
)
"""Modules and packages with text for the operator."""


def test_the_sentences_are_those_that_were_read_and_approved(snapshot: SnapshotAssertion) -> None:
    """After a change: read the difference aloud, then `pytest --snapshot-update`."""
    assert "\n".join(_chapters()) == snapshot


def test_each_module_that_explains_something_is_in_the_list() -> None:
    listed = "\n".join(_chapters())
    modules = [path.name for path in (_PACKAGE / "explain").glob("*.py")]
    silent = {"__init__.py", "explanation.py"}
    assert [
        name for name in modules if name not in silent and f"explain/{name}" not in listed
    ] == []


def _chapters() -> Iterator[str]:
    for place in _SPEAKING:
        path = _PACKAGE / place
        for module in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            if said := list(_sentences(ast.parse(module.read_text()))):
                yield f"\n{module.relative_to(_PACKAGE)}\n"
                yield from (f"  {sentence}" for sentence in said)


def _sentences(tree: ast.AST) -> Iterator[str]:
    """Yield a module's texts in order, with placeholders, but no docstrings or annotations."""
    if isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Constant):
        return
    if isinstance(tree, ast.Constant | ast.JoinedStr):
        text = _text(tree)
        if _is_sentence(text):
            yield from text.strip().splitlines()
        return
    for name, child in ast.iter_fields(tree):
        if name in {"annotation", "returns"}:
            continue
        for node in child if isinstance(child, list) else [child]:
            if isinstance(node, ast.AST):
                yield from _sentences(node)


def _text(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    pieces = (
        _text(piece) if isinstance(piece, ast.Constant) else _placeholder(piece.value)
        for piece in node.values
        if isinstance(piece, ast.Constant | ast.FormattedValue)
    )
    return "".join(pieces)


def _placeholder(node: ast.expr) -> str:
    """Return a placeholder for an expression: the code itself, or the function that it calls."""
    return f"{{{ast.unparse(node.func if isinstance(node, ast.Call) else node)}}}"


def _is_sentence(text: str) -> bool:
    """Return whether a text is prose, not a name, an escape sequence or a CSS selector."""
    words = text.strip()
    return bool(words) and not words.isupper() and (" " in words or words[0].isupper())
