"""Frames of a terminal as one picture, which moves if there are several of them.

It moves by CSS alone, since scripts don't run in an `<img>`. Each line is drawn once, however many
frames have it, and is hidden and shown by keyframes. Where nothing moves, as for readers who prefer
that, one frame stands still.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from rich.cells import cell_len

from portui.tui.widgets.lines import Line
from tests.screenshots.drawing import draw_line
from tests.screenshots.window import draw_key, draw_window, place

Seen = tuple[bool, ...]
"""Whether something is to be seen, for each frame."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a terminal shows, for how long, and the key that led to it."""

    lines: tuple[Line, ...]
    seconds: float
    key: str = ""
    name: str = ""
    """Of the picture that shows this frame alone, if there is one."""


def draw_film(frames: Sequence[Frame], title: str, still: int = 0) -> str:
    """Return a picture of some frames, one after the other, over and over.

    `still` is the index of the frame that is shown where nothing moves.
    """
    lines = frames[0].lines
    size = sum(cell_len(text) for text, _ in lines[0]), len(lines)
    drawings: dict[Seen, list[str]] = {}
    for seen, drawing in _drawings(frames, size[0]):
        drawings.setdefault(seen, []).append(drawing)
    names = {seen: f"f{number}" for number, seen in enumerate(drawings) if not all(seen)}
    terminal = "\n".join(
        f"<g{_attributes(names.get(seen), seen[still])}>{''.join(each)}</g>"
        for seen, each in drawings.items()
    )
    return draw_window(terminal, size, title, _motion(names, frames))


def _drawings(frames: Sequence[Frame], columns: int) -> Iterator[tuple[Seen, str]]:
    """Yield what differs among the frames, and what they have in common, each once."""
    keys = [draw_key(frame.key, columns) for frame in frames]
    lines = [[draw_line(line) for line in frame.lines] for frame in frames]
    for key in dict.fromkeys(filter(None, keys)):
        yield tuple(each == key for each in keys), key
    for number, versions in enumerate(zip(*lines, strict=True)):
        for line in dict.fromkeys(filter(None, versions)):
            yield tuple(each == line for each in versions), place(line, number)


def _attributes(name: str | None, is_still: bool) -> str:  # noqa: FBT001
    if name is None:
        return ""
    return f' class="{name}"' if is_still else f' class="{name}" visibility="hidden"'


def _motion(names: dict[Seen, str], frames: Sequence[Frame]) -> str:
    """Return the style sheet that shows and hides what isn't in all frames."""
    if not names:
        return ""
    *starts, total = accumulate((frame.seconds for frame in frames), initial=0.0)
    moving = ",".join(f".{name}" for name in names.values())
    rules = [f"{moving}{{animation:{total:g}s step-end infinite}}"]
    for seen, name in names.items():
        changes = "".join(
            f"{100 * start / total:.4g}%{{visibility:{'visible' if now else 'hidden'}}}"
            for start, before, now in zip(starts, (None, *seen), seen, strict=False)
            if now != before
        )
        rules.append(f".{name}{{animation-name:{name}}}@keyframes {name}{{{changes}}}")
    return "@media (prefers-reduced-motion:no-preference){{\n{}\n}}\n".format("\n".join(rules))
