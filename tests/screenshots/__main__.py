"""Draw `screenshots/*.svg` anew, from the running demo: `python -m tests.screenshots`."""

import asyncio
import os

if __name__ == "__main__":
    # Whatever this terminal is. Both are read when what draws is imported.
    os.environ["TERM"] = "xterm-256color"
    os.environ.pop("NO_COLOR", None)
    from tests.screenshots.pictures import FOLDER, draw_pictures

    pictures = asyncio.run(draw_pictures())
    FOLDER.mkdir(exist_ok=True)
    for file in FOLDER.glob("*.svg"):
        file.unlink()
    for name, picture in pictures.items():
        (FOLDER / f"{name}.svg").write_text(picture, encoding="utf-8")
