"""The pages of the documentation, in Markdown. The app's help shows them too."""

from pathlib import Path
from typing import Final, NamedTuple

_FOLDER: Final = Path(__file__).parent
_ORDER: Final = (
    "finding",
    "changes",
    "token",
    "profiles",
    "commands",
    "keys",
    "themes",
    "terminals",
    "troubleshooting",
)
"""The names of the pages, those that operators need most first."""


class Page(NamedTuple):
    """A page, by its file's name without the ending."""

    name: str
    text: str

    @property
    def title(self) -> str:
        """Its first heading."""
        return self.text.partition("\n")[0].removeprefix("# ")


def names() -> tuple[str, ...]:
    """Return the names of all pages, in order."""
    return tuple(sorted((path.stem for path in _FOLDER.glob("*.md")), key=_place))


def pages() -> tuple[Page, ...]:
    """Return all pages, in order."""
    return tuple(Page(name, (_FOLDER / f"{name}.md").read_text("utf-8")) for name in names())


def _place(name: str) -> tuple[int, str]:
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER), name)
