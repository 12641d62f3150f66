"""The README and the pages: their blocks of shell commands and of configuration."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
RUN: Final = "each line is run by a test"
CHANGING: Final = "commands that change ports, each run by a test"

_BLOCK: Final = re.compile(r"(?:<!-- ([^\n]*) -->\n)?```(\w+)\n(.*?)```", re.DOTALL)
_COMMENT: Final = re.compile(r"\s+# ")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of shell, and what its comment says."""

    command: str
    says: str


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code in a document."""

    marker: str
    """The comment above it."""
    language: str
    text: str

    @property
    def lines(self) -> tuple[Line, ...]:
        """Its lines of shell."""
        parts = (_COMMENT.split(line, maxsplit=1) for line in self.text.splitlines())
        return tuple(Line(command.strip(), "".join(says)) for command, *says in parts)


def documents() -> dict[str, tuple[Block, ...]]:
    """Return the blocks of each document, by its path."""
    paths = [ROOT / "README.md", *sorted((ROOT / "portui" / "docs").glob("*.md"))]
    return {
        str(path.relative_to(ROOT)): tuple(
            Block(*found) for found in _BLOCK.findall(path.read_text("utf-8"))
        )
        for path in paths
    }


def shell_blocks(marker: str | None = None) -> Iterator[Block]:
    """Yield the blocks of shell with a marker, or all of them."""
    for blocks in documents().values():
        for block in blocks:
            if block.language == "sh" and marker in (None, block.marker):
                yield block
