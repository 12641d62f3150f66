"""Decide how large the next page of a list should be, and whether to ask for it."""

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final

_SMALL: Final = 512 * 1024  # bytes of JSON that an answer may grow to
_QUICK: Final = 1.0  # seconds that an answer may take
_GROWTH: Final = 4  # times as many entries in the next page, at most


@dataclass(frozen=True, slots=True)
class PageSize:
    """How many entries to ask for, adapted to how large and slow the answers are."""

    entries: int
    most: int

    def after(self, size: int, seconds: float) -> "PageSize":
        """Return the next page's size, after an answer of `size` bytes that took some seconds."""
        factor = min(_GROWTH, _SMALL / max(size, 1), _QUICK / max(seconds, 0.001))
        return self._of(int(self.entries * factor))

    def smaller(self) -> "PageSize | None":
        """Return a quarter of the size, after an answer that was too large; `None` below one."""
        return None if self.entries == 1 else self._of(self.entries // 4)

    def larger(self) -> "PageSize":
        """Return four times the size, to have the whole list where it has no pages."""
        return PageSize(self.entries * _GROWTH, self.most)

    def at_most(self, entries: int) -> "PageSize":
        """Return this size, or fewer entries if no more are wanted."""
        return self._of(min(self.entries, entries))

    def _of(self, entries: int) -> "PageSize":
        return replace(self, entries=max(1, min(entries, self.most)))


PIPELINES: Final = PageSize(entries=5, most=100)
"""For pipelines, each of which comes with its whole configuration."""
PORTS: Final = PageSize(entries=250, most=4_000)
"""For the ports of one pipeline."""


class Limit(Enum):
    """Why a list was not followed to its end, although the service answered."""

    REPEATED_CURSOR = auto()
    UNUSABLE_CURSOR = auto()
    """It is not a text, is too long, or contains the token."""
    NO_CURSOR = auto()
    """The reply had as many entries as asked for, and no way to ask for more."""
    NOTHING_NEW = auto()
    """Several pages in a row had only entries that earlier ones had too."""
    TOO_MANY_REPLIES = auto()
    TOO_MANY_PORTS = auto()
    TOO_MANY_BYTES = auto()


MOST_REPLIES: Final = 2_000
MOST_PORTS: Final = 100_000
MOST_BYTES: Final = 1024 * 1024 * 1024
MOST_WITHOUT_NEWS: Final = 3


@dataclass(frozen=True, slots=True)
class Extent:
    """How much has been read."""

    replies: int = 0
    ports: int = 0
    size: int = 0
    """Bytes of JSON."""

    def and_page(self, *, ports: int, size: int) -> "Extent":
        """Return the extent after another page, with this many new ports."""
        return Extent(self.replies + 1, self.ports + ports, self.size + size)

    @property
    def limit(self) -> Limit | None:
        """The limit that has been reached, if any."""
        if self.ports >= MOST_PORTS:
            return Limit.TOO_MANY_PORTS
        if self.replies >= MOST_REPLIES:
            return Limit.TOO_MANY_REPLIES
        return Limit.TOO_MANY_BYTES if self.size >= MOST_BYTES else None


@dataclass(frozen=True, slots=True)
class Place:
    """How far one list has been followed."""

    cursor: str | None = None
    """Where the next page begins; `None` at the first."""
    seen: frozenset[str] = frozenset()
    """All cursors used so far."""
    without_news: int = 0
    """How many pages in a row had nothing new."""

    def after(self, cursor: str | None, *, is_news: bool, extent: Extent) -> "Place | Limit | None":
        """Return the place of the next page, `None` at the end, or why to stop before that.

        `cursor` is that of the page just read: empty if it can't be used, `None` at the end.
        """
        if cursor is None:
            return None
        if not cursor:
            return Limit.UNUSABLE_CURSOR
        if cursor in self.seen:
            return Limit.REPEATED_CURSOR
        without_news = 0 if is_news else self.without_news + 1
        if without_news >= MOST_WITHOUT_NEWS:
            return Limit.NOTHING_NEW
        return extent.limit or Place(cursor, self.seen | {cursor}, without_news)
