"""The pictures in `screenshots/`, against what the demo shows now."""

from tests.screenshots.pictures import FOLDER, draw_pictures


async def test_the_pictures_in_screenshots_show_what_the_demo_shows() -> None:
    kept = {file.stem: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.svg")}
    drawn = await draw_pictures()
    others = sorted(name for name in kept | drawn if kept.get(name) != drawn.get(name))
    assert not others, (
        f"{', '.join(others)}: screenshots/ isn't what the demo shows any more;"
        " redraw it with `python -m tests.screenshots`, and look at it"
    )
