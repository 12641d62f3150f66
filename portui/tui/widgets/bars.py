"""The header bar and the key bar: where you are, and what the keys do."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.style import Style
from textual.binding import ActiveBinding
from textual.events import Resize
from textual.reactive import reactive
from textual.screen import Screen

from portui.port.display import safe
from portui.settings import Settings
from portui.tui.state import Access, AccessState, FindingToken
from portui.tui.widgets.bound_keys import key_name
from portui.tui.widgets.lines import KEY, LABEL, PLAIN, STRONG, Line, Lines, cut_in_middle, flow

if TYPE_CHECKING:
    from textual.timer import Timer

    from portui.port.listed import Project

_ALWAYS = frozenset({"Help", "Quit"})  # they lead to all the others
_FIRST = _ALWAYS | {"Stop"}  # these have room before the others

_BEFORE_PROJECT = " · "
_LONGEST_NAME = 40  # characters of a project's name
_LEAST_OF_NAME = 8  # columns, below which a part of it says nothing

_PLACES = {"to-recent": 1, "quit-now": 2}  # bindings that come after the others, by their IDs


class HeaderBar(Lines):
    """The first line: where you are, whether it's read-only, and the token's source.

    That is the profile, the host, and the project once its name is known.
    """

    access: reactive[AccessState] = reactive(
        FindingToken(), init=False, layout=False, repaint=False
    )
    project: reactive["Project | None"] = reactive(None, init=False, layout=False, repaint=False)

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings

    def on_mount(self) -> None:
        """Draw for the first time."""
        self._draw()

    def on_resize(self, _: Resize) -> None:
        """Leave out what doesn't fit."""
        self._draw()

    def watch_access(self) -> None:
        """Show where the token came from."""
        self._draw()

    def watch_project(self) -> None:
        """Show the project."""
        self._draw()

    def _draw(self) -> None:
        left, right = self._place(), self._token()
        room = self.size.width - 1
        while len(left) > self._least and _width(left) + cell_len(right) + 2 > room:
            left = left[:-1]
        if _width(left) + cell_len(right) + 2 > room:
            right = right.removeprefix("token: ")
        if _width(left) + cell_len(right) + 2 > room:
            right = ""
        left = (*left, *self._project(room - _width(left) - cell_len(right) - 2))
        gap = max(1, room - _width(left) - cell_len(right))
        self.set_lines(((*left, (" " * gap, PLAIN), (right, LABEL)),))

    @property
    def _least(self) -> int:
        """How many words about the place are never left out."""
        return 3 if self._settings.profile.read_only else 2

    def _project(self, room: int) -> Line:
        """Return the project in the remaining room; nothing if that's too little."""
        if self.project is None or not self.project.name:
            return ()
        name = safe(self.project.name, _LONGEST_NAME)
        room -= cell_len(_BEFORE_PROJECT)
        if room < min(_LEAST_OF_NAME, cell_len(name)):
            return ()
        return ((_BEFORE_PROJECT, LABEL), (cut_in_middle(name, room), PLAIN))

    def _place(self) -> Line:
        profile = self._settings.profile
        name = Style(color=profile.color, bold=profile.protected)
        host = "in-process" if self._settings.demo else profile.origin.address
        words: list[tuple[str, Style]] = [
            (" portui", STRONG),
            (f"  {safe(profile.name, 40)}", name),
        ]
        if profile.read_only:
            words.append(("  read-only", STRONG))
        if host != profile.name:
            words.append((f"  {host}", LABEL))
        return tuple(words)

    def _token(self) -> str:
        match self.access:
            case FindingToken():
                return "token: looking…"
            case Access(credential=credential):
                from portui.explain.tokens import explain_source

                return f"token: {explain_source(credential.source)}"
            case _:
                return "token: none"


def _width(line: Line) -> int:
    return sum(cell_len(text) for text, _ in line)


class KeyBar(Lines):
    """The keys that do something now, dimmed if they don't count yet; or a hint."""

    def __init__(self, counts: Callable[[ActiveBinding], bool] = lambda _: True) -> None:
        """`counts`: whether a binding's key would be taken now."""
        super().__init__()
        self._counts = counts
        self._hint = ""
        self._hint_timer: Timer | None = None

    def on_mount(self) -> None:
        """Update with the bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self._update)

    def on_resize(self, _: Resize) -> None:
        """Leave out the keys that no longer fit."""
        self._update(self.screen)

    def say(self, words: str, seconds: float) -> None:
        """Show a hint for some seconds in place of the keys."""
        if self._hint_timer:
            self._hint_timer.stop()
        self._hint = words
        self._hint_timer = self.set_timer(seconds, self._end_hint)
        self._update(self.screen)

    def _end_hint(self) -> None:
        self._hint = ""
        self._update(self.screen)

    def _update(self, screen: Screen[object]) -> None:
        if not screen.is_attached or not self.size.width:
            return
        if self._hint:
            self.set_lines(flow([(f" {self._hint}", STRONG)], self.size.width, 1))
            return
        room = self.size.width + 1  # the last one's space may be cut off
        pieces = {each.binding.description: self._piece(each) for each in _shown_keys(screen)}
        fitting = set()
        for words in sorted(pieces, key=lambda words: words not in _FIRST):
            if _width(pieces[words]) <= room:
                fitting.add(words)
                room -= _width(pieces[words])
        shown = (piece for words, piece in pieces.items() if words in fitting)
        self.set_lines((tuple(text for piece in shown for text in piece),))

    def _piece(self, active: ActiveBinding) -> Line:
        counts = self._counts(active)
        shown = (f" {key_name(active.binding.key)}", KEY if counts else LABEL)
        return (shown, (f" {active.binding.description} ", PLAIN if counts else LABEL))


def _shown_keys(screen: Screen[object]) -> list[ActiveBinding]:
    """Return the bindings to show, each with one key, Help and Quit last.

    A binding is shown by its first key, bindings with the same description by the shortest.
    """
    active = [each for each in screen.active_bindings.values() if each.enabled]
    active = [each for each in active if each.binding.show]
    active.sort(key=lambda each: (each.binding.priority, _PLACES.get(each.binding.id or "", 0)))
    first = {each.binding.id: each for each in reversed(active)}
    shown: dict[str, ActiveBinding] = {}
    for each in reversed(first.values()):
        other = shown.get(each.binding.description, each)
        shorter = min(each, other, key=lambda each: len(key_name(each.binding.key)))
        shown[each.binding.description] = shorter
    return sorted(shown.values(), key=lambda each: each.binding.description in _ALWAYS)
