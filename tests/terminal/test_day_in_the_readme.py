"""The day's work in the README, typed along as it stands there."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.support.documents import ROOT
from tests.terminal.pty_program import DOWN, ENTER, ESCAPE, TAB, portui

_ROW: Final = re.compile(r"^\| (`.+?) \| (.+?) \| (?:`(.*)` )?\|$", re.MULTILINE)
_KEYS: Final = {"Enter": ENTER, "Esc": ESCAPE, "Tab": TAB, "↓": DOWN}


def _steps() -> Iterator[tuple[list[str], str, str]]:
    """Yield what is pressed, what that does, and what is seen then."""
    text = (ROOT / "README.md").read_text("utf-8")
    chapter = text.partition("## A day's work in a minute")[2].partition("\n## ")[0]
    for keys, does, seen in _ROW.findall(chapter):
        yield [_KEYS.get(key, key) for key in re.findall("`([^`]+)`", keys)], does, seen


def test_the_day_in_the_readme_goes_as_it_says(home: Path) -> None:
    steps = [*_steps()]
    assert len(steps) > 8
    with portui(home, "--demo") as program:
        program.wait_for("Paste or type a port ID")
        for (*first, last), does, words in steps[:-1]:
            seen = re.escape(words).replace("\\ ", " ")
            for key in first:
                program.send(key)
            if "save" in does:  # by a key that is ignored for a moment
                program.press_for(last, seen)
            else:
                program.send(last)
                program.wait_for(seen)
        for key in steps[-1][0]:
            program.send(key)
        assert program.end() == 0
